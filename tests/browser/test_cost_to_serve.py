"""A cost model typed by hand, from an empty page to the reason of a cost, and taken back again."""

from typing import Any

from playwright.sync_api import expect
from tests.browser.accessible import axe
from tests.web.cost_model_fixtures import COUNTS, YEAR, invoiced

from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear

ACTIVITIES = (
    ("Handle orders", "orders", "8"),
    ("Answer inquiries", "inquiries", "44"),
    ("Check credit", "checks", "50"),
)


def test_kaplan_anderson_2004_typed_from_an_empty_page(sign_in: Any, open_page: Any, diana: Any) -> None:
    accounts = {name: Account.objects.create(name=name) for name in COUNTS}
    for account in accounts.values():
        invoiced(account)
    sign_in(diana)
    page = open_page(f"/portfolio/cost-to-serve/?year={YEAR}")
    expect(page.get_by_role("heading", name="Nothing is assigned yet")).to_be_visible()
    page.get_by_role("link", name="Begin the model").click()
    _type_model(page)
    _type_counts(page, accounts)
    page.get_by_role("link", name="3 Assignment").click()
    page.get_by_role("button", name="Assign", exact=True).click()
    for figure in ("462,880.00", "97,120.00", "82.657%"):
        expect(page.locator(".stats")).to_contain_text(figure)
    axe(page)
    page.get_by_role("link", name="Why? Small and noisy").click()
    expect(page.locator("tfoot")).to_contain_text("2,784.00")
    axe(page)
    _take_back(page)


def _type_model(page: Any) -> None:
    page.get_by_label("Resource pool").fill("Customer service")
    page.get_by_label("Cost", exact=True).fill("560000")
    page.get_by_label("Practical capacity in minutes").fill("700000")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("0.8000 per minute")).to_be_visible()
    for name, driver, minutes in ACTIVITIES:
        page.get_by_role("link", name="Add an activity").click()
        page.locator("#id_name").fill(name)
        page.locator("#id_driver").fill(driver)
        page.locator("#id_minutes").fill(minutes)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(f"t = {minutes}").first).to_be_visible()
    axe(page)


def _type_counts(page: Any, accounts: dict[str, Account]) -> None:
    page.get_by_role("link", name="2 Driver counts").click()
    for name, counts in COUNTS.items():
        for (_, driver, _), count in zip(ACTIVITIES, counts, strict=True):
            page.get_by_label(f"{name}: {driver}").fill(str(count))
    axe(page)
    page.get_by_role("button", name="Save the counts").click()
    expect(page.get_by_text("9 counts changed.")).to_be_visible()


def _take_back(page: Any) -> None:
    page.get_by_role("link", name="3 Assignment").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("heading", name="Nothing is assigned yet")).to_be_visible()
    assert set(AccountYear.objects.values_list("indirect_cost", flat=True)) == {None}
