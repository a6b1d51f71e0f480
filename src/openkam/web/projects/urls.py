from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="projects"),
    path("new/", views.create, name="project-new"),
    path("accounts/", views.accounts_found, name="project-accounts"),
    path("<int:pk>/", views.project, name="project"),
    path("<int:pk>/edit/", views.edit, name="project-edit"),
]
