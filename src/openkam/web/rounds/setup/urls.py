"""Addresses: setting a round up, and the library of criteria."""

from django.urls import URLPattern, path

from ..library import views as library_views
from ..weights import views as weight_views
from . import account_views, criteria_views, people_views
from . import views as setup_views

urlpatterns: list[URLPattern] = [
    path("criteria/", library_views.criteria, name="criteria"),
    path("criteria/new/<slug:of>/", library_views.new_criterion, name="criterion-new"),
    path("criteria/<int:pk>/", library_views.criterion, name="criterion"),
    path("criteria/<int:pk>/choice/", library_views.pick, name="criterion-choice"),
    path("criteria/<int:pk>/place/", library_views.place, name="criterion-place"),
    path("criteria/<int:pk>/reset/", library_views.reset, name="criterion-reset"),
    path("criteria/<int:pk>/retirement/", library_views.retirement, name="criterion-retirement"),
    path("criteria/<int:pk>/removal/", library_views.removal, name="criterion-removal"),
    path("rounds/", setup_views.rounds, name="rounds"),
    path("rounds/new/", setup_views.new_round, name="round-new"),
    path("rounds/<int:pk>/setup/", setup_views.setup, name="round-setup"),
    path("rounds/<int:pk>/discard/", setup_views.discard, name="round-discard"),
    path("rounds/<int:pk>/accounts/", account_views.accounts, name="round-accounts"),
    path("rounds/<int:pk>/accounts/in/", account_views.entry_in, name="round-accounts-in"),
    path("rounds/<int:pk>/accounts/out/", account_views.entry_out, name="round-accounts-out"),
    path("rounds/<int:pk>/criteria/", criteria_views.criteria, name="round-criteria"),
    path("rounds/<int:pk>/weights/<slug:of>/", weight_views.weights, name="round-weights"),
    path("rounds/<int:pk>/people/", people_views.people, name="round-people"),
    path("rounds/<int:pk>/people/<int:person>/", people_views.part, name="round-part"),
    path("rounds/<int:pk>/people/<int:person>/departure/", people_views.departure, name="round-departure"),
]
