"""The ranking of a round: weights moved by keyboard, with and without JavaScript; two rounds compared."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.accessible import axe
from tests.browser.conftest import PASSWORD, person
from tests.browser.test_every_page import PHONE
from tests.web.round_fixtures import accounts, compete, criteria, round_of, score

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.freezing import freeze
from openkam.web.rounds.models import Kind, Round, Stage
from openkam.web.rounds.weights.weighting import set_weights

SIX = ("revenue_potential", "profitability_potential", "cultural_fit", "solvency", "product_fit", "flexibility")
SPRING = {"P": (8, 6, 9, 5, 7, 10), "Q": (9, 8, 4, 6, 3, 8), "R": (7, 7, 10, 6, 6, 6), "S": (9, 8, 5, 3, 5, 5)}
AUTUMN = {**SPRING, "P": (8, 6, 5, 5, 4, 10), "S": (9, 8, 5, 6, 5, 5)}
OURS = {"P": 8, "Q": 4, "R": 7, "S": 3}


def frozen(by: User, rater: User, table: dict[str, Any], **fields: Any) -> Round:
    members = [Account.objects.filter(name=name).first() or accounts(name)[0] for name in table]
    picked = [
        *criteria(*SIX),
        *criteria("size", kind=Kind.ATTRACTIVENESS),
        *criteria("price", kind=Kind.STRENGTH),
    ]
    round_ = round_of(by, members, raters=[rater, by], picked=picked, top=2, **fields)
    items = [str(pk) for pk in round_.items.filter(kind=Kind.SELECTION).values_list("pk", flat=True)]
    points = {"method": "points", "items": items, "points": ["100", "80", "60", "50", "40", "20"]}
    set_weights(round_, kind=Kind.SELECTION, content=points, by=by)
    score(round_, rater, table)
    score(round_, by, {"Q": (9, 8, 9, 6, 3, 8)})
    score(round_, rater, {name: (row[0],) for name, row in table.items()}, Kind.ATTRACTIVENESS)
    for name, ours in OURS.items():
        compete(round_, by, name, {"": (ours,), "Rival": (5,)}, rater)
    for stage in (Stage.REVEALED, Stage.LOCKED):
        round_ = move_on(round_, to=stage, by=by)
    return freeze(round_, by=by).round


@pytest.fixture
def two(diana: User) -> tuple[Round, Round]:
    rater = person("Olga", Role.MANAGER)
    spring = frozen(diana, rater, SPRING, name="Spring", on=date(2026, 4, 1))
    return spring, frozen(diana, rater, AUTUMN, name="Autumn", on=date(2026, 10, 1))


def order(page: Page) -> Any:
    return page.locator(".ranking__table tbody th > a")


def test_weights_moved_by_keyboard_rank_anew(
    two: tuple[Round, Round], sign_in: Any, open_page: Any, diana: Any
) -> None:
    sign_in(diana)
    page = open_page(f"/rounds/{two[0].pk}/ranking/")
    expect(order(page)).to_have_text(["P", "R", "Q", "S"])
    axe(page)
    slider = page.get_by_label("Revenue potential")
    slider.focus()
    page.keyboard.press("Home")
    expect(order(page)).to_have_text(["R", "P", "Q", "S"])
    expect(page.get_by_text("these are not the weights of the round")).to_be_visible()
    expect(page.locator(".slider", has=slider).locator("output")).to_have_text("0 0%")
    expect(slider).to_be_focused()
    assert f"w{two[0].items.get(criterion__slug='revenue_potential').pk}=0" in page.url
    axe(page)
    page.keyboard.press("End")
    expect(order(page)).to_have_text(["P", "R", "Q", "S"])
    page.get_by_role("link", name="Reset").click()
    expect(page.get_by_text("these are not the weights of the round")).to_have_count(0)


def test_nothing_but_zeros_leaves_the_last_table(
    two: tuple[Round, Round], sign_in: Any, open_page: Any, diana: Any
) -> None:
    sign_in(diana)
    page = open_page(f"/rounds/{two[0].pk}/ranking/")
    for slider in page.locator("input[type=range]").all():
        slider.focus()
        page.keyboard.press("Home")
    expect(page.locator("#ranking-problem")).to_contain_text("All weights are zero.")
    expect(order(page)).to_have_count(4)
    page.keyboard.press("End")
    expect(page.locator("#ranking-problem")).to_be_empty()
    expect(order(page)).to_have_text(["P", "Q", "R", "S"])


def test_typing_filters_the_ranking(two: tuple[Round, Round], sign_in: Any, open_page: Any, diana: Any) -> None:
    sign_in(diana)
    page = open_page(f"/rounds/{two[0].pk}/ranking/")
    page.get_by_label("Accounts with this in their name").fill("q")
    expect(order(page)).to_have_text(["Q"])


def test_without_javascript_the_sliders_are_a_form(
    two: tuple[Round, Round], browser: Browser, live_server: Any, diana: User
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_server.url}/auth/login/")
    page.locator("input[name=login]").fill(diana.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{live_server.url}/rounds/{two[0].pk}/ranking/")
    page.get_by_label("Revenue potential").focus()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Rank", exact=True).click()
    expect(order(page)).to_have_text(["R", "P", "Q", "S"])
    context.close()


def test_two_rounds_are_compared(two: tuple[Round, Round], sign_in: Any, open_page: Any, diana: Any) -> None:
    sign_in(diana)
    page = open_page("/rounds/compare/")
    rows = page.locator(".moves tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("1 → 4")
    expect(page.locator(".moves")).to_contain_text("Cultural fit 9 → 5")
    axe(page)
    page.get_by_label("From").select_option(label="Autumn · 2026-10-01 · frozen")
    page.wait_for_url("**from=**")
    expect(page.locator(".moves svg")).to_have_count(4)


@pytest.mark.parametrize("address", ["/rounds/{}/ranking/", "/rounds/{}/ranking/print/", "/rounds/compare/?x={}"])
def test_the_pages_fit_a_phone(
    address: str, two: tuple[Round, Round], sign_in: Any, open_page: Any, *, diana: Any
) -> None:
    page = sign_in(diana)
    page.set_viewport_size(PHONE)
    open_page(address.format(two[0].pk))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    axe(page)
