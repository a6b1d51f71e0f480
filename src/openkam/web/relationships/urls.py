from django.urls import include, path

from . import coverage_urls, drawing_urls, health_urls, stage_urls, team_urls

urlpatterns: list = [
    path("", include(stage_urls)),
    path("", include(drawing_urls)),
    path("", include(team_urls)),
    path("", include(coverage_urls)),
    path("", include(health_urls)),
]
