"""One contact more is recorded, and the drawing and the gates show it at once."""

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.accessible import axe
from tests.web.stage_fixtures import manager_of, met, pair, trades

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_contact
from openkam.web.people.models import User

pytestmark = pytest.mark.browser


def lines(page: Any) -> set[str]:
    """The pairs that the drawing joins; the ideal picture beside it has lines of nobody."""
    drawn = page.locator("[data-edge]").evaluate_all("all => all.map((one) => one.dataset.edge)")
    return {pair for pair in drawn if "hub" not in pair}


@pytest.fixture
def nearly_two_threads(diana: User) -> Account:
    """A bow-tie, and two engineers who lack one contact to be in active contact."""
    account = Account.objects.create(name="Acme 台積", owner=diana)
    trades(account)
    buyer = create_contact(account=account, by=None, name="Their buyer", function="purchasing", level="manager")
    met(manager_of(account), buyer, 6)
    met(*pair(account, "engineer", "rd", "specialist"), 3)
    return account


def test_a_recorded_contact_draws_a_line_and_moves_a_gate(
    nearly_two_threads: Account, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{nearly_two_threads.pk}/relationship/")
    expect(page.get_by_text("hangs on one thread")).to_be_visible()
    expect(page.get_by_text("1 of 3")).to_be_visible()
    assert len(lines(page)) == 1
    page.keyboard.press("n")
    field = page.get_by_role("combobox", name="Who took part?")
    expect(field).to_be_focused()
    for typed, name in (("Their eng", "Their engineer"), ("Our eng", "Our engineer")):
        field.fill("")
        page.keyboard.type(typed)
        expect(page.get_by_role("option", name=name)).to_be_visible()
        page.keyboard.press("Enter")
    page.locator("#record").get_by_role("checkbox", name="Diana").click()
    page.get_by_label("Next step").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("hangs on two threads")).to_be_visible()
    expect(page.get_by_text("2 of 3")).to_be_visible()
    assert len(lines(page)) == 2
    axe(page)


def test_a_line_of_the_drawing_is_named_by_the_keyboard_and_leads_to_its_evidence(
    nearly_two_threads: Account, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{nearly_two_threads.pk}/relationship/")
    line = page.locator("[data-edge]").first
    line.focus()
    assert "Their buyer" in (line.get_attribute("aria-label") or "")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(f"/accounts/{nearly_two_threads.pk}/relationship/")
