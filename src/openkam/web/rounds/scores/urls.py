"""Addresses: scoring, revealing, locking and freezing."""

from django.urls import path

from . import agreement_views, stage_views
from . import file_views as score_file_views
from . import views as score_views

urlpatterns = [
    path("rounds/<int:pk>/", stage_views.round_page, name="round"),
    path("rounds/<int:pk>/record.json", stage_views.document, name="round-document"),
    path("rounds/<int:pk>/live/", stage_views.live, name="round-live"),
    path("rounds/<int:pk>/clock/", stage_views.clock, name="round-clock"),
    path("rounds/<int:pk>/stage/", stage_views.stage, name="round-stage"),
    path("rounds/<int:pk>/timer/", stage_views.timer, name="round-timer"),
    path("rounds/<int:pk>/score/", score_views.score, name="round-score"),
    path("rounds/<int:pk>/score/grid/", score_views.score_grid, name="round-score-grid"),
    path("rounds/<int:pk>/score/done/", score_views.done, name="round-done"),
    path("rounds/<int:pk>/score/file/", score_file_views.scores_import, name="round-scores-import"),
    path("rounds/<int:pk>/score/mine.<str:kind>", score_file_views.scores_file, name="round-scores-file"),
    path("rounds/<int:pk>/agreement/", agreement_views.agreement, name="round-agreement"),
]
