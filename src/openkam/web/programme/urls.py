from django.urls import include, path

from . import views

urlpatterns = [
    path("", include("openkam.web.people.urls")),
    path("settings/", views.settings_page, name="settings"),
    path("history/", views.history, name="history"),
]
