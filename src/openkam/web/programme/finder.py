"""What the palette finds: accounts, contacts, pages, actions and people, by any part of their name."""

from dataclasses import dataclass
from typing import Any

from django.urls import resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openkam.web.accounts.models import Account
from openkam.web.contacts.finding import named
from openkam.web.contacts.models import Contact
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission

MOST = 8


@dataclass(frozen=True)
class Place:
    """A page or an action that has a name; who may open it says its view."""

    name: Any
    url_name: str
    is_action: bool = False


@dataclass(frozen=True)
class Hit:
    name: str
    url: str
    kind: str


PLACES = (
    Place(gettext_lazy("Home"), "home"),
    Place(gettext_lazy("Portfolio"), "portfolio"),
    Place(gettext_lazy("Selection criteria"), "selection"),
    Place(gettext_lazy("Compare two rounds"), "rounds-compare"),
    Place(gettext_lazy("Customer value quadrant"), "quadrant"),
    Place(gettext_lazy("Account matrix"), "matrix"),
    Place(gettext_lazy("Whale curve"), "whale"),
    Place(gettext_lazy("Share of wallet"), "wallet"),
    Place(gettext_lazy("Cost to serve"), "cost-to-serve"),
    Place(gettext_lazy("Risks"), "risks"),
    Place(gettext_lazy("Decisions"), "decisions"),
    Place(gettext_lazy("Accounts"), "accounts"),
    Place(gettext_lazy("Create an account"), "account-new", is_action=True),
    Place(gettext_lazy("Import accounts"), "accounts-import", is_action=True),
    Place(gettext_lazy("Colleagues"), "colleagues"),
    Place(gettext_lazy("New colleague"), "colleague-new", is_action=True),
    Place(gettext_lazy("Contacts that stand here twice"), "duplicates"),
    Place(gettext_lazy("Interactions"), "interactions"),
    Place(gettext_lazy("Record a contact"), "interaction-new", is_action=True),
    Place(gettext_lazy("Relationships"), "relationships"),
    Place(gettext_lazy("Thresholds of the stages"), "stage-rules"),
    Place(gettext_lazy("Design projects"), "projects"),
    Place(gettext_lazy("New design project"), "project-new", is_action=True),
    Place(gettext_lazy("Rounds"), "rounds"),
    Place(gettext_lazy("New round"), "round-new", is_action=True),
    Place(gettext_lazy("Criteria & factors"), "criteria"),
    Place(gettext_lazy("Ledger"), "ledger"),
    Place(gettext_lazy("Import invoices"), "ledger", is_action=True),
    Place(gettext_lazy("Account-years"), "account-years"),
    Place(gettext_lazy("Exchange rates"), "rates"),
    Place(gettext_lazy("Product costs"), "costs"),
    Place(gettext_lazy("People"), "people"),
    Place(gettext_lazy("Invite a person"), "invitation", is_action=True),
    Place(gettext_lazy("Settings"), "settings"),
    Place(gettext_lazy("History"), "history"),
    Place(gettext_lazy("Help"), "help-index"),
    Place(gettext_lazy("My name and language"), "me"),
    Place(gettext_lazy("Change my password"), "account_change_password", is_action=True),
    Place(gettext_lazy("Two-factor sign-in and passkeys"), "mfa_index"),
)


def find(text: str, user: User) -> list[Hit]:
    """Accounts first; for an empty text the pages alone, as a table of contents."""
    if not text:
        return _places("", user)
    return [*_accounts(text, user), *_contacts(text, user), *_places(text, user), *_people(text, user)]


def _accounts(text: str, user: User) -> list[Hit]:
    if not user.may(Permission.SEE_ACCOUNTS):
        return []
    found = Account.objects.visible_to(user).search(text).only("name").order_by("name", "pk")[:MOST]
    return [Hit(account.name, reverse("account", args=[account.pk]), _("Account")) for account in found]


def _contacts(text: str, user: User) -> list[Hit]:
    """People of the accounts that somebody sees, with the account."""
    if not user.may(Permission.SEE_ACCOUNTS):
        return []
    found = named(Contact.objects.visible_to(user).filter(erased_at=None), text).select_related("account")[:MOST]
    return [Hit(one.name, one.get_absolute_url(), f"{_('Contact')} · {one.account.name}") for one in found]


def _places(text: str, user: User) -> list[Hit]:
    wanted = text.casefold()
    return [
        Hit(str(place.name), reverse(place.url_name), _("Action") if place.is_action else _("Page"))
        for place in PLACES
        if wanted in _names(place) and user.may(_permission(place))
    ]


def _permission(place: Place) -> Permission:
    """What the view behind a place asks for; allauth's own pages ask for a signed-in person."""
    return getattr(resolve(reverse(place.url_name)).func, "permission", Permission.SIGNED_IN)


def _names(place: Place) -> str:
    """The name in the language of the page and in English, to be searched."""
    with translation.override("en"):
        english = str(place.name)
    return f"{place.name}\n{english}".casefold()


def _people(text: str, user: User) -> list[Hit]:
    if not user.may(Permission.RUN_PROGRAMME):
        return []
    found = User.objects.filter(name__icontains=text)[:MOST]
    return [Hit(person.name, reverse("person", args=[person.pk]), _("Person")) for person in found]
