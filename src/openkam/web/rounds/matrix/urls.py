"""Addresses: attractiveness, strength and the matrix."""

from django.urls import URLPattern, path

from . import attractiveness_views, strength_views
from . import views as matrix_views

urlpatterns: list[URLPattern] = [
    path("portfolio/matrix/", matrix_views.matrix, name="matrix"),
    path("rounds/<int:pk>/matrix/", matrix_views.round_matrix, name="round-matrix"),
    path("rounds/<int:pk>/matrix/rules/", matrix_views.round_matrix_rules, name="round-matrix-rules"),
    path("rounds/<int:pk>/matrix.<slug:kind>", matrix_views.round_matrix_file, name="round-matrix-file"),
    path("rounds/<int:pk>/attractiveness/", attractiveness_views.round_attractiveness, name="round-attractiveness"),
    path("rounds/<int:pk>/strength/", strength_views.round_strengths, name="round-strengths"),
    path("rounds/<int:pk>/strength/<int:entry>/", strength_views.round_strength, name="round-strength"),
    path(
        "rounds/<int:pk>/strength/<int:entry>/competitors/", strength_views.round_competitors, name="round-competitors"
    ),
    path("rounds/<int:pk>/strength/<int:entry>/points/", strength_views.round_points, name="round-points"),
    path("rounds/<int:pk>/strength/<int:entry>/target/", strength_views.round_target, name="round-target"),
]
