"""Everything by keyboard: from the sign-in page to an account, through the palette, along the skip link."""

from typing import Any

from playwright.sync_api import expect

from openkam.web.accounts.models import Account
from openkam.web.accounts.search import index_accounts


def test_tab_and_enter_lead_to_the_accounts(sign_in: Any, diana: Any) -> None:
    page = sign_in(diana)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/accounts/":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/")


def test_the_first_stop_skips_to_the_content(sign_in: Any, open_page: Any, diana: Any) -> None:
    sign_in(diana)
    page = open_page("/accounts/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_g_and_a_letter_go_to_a_page(sign_in: Any, diana: Any) -> None:
    page = sign_in(diana)
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/portfolio/")


def test_control_k_finds_an_account_by_part_of_its_name(sign_in: Any, diana: Any) -> None:
    account = Account.objects.create(name="Northern Lights Foods 北極光", external_id="NLF")
    index_accounts([account])
    page = sign_in(diana)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.type("thern Li")
    page.locator("#palette-results a", has_text="Northern Lights").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/accounts/{account.pk}/")


def test_a_question_mark_lists_the_keys_and_escape_closes_them(sign_in: Any, diana: Any) -> None:
    page = sign_in(diana)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
