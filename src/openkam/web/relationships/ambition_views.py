"""Where would you like this relationship to lie, by when, and which five actions get it there?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openkam.method import ambition as method
from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.plans.action_actions import change_action, create_action, top_actions
from openkam.web.plans.models import Action
from openkam.web.programme.words import problem
from openkam.web.rounds.models import Placement, Round
from openkam.web.rounds.models.results import Cell

from .ambition_forms import ActionRow, action_rows
from .models import Ambition, StageReview
from .stage_actions import set_ambition
from .stage_forms import AmbitionForm
from .stage_page import Picture, picture
from .stage_words import sentence


@allow(Permission.SEE_ACCOUNTS)
def ambition(request: PersonRequest, account: int) -> HttpResponse:
    """The target with its actions and what the method warns of; whoever may change the account edits both."""
    subject = visible_account(request, account)
    may_edit = request.user.may(Permission.EDIT_ACCOUNTS) and subject.editable_by(request.user)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    shown = picture(subject, timezone.localdate())
    there = Ambition.objects.filter(account=subject).first()
    form = AmbitionForm(request.POST or None, instance=there or Ambition(account=subject))
    rows = action_rows(subject, request.POST or None, [gate.code for gate in shown.found.unmet])
    if request.method == "POST" and _saved(request, subject, form, rows):
        return redirect("account-ambition", account)
    context = frame(request, subject, "relationship") | _page(subject, shown, form, rows)
    context["class_source"] = class_source(subject, request.user)
    return render(request, "relationships/ambition.html", context, status=422 if form.is_bound else 200)


def _page(account: Account, shown: Picture, form: AmbitionForm, rows: list[ActionRow]) -> dict[str, Any]:
    there = Ambition.objects.filter(account=account).first()
    return {
        "picture": shown,
        "review": account.stage_reviews.first(),
        "ambition": there,
        "form": form,
        "rows": rows,
        "actions": top_actions(account),
        "notices": notices(account, there, shown) if there else [],
        "ceiling": method.STAGE_CEILING.get(account_class(account)[0]),
    }


def _saved(request: PersonRequest, account: Account, form: AmbitionForm, rows: list[ActionRow]) -> bool:
    """Whether target and actions were saved, all of it or nothing."""
    if not all([form.is_valid(), *(row.is_valid() for row in rows)]):
        return False
    try:
        with transaction.atomic():
            set_ambition(form.instance, by=request.user)
            for row in rows:
                _save_row(row, account, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
        return False
    messages.success(request, _("The ambition is saved."))
    return True


def _save_row(row: ActionRow, account: Account, *, by: User) -> None:
    if row.is_empty:
        return
    if not row.instance.pk:
        names = ("title", "owner", "due_on", "gate", "evidence")
        fields = {name: row.cleaned_data[name] for name in names}
        create_action(account=account, by=by, insights=row.chosen_insights, place=row.instance.place, **fields)
        return
    if row.is_off:
        row.instance.place = None
    change_action(row.instance, by=by, insights=row.chosen_insights)


def account_class(account: Account) -> tuple[Any, Round | None]:
    """What the latest frozen round made of the account, with that round; else its status, where that is a class."""
    found = Placement.objects.filter(entry__account=account).exclude(cell="").select_related("entry__round")
    if latest := found.order_by("-entry__round__on", "-entry__round").first():
        return latest.cell, latest.entry.round
    return (account.status if account.status in method.STAGE_CEILING else None), None


def class_source(account: Account, user: User) -> dict[str, str]:
    """The class of an account in words and where it comes from, as far as a reader may know it."""
    cell, source = account_class(account)
    if cell is None:
        return {}
    told = _("Status")
    if source:
        is_theirs = Round.objects.visible_to(user).filter(pk=source.pk).exists()
        told = f"{_('Round')}: {source}" if is_theirs else _("a round that you do not take part in")
    return {"words": str(Cell(cell).label), "source": told}


def notices(account: Account, wanted: Ambition, shown: Picture) -> list[str]:
    """What the method says of a target, in sentences."""
    review = StageReview.objects.filter(account=account).first()
    document = method.Document(
        today=timezone.localdate(),
        current=review.agreed if review else int(shown.stage),
        target=wanted.target,
        by_when=wanted.by_when,
        is_justified=bool(wanted.justification.strip()),
        customer_wishes=wanted.wished,
        account_class=account_class(account)[0],
        unmet=tuple(gate.code for gate in shown.found.unmet),
        actions=tuple(_action(action) for action in top_actions(account)),
    )
    return [sentence(notice, dict(Cell.choices)) for notice in method.evaluate(document).warnings]


def _action(action: Action) -> method.Action:
    has = {"has_owner": action.owner_id is not None, "has_date": action.due_on is not None}
    return method.Action(title=action.title, gate=action.gate, **has)
