"""Weights by keyboard: a slider moved with the arrows, a ranking put in order, a pair judged; each saved."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from openkam.web.people.models import User
from openkam.web.rounds.actions import create_round
from openkam.web.rounds.models import Kind, Round, Weighting


@pytest.fixture
def round_(diana: User) -> Round:
    return create_round(by=diana, name="Autumn", on=date(2026, 10, 1))


def weights(round_: Round) -> list[float]:
    return [round(item.weight, 1) for item in round_.items.filter(kind=Kind.SELECTION)]


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the weights").press("Enter")
    page.get_by_text("The weights are saved.").wait_for()


def test_a_slider_moves_by_arrow_keys_and_the_shares_follow(
    round_: Round, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana)
    page = open_page(f"/rounds/{round_.pk}/weights/selection/")
    first, second = round_.items.filter(kind=Kind.SELECTION)[:2]
    slider = page.get_by_role("slider", name=str(second))
    slider.focus()
    slider.press("Home")
    for _ in range(20):
        slider.press("ArrowRight")
    expect(page.locator(f"#points-{second.pk}")).to_have_value("20")
    expect(page.locator(f"output[for=points-{second.pk}]")).to_have_text("3.8%")
    expect(page.locator("#result")).to_contain_text("3.8%")
    page.locator(f"#points-{first.pk}").fill("50")
    expect(page.locator("#result")).to_contain_text("10.6%")
    assert not Weighting.objects.exists()
    save(page)
    assert weights(round_)[:2] == [10.6, 4.3]


def test_a_ranking_is_put_in_order_by_its_buttons(round_: Round, sign_in: Any, open_page: Any, diana: User) -> None:
    sign_in(diana)
    page = open_page(f"/rounds/{round_.pk}/weights/selection/?method=ranking")
    second = round_.items.filter(kind=Kind.SELECTION)[1]
    up = page.get_by_role("button", name=f"Move {second} up")
    up.press("Enter")
    expect(up).to_be_focused()
    expect(page.locator(f"#rank-{second.pk}")).to_have_value("1")
    expect(page.locator("#result li").nth(1)).to_contain_text("40.8%")
    save(page)
    assert weights(round_)[:2] == [24.2, 40.8]


def test_pairs_are_judged_by_keyboard_and_say_what_is_missing(
    round_: Round, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana)
    page = open_page(f"/rounds/{round_.pk}/weights/strength/?method=ahp")
    pairs = page.locator("#weigh select")
    pairs.first.select_option("3")
    expect(page.locator("#result")).to_contain_text("1 of 15 pairs are compared")
    for n in range(1, 15):
        pairs.nth(n).focus()
        page.keyboard.type("as important")
    expect(page.locator("#result")).to_contain_text("Consistency ratio 0.0")
    save(page)
