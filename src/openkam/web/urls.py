"""Every address of the product. A test refuses an address whose view declares no permission."""

from django.urls import include, path

from openkam.web.jobs import views as jobs
from openkam.web.programme import help as help_pages
from openkam.web.programme import views as programme

urlpatterns = [
    path("", programme.home, name="home"),
    path("auth/", include("allauth.urls")),
    path("language/", programme.language, name="language"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancellation/", jobs.cancellation, name="job-cancellation"),
    path("search/", programme.search, name="search"),
    path("help/", help_pages.index, name="help-index"),
    path("help/<slug:tool>/", help_pages.page, name="help"),
    path("accounts/", include("openkam.web.accounts.urls")),
    path("ledger/", include("openkam.web.ledgers.urls")),
    path("portfolio/", include("openkam.web.portfolio.urls")),
    path("programme/", include("openkam.web.programme.urls")),
    path("projects/", include("openkam.web.projects.urls")),
    path("", include("openkam.web.contacts.urls")),
    path("", include("openkam.web.interactions.urls")),
    path("", include("openkam.web.relationships.urls")),
    path("", include("openkam.web.plans.urls")),
    path("", include("openkam.web.plans.action_urls")),
    path("", include("openkam.web.rounds.urls")),
]
handler403 = "openkam.web.programme.errors.not_allowed"
handler404 = "openkam.web.programme.errors.not_found"
handler500 = "openkam.web.programme.errors.broken"
