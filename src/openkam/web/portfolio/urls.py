from django.urls import include, path

from . import account_views, quadrant_views, views, whale_views

urlpatterns = [
    path("", views.index, name="portfolio"),
    path("accounts.<slug:kind>", views.accounts_file, name="portfolio-file"),
    path("accounts/<int:pk>/", account_views.grid, name="account-value"),
    path("accounts/<int:pk>/cells/", account_views.cells, name="account-cells"),
    path("accounts/<int:pk>/suggestion/", account_views.suggestion, name="account-suggestion"),
    path("accounts/<int:pk>/answers/", account_views.answers, name="account-answers"),
    path("accounts/<int:pk>/grid.<slug:kind>", account_views.grid_file, name="account-value-file"),
    path("quadrant/", quadrant_views.quadrant, name="quadrant"),
    path("quadrant.<slug:kind>", quadrant_views.quadrant_file, name="quadrant-file"),
    path("whale/", whale_views.whale, name="whale"),
    path("whale.<slug:kind>", whale_views.whale_file, name="whale-file"),
    path("cost-to-serve/", include("openkam.web.portfolio.cost_urls")),
    path("wallet/", include("openkam.web.portfolio.wallet_urls")),
]
