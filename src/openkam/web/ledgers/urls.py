from django.urls import path

from . import check_pages, costs, lines, mapping_pages, rates, receipts, upload, years

urlpatterns = [
    path("", upload.index, name="ledger"),
    path("imports/", upload.upload, name="ledger-upload"),
    path("imports/<int:pk>/", receipts.show, name="ledger-import"),
    path("imports/<int:pk>/reading/", mapping_pages.reading, name="ledger-reading"),
    path("imports/<int:pk>/mapping/", mapping_pages.mapping, name="ledger-mapping"),
    path("imports/<int:pk>/check/", check_pages.check, name="ledger-check"),
    path("imports/<int:pk>/decisions/", check_pages.decisions, name="ledger-decisions"),
    path("imports/<int:pk>/rate/", check_pages.rate, name="ledger-import-rate"),
    path("imports/<int:pk>/problems.csv", check_pages.problems, name="ledger-problems"),
    path("imports/<int:pk>/acceptance/", receipts.acceptance, name="ledger-acceptance"),
    path("imports/<int:pk>/undo/", receipts.undo, name="ledger-undo"),
    path("imports/<int:pk>/discard/", receipts.discard, name="ledger-discard"),
    path("account-names/", check_pages.account_names, name="ledger-account-names"),
    path("rates/", rates.rates, name="rates"),
    path("rates/pasted/", rates.pasted, name="rates-pasted"),
    path("rates/<int:pk>/", rates.rate, name="rate"),
    path("rates/<int:pk>/deletion/", rates.deletion, name="rate-deletion"),
    path("costs/", costs.costs, name="costs"),
    path("costs/file/", costs.upload, name="costs-file"),
    path("costs/<int:pk>/deletion/", costs.deletion, name="cost-deletion"),
    path("years/", years.years, name="account-years"),
    path("accounts/<int:pk>/lines/", lines.account_lines, name="account-lines"),
]
