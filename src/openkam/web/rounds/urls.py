"""Every address of scoring rounds."""

from django.urls import include, path

urlpatterns = [
    path("", include("openkam.web.rounds.setup.urls")),
    path("", include("openkam.web.rounds.scores.urls")),
    path("", include("openkam.web.rounds.ranking.urls")),
    path("", include("openkam.web.rounds.matrix.urls")),
    path("", include("openkam.web.rounds.customer.urls")),
]
