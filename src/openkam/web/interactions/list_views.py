"""What happened lately: of one account, of mine everywhere; what was to come next; files of it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.report.document import Cell
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.downloads import as_csv, as_xlsx
from openkam.web.programme.onward import onward
from openkam.web.programme.words import problem

from .access import may_record, visible_interaction
from .listing import STEPS, Choice, met_at, open_steps, rows, with_some_people, years_of
from .models import Interaction, Kind, Participant
from .next_steps import as_action, finish_step

PAGE = 50
CHUNK = 500


@allow(Permission.SEE_ACCOUNTS)
def of_account(request: PersonRequest, account: int) -> HttpResponse:
    """An account's interactions, newest first, and the next steps that are open."""
    subject, choice = visible_account(request, account), Choice.of(request.GET)
    there = Interaction.objects.filter(account=subject)
    steps = list(open_steps(there)[: STEPS + 1])
    context = frame(request, subject, "interactions") | _page(request, choice, there) | met_at(subject)
    context |= {"steps": steps[:STEPS], "more_steps": len(steps) > STEPS, "today": timezone.localdate()}
    return render(request, "interactions/account.html", context)


def _page(request: PersonRequest, choice: Choice, interactions: Any) -> dict[str, Any]:
    found = choice.narrow(interactions).order_by("-on", "-pk")
    page = Paginator(with_some_people(found.select_related("account", "team")), PAGE).get_page(request.GET.get("page"))
    return {
        "choice": choice,
        "page": page,
        "rows": rows(page.object_list),
        "kinds": Kind.choices,
        "may_record": may_record(request.user),
    }


@allow(Permission.SEE_ACCOUNTS)
def mine(request: PersonRequest) -> HttpResponse:
    """What I did lately, or everybody, at all the accounts that I see."""
    choice = Choice.of(request.GET)
    there = _mine(request, choice)
    context = {"section": "accounts", "years": years_of(there), **_page(request, choice, there)}
    return render(request, "interactions/mine.html", context)


def _mine(request: PersonRequest, choice: Choice) -> Any:
    visible = Interaction.objects.visible_to(request.user)
    if choice.whose == "all":
        return visible
    taking_part = Participant.objects.filter(colleague__user=request.user).order_by().values("interaction")
    return visible.filter(Q(by=request.user) | Q(pk__in=taking_part))


@allow(Permission.SEE_ACCOUNTS)
def mine_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    choice = Choice.of(request.GET)
    return _file(choice.narrow(_mine(request, choice)), kind)


@allow(Permission.SEE_ACCOUNTS)
def account_file(request: PersonRequest, account: int, kind: str) -> HttpResponseBase:
    subject = visible_account(request, account)
    return _file(Choice.of(request.GET).narrow(Interaction.objects.filter(account=subject)), kind)


def _file(interactions: Any, kind: str) -> HttpResponseBase:
    if kind not in {"csv", "xlsx"}:
        raise Http404
    lines = _lines(interactions.order_by("-on", "-pk"))
    return as_xlsx("interactions", lines) if kind == "xlsx" else as_csv("interactions", lines)


def _lines(interactions: Any) -> Iterator[list[Cell]]:
    """The heading and one line for each interaction, with all its people."""
    yield [_("Day"), _("Account"), _("How"), _("Subject"), _("Ours"), _("Theirs"), _("Note"), _("Next step"), _("By"),
           _("Counts")]  # fmt: skip
    people = Prefetch("participants", Participant.objects.select_related("contact", "colleague").order_by("pk"))
    for one in interactions.select_related("account").prefetch_related(people).iterator(chunk_size=CHUNK):
        there = one.participants.all()
        ours = "; ".join(row.colleague.name for row in there if row.colleague)
        theirs = "; ".join(row.contact.name for row in there if row.contact)
        counts = _("yes") if one.counts else _("no")
        yield [one.on, one.account.name, one.get_kind_display(), one.subject, ours, theirs, one.note, one.next_step,
               one.next_on, counts]  # fmt: skip


@allow(Permission.RECORD_CONTACTS)
@require_POST
def step_done(request: PersonRequest, interaction: int) -> HttpResponse:
    """A next step is done, or becomes an action with its owner and date."""
    subject = visible_interaction(request, interaction)
    verb, said = (as_action, _("It is an action now.")) if "action" in request.POST else (finish_step, _("Done."))
    try:
        verb(subject, by=request.user)
        messages.success(request, said)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
    return onward(request, otherwise=reverse("account-interactions", args=[subject.account_id]))
