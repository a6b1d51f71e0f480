"""Somebody at the customer follows a link on a phone, in Chinese, and rates us; then we see both views."""

import re
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.accessible import axe
from tests.web.round_fixtures import accounts, entry, round_of, score

from openkam.web.people.models import User
from openkam.web.programme.models import Settings
from openkam.web.rounds.actions import move_on, name_competitors
from openkam.web.rounds.customer.actions import make_link
from openkam.web.rounds.models import CustomerLink, CustomerScore, Entry

PHONE = {"width": 390, "height": 844}
SMALLEST_TARGET = 24


@pytest.fixture
def at(diana: User) -> Entry:
    round_ = round_of(diana, accounts("Acme 台積"), raters=[diana])
    found = entry(round_, "Acme 台積")
    name_competitors(found, names=["Contoso", "一家名字非常非常非常長的競爭對手股份有限公司"], by=diana)
    Settings.objects.create(pk=1, company="Northwind")
    return found


@pytest.fixture
def link(at: Entry, diana: User, live_server: Any) -> str:
    return f"{live_server.url}/ask/{make_link(at, contact='Ms Lin', days=14, by=diana)}/"


@pytest.fixture
def phone(browser: Browser) -> Any:
    """A stranger's phone that prefers traditional Chinese."""
    context = browser.new_context(viewport=PHONE, locale="zh-TW", has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def test_a_customer_rates_us_on_a_phone_in_chinese(phone: Page, link: str) -> None:
    phone.goto(link)
    expect(phone.locator("html")).to_have_attribute("lang", "zh-Hant")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    axe(phone)
    groups = phone.locator("fieldset")
    expect(groups).to_have_count(6 * 3)
    for group in range(3):
        groups.nth(group).get_by_role("radio", name=str(group + 7), exact=True).check()
    phone.locator("textarea").fill("請更快回覆。")
    phone.locator("button[name=send]").click()
    expect(phone.locator("fieldset")).to_have_count(0)
    axe(phone)
    assert sorted(CustomerScore.objects.values_list("value", flat=True)) == [7, 8, 9]
    assert CustomerLink.objects.get().remark == "請更快回覆。"
    answer = phone.goto(link)
    assert answer
    assert answer.status == 410


def test_a_thumb_hits_every_number(phone: Page, link: str) -> None:
    phone.goto(link)
    sizes = [box.bounding_box() for box in phone.locator("fieldset label").all()]
    assert len(sizes) == 6 * 3 * 11
    assert [size for size in sizes if not size or min(size["width"], size["height"]) < SMALLEST_TARGET] == []


def test_another_language_keeps_what_was_chosen(phone: Page, link: str) -> None:
    phone.goto(link)
    phone.get_by_role("radio", name="4", exact=True).first.check()
    phone.locator("textarea").fill("half way")
    phone.get_by_role("button", name="English").click()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    expect(phone.locator("fieldset").first.get_by_role("radio", name="4", exact=True)).to_be_checked()
    expect(phone.locator("textarea")).to_have_value("half way")
    assert not CustomerScore.objects.exists()


def test_it_is_filled_in_by_keys_alone_and_enter_sends_nothing_by_a_slip(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("radio", name="cannot say").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="2", exact=True).first).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="2", exact=True).first).to_be_checked()
    assert not CustomerScore.objects.exists()
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert CustomerScore.objects.get().value == 2


def test_it_works_without_scripts(browser: Browser, link: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="en-GB")
    page = context.new_page()
    page.goto(link)
    page.locator("button[name=send]").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is rated yet")
    page.get_by_role("radio", name="10", exact=True).first.check()
    page.locator("button[name=send]").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()


def test_a_link_is_made_copied_answered_and_both_views_stand_there(
    sign_in: Any, diana: User, at: Entry, phone: Page
) -> None:
    page = sign_in(diana)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(page.evaluate("location.origin") + f"/rounds/{at.round_id}/customer/{at.pk}/")
    axe(page)
    page.get_by_label("For whom is it?").fill("Ms Lin")
    page.get_by_role("button", name="Make a link").click()
    shown = page.locator("#link").input_value()
    axe(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == shown
    score(at.round, diana, {at.name: [7] * at.round.items.filter(kind="selection").count()})
    phone.goto(shown)
    phone.get_by_role("radio", name="10", exact=True).first.check()
    phone.locator("button[name=send]").click()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("row", name="Ms Lin")).to_contain_text("answered")
    expect(page.locator("#content")).to_contain_text("An answer has arrived; it is shown after the reveal.")
    axe(page)
    move_on(at.round, to="revealed", by=diana)
    page.reload()
    expect(page.get_by_role("row", name="Price Ourselves")).to_contain_text("10")
    axe(page)


def test_of_many_answers_at_once_one_is_kept_and_the_others_are_told(link: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        visitors = list(threads.map(lambda _number: _opened(link), range(8)))
        answers = sorted(threads.map(lambda visitor: _sent(link, *visitor), visitors))
    assert answers == [200] + [410] * 7
    assert CustomerScore.objects.count() == 6 * 3


def _opened(link: str) -> tuple[OpenerDirector, dict[str, str]]:
    """A browser that has read the form, and the form filled in."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with browser.open(link) as answer:
        said = answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', said)
    assert token
    return browser, {"csrfmiddlewaretoken": token[1], **dict.fromkeys(re.findall(r'name="(rate-\w+)"', said), "5")}


def _sent(link: str, browser: OpenerDirector, form: dict[str, str]) -> int:
    try:
        with browser.open(link, urlencode({**form, "remark": ""}).encode()) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        with refusal:
            return refusal.code
