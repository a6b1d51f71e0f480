"""An interaction typed in seconds: the key n, a name, Enter; on an account's page, on a phone, without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.accessible import axe
from tests.browser.conftest import PASSWORD
from tests.browser.test_every_page import PHONE
from tests.web.interaction_fixtures import contact, joint_team, learned, met

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.interactions.models import Interaction
from openkam.web.people.models import User


@pytest.fixture
def acme(diana: User) -> Account:
    account = Account.objects.create(name="Acme 台積", owner=diana)
    contact(account, "林偉 Lin Wei", title="Buyer")
    contact(account, "Cody Marsh", title="Engineer")
    return account


def opened(page: Page) -> Any:
    page.keyboard.press("n")
    field = page.get_by_role("combobox", name="Who took part?")
    expect(field).to_be_focused()
    return field


def test_n_a_name_and_enter_record_an_interaction_and_the_page_shows_it(
    acme: Account, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{acme.pk}/interactions/")
    expect(page.get_by_text("Nobody has met anybody yet")).to_be_visible()
    opened(page)
    page.keyboard.type("lin")
    expect(page.get_by_role("option", name="Lin Wei")).to_have_attribute("aria-selected", "true")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.locator("#record").get_by_role("checkbox", name="Lin Wei")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Recorded for Acme 台積")).to_be_visible()
    expect(page.locator("table.interactions tbody tr")).to_contain_text(["林偉 Lin Wei"])
    made = Interaction.objects.get()
    assert {str(row.contact or row.colleague) for row in made.participants.all()} == {"Diana", "林偉 Lin Wei"}
    axe(page)


def test_arrows_commas_and_backspace_choose_people_and_tab_reaches_the_rest(
    acme: Account, sign_in: Any, open_page: Any, diana: User
) -> None:
    sign_in(diana)
    page = open_page("/")
    field = opened(page)
    chips = page.locator("#record .whom__chip")
    page.keyboard.type("cody")
    expect(page.get_by_role("option", name="Cody Marsh")).to_be_visible()
    page.keyboard.press(",")
    expect(chips).to_have_count(2)
    page.keyboard.type("lin")
    expect(page.get_by_role("option", name="Lin Wei")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="lin new contact")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("#record")).to_be_visible()
    field.fill("")
    page.keyboard.press("Backspace")
    expect(chips).to_have_count(1)
    field.fill("cody")
    page.keyboard.press("Enter")
    expect(chips).to_have_count(2)
    page.get_by_label("Next step").fill("Send the offer")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Recorded for Acme 台積")).to_be_visible()
    assert Interaction.objects.get().next_step == "Send the offer"


def test_an_unknown_name_is_asked_about_in_the_dialog(acme: Account, sign_in: Any, open_page: Any, diana: User) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{acme.pk}/")
    field = opened(page)
    field.fill("Head of quality")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody on record is called “Head of quality”")).to_be_visible()
    axe(page)
    page.get_by_role("radio", name="Head of quality a place to be filled").check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Recorded for Acme 台積")).to_be_visible()
    assert Contact.objects.get(is_placeholder=True).account == acme


def test_what_was_being_typed_on_the_page_is_not_lost(acme: Account, sign_in: Any, open_page: Any, diana: User) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{acme.pk}/insights/new/")
    page.get_by_label("What we have learned").fill("They need a second source")
    page.get_by_role("heading", level=1).click()
    opened(page).fill("cody")
    page.keyboard.press("Enter")
    expect(page.locator("#record .whom__chip")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Recorded for Acme 台積")).to_be_visible()
    expect(page.locator("#record")).to_be_hidden()
    expect(page.get_by_label("What we have learned")).to_have_value("They need a second source")


def test_n_is_a_letter_where_somebody_types(acme: Account, sign_in: Any, open_page: Any, diana: User) -> None:
    sign_in(diana)
    page = open_page(f"/accounts/{acme.pk}/interactions/")
    page.get_by_label("Subject").press_sequentially("nn")
    expect(page.locator("#record")).to_be_hidden()
    expect(page.get_by_label("Subject")).to_have_value("nn")


def test_the_pages_of_contacts_and_insights_hold_up_on_a_phone(
    acme: Account, sign_in: Any, open_page: Any, diana: User
) -> None:
    lin = Contact.objects.get(name__contains="Lin")
    made = met(acme, diana, lin, next_step="Send the offer")
    known, team = learned(acme, diana, contact=lin, recheck_on=made.on), joint_team(acme, diana, lin)
    sign_in(diana)
    open_page("/").set_viewport_size(PHONE)
    for address in (
        f"/accounts/{acme.pk}/interactions/",
        f"/interactions/{made.pk}/",
        f"/interactions/{made.pk}/edit/",
        "/interactions/",
        "/interactions/new/",
        f"/accounts/{acme.pk}/insights/",
        f"/insights/{known.pk}/",
        f"/accounts/{acme.pk}/teams/",
        f"/teams/{team.pk}/edit/",
    ):
        page = open_page(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        axe(page)


def test_without_javascript_names_are_typed_and_questions_answered(
    acme: Account, browser: Browser, live_server: Any, diana: User
) -> None:
    contact(acme, "Cody Marsh", title="Buyer")
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live_server.url}/auth/login/")
    page.locator("input[name=login]").fill(diana.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{live_server.url}/accounts/{acme.pk}/interactions/")
    page.get_by_role("link", name="Record the first one").click()
    page.get_by_label("Who took part?").fill("lin wei, cody marsh")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Engineer").check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Recorded for Acme 台積")).to_be_visible()
    titles = {row.contact.title for row in Interaction.objects.get().participants.exclude(contact=None)}
    assert titles == {"Buyer", "Engineer"}
    plain.close()
