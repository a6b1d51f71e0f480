"""The org chart without a mouse, with one, and its look to a screen reader."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.accessible import axe
from tests.browser.conftest import person

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_contact
from openkam.web.contacts.models import Contact
from openkam.web.people.permissions import Role


@pytest.fixture
def chart(sign_in: Any, open_page: Any, transactional_db: None) -> Page:
    """Ada above Ben and Cem; Dan below Ben; Eve alone; seen by Olga, who looks after the account."""
    olga = person("Olga", Role.MANAGER)
    account = Account.objects.create(name="Acme", owner=olga)
    ada = create_contact(account=account, by=None, name="Ada", level="director")
    ben, _cem = (create_contact(account=account, by=None, name=name, reports_to=ada) for name in ("Ben", "Cem"))
    create_contact(account=account, by=None, name="Dan", reports_to=ben)
    create_contact(account=account, by=None, name="Eve", is_placeholder=True)
    sign_in(olga)
    return open_page(f"/accounts/{account.pk}/org-chart/")  # type: ignore[no-any-return]


def item(page: Page, name: str) -> Any:
    return page.locator(f"[role=treeitem][data-name='{name}']")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def boss_of(name: str) -> str | None:
    return Contact.objects.values_list("reports_to__name", flat=True).get(name=name)


def test_somebody_is_moved_and_brought_back_by_keyboard(chart: Page) -> None:
    item(chart, "Ada").focus()
    press(chart, "ArrowRight")
    expect(item(chart, "Ben")).to_be_focused()
    press(chart, "ArrowDown")
    expect(item(chart, "Dan")).to_be_focused()
    press(chart, "Enter")
    expect(chart.locator("[data-org-said]")).to_have_text("Picked up: Dan. Walk to the superior and press Enter.")
    press(chart, "ArrowDown", "Enter")
    expect(chart.get_by_text("“Dan” reports to “Cem” now.")).to_be_visible()
    expect(item(chart, "Dan")).to_be_focused()
    assert boss_of("Dan") == "Cem"
    chart.get_by_role("button", name="Take back the move of “Dan”").press("Enter")
    expect(chart.get_by_text("“Dan” reports to “Ben” now.")).to_be_visible()
    assert boss_of("Dan") == "Ben"


def test_escape_lets_go_and_nothing_has_moved(chart: Page) -> None:
    item(chart, "Dan").focus()
    press(chart, "Enter", "ArrowDown", "Escape")
    expect(item(chart, "Dan")).to_be_focused()
    expect(chart.locator("[data-org-said]")).to_have_text("Let go: Dan.")
    press(chart, "ArrowLeft", "Enter", "ArrowRight", "Enter")
    expect(chart.locator("[data-org-said]")).to_have_text("Nobody can report to one of their own people.")
    assert (boss_of("Dan"), boss_of("Ben")) == ("Ben", "Ada")


def test_the_place_for_nobody_is_the_first_stop_while_somebody_is_held(chart: Page) -> None:
    item(chart, "Dan").focus()
    press(chart, "Enter", "Home")
    expect(chart.locator("[data-org-nobody]")).to_be_focused()
    press(chart, "Enter")
    expect(chart.get_by_text("“Dan” reports to nobody we know now.")).to_be_visible()
    assert boss_of("Dan") is None


def test_o_opens_the_person_and_the_tree_is_one_stop(chart: Page) -> None:
    item(chart, "Ada").focus()
    press(chart, "Tab")
    expect(chart.locator(".org-place summary")).to_be_focused()
    item(chart, "Ben").focus()
    press(chart, "o")
    chart.wait_for_url(f"**/contacts/{Contact.objects.get(name='Ben').pk}/")


def test_somebody_is_dragged_onto_their_superior(chart: Page) -> None:
    boxes = {name: item(chart, name).locator(".org__box").first.bounding_box() for name in ("Dan", "Eve")}
    (x, y), (to_x, to_y) = ((box["x"] + 60, box["y"] + box["height"] - 6) for box in boxes.values())
    chart.mouse.move(x, y)
    chart.mouse.down()
    chart.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
    expect(chart.locator(".org__ghost")).to_be_visible()
    moved = item(chart, "Eve").locator(".org__box").first.bounding_box()
    chart.mouse.move(moved["x"] + 60, moved["y"] + moved["height"] - 6, steps=4)
    chart.mouse.up()
    expect(chart.get_by_text("“Dan” reports to “Eve” now.")).to_be_visible()
    assert boss_of("Dan") == "Eve"


def test_the_chart_is_accessible(chart: Page) -> None:
    axe(chart)
