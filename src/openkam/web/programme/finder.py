"""What the palette finds: accounts, pages, actions and people, by any part of their name."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission

MOST = 8


@dataclass(frozen=True)
class Place:
    """A page or an action that has a name."""

    name: Any
    url_name: str
    permission: Permission = Permission.SIGNED_IN
    is_action: bool = False


@dataclass(frozen=True)
class Hit:
    name: str
    url: str
    kind: str


PLACES = (
    Place(gettext_lazy("Home"), "home"),
    Place(gettext_lazy("Portfolio"), "portfolio", Permission.SEE_ACCOUNTS),
    Place(gettext_lazy("Customer value quadrant"), "quadrant", Permission.SEE_PROFIT),
    Place(gettext_lazy("Whale curve"), "whale", Permission.SEE_PROFIT),
    Place(gettext_lazy("Accounts"), "accounts", Permission.SEE_ACCOUNTS),
    Place(gettext_lazy("Create an account"), "account-new", Permission.EDIT_ACCOUNTS, is_action=True),
    Place(gettext_lazy("Ledger"), "ledger", Permission.IMPORT_LEDGER),
    Place(gettext_lazy("Import invoices"), "ledger", Permission.IMPORT_LEDGER, is_action=True),
    Place(gettext_lazy("Exchange rates"), "rates", Permission.IMPORT_LEDGER),
    Place(gettext_lazy("Product costs"), "costs", Permission.IMPORT_LEDGER),
    Place(gettext_lazy("Cost to serve"), "cost-to-serve", Permission.EDIT_COSTS),
    Place(gettext_lazy("People"), "people", Permission.RUN_PROGRAMME),
    Place(gettext_lazy("Invite a person"), "invitation", Permission.RUN_PROGRAMME, is_action=True),
    Place(gettext_lazy("Settings"), "settings", Permission.RUN_PROGRAMME),
    Place(gettext_lazy("History"), "history", Permission.RUN_PROGRAMME),
    Place(gettext_lazy("My name and language"), "me"),
    Place(gettext_lazy("Change my password"), "account_change_password", is_action=True),
    Place(gettext_lazy("Two-factor sign-in and passkeys"), "mfa_index"),
)


def find(text: str, user: User) -> list[Hit]:
    """Accounts first; for an empty text the pages alone, as a table of contents."""
    if not text:
        return _places("", user)
    return [*_accounts(text, user), *_places(text, user), *_people(text, user)]


def _accounts(text: str, user: User) -> list[Hit]:
    if not user.may(Permission.SEE_ACCOUNTS):
        return []
    found = Account.objects.visible_to(user).search(text).only("name").order_by("name", "pk")[:MOST]
    return [Hit(account.name, reverse("account", args=[account.pk]), _("Account")) for account in found]


def _places(text: str, user: User) -> list[Hit]:
    wanted = text.casefold()
    return [
        Hit(str(place.name), url, _("Action") if place.is_action else _("Page"))
        for place in PLACES
        if user.may(place.permission) and wanted in _names(place) and (url := _url(place))
    ]


def _names(place: Place) -> str:
    """The name in the language of the page and in English, to be searched."""
    with translation.override("en"):
        english = str(place.name)
    return f"{place.name}\n{english}".casefold()


def _url(place: Place) -> str:
    try:
        return reverse(place.url_name)
    except NoReverseMatch:
        return ""


def _people(text: str, user: User) -> list[Hit]:
    if not user.may(Permission.RUN_PROGRAMME):
        return []
    found = User.objects.filter(name__icontains=text)[:MOST]
    return [Hit(person.name, reverse("person", args=[person.pk]), _("Person")) for person in found]
