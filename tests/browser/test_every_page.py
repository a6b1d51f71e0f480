"""Every page of a filled product: no axe finding in either theme, nothing wider than a phone, nothing broken."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.accessible import axe
from tests.browser.conftest import PASSWORD
from tests.browser.pages import ABOUT, NO_PAGES, PLAIN, addresses, names

from openkam.web.demo import seed
from openkam.web.people.models import User

#: The first elements that reach beyond the window and do not scroll inside something.
WIDE = """[...document.querySelectorAll("main *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll"))
  .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""
PHONE = {"width": 390, "height": 844}


def test_no_page_is_forgotten() -> None:
    assert set(names()) == {*PLAIN, *ABOUT, *NO_PAGES}


@pytest.fixture
def example(transactional_db: None, settings: Any, tmp_path: Any) -> User:
    """The example company, and its programme director."""
    settings.DATA = tmp_path
    seed.fill(password=PASSWORD)
    return User.objects.get(email="diana@demo.example")


def problems(page: Page, check: Callable[[Page], None]) -> list[str]:
    """What is wrong with each page, all of them looked at before the test fails."""
    found = []
    origin = page.evaluate("location.origin")
    for name, address in addresses().items():
        response = page.goto(f"{origin}{address}")
        if response is None or response.status != 200:
            found.append(f"{name}: {response and response.status} {address}")
            continue
        try:
            check(page)
        except AssertionError as error:
            found.append(f"{name}: {error}")
    return found


def test_every_page_is_accessible_in_both_themes(example: User, sign_in: Any) -> None:
    found = problems(sign_in(example), axe)
    assert not found, "\n\n".join(found)


def test_every_page_fits_a_phone(example: User, sign_in: Any) -> None:
    page = sign_in(example)
    page.set_viewport_size(PHONE)
    found = problems(page, _fits)
    assert not found, "\n".join(found)


def _fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"{width} pixels wide because of {page.evaluate(WIDE)}"
