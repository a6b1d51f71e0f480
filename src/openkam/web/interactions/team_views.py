"""Which people of both firms work together towards one written goal?"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.meanwhile import refusal

from .access import held, may_record, visible_team
from .forms import TeamForm
from .models import Interaction, JointTeam, Kind
from .teams import change_team, create_team, delete_team, standings
from .whom import put_on_record

#: Meetings that a team's page shows.
MEETINGS = 50


def _frame(request: PersonRequest, account: Account, **more: Any) -> dict[str, Any]:
    return frame(request, account, "interactions") | {"may_record": may_record(request.user), **more}


@allow(Permission.SEE_ACCOUNTS)
def teams(request: PersonRequest, account: int) -> HttpResponse:
    """An account's joint teams and joint board meetings, and whether they count for the Synergistic stage."""
    from openkam.web.relationships.seen import WINDOW, thresholds  # noqa: PLC0415 - it stands above this app

    subject, today = visible_account(request, account), timezone.localdate()
    found = standings(JointTeam.objects.filter(account=subject), today)
    board = Interaction.objects.filter(account=subject, kind=Kind.JOINT_BOARD, counts=True)
    context = _frame(
        request,
        subject,
        standings=sorted(found, key=lambda one: (one.is_over, bool(one.why_not), one.team.name)),
        counting=sum(not one.why_not for one in found),
        board=board.filter(on__gt=today - WINDOW, on__lte=today).count(),
        rules=thresholds(),
    )
    return render(request, "interactions/teams.html", context)


@allow(Permission.SEE_ACCOUNTS)
def team(request: PersonRequest, team: int) -> HttpResponse:
    subject = visible_team(request, team)
    [standing] = standings(JointTeam.objects.filter(pk=subject.pk), timezone.localdate())
    met = list(subject.meetings.order_by("-on", "-pk")[: MEETINGS + 1])
    context = _frame(request, subject.account, standing=standing, team=subject)
    context |= {"met": met[:MEETINGS], "more_met": len(met) > MEETINGS}
    return render(request, "interactions/team.html", context)


@allow(Permission.RECORD_CONTACTS)
def create(request: PersonRequest, account: int) -> HttpResponse:
    subject = visible_account(request, account)
    form = TeamForm(request.POST or None, by=request.user, account=subject)
    if request.method == "POST" and form.is_valid() and (made := _written(request, form, subject)):
        messages.success(request, _("“%(name)s” is on record.") % {"name": made})
        return redirect(made)
    context = _frame(request, subject, form=form)
    return render(request, "interactions/team_form.html", context, status=422 if request.method == "POST" else 200)


@allow(Permission.RECORD_CONTACTS)
def edit(request: PersonRequest, team: int) -> HttpResponse:
    subject = visible_team(request, team)
    with transaction.atomic():
        subject = held(subject) if request.method == "POST" else subject
        form = TeamForm(request.POST or None, by=request.user, account=subject.account, instance=subject)
        is_saved = request.method == "POST" and form.is_valid() and _written(request, form, subject.account)
    if is_saved:
        messages.success(request, _("Saved."))
        return redirect(subject)
    form = form.saw_again() if request.method == "POST" else form
    context = _frame(request, subject.account, form=form, team=subject)
    return render(request, "interactions/team_form.html", context, status=422 if request.method == "POST" else 200)


def _written(request: PersonRequest, form: TeamForm, account: Account) -> JointTeam | None:
    """The team that a form creates or changes; None, with the refusal in the form, when it is refused."""
    try:
        with transaction.atomic():
            ours, theirs = put_on_record(form.whom, account=account, by=request.user)
            people: dict[str, Any] = {"ours": ours, "theirs": theirs, "by": request.user}
            if form.instance.pk:
                change_team(form.instance, **people)
                return form.instance
            fields = {name: form.cleaned_data[name] for name in form.Meta.fields}
            return create_team(account=account, **people, **fields)
    except InvalidInput as refused:
        form.add_error(refused.where or None, refusal(refused.code, **refused.values))
        return None


@allow(Permission.RECORD_CONTACTS)
def deletion(request: PersonRequest, team: int) -> HttpResponse:
    """Ask once; the meetings stay as interactions."""
    subject = visible_team(request, team)
    if request.method == "POST":
        delete_team(subject, by=request.user)
        messages.success(request, _("“%(what)s” is deleted.") % {"what": subject})
        return redirect("account-teams", subject.account_id)
    return render(request, "interactions/team_deletion.html", _frame(request, subject.account, team=subject))
