"""Who works at an account, and who of ours: the lists."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from .finding import named
from .models import Colleague, Contact, Function, Level, MainContact

PAGE = 50


@dataclass(frozen=True)
class Choice:
    """What a list is narrowed to, as its address says."""

    q: str = ""
    function: str = ""
    level: str = ""

    @classmethod
    def of(cls, query: Any) -> "Choice":
        function, level = query.get("function", ""), query.get("level", "")
        return cls(
            q=query.get("q", "").replace("\x00", "").strip()[:200],
            function=function if function in Function.values else "",
            level=level if level in Level.values else "",
        )

    @property
    def kept(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def narrow(self, people: Any) -> Any:
        equal = {name: getattr(self, name) for name in ("function", "level") if getattr(self, name)}
        return named(people.filter(**equal), self.q)


def last_met(people: Any, on: date) -> Any:
    """Contacts with the day of the last interaction at their account, and how many there were."""
    here = Q(
        participations__interaction__account=F("account"),
        participations__interaction__counts=True,
        participations__interaction__on__lte=on,
    )
    return people.annotate(
        last_on=Max("participations__interaction__on", filter=here), times=Count("participations", filter=here)
    )


def _choices(choice: Choice) -> dict[str, Any]:
    functions = [pair for pair in Function.choices if pair[0]]
    levels = [pair for pair in Level.choices if pair[0]]
    return {"choice": choice, "functions": functions, "levels": levels}


@allow(Permission.SEE_ACCOUNTS)
def account_contacts(request: PersonRequest, account: int) -> HttpResponse:
    """The people of an account: those who work there in pages, those who left folded."""
    subject, choice = visible_account(request, account), Choice.of(request.GET)
    people = last_met(choice.narrow(Contact.objects.filter(account=subject, erased_at=None)), timezone.localdate())
    page = Paginator(_ordered(people.filter(left_on=None)), PAGE).get_page(request.GET.get("page"))
    context = (
        frame(request, subject, "contacts")
        | _choices(choice)
        | {
            "part": "list",
            "page": page,
            "former": (former := list(_ordered(people.exclude(left_on=None))[: PAGE + 1]))[:PAGE],
            "more_former": len(former) > PAGE,
            "main": MainContact.objects.filter(account=subject).values_list("contact_id", flat=True).first(),
        }
    )
    return render(request, "contacts/list.html", context)


def _ordered(people: Any) -> Any:
    return people.select_related("primary").order_by("is_placeholder", "name", "pk")


@allow(Permission.SEE_ACCOUNTS)
def colleagues(request: PersonRequest) -> HttpResponse:
    """Our people, those who left after those who are here."""
    choice = Choice.of(request.GET)
    people = choice.narrow(Colleague.objects.filter(erased_at=None)).select_related("user")
    page = Paginator(people.order_by(F("left_on").desc(nulls_first=True), "name", "pk"), PAGE)
    shown = page.get_page(request.GET.get("page"))
    _count_accounts(shown.object_list, request)
    return render(request, "contacts/colleagues.html", _choices(choice) | {"section": "colleagues", "page": shown})


def _count_accounts(people: Any, request: PersonRequest) -> None:
    """At how many accounts that the reader sees each of them has met somebody, and when last."""
    seen = Q(
        participations__interaction__account__in=Account.objects.visible_to(request.user).order_by().values("pk"),
        participations__interaction__counts=True,
    )
    counted = Colleague.objects.filter(pk__in=[one.pk for one in people]).annotate(
        accounts=Count("participations__interaction__account", filter=seen, distinct=True),
        last_on=Max("participations__interaction__on", filter=seen),
    )
    known = {one.pk: one for one in counted}
    for one in people:
        one.accounts, one.last_on = known[one.pk].accounts, known[one.pk].last_on
