from django.urls import path

from . import insight_views

urlpatterns: list = [
    path("accounts/<int:account>/insights/", insight_views.insights, name="account-insights"),
    path("accounts/<int:account>/insights/new/", insight_views.create, name="insight-new"),
    path("insights/<int:insight>/", insight_views.insight, name="insight"),
    path("insights/<int:insight>/edit/", insight_views.edit, name="insight-edit"),
    path("insights/<int:insight>/state/", insight_views.state, name="insight-state"),
    path("insights/<int:insight>/deletion/", insight_views.deletion, name="insight-deletion"),
]
