"""Addresses of cost to serve, below /portfolio/cost-to-serve/."""

from django.urls import path

from . import cost_count_views, cost_model_views, cost_views

urlpatterns = [
    path("", cost_views.overview, name="cost-to-serve"),
    path("<int:year>/rule/", cost_views.rule, name="cost-rule"),
    path("<int:year>/assignment/", cost_views.assignment, name="cost-assignment"),
    path("<int:year>/clearance/", cost_views.clearance, name="cost-clearance"),
    path("<int:year>/copy/", cost_views.copy, name="cost-copy"),
    path("<int:year>/accounts/<int:pk>/", cost_views.explanation, name="cost-explanation"),
    path("<int:year>/model/", cost_model_views.model, name="cost-model"),
    path("pools/<int:pk>/", cost_model_views.pool, name="cost-pool"),
    path("pools/<int:pk>/activities/", cost_model_views.new_activity, name="cost-activity-new"),
    path("activities/<int:pk>/", cost_model_views.activity, name="cost-activity"),
    path("<int:year>/counts/", cost_count_views.counts, name="cost-counts"),
    path("<int:year>/counts/file/", cost_count_views.counts_file, name="cost-counts-file"),
    path("<int:year>/counts/ledger/", cost_count_views.counts_ledger, name="cost-counts-ledger"),
]
