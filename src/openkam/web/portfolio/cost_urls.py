"""Addresses of cost to serve, below /portfolio/cost-to-serve/."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import cost_count_views, cost_model_views, cost_views


class YearConverter(IntConverter):
    """A fiscal year as `chosen_year` knows it; a longer number would not fit into the database."""

    regex = "19[0-9]{2}|2[0-9]{3}"


register_converter(YearConverter, "year")

urlpatterns = [
    path("", cost_views.overview, name="cost-to-serve"),
    path("<year:year>/rule/", cost_views.rule, name="cost-rule"),
    path("<year:year>/assignment/", cost_views.assignment, name="cost-assignment"),
    path("<year:year>/clearance/", cost_views.clearance, name="cost-clearance"),
    path("<year:year>/copy/", cost_views.copy, name="cost-copy"),
    path("<year:year>/accounts/<int:pk>/", cost_views.explanation, name="cost-explanation"),
    path("<year:year>/model/", cost_model_views.model, name="cost-model"),
    path("pools/<int:pk>/", cost_model_views.pool, name="cost-pool"),
    path("pools/<int:pk>/activities/", cost_model_views.new_activity, name="cost-activity-new"),
    path("activities/<int:pk>/", cost_model_views.activity, name="cost-activity"),
    path("<year:year>/counts/", cost_count_views.counts, name="cost-counts"),
    path("<year:year>/counts/file/", cost_count_views.counts_file, name="cost-counts-file"),
    path("<year:year>/counts/ledger/", cost_count_views.counts_ledger, name="cost-counts-ledger"),
]
