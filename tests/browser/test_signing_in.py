"""The door: strangers are sent to it, people come in by it, nobody makes an account at it."""

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.accessible import axe
from tests.browser.conftest import PASSWORD


@pytest.mark.parametrize("address", ["/", "/accounts/", "/portfolio/", "/ledger/", "/programme/people/"])
def test_a_stranger_is_sent_to_the_sign_in_page(address: str, open_page: Any, transactional_db: None) -> None:
    page = open_page(address)
    assert "/auth/login/" in page.url
    expect(page.locator("input[name=password]")).to_be_visible()


def test_signing_in_leads_to_the_page_that_was_asked_for(open_page: Any, diana: Any) -> None:
    page = open_page("/accounts/")
    page.locator("input[name=login]").fill(diana.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(open_page: Any, diana: Any) -> None:
    page = open_page("/auth/login/")
    page.locator("input[name=login]").fill(diana.email)
    page.locator("input[name=password]").fill("not it at all")
    page.keyboard.press("Enter")
    page.locator(".errorlist").first.wait_for()
    assert "/auth/login/" in page.url
    axe(page)


def test_nobody_signs_up_alone(open_page: Any, complaints: Any, transactional_db: None) -> None:
    page = open_page("/auth/signup/")
    expect(page.locator("input[name=password1]")).to_have_count(0)
    complaints.expect("404")


def test_signing_out_closes_the_door(sign_in: Any, open_page: Any, diana: Any) -> None:
    page = sign_in(diana)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    assert "/auth/login/" in open_page("/accounts/").url


def test_a_page_for_another_role_is_refused(sign_in: Any, open_page: Any, vera: Any, complaints: Any) -> None:
    sign_in(vera)
    page = open_page("/programme/people/")
    expect(page.get_by_role("heading", name="This page is not for your role")).to_be_visible()
    complaints.expect("403")
    axe(page)
