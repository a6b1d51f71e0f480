"""A round from the first blind score to the frozen record: two raters, one on a phone in Chinese, and a facilitator."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.accessible import axe
from tests.browser.conftest import PASSWORD, person
from tests.web.round_fixtures import accounts, criteria, entry, round_of, score

from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.rounds.actions import move_on, name_competitors
from openkam.web.rounds.models import Kind, Round, Score

PHONE = {"width": 390, "height": 844}
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
Visit = Callable[..., Page]


@pytest.fixture
def olga(transactional_db: None) -> User:
    return person("Olga", Role.MANAGER, sees_profit=True)


@pytest.fixture
def tim(transactional_db: None) -> User:
    """Reads Chinese, on a phone."""
    return person("Tim", Role.CONTRIBUTOR, language="zh-hant")


@pytest.fixture
def round_(diana: User, olga: User, tim: User) -> Round:
    picked = [*criteria("revenue_potential", "market_leader"), *criteria("price", kind=Kind.STRENGTH)]
    made = round_of(diana, accounts("Ajax 台積", "Bolt"), raters=[olga, tim], picked=picked)
    name_competitors(entry(made, "Ajax 台積"), names=["Xeno"], by=diana)
    return made


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Any:
    """`visit(tim, "/rounds/1/", **PHONE)`: another person's own browser, signed in, on a page of this server."""
    contexts = []

    def go(user: User, address: str, width: int = 1360, height: int = 900) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, locale="en-GB"))
        page = contexts[-1].new_page()
        page.goto(f"{live_server.url}/auth/login/")
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button:not([name])").first.click()
        page.locator(".nav__person").wait_for()
        page.goto(f"{live_server.url}{address}")
        return page

    yield go
    for context in contexts:
        context.close()


def choose(page: Page, nth: int, value: int) -> None:
    """The point in the n-th row of points, as a thumb does it; waits until the server has it."""
    place = page.locator(".place").nth(nth)
    place.locator(".scale__point").nth(value).click()
    expect(place).to_have_attribute("data-state", "saved")


def press(page: Page, name: str) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=name, exact=True).click()


def test_two_raters_score_blind_talk_score_again_and_the_round_is_frozen(
    *, round_: Round, diana: User, olga: User, tim: User, visit: Visit
) -> None:
    """One of them on a phone in Chinese."""
    lead = visit(diana, f"/rounds/{round_.pk}/")
    desk = visit(olga, f"/rounds/{round_.pk}/score/")
    phone = visit(tim, f"/rounds/{round_.pk}/score/", **PHONE)
    for page, values in ((desk, (8, 9, 7, 6)), (phone, (2, 9, 5, 5))):
        for nth, value in enumerate(values):
            choose(page, nth, value)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(lead.locator(".raters__count").first).to_contain_text("4 of 7")
    expect(lead.locator("main")).not_to_contain_text("Ajax")

    press(lead, "Reveal the scores")
    lead.get_by_role("link", name="Where do we disagree?").click()
    expect(lead.locator("tbody tr").first).to_contain_text("Ajax 台積")
    expect(lead.locator("tbody tr").first).to_contain_text("Olga 8")
    expect(phone.locator(".clock .problem")).to_be_visible(timeout=15_000)

    lead.goto(lead.url.replace("agreement/", ""))
    press(lead, "Start the second round")
    expect(lead.locator("[aria-current=step]")).to_contain_text("Score again")
    phone.goto(phone.url)
    expect(phone.locator(".is-apart")).to_have_count(1)
    choose(phone, 0, 7)
    press(lead, "Reveal the scores")
    press(lead, "Lock the medians")
    press(lead, "Freeze the round")
    expect(lead.locator("[aria-current=step]")).to_contain_text("Freeze")
    round_.refresh_from_db()
    assert round_.frozen.by == diana
    assert Score.objects.filter(member__user=tim, turn=2).get().value == 7


def test_scores_are_chosen_by_keyboard(round_: Round, olga: User, visit: Visit) -> None:
    page = visit(olga, f"/rounds/{round_.pk}/score/")
    page.locator(".place input").first.focus()
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    page.keyboard.press("0")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".place").nth(1)).to_have_attribute("data-state", "saved")
    expect(page.locator(".place").first).to_have_attribute("data-state", "saved")
    assert sorted(Score.objects.values_list("value", flat=True)) == [7, 9]


def test_what_cannot_be_sent_is_kept_and_sent_when_the_network_is_back(round_: Round, olga: User, visit: Visit) -> None:
    page = visit(olga, f"/rounds/{round_.pk}/score/")
    page.context.set_offline(True)
    page.locator(".place").first.locator(".scale__point").nth(6).click()
    expect(page.locator("[data-scoring-state]")).to_contain_text("Kept on this device")
    assert not Score.objects.exists()
    page.context.set_offline(False)
    expect(page.locator(".place").first).to_have_attribute("data-state", "saved", timeout=15_000)
    assert Score.objects.get().value == 6


def test_what_was_typed_offline_survives_closing_the_page(round_: Round, olga: User, visit: Visit) -> None:
    page = visit(olga, f"/rounds/{round_.pk}/score/")
    page.context.set_offline(True)
    page.locator(".place").first.locator(".scale__point").nth(6).click()
    expect(page.locator("[data-scoring-state]")).to_contain_text("Kept on this device")
    address, other = page.url, page.context
    page.close()
    other.set_offline(False)
    again = other.new_page()
    again.goto(address)
    expect(again.locator(".place").first).to_have_attribute("data-state", "saved")
    expect(again.locator(".place").first.locator("input:checked")).to_have_value("6")
    assert Score.objects.get().value == 6


def test_a_block_from_a_spreadsheet_fills_the_grid_and_a_bad_score_is_told(
    round_: Round, olga: User, visit: Visit
) -> None:
    page = visit(olga, f"/rounds/{round_.pk}/score/grid/")
    page.locator(".score-grid__cell").first.focus()
    page.evaluate(PASTE, "8\t11\n3\t4\n")
    expect(page.locator("[data-refusal]").nth(1)).to_contain_text("“11” is not a score")
    expect(page.locator("td[data-state=saved]")).to_have_count(3)
    assert sorted(Score.objects.values_list("value", flat=True)) == [3, 4, 8]


def test_without_javascript_a_form_saves_the_account(
    round_: Round, olga: User, browser: Browser, live_server: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/auth/login/?next=/rounds/{round_.pk}/score/")
    page.locator("input[name=login]").fill(olga.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator(".place").first.locator(".scale__point").nth(8).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".message--success")).to_be_visible()
    context.close()
    assert Score.objects.get().value == 8


def test_every_page_of_scoring_is_accessible_in_both_themes(
    *, round_: Round, diana: User, olga: User, tim: User, visit: Visit
) -> None:
    page = visit(olga, f"/rounds/{round_.pk}/")
    origin = page.url.removesuffix(f"/rounds/{round_.pk}/")
    for address in ("", "score/", "score/grid/", "score/grid/?kind=strength"):
        page.goto(f"{origin}/rounds/{round_.pk}/{address}")
        axe(page)
    score(round_, olga, {"Ajax 台積": (8, 9)})
    score(round_, tim, {"Ajax 台積": (1, 9)})
    move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    for address in ("", "agreement/", "score/", "score/grid/"):
        page.goto(f"{origin}/rounds/{round_.pk}/{address}")
        axe(page)
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.set_viewport_size({"width": 1360, "height": 900})
