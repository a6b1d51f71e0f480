"""One click changes the language of the whole product, and it stays changed."""

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.accessible import axe


@pytest.fixture
def at_home(sign_in: Any, diana: Any) -> Any:
    return sign_in(diana)


@pytest.mark.parametrize(("button", "language"), [("繁", "zh-Hant"), ("简", "zh-Hans")])
def test_the_language_changes_and_stays(button: str, language: str, at_home: Any, open_page: Any) -> None:
    page = at_home
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(open_page("/accounts/").locator("html")).to_have_attribute("lang", language)
    axe(page)
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
