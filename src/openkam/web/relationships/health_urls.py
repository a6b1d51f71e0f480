from django.urls import path

from . import health_views

urlpatterns = [
    path("accounts/<int:account>/health/", health_views.health, name="account-health"),
    path("accounts/<int:account>/health/value/", health_views.value, name="account-value-promise"),
    path("accounts/<int:account>/exit/", health_views.exit_page, name="account-exit"),
    path("accounts/<int:account>/exit/contacts/", health_views.last_contacts, name="account-exit-contacts"),
    path("accounts/<int:account>/exit/status/", health_views.ending, name="account-exit-status"),
]
