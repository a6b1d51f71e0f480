"""Addresses: the ranking of a round, and the comparison of two."""

from django.urls import path

from . import comparison_views
from . import views as ranking_views

urlpatterns = [
    path("rounds/<int:pk>/ranking/", ranking_views.round_ranking, name="round-ranking"),
    path("rounds/<int:pk>/ranking/print/", ranking_views.round_ranking_print, name="round-ranking-print"),
    path("rounds/<int:pk>/ranking/weights/", ranking_views.round_ranking_weights, name="round-ranking-weights"),
    path("rounds/<int:pk>/ranking/robustness/", ranking_views.round_robustness, name="round-robustness"),
    path("rounds/<int:pk>/ranking.<slug:kind>", ranking_views.round_ranking_file, name="round-ranking-file"),
    path("rounds/compare/", comparison_views.rounds_compare, name="rounds-compare"),
    path("rounds/compare.<slug:kind>", comparison_views.rounds_compare_file, name="rounds-compare-file"),
    path("portfolio/selection/", comparison_views.selection, name="selection"),
]
