from django.http import HttpResponse
from django.shortcuts import render

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission


@allow(Permission.IMPORT_LEDGER)
def index(request: PersonRequest) -> HttpResponse:
    return render(request, "page.html", {"section": "ledger", "heading": "ledger"})
