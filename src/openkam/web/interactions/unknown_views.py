"""Who is this? Addresses met in one's messages, one decision each."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.onward import onward
from openkam.web.programme.words import problem

from .models import UnknownAddress
from .unknown import give_to, ignore, make_colleague, make_contact, waiting

PAGE = 25
#: Names offered while one types; any other exact name is understood too.
MOST_OFFERED = 500


@allow(Permission.RECORD_CONTACTS)
def unknown(request: PersonRequest) -> HttpResponse:
    """The addresses of one's own messages that belong to nobody yet."""
    page = Paginator(waiting(request.user), PAGE).get_page(request.GET.get("page"))
    likely = {row.account_id for row in page if row.account_id}
    contacts = Contact.objects.visible_to(request.user).present().filter(account__in=likely)
    context = {
        "section": "relationships",
        "page": page,
        "accounts": Account.objects.visible_to(request.user)
        .order_by("name")
        .values_list("name", flat=True)[:MOST_OFFERED],
        "people": contacts.order_by("name").values_list("name", flat=True)[:MOST_OFFERED],
    }
    return render(request, "interactions/unknown.html", context)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def decision(request: PersonRequest, address: int) -> HttpResponse:
    """Make somebody of an address, or never ask again."""
    subject = get_object_or_404(request.user.unknown_addresses, pk=address, verdict="")
    try:
        said = _decide(request, subject)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        messages.success(request, said)
    return onward(request, otherwise=reverse("unknown-addresses"))


def _decide(request: PersonRequest, subject: UnknownAddress) -> str:
    verdict, name = request.POST.get("verdict", ""), request.POST.get("name", "")
    said = {"address": subject.address}
    if verdict == UnknownAddress.Verdict.IGNORED:
        ignore(subject)
        return _("%(address)s will not be offered again.") % said
    if verdict == UnknownAddress.Verdict.COLLEAGUE:
        person: Contact | Colleague = make_colleague(subject, name=name, by=request.user)
    elif verdict == UnknownAddress.Verdict.CONTACT:
        account = _account(request.user, request.POST.get("account", ""))
        person = make_contact(subject, account=account, name=name, by=request.user)
    else:
        person = _person(request.user, request.POST.get("person", ""))
        give_to(subject, person=person, by=request.user)
    return _("%(address)s is %(name)s. Its messages count from now on.") % (said | {"name": person})


def _account(user: User, name: str) -> Account:
    """An account by the exact name that was chosen."""
    found = list(Account.objects.visible_to(user).filter(name=name.strip())[:2])
    if len(found) != 1:
        raise InvalidInput("unknown_account" if not found else "unknown_accounts", "account", value=name)
    return found[0]


def _person(user: User, name: str) -> Contact | Colleague:
    """Somebody who is here, by the exact name that was chosen."""
    contacts = list(Contact.objects.visible_to(user).filter(name=name, erased_at=None)[:2])
    people = [*contacts, *Colleague.objects.filter(name=name, erased_at=None)[:2]] if name else []
    if len(people) != 1:
        raise InvalidInput("unknown_whom", "person")
    return people[0]
