from django.urls import include, path

from . import import_urls, insight_urls, list_views, team_views, views

urlpatterns: list = [
    path("interactions/", list_views.mine, name="interactions"),
    path("interactions.<slug:kind>", list_views.mine_file, name="interactions-file"),
    path("interactions/new/", views.create, name="interaction-new"),
    path("interactions/people/", views.people, name="interaction-people"),
    path("interactions/<int:interaction>/", views.interaction, name="interaction"),
    path("interactions/<int:interaction>/edit/", views.edit, name="interaction-edit"),
    path("interactions/<int:interaction>/deletion/", views.deletion, name="interaction-deletion"),
    path("interactions/<int:interaction>/step/", list_views.step_done, name="interaction-step"),
    path("accounts/<int:account>/interactions/", list_views.of_account, name="account-interactions"),
    path("accounts/<int:account>/interactions.<slug:kind>", list_views.account_file, name="account-interactions-file"),
    path("accounts/<int:account>/teams/", team_views.teams, name="account-teams"),
    path("accounts/<int:account>/teams/new/", team_views.create, name="joint-team-new"),
    path("teams/<int:team>/", team_views.team, name="joint-team"),
    path("teams/<int:team>/edit/", team_views.edit, name="joint-team-edit"),
    path("teams/<int:team>/deletion/", team_views.deletion, name="joint-team-deletion"),
    path("", include(import_urls)),
    path("", include(insight_urls)),
]
