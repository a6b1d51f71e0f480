from django.urls import path

from . import coverage_views

urlpatterns: list = [
    path("accounts/<int:account>/coverage/", coverage_views.coverage, name="coverage"),
    path("accounts/<int:account>/coverage.<slug:kind>", coverage_views.coverage_file, name="coverage-file"),
]
