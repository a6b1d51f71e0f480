from django.urls import path

from . import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invitation/", views.invitation, name="invitation"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/password-link/", views.password_link, name="password-link"),
    path("people/<int:pk>/two-factor-removal/", views.two_factor_removal, name="two-factor-removal"),
    path("me/", views.me, name="me"),
]
