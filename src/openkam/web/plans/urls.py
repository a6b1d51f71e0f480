from django.urls import path

from . import blind_views, decision_views, register_views, risk_views

urlpatterns = [
    path("risks/", register_views.index, name="risks"),
    path("risks.<slug:kind>", register_views.index_file, name="risks-file"),
    path("risks/revelation/", blind_views.revelation, name="risks-revelation"),
    path("risks/<int:pk>/", risk_views.risk, name="risk"),
    path("risks/<int:pk>/edit/", risk_views.edit, name="risk-edit"),
    path("risks/<int:pk>/place/", risk_views.move, name="risk-place"),
    path("risks/<int:pk>/approval/", risk_views.approval, name="risk-approval"),
    path("risks/<int:pk>/closure/", risk_views.closure, name="risk-closure"),
    path("risks/<int:pk>/waiver/", risk_views.waiver, name="risk-waiver"),
    path("risks/<int:pk>/turn/", blind_views.another_turn, name="risk-turn"),
    path("risks/<int:pk>/agreement/", blind_views.agreement, name="risk-agreement"),
    path("accounts/<int:pk>/risks/", register_views.account_risks, name="account-risks"),
    path("accounts/<int:pk>/risks.<slug:kind>", register_views.account_file, name="account-risks-file"),
    path("accounts/<int:pk>/risks/new/", register_views.account_new, name="account-risk-new"),
    path("accounts/<int:pk>/risks/blind/", blind_views.account_blind, name="account-risks-blind"),
    path("projects/<int:pk>/risks.<slug:kind>", register_views.project_file, name="project-risks-file"),
    path("projects/<int:pk>/risks/new/", register_views.project_new, name="project-risk-new"),
    path("projects/<int:pk>/risks/blind/", blind_views.project_blind, name="project-risks-blind"),
    path("decisions/", decision_views.log, name="decisions"),
    path("decisions.<slug:kind>", decision_views.log_file, name="decisions-file"),
    path("accounts/<int:pk>/decisions/", decision_views.account_decisions, name="account-decisions"),
]
