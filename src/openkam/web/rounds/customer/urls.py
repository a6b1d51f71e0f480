"""Addresses: the customer's own rating."""

from django.urls import path

from . import rating_views
from . import views as customer_views

urlpatterns = [
    path("rounds/<int:pk>/customer/<int:entry>/", customer_views.round_links, name="round-links"),
    path(
        "rounds/<int:pk>/customer/<int:entry>/<int:link>/revocation/",
        customer_views.link_revocation,
        name="round-link-revocation",
    ),
    path("ask/<str:token>/", rating_views.customer_rating, name="customer-rating"),
]
