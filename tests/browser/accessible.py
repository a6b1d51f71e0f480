"""Ask axe about a page, in both themes, and say what it found so that a person can mend it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

THEMES = ("light", "dark")


def axe(page: Page) -> None:
    """Fails with each violation: its rule, what to do, and where. Both themes are looked at."""
    found = [text for theme in THEMES for text in _violations(page, theme)]
    assert not found, f"{page.url}\n" + "\n".join(found)


def _violations(page: Page, theme: str) -> list[str]:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.evaluate("theme => document.documentElement.setAttribute('data-theme', theme)", theme)
    # axe's preload would copy our style sheets into the page, which the content security policy rightly refuses
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [_words(theme, violation) for violation in found]


def _words(theme: str, violation: dict[str, Any]) -> str:
    places = [
        f"\n    {' '.join(map(str, node['target']))}: {node['html'][:200]}\n      {node.get('failureSummary', '')}"
        for node in violation["nodes"][:5]
    ]
    return f"{theme}: {violation['id']} ({violation['impact']}): {violation['help']}{''.join(places)}"
