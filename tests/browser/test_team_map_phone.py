"""The team map on a phone: say what it is for, add a member, fill in one card after the other, read the figures."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.browser.accessible import axe
from tests.browser.conftest import PASSWORD
from tests.browser.test_every_page import PHONE
from tests.web.contact_fixtures import colleague, contact, met
from tests.web.team_fixtures import purposed, sheet

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.people.models import User
from openkam.web.relationships.models import Judgement


@pytest.fixture
def acme(diana: User) -> Account:
    account = Account.objects.create(name="Acme 台積", owner=diana)
    engineer, anna = colleague("Ute Engel"), contact(account, "林雅婷 Lin Yating", title="Plant manager")
    contact(account, "Zoe Quill", title="Buyer")
    for week in range(4):
        met(engineer, anna, on=timezone.localdate() - timedelta(weeks=week + 1))
    return account


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_map_is_filled_in_card_by_card(acme: Account, sign_in: Any, open_page: Any, diana: User) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{acme.pk}/team-map/")
    page.set_viewport_size(PHONE)
    purpose = page.get_by_label("What are these notes about people for?")
    assert purpose.input_value().startswith("To plan who of us speaks with whom")
    purpose.fill("To plan our visits")
    page.locator(".team__purpose").get_by_role("button", name="Save").click()
    expect(page.locator(".team__purpose").get_by_text("To plan our visits").first).to_be_visible()
    page.get_by_label("Who", exact=True).select_option(label="Ute Engel")
    page.get_by_label("Role").fill("Engineer")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".team__members")).to_contain_text("Ute Engel")
    axe(page)
    page.get_by_role("link", name="One card after the other").click()
    _first_card(page)
    _second_card(page)
    expect(page.get_by_text("“林雅婷 Lin Yating” is saved.")).to_be_visible()
    _figures(page)


def _first_card(page: Page) -> None:
    expect(page.get_by_role("heading", name="Zoe Quill")).to_be_visible()
    _fits(page)
    axe(page)
    page.get_by_role("checkbox", name="Technical").check()
    page.get_by_label("Degree of influence").select_option(label="2 medium")
    page.get_by_label("Degree of support").select_option(label="−1 against")
    page.get_by_label("Selection").select_option(label="3 high")
    page.get_by_role("button", name="Save, then 林雅婷 Lin Yating").click()


def _second_card(page: Page) -> None:
    expect(page.get_by_role("heading", name="林雅婷 Lin Yating")).to_be_visible()
    page.get_by_role("checkbox", name="Economic").check()
    page.get_by_label("Degree of influence").select_option(label="3 high")
    page.get_by_text("Support on another scale").click()
    page.get_by_label("We use another scale").select_option(label="−5 … +5")
    page.get_by_label("Support on that scale").fill("+4")
    page.get_by_label("Selection").select_option(label="2 medium")
    page.get_by_label("Covered by the numbers").nth(2).fill("1")
    page.get_by_label("What motivates this person?").fill("Her line must run")
    page.get_by_label("How do you know?").nth(1).select_option(label="said")
    page.get_by_role("button", name="Save", exact=True).click()


def _figures(page: Page) -> None:
    """Selection: (3·2·2 − 2·3·1) over 2·(6 + 6) is .25; half of the weight is in contact."""
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Selection"))
    expect(row).to_contain_text("0.25")
    expect(row).to_contain_text("50.0%")
    expect(page.get_by_text("high influence · strongly supportive")).to_be_visible()
    _fits(page)
    assert Judgement.objects.count() == 2
    assert Contact.objects.get(name__startswith="林").judgements.get().support == 2


def test_the_grid_takes_arrows_and_a_pasted_block_and_saves_them(
    acme: Account, sign_in: Any, open_page: Any, diana: User
) -> None:
    people = sheet(acme, diana)
    sign_in(diana)
    page = open_page(f"/accounts/{acme.pk}/team-map/")
    first = page.get_by_label("QA, degree of influence")
    first.click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("QA, degree of support")).to_be_focused()
    first.evaluate(
        """(cell) => { const data = new DataTransfer(); data.setData("text/plain", "1\\t-2\\t2 1");
        cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
    )
    page.get_by_role("button", name="Save the sheet").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    made = Judgement.objects.get(contact=people["QA"])
    assert (made.influence, made.support, made.cells.get(phase="recognition").participation) == (1, -2, 2)
    axe(page)


def test_without_javascript_the_sheet_is_typed_and_saved(
    acme: Account, browser: Browser, live_server: Any, diana: User
) -> None:
    purposed(acme, diana)
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live_server.url}/auth/login/")
    page.locator("input[name=login]").fill(diana.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{live_server.url}/accounts/{acme.pk}/team-map/")
    page.get_by_label("Zoe Quill, degree of influence").fill("3")
    page.get_by_role("button", name="Save the sheet").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Judgement.objects.get().influence == 3
    plain.close()
