"""The deck's sheet for the tests: five contacts with their judgements, and forms filled in as a browser does."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.web.contact_fixtures import colleague, contact, met

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.people.models import User
from openkam.web.relationships.judging import Place, Said, add_member, judge, set_purpose

#: Spec section 8: type, influence, participation by phase, support, in contact with a named member of ours.
SHEET = {
    "CFO": ("economic", 3, (1, 2, 3, 0), -1, True),
    "Plant manager": ("user", 3, (3, 2, 2, 3), 2, True),
    "QA": ("technical", 2, (2, 3, 1, 1), 0, False),
    "Buyer": ("technical", 2, (1, 3, 3, 2), 1, True),
    "R&D director": ("technical", 1, (2, 2, 0, 1), -2, False),
}
#: Spec section 9.2: power, interest, support now and needed.
STAKES = {
    "CFO": (5, 4, -1, 1),
    "Plant manager": (4, 5, 2, 1),
    "QA": (3, 3, 0, 1),
    "Buyer": (3, 5, 1, 1),
    "R&D director": (2, 2, -2, 0),
}
PHASES = ("recognition", "evaluation", "selection", "post_sale")


def purposed(account: Account, by: User) -> None:
    set_purpose(account, purpose="To leave nobody out", preset="four", by=by)


def sheet(account: Account, by: User) -> dict[str, Contact]:
    """The example of section 8, with one member of ours who met those in contact four times this year."""
    purposed(account, by)
    ours = colleague("Our engineer")
    add_member(account, colleague=ours, role="Engineer", by=by)
    people = {name: contact(account, name) for name in SHEET}
    for name, (kind, influence, parts, support, is_met) in SHEET.items():
        fields = {"types": [kind], "influence": influence, "support": support}
        judge(people[name], said=Said(fields, dict(zip(PHASES, map(Place, parts), strict=True))), by=by)
        for week in range(4 if is_met else 0):
            met(ours, people[name], on=timezone.localdate() - timedelta(weeks=week + 1))
    return people


def stakes(people: dict[str, Contact], by: User) -> None:
    names = ("power", "interest", "support", "support_needed")
    for name, values in STAKES.items():
        judge(people[name], said=Said(dict(zip(names, values, strict=True))), by=by)


def map_of(account: Account) -> str:
    return f"/accounts/{account.pk}/team-map/"


def card_of(person: Contact) -> str:
    return f"{map_of(person.account)}{person.pk}/"


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


TAG = re.compile(r"<input\b([^>]*)>|<(textarea|select)\b([^>]*)>(.*?)</\2>", re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


def typed(client: Client, address: str, part: str = 'class="prints', **changes: Any) -> dict[str, Any]:
    """What a browser would send of one form of a page, with some fields changed."""
    page = client.get(address).content.decode()
    start = page.index(part)
    form = page[start : page.index("</form>", start)]
    data = dict(_fields(form))
    assert set(changes) <= set(data) | {"next"} | _boxes(form), set(changes) - set(data)
    return data | changes


def _fields(form: str) -> Iterator[tuple[str, str]]:
    for of_input, kind, head, inner in TAG.findall(form):
        name = re.search(r'name="([^"]+)"', head or of_input)
        if name and "csrf" not in name[1] and ("checkbox" not in of_input or " checked" in of_input):
            yield name[1], _value(of_input, kind, inner)


def _value(of_input: str, kind: str, inner: str) -> str:
    if kind == "textarea":
        return unescape(inner.strip())
    found = CHOSEN.search(inner) if kind else re.search(r'value="([^"]*)"', of_input)
    return unescape(found[1]) if found else "on" if "checkbox" in of_input else ""


def _boxes(form: str) -> set[str]:
    return set(re.findall(r'type="checkbox" name="([^"]+)"', form))
