"""One person's card: what we judge, what we know of the five questions, and how long it is kept."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import editable_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.contacts.actions import change_person
from openkam.web.contacts.models import Contact
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.plans.answers import tried
from openkam.web.programme.words import problem

from .card_form import CardForm
from .judging import Said, erase_ended, erase_judgement, judge
from .judging_forms import RhythmRow, first_contacts
from .models import TeamMap, TeamMember
from .team_sheet import PHASES, judgements, numbers_of, people_to_judge, preset_of


@allow(Permission.EDIT_ACCOUNTS)
def card(request: PersonRequest, account: int, contact: int) -> HttpResponse:
    """On a phone, one after the other."""
    subject = editable_account(request, account)
    erase_ended(subject)
    person = get_object_or_404(people_to_judge(subject), pk=contact)
    there, following = judgements(subject).get(person.pk), _following(subject, person)
    forms = _forms(request, person, there)
    if request.method == "POST" and _saved(request, person, forms, there.version if there else 0):
        leads_on = "next" in request.POST and following
        return redirect("team-map-card", account, following.pk) if leads_on else redirect("team-map", account)
    return _page(request, subject, contact=person, judgement=there, following=following, forms=forms)


def _forms(request: PersonRequest, person: Contact, there: Any) -> tuple[CardForm, RhythmRow]:
    data = request.POST.copy() if request.method == "POST" else None
    form = CardForm(data, judgement=there, phases=PHASES[preset_of(person.account)])
    return form, RhythmRow(data, contact=person, colleagues=first_contacts(), prefix="rhythm")


def _following(account: Account, person: Contact) -> Contact | None:
    people = list(people_to_judge(account))
    at = people.index(person)
    return people[at + 1] if at + 1 < len(people) else None


def _saved(request: PersonRequest, person: Contact, forms: tuple[CardForm, RhythmRow], version: int) -> bool:
    form, rhythm = forms
    if not all([form.is_valid(), rhythm.is_valid()]):
        return False
    try:
        if request.POST.get("numbers") != numbers_of(person.account):
            raise InvalidInput("numbers_moved", "numbers")
        with transaction.atomic():
            judge(person, said=form.said, by=request.user, version=version)
            if rhythm.changed:
                change_person(person, by=request.user, fields=rhythm.take_over())
    except InvalidInput as refused:
        form.add_error(None, problem(refused.code, refused.values))
        return False
    messages.success(request, _("“%(name)s” is saved.") % {"name": person.name})
    return True


def _page(request: PersonRequest, account: Account, *, forms: tuple[CardForm, RhythmRow], **more: Any) -> HttpResponse:
    form, rhythm = forms
    for each in forms if form.is_bound else ():
        each.look_again()
    context = frame(request, account, "relationship") | {
        "form": form,
        "rhythm": rhythm,
        "members": TeamMember.objects.filter(account=account).select_related("colleague"),
        "numbers": numbers_of(account),
        "purpose": TeamMap.objects.filter(account=account).values_list("purpose", flat=True).first(),
    }
    return render(request, "relationships/team_card.html", context | more, status=422 if form.is_bound else 200)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def confirmation(request: PersonRequest, account: int, contact: int) -> HttpResponse:
    """Somebody looked at what was judged of a person, and it still holds: it is kept for another year."""
    subject = editable_account(request, account)
    person = get_object_or_404(people_to_judge(subject), pk=contact, judgements__account=subject)
    said = _("What was judged of “%(name)s” is kept for another year.") % {"name": person.name}
    tried(request, lambda: judge(person, said=Said(), by=request.user), said)
    return redirect("team-map", account)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def erasure(request: PersonRequest, account: int, contact: int) -> HttpResponse:
    """Forget what was judged of one person."""
    subject = editable_account(request, account)
    person = get_object_or_404(Contact, pk=contact, account=subject)
    if erase_judgement(person, by=request.user):
        messages.success(request, _("What was judged of “%(name)s” is erased.") % {"name": person.name})
    return redirect("team-map", account)
