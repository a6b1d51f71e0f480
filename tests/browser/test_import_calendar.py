"""From a calendar, a mailbox and a table to the account: who met whom, without typing it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.accessible import axe
from tests.browser.conftest import person
from tests.web.import_fixtures import DAY, calendar, contact, event, mbox, message

from openkam.web.accounts.models import Account
from openkam.web.interactions.mailboxes import connect
from openkam.web.interactions.models import Interaction, Mailbox
from openkam.web.people.models import User
from openkam.web.people.permissions import Role


@pytest.fixture
def olga(transactional_db: None) -> User:
    """Account manager; Acme is hers."""
    user = person("Olga", Role.MANAGER)
    contact(Account.objects.create(name="Acme 台積", owner=user))
    return user


def upload(page: Page, file: Path, data: bytes) -> None:
    file.write_bytes(data)
    page.goto(f"{page.evaluate('location.origin')}/interactions/import/")
    axe(page)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Upload and read").click()
    page.wait_for_load_state()


def new(page: Page) -> Any:
    return page.locator("dl div").filter(has_text="New interactions").locator("dd")


def test_a_calendar_becomes_interactions_and_an_unknown_address_a_contact(
    sign_in: Any, olga: User, tmp_path: Path, work_off: Any
) -> None:
    page = sign_in(olga)
    weekly = f"DTSTART;TZID=Taipei Standard Time:{DAY:%Y%m%d}T170000"
    series = event("series", "RRULE:FREQ=WEEKLY;COUNT=3", start=weekly)
    stranger = event("other", who="wang@acme.example").replace("CN=Lin", "CN=王小明")
    upload(page, tmp_path / "me.ics", calendar(series, stranger, event("x", "CLASS:PRIVATE")))
    work_off()
    page.reload()
    expect(new(page)).to_have_text("3")
    axe(page)
    page.get_by_role("link", name="Say who 1 unknown address is").click()
    card = page.locator("form", has_text="wang@acme.example")
    expect(card.get_by_label("Name", exact=True)).to_have_value("王小明")
    expect(card.get_by_label("Account")).to_have_value("Acme 台積")
    axe(page)
    card.get_by_role("button", name="A contact there").click()
    expect(page.get_by_role("heading", name="Everybody in your messages is known")).to_be_visible()
    assert Interaction.objects.count() == 4


def test_a_mailbox_is_taken_back_by_one_button(sign_in: Any, olga: User, tmp_path: Path, work_off: Any) -> None:
    page = sign_in(olga)
    upload(page, tmp_path / "sent.mbox", mbox(message(1), message(2, Subject="<script>alert(1)</script>")))
    work_off()
    page.reload()
    expect(new(page)).to_have_text("2")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take this import back").click()
    page.wait_for_load_state()
    work_off()
    page.reload()
    expect(page.get_by_text("This import was taken back.")).to_be_visible()
    axe(page)
    assert not Interaction.objects.exists()


def test_a_table_is_looked_at_before_it_is_read(sign_in: Any, olga: User, tmp_path: Path, work_off: Any) -> None:
    page = sign_in(olga)
    upload(page, tmp_path / "met.csv", f"Date,Our people,Contact\n{DAY:%Y-%m-%d},Olga,Lin\n".encode())
    expect(page.get_by_label("Their people (addresses or names)")).to_have_value("Contact")
    axe(page)
    page.get_by_role("button", name="Import").click()
    page.wait_for_load_state()
    work_off()
    page.reload()
    expect(new(page)).to_have_text("1")


def test_a_mailbox_shows_its_trouble_and_no_password(sign_in: Any, olga: User, settings: Any) -> None:
    settings.IMAP_HOSTS = ["imap.example.com"]
    connect(Mailbox(user=olga, host="imap.example.com", login="olga"), password="correct horse", by=olga)
    Mailbox.objects.update(problem="imap_timeout")
    page = sign_in(olga)
    page.goto(f"{page.evaluate('location.origin')}/mailboxes/")
    expect(page.get_by_text("The server took too long.")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Password")).to_have_value("")
    axe(page)
