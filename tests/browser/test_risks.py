"""Risks with hands: a card walks by keyboard and by mouse, a waiver opens the gate, raters answer on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.accessible import axe
from tests.web.risk_fixtures import frozen_round, project, risk

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.models import Decision, Risk, RiskPlacement

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def acme(diana: User) -> Account:
    return Account.objects.create(name="Acme 台積", owner=diana)


@pytest.fixture
def flood(acme: Account, diana: User) -> Risk:
    fields = {"plan": "Dam", "owner": diana, "due_on": "2020-01-01", "at_stake": 250_000}
    return risk(acme, "Flood", by=diana, **fields)


def card(page: Page, one: Risk) -> Any:
    return page.locator(f"#card-{one.pk}")


def cell(page: Page, impact: str, probability: str) -> Any:
    return page.locator(f'[data-impact="{impact}"][data-probability="{probability}"]')


def fits(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_card_is_placed_by_keyboard(flood: Risk, sign_in: Any, open_page: Any, diana: User) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{flood.account_id}/risks/?gate=launch")
    card(page, flood).focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#messages")).to_contain_text("impact Medium, probability Medium: Fix before launch")
    expect(cell(page, "medium", "medium")).to_contain_text("Flood")
    expect(card(page, flood)).to_be_focused()
    flood.refresh_from_db()
    assert (flood.inherent_impact, flood.inherent_probability) == ("medium", "medium")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(cell(page, "medium", "medium")).to_contain_text("Flood")
    axe(page)
    fits(page)


def test_a_card_is_dragged_and_its_arrow_shows_where_it_came_from(
    flood: Risk, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{flood.account_id}/risks/?stand=after")
    for place, label in (("high", "Showstopper"), ("low", "Fix before launch")):
        card(page, flood).drag_to(cell(page, "high", place))
        expect(page.locator("#messages")).to_contain_text(label)
    flood.refresh_from_db()
    assert (flood.inherent_probability, flood.residual_probability) == ("high", "low")
    expect(cell(page, "high", "high")).to_contain_text("↓")
    card(page, flood).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Flood")
    axe(page)
    fits(page)


def test_without_scripts_two_selects_place_it(flood: Risk, sign_in: Any, browser: Any, live_server: Any) -> None:
    cookies = sign_in(flood.owner).context.cookies()
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"{live_server.url}/accounts/{flood.account_id}/risks/")
    page.locator(".risk-move summary").click()
    page.locator("select[name=impact]").select_option("high")
    page.locator("select[name=probability]").select_option("high")
    page.get_by_role("button", name="Place it").click()
    expect(cell(page, "high", "high")).to_contain_text("Flood")
    plain.close()


def test_a_signed_waiver_opens_the_gate(flood: Risk, sign_in: Any, open_page: Any, diana: User) -> None:
    Risk.objects.filter(pk=flood.pk).update(inherent_impact="high", inherent_probability="medium")
    sign_in(diana)
    page = open_page(f"/accounts/{flood.account_id}/risks/")
    page.get_by_label("Gate", exact=True).select_option("launch")
    expect(page.locator(".risk-verdict")).to_contain_text("No-go")
    page.get_by_text("Sign a waiver").click()
    page.get_by_label("Why may we launch with this risk?").fill("We carry it ourselves.")
    axe(page)
    page.get_by_role("button", name="Sign as Diana").click()
    expect(page.locator(".risk-verdict--go")).to_be_visible()
    axe(page)
    expect(page.locator(".risk-gate")).to_contain_text("We carry it ourselves.")
    assert Decision.objects.get().risk == flood
    page.goto(page.url.split("/accounts/")[0] + "/decisions/")
    expect(page.locator("main")).to_contain_text("Waiver signed")
    axe(page)
    fits(page)


def test_a_rater_answers_on_a_phone_and_the_lead_reveals(
    flood: Risk, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana).set_viewport_size(PHONE)
    page = open_page(f"/accounts/{flood.account_id}/risks/blind/")
    page.get_by_role("group", name="Impact", exact=True).get_by_label("High").check()
    page.get_by_role("group", name="Probability", exact=True).get_by_label("Low").check()
    page.get_by_role("button", name="Save my placements").click()
    expect(page.locator("#messages")).to_contain_text("Only you see where")
    assert RiskPlacement.objects.get().inherent_impact == "high"
    axe(page)
    fits(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Reveal").click()
    page.goto(page.url.split("/accounts/")[0] + f"/risks/{flood.pk}/")
    page.get_by_role("button", name="Accept the agreed place").click()
    expect(page.locator("main")).to_contain_text("The risk stands there.")
    axe(page)


def test_the_pages_around_a_register_are_accessible_and_fit_a_phone(
    flood: Risk, sign_in: Any, open_page: Any, diana: User
) -> None:
    account = flood.account
    frozen_round(account)
    ours = project(account, by=diana, owner=diana)
    late = risk(ours, "Late", "high high", residual="low low", by=diana)
    sign_in(diana)
    addresses = [
        f"/risks/{late.pk}/edit/",
        f"/projects/{ours.pk}/",
        f"/projects/{ours.pk}/edit/",
        "/projects/",
        "/risks/",
    ]
    addresses += [f"/projects/{ours.pk}/risks/new/?prompt=recruitment", f"/projects/{ours.pk}/risks/blind/"]
    addresses += [f"/accounts/{account.pk}/decisions/?kind=named", f"/accounts/{account.pk}/decisions/?kind=deselected"]
    for address in addresses:
        page = open_page(address)
        axe(page)
        fits(page)
