"""The printed sheet of a relationship: on a phone nothing scrolls sideways, on paper a crowd stands upright."""

import re
from typing import Any

import pytest
from tests.browser.test_every_page import PHONE
from tests.web.stage_fixtures import met

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_colleague, create_contact
from openkam.web.people.models import User
from openkam.web.plans.action_actions import create_action

PEOPLE, MOST_SHEETS = 60, 2


@pytest.fixture
def crowd(diana: User) -> Account:
    """Sixty people a side, in pairs."""
    account = Account.objects.create(name="Crowd", owner=diana)
    for number in range(PEOPLE):
        us = create_colleague(by=None, name=f"Ours {number}", function="sales", level="specialist")
        them = create_contact(account=account, by=None, name=f"Theirs {number}", function="quality", level="clerk")
        met(us, them, 4)
    for place in range(1, 6):
        create_action(account=account, by=diana, title=f"Introduce the laboratory to number {place}", place=place)
    return account


def test_the_print_fits_a_phone_and_on_paper_a_crowd_stands_upright(
    crowd: Account, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{crowd.pk}/relationship/print/")
    sheets = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", page.pdf(prefer_css_page_size=True))
    assert all(float(wide) < float(high) for wide, high in sheets)
    assert 0 < len(sheets) <= MOST_SHEETS
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
