"""A real Chromium against a real server: signed in through the real page, with nothing amiss on the console.

Chromium is $CHROMIUM, or the first of the usual names on PATH, or the one that Playwright has downloaded; without any
the tests fail and say what to install. A failed test leaves a picture in build/browser.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, Playwright
from tests.conftest import ROOT

from openkam.web.jobs import queue
from openkam.web.people.models import User
from openkam.web.people.permissions import Role

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's synchronous API runs an event loop

HERE = Path(__file__).resolve().parent
PICTURES = ROOT / "build" / "browser"
PASSWORD = "correct horse battery"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser, and a socket to this machine and to no other."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[_FAILED] = True
    return report


_FAILED = pytest.StashKey[bool]()


def chromium(playwright: Playwright) -> str:
    """The browser to start; fails with what to do when there is none."""
    candidates = [os.environ.get("CHROMIUM"), *(shutil.which(name) for name in NAMES), *MAC]
    candidates.append(playwright.chromium.executable_path)
    for candidate in candidates:
        if candidate and Path(candidate).exists():
            return candidate
    pytest.fail(
        "The browser tests need Chromium: install it (Debian: apt-get install chromium fonts-wqy-microhei libatomic1; "
        "elsewhere: python -m playwright install chromium), or set CHROMIUM to its path."
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    args = [*QUIET, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [*QUIET]
    return {**browser_type_launch_args, "args": args, "executable_path": chromium(playwright)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "viewport": {"width": 1360, "height": 900}}


@pytest.fixture(autouse=True)
def _isolated(settings: Any, tmp_path: Path) -> None:
    """Each test has its own ledger and uploads, a cheap hash, and no throttle from its neighbours."""
    settings.LEDGER_DIR = tmp_path / "ledger"
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


class Complaints(list[str]):
    """What the browser complained about. A test that provokes a complaint says so with `expect`."""

    def expect(self, part: str) -> None:
        """There is such a complaint, and it is not held against the page."""
        matching = [text for text in self if part in text]
        assert matching, f"the browser did not complain of {part}"
        for text in matching:
            self.remove(text)


@pytest.fixture(autouse=True)
def complaints(page: Page, request: pytest.FixtureRequest) -> Iterator[Complaints]:
    """Fails a test in which the page broke its content security policy, or wrote an error to the console."""
    heard = Complaints()

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            heard.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    page.on("console", listen)
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))
    yield heard
    if request.node.stash.get(_FAILED, False):
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    assert not heard, "\n".join(heard)


@pytest.fixture
def diana(transactional_db: None) -> User:
    """Programme director: sees everything, profit too."""
    return person("Diana", Role.DIRECTOR, sees_profit=True)


@pytest.fixture
def vera(transactional_db: None) -> User:
    """Viewer without accounts; does not see profit."""
    return person("Vera", Role.VIEWER)


def person(name: str, role: Role, **fields: Any) -> User:
    return User.objects.create_user(f"{name.lower()}@supplier.example", PASSWORD, name=name, role=role, **fields)


@pytest.fixture
def open_page(page: Page, live_server: Any) -> Callable[[str], Page]:
    """`open_page("/accounts/")` goes there on this test's server."""

    def go(address: str) -> Page:
        page.goto(f"{live_server.url}{address}")
        return page

    return go


@pytest.fixture
def sign_in(open_page: Callable[[str], Page]) -> Callable[[User], Page]:
    """`sign_in(diana)` types the password on the sign-in page and arrives at the first page."""

    def go(user: User) -> Page:
        page = open_page("/auth/login/")
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Sign out").wait_for()
        return page

    return go


@pytest.fixture
def work_off() -> Callable[[], None]:
    """Do the background work that waits, as the server's worker would."""
    return queue.run_waiting
