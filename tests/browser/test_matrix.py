"""The account matrix by hand and by keyboard: from bubble to bubble, by slider and by choice, in both themes."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.accessible import axe
from tests.web.round_fixtures import accounts, compete, criteria, entry, round_of, score
from tests.web.test_rounds_results import CAF, CSF, TABLE_ONE, TABLE_TWO

from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.models import Kind, Round


@pytest.fixture
def decks(diana: User) -> Round:
    """The deck's four customers, scored and revealed by Diana."""
    picked = [*criteria(*CAF, kind=Kind.ATTRACTIVENESS), *criteria(*CSF, kind=Kind.STRENGTH)]
    round_ = round_of(diana, accounts(*TABLE_ONE), raters=[diana], picked=picked, name="Autumn", on=date(2026, 10, 1))
    score(round_, diana, TABLE_ONE, Kind.ATTRACTIVENESS)
    for name, rows in TABLE_TWO.items():
        compete(round_, diana, name, rows, diana)
    return move_on(round_, to="revealed", by=diana)


@pytest.fixture
def matrix(sign_in: Callable[[User], Page], open_page: Callable[[str], Page], diana: User, decks: Round) -> Page:
    sign_in(diana)
    return open_page(f"/rounds/{decks.pk}/matrix/")


def bubble(page: Page, name: str) -> Any:
    return page.locator("a.dot", has=page.locator("title", has_text=re.compile(f"^{name}:")))


def test_arrow_keys_walk_from_bubble_to_bubble_and_light_its_row(matrix: Page, decks: Round) -> None:
    page = matrix
    expect(page.locator('a.dot[tabindex="0"]')).to_have_count(1)
    bubble(page, "Beta").focus()
    page.keyboard.press("ArrowRight")
    expect(bubble(page, "Alpha")).to_be_focused()
    expect(page.locator("tr.is-lit")).to_contain_text("Alpha")
    expect(page.locator(".matrix__said")).to_contain_text("Alpha: Key account, attractiveness 7.17")
    page.keyboard.press("ArrowDown")
    expect(bubble(page, "Gamma")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(bubble(page, "Delta")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/strength/{entry(decks, 'Delta').pk}/")
    expect(page.get_by_role("heading", name="How strong are we at Delta?")).to_be_visible()


def test_a_slider_moves_the_accounts_at_once_and_keeps_the_focus(matrix: Page, decks: Round) -> None:
    page, row = matrix, matrix.locator("tr[data-account]", has_text="Beta")
    expect(row).to_contain_text("Key development account")
    page.get_by_text("Weights of the factors").click()
    slider = page.get_by_label("Closeness of relationships")
    sliders = page.locator("#what-if input[type=range]")
    for number in range(sliders.count()):
        sliders.nth(number).focus()
        for _ in range(7):  # the others at 30, this one at 100: 40 % of the weight, where 37.5 % flips
            page.keyboard.press("PageDown")
    slider.focus()
    page.keyboard.press("End")
    expect(row).to_contain_text("Opportunistic account")
    expect(page.get_by_text("This is a what-if")).to_be_visible()
    expect(slider).to_be_focused()
    decks.refresh_from_db()
    assert set(decks.items.filter(kind=Kind.ATTRACTIVENESS).values_list("weight", flat=True)) == {1.0}
    page.reload()
    expect(row).to_contain_text("Opportunistic account")
    page.get_by_role("link", name="Reset").click()
    expect(row).to_contain_text("Key development account")


def test_what_was_tried_is_kept_by_who_runs_the_round(matrix: Page, decks: Round) -> None:
    page = matrix
    page.get_by_label("Attractive from").select_option("midpoint")
    page.get_by_label("Our strength against").select_option("average")
    expect(page.get_by_text("Strong from 1.00: our score ÷ the average competitor's.")).to_be_visible()
    page.get_by_role("button", name="Keep these rules").click()
    expect(page.get_by_text("These are the rules of the round now.")).to_be_visible()
    decks.refresh_from_db()
    assert (decks.cut, decks.strength_rule) == ("midpoint", "average")


def test_the_list_follows_class_and_name_while_one_types(matrix: Page) -> None:
    page = matrix
    page.get_by_label("Accounts with this in their name").fill("gam")
    expect(page.locator("tr[data-account]")).to_have_count(1)
    expect(page.get_by_label("Accounts with this in their name")).to_be_focused()
    page.get_by_label("Accounts with this in their name").fill("")
    page.get_by_label("Class", exact=True).select_option("key")
    expect(page.locator("tr[data-account]")).to_have_count(1)
    expect(page.locator("tr[data-account]")).to_contain_text("Alpha")


def test_pointing_at_a_row_lights_its_bubble(matrix: Page) -> None:
    matrix.locator("tr[data-account]", has_text="Gamma").hover()
    expect(bubble(matrix, "Gamma")).to_have_class(re.compile("is-lit"))


@pytest.mark.parametrize("part", ["matrix/", "attractiveness/", "strength/"])
def test_the_pages_are_accessible_in_both_themes(matrix: Page, open_page: Any, decks: Round, part: str) -> None:
    axe(open_page(f"/rounds/{decks.pk}/{part}"))


def test_table_two_is_accessible_and_takes_a_competitor(matrix: Page, open_page: Any, decks: Round) -> None:
    page = open_page(f"/rounds/{decks.pk}/strength/{entry(decks, 'Beta').pk}/")
    axe(page)
    page.get_by_label("Competitor 3").fill("Globex")
    page.get_by_role("button", name="Save competitors").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator(".table-two thead")).to_contain_text("Globex")


def test_on_a_phone_the_picture_fits_and_nothing_scrolls_sideways(matrix: Page) -> None:
    matrix.set_viewport_size({"width": 360, "height": 740})
    wide = matrix.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    box = matrix.locator("svg.matrix").bounding_box()
    assert box
    assert box["width"] <= 330
