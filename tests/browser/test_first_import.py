"""A newcomer's first minutes: one file of invoices, and from there to the whale curve and back to the lines."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from tests.browser.accessible import axe
from tests.web.ledger_steps import INVOICES


def store(page: Page, tmp_path: Path, work_off: Any) -> None:
    """Take a file from the empty first page to its receipt; every page on the way is accessible."""
    file = tmp_path / "invoices.csv"
    file.write_text(INVOICES, encoding="utf-8")
    page.get_by_role("link", name="Ledger").click()
    expect(page.get_by_role("heading", name="Start with your invoices")).to_be_visible()
    page.locator("input[name=files]").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What does each column mean?")).to_be_visible()
    axe(page)
    page.locator("input[name=source]").fill("ERP")
    page.locator("select[name=account_name]").select_option("Name")
    page.get_by_role("button", name="Check every line").click()
    page.wait_for_load_state()
    work_off()
    expect(page.get_by_role("heading", name="What would be stored?")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Store 5 lines").click()
    page.wait_for_load_state()
    work_off()
    expect(page.get_by_role("heading", name="invoices.csv is in the ledger")).to_be_visible()
    axe(page)


def test_one_file_leads_to_the_whale_curve(sign_in: Any, diana: Any, tmp_path: Path, work_off: Any) -> None:
    page = sign_in(diana)
    store(page, tmp_path, work_off)
    page.get_by_role("link", name="See the portfolio").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="Whale curve").click()
    expect(page.locator("main")).to_contain_text("Acme 台積")
    axe(page)


def test_a_figure_leads_down_to_its_lines(sign_in: Any, diana: Any, tmp_path: Path, work_off: Any) -> None:
    page = sign_in(diana)
    store(page, tmp_path, work_off)
    page.get_by_role("link", name="See the account-years").click()
    page.get_by_role("link", name="150.10").click()
    expect(page.get_by_text("These lines add up to the figure of the account-year.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("R2")
    axe(page)


def test_an_import_is_undone_by_one_button(sign_in: Any, diana: Any, tmp_path: Path, work_off: Any) -> None:
    page = sign_in(diana)
    store(page, tmp_path, work_off)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    work_off()
    expect(page.get_by_role("heading", name="invoices.csv was undone")).to_be_visible()
