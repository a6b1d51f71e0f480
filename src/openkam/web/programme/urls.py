from django.urls import path

from . import views

urlpatterns = [
    path("people/", views.home, name="people"),
    path("settings/", views.home, name="settings"),
    path("history/", views.home, name="history"),
    path("me/", views.home, name="me"),
]
