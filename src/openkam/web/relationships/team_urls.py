from django.urls import path

from . import cadence_views, judgement_views, member_views, stakeholder_views, team_views

urlpatterns = [
    path("accounts/<int:account>/team-map/", team_views.team_map, name="team-map"),
    path("accounts/<int:account>/team-map/export.<str:kind>", team_views.team_map_file, name="team-map-export"),
    path("accounts/<int:account>/team-map/purpose/", team_views.purpose, name="team-map-purpose"),
    path("accounts/<int:account>/team-map/members/", member_views.members, name="team-map-members"),
    path("accounts/<int:account>/team-map/members/<int:member>/place/", member_views.place, name="team-map-place"),
    path(
        "accounts/<int:account>/team-map/members/<int:member>/departure/",
        member_views.departure,
        name="team-map-departure",
    ),
    path("accounts/<int:account>/team-map/<int:contact>/", judgement_views.card, name="team-map-card"),
    path(
        "accounts/<int:account>/team-map/<int:contact>/confirmation/",
        judgement_views.confirmation,
        name="team-map-confirmation",
    ),
    path("accounts/<int:account>/team-map/<int:contact>/erasure/", judgement_views.erasure, name="team-map-erasure"),
    path("accounts/<int:account>/stakeholders/", stakeholder_views.stakeholders, name="stakeholders"),
    path(
        "accounts/<int:account>/stakeholders/export.<str:kind>",
        stakeholder_views.stakeholders_file,
        name="stakeholders-export",
    ),
    path("accounts/<int:account>/cadence/", cadence_views.cadence, name="cadence"),
]
