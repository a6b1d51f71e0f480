"""What is stored about a person, for them to have, and its erasure."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.telling import tell

from .access import editable_contact, visible_contact
from .erasing import erase, mentions, outlook
from .models import Contact
from .personal import document, events, sections


def _page(contact: Contact) -> dict[str, object]:
    return {"section": "accounts", "tab": "contacts", "account": contact.account, "person": contact}


@allow(Permission.SEE_ACCOUNTS)
def data(request: PersonRequest, contact: int) -> HttpResponse:
    """Everything about one person, to read and to print."""
    subject = visible_contact(request, contact)
    context = _page(subject) | {
        "sections": sections(subject, request.user),
        "lines": tell(events(subject, request.user), request.user),
        "judges": subject.account.editable_by(request.user),
    }
    return render(request, "contacts/data.html", context)


@allow(Permission.SEE_ACCOUNTS)
def data_file(request: PersonRequest, contact: int) -> HttpResponse:
    found = document(visible_contact(request, contact), request.user)
    head = {"Content-Disposition": f'attachment; filename="person-{contact}-{localdate().isoformat()}.json"'}
    return JsonResponse(found, headers=head, json_dumps_params={"ensure_ascii": False, "indent": 1})


@allow(Permission.EDIT_ACCOUNTS)
def erasure(request: PersonRequest, contact: int) -> HttpResponse:
    """What goes, what stays, and the word for it: nothing brings it back."""
    subject = editable_contact(request, contact)
    if request.method == "POST" and request.POST.get("understood") == "erase":
        erase(subject, by=request.user)
        messages.success(request, _("What was known of this person is gone."))
        return redirect("account-contacts", subject.account_id)
    context = _page(subject) | {"outlook": outlook(subject), "mentions": mentions(subject)}
    return render(request, "contacts/erasure.html", context, status=422 if request.method == "POST" else 200)
