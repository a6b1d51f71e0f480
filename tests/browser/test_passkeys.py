"""A passkey, made by a browser's virtual authenticator, signs in under the strict policy."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.accessible import axe
from tests.browser.conftest import PASSWORD

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def authenticator(page: Page) -> None:
    """The fingerprint reader of a laptop, always touched by the right finger."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


@pytest.fixture
def with_passkey(authenticator: None, sign_in: Any, open_page: Any, diana: Any) -> Page:
    """Diana has added a passkey and signed out again."""
    sign_in(diana)
    page = open_page("/auth/2fa/webauthn/add/")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.locator("input[name=name]").fill("My laptop")
    page.locator("input[name=passwordless]").check()
    axe(page)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    return page


def test_a_passkey_signs_in_without_a_password(with_passkey: Page, open_page: Any) -> None:
    page = open_page("/auth/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_after_the_password_the_key_is_the_second_step(with_passkey: Page, open_page: Any, diana: Any) -> None:
    page = open_page("/auth/login/")
    page.locator("input[name=login]").fill(diana.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_browser_without_the_passkey_says_what_to_do(page: Page, open_page: Any, diana: Any) -> None:
    open_page("/auth/login/")
    page.evaluate("document.dispatchEvent(new CustomEvent('allauth.error', {cancelable: true}))")
    expect(page.get_by_role("alert")).to_contain_text("sign in with your password")
