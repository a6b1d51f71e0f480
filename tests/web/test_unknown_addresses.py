"""Addresses that belong to nobody: offered to who met them, decided with one click, their messages counted then."""

from typing import Any

import pytest
from tests.web.import_fixtures import bring, contact, counts, mbox, message, people_of, work_off

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_colleague
from openkam.web.contacts.erasing import erase
from openkam.web.contacts.merging import merge, separate
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.interactions import unknown
from openkam.web.interactions.models import Interaction, Pending, UnknownAddress
from openkam.web.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(acme: Account) -> Contact:
    return contact(acme)


def test_an_address_that_nobody_has_is_offered_to_who_read_it(lin: Contact, olga: User, tim: User, as_: Any) -> None:
    attempt = bring(
        as_(olga), "a.mbox", mbox(message(1, To="Wang <wang@acme.example>"), message(2, To="wang@acme.example"))
    )
    assert counts(attempt) == {"read": 2, "unmatched": 2, "unknown": 1}
    [offered] = UnknownAddress.objects.all()
    assert (offered.address, offered.name, offered.times, offered.account) == (
        "wang@acme.example",
        "Wang",
        2,
        lin.account,
    )
    assert "wang@acme.example" in as_(olga).get("/unknown-addresses/").content.decode()
    assert "wang@acme.example" not in as_(tim).get("/unknown-addresses/").content.decode()


def test_of_an_unknown_persons_messages_no_subject_is_kept(lin: Contact, olga: User, as_: Any) -> None:
    bring(as_(olga), "a.mbox", mbox(message(1, To="wang@acme.example", Subject="secret")))
    kept = repr([*Pending.objects.values(), *UnknownAddress.objects.values()])
    assert "secret" not in kept


def decide(client: Any, address: str, **posted: str) -> Any:
    pk = UnknownAddress.objects.get(address=address).pk
    return client.post(f"/unknown-addresses/{pk}/", posted)


def test_one_click_makes_a_contact_and_the_kept_messages_count(lin: Contact, olga: User, as_: Any) -> None:
    client = as_(olga)
    box = mbox(message(1, To="Wang <wang@acme.example>, lin@acme.example"), message(2, To="Wang <wang@acme.example>"))
    bring(client, "a.mbox", box)
    decide(client, "wang@acme.example", verdict="contact", account=lin.account.name)
    first, second = Interaction.objects.order_by("source_uid")
    assert people_of(first) == {"Olga": "sender", "Lin": "to", "Wang": "to"}
    assert people_of(second) == {"Olga": "sender", "Wang": "to"}
    assert second.subject == ""
    assert counts(bring(client, "a.mbox", box)) == {"read": 2, "already": 2}


def test_one_click_makes_one_of_ours_and_the_kept_messages_count(lin: Contact, olga: User, as_: Any) -> None:
    client = as_(olga)
    bring(client, "a.mbox", mbox(message(1, From="Olga privately <olga@alias.example>")))
    assert not Interaction.objects.exists()
    decide(client, "olga@alias.example", verdict="person", person="Olga")
    assert people_of(Interaction.objects.get()) == {"Olga": "sender", "Lin": "to"}


def test_two_unknown_people_of_one_message_may_be_told_one_after_the_other(acme: Account, olga: User, as_: Any) -> None:
    client = as_(olga)
    bring(client, "a.mbox", mbox(message(1, From="Nora <nora@supplier.example>", To="Wang <wang@acme.example>")))
    decide(client, "wang@acme.example", verdict="contact", account=acme.name)
    assert not Interaction.objects.exists()
    decide(client, "nora@supplier.example", verdict="colleague")
    assert people_of(Interaction.objects.get()) == {"Nora": "sender", "Wang": "to"}
    assert Colleague.objects.filter(name="Nora").exists()


def test_an_ignored_address_never_comes_back(acme: Account, olga: User, as_: Any) -> None:
    client = as_(olga)
    bring(client, "a.mbox", mbox(message(1, To="spam@x.example")))
    decide(client, "spam@x.example", verdict="ignored")
    bring(client, "b.mbox", mbox(message(2, To="spam@x.example")))
    assert not Pending.objects.exists()
    client.get("/unknown-addresses/")  # says once what was decided
    assert "spam@x.example" not in client.get("/unknown-addresses/").content.decode()


def test_a_contact_made_elsewhere_counts_at_the_next_import(acme: Account, olga: User, as_: Any) -> None:
    client = as_(olga)
    bring(client, "a.mbox", mbox(message(1)))
    contact(acme)
    bring(client, "b.mbox", mbox(message(2)))
    assert Interaction.objects.count() == 2
    assert not UnknownAddress.objects.filter(verdict="").exists()


@pytest.mark.parametrize(
    "posted",
    [
        {"verdict": "contact", "account": "No such account"},
        {"verdict": "contact", "account": ""},
        {"verdict": "person", "person": "Nobody"},
        {"verdict": "nonsense"},
        {},
    ],
)
def test_a_decision_that_cannot_be_made_changes_nothing(
    *, posted: dict[str, str], acme: Account, olga: User, as_: Any
) -> None:
    client = as_(olga)
    bring(client, "a.mbox", mbox(message(1, To="Wang <wang@acme.example>")))
    assert decide(client, "wang@acme.example", **posted).status_code == 302
    assert UnknownAddress.objects.get().verdict == ""
    assert not Contact.objects.exists()


def test_a_contact_of_an_account_that_one_does_not_see_is_neither_matched_nor_offered(
    acme: Account, olga: User, stranger: User, as_: Any
) -> None:
    contact(acme)
    box = mbox(message(1, From="sam@supplier.example"))
    client = as_(stranger)
    assert counts(bring(client, "a.mbox", box)) == {"read": 1, "unmatched": 1}
    assert not Interaction.objects.exists()
    assert "lin@acme.example" not in client.get("/unknown-addresses/").content.decode()


def test_an_unknown_address_is_decided_by_who_read_it_alone(
    *, acme: Account, diana: User, olga: User, tim: User, as_: Any
) -> None:
    bring(as_(olga), "a.mbox", mbox(message(1, To="wang@acme.example")))
    for user in (diana, tim):
        assert decide(as_(user), "wang@acme.example", verdict="ignored").status_code == 404
    assert UnknownAddress.objects.get().verdict == ""


def test_whose_an_address_is_elsewhere_is_not_said(acme: Account, stranger: User, as_: Any) -> None:
    client = as_(stranger)
    own = Account.objects.create(name="Own", owner=stranger)
    bring(client, "a.mbox", mbox(message(1, From="sam@supplier.example")))
    contact(acme, "Secret Name")
    for posted in ({"verdict": "contact", "account": own.name, "name": "X"}, {"verdict": "colleague", "name": "X"}):
        decide(client, "lin@acme.example", **posted)
        assert "Secret Name" not in client.get("/unknown-addresses/").content.decode()
    bring(client, "b.mbox", mbox(message(2, From="sam@supplier.example")))
    assert not UnknownAddress.objects.exists()


def test_many_kept_messages_are_counted_in_the_background(
    lin: Contact, olga: User, as_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown, "AT_ONCE", 2)
    client = as_(olga)
    bring(client, "a.mbox", mbox(*(message(number, To="Wang <wang@acme.example>") for number in range(5))))
    decide(client, "wang@acme.example", verdict="contact", account=lin.account.name)
    assert not Interaction.objects.exists()
    work_off()
    assert Interaction.objects.count() == 5


def test_who_was_merged_meanwhile_is_in_the_counted_messages_once(lin: Contact, olga: User, as_: Any) -> None:
    client, twin = as_(olga), contact(lin.account, "Lin Wei", "wei@acme.example")
    kept = contact(lin.account, "Lin W.", "lw@acme.example")
    bring(client, "a.mbox", mbox(message(1, From="nora@supplier.example", To="lin@acme.example, wei@acme.example")))
    merge(kept=twin, gone=lin, by=olga)
    merge(kept=kept, gone=twin, by=olga)
    decide(client, "nora@supplier.example", verdict="colleague", name="Nora")
    assert people_of(Interaction.objects.get()) == {"Nora": "sender", "Lin W.": "to"}


def test_a_merge_of_ours_that_was_taken_back_names_each_again(lin: Contact, olga: User, diana: User, as_: Any) -> None:
    client, kept = as_(olga), create_colleague(by=None, name="Olga O.")
    gone = create_colleague(by=None, name="Ole", email="ole@supplier.example")
    bring(client, "a.mbox", mbox(message(1, From="ole@supplier.example", To="wang@acme.example")))
    separate(merge(kept=kept, gone=gone, by=diana), by=diana)
    decide(client, "wang@acme.example", verdict="contact", name="Wang", account=lin.account.name)
    assert people_of(Interaction.objects.get()) == {"Ole": "sender", "Wang": "to"}


def test_one_of_ours_who_was_merged_meanwhile_counts_as_the_kept_one(
    lin: Contact, olga: User, diana: User, as_: Any
) -> None:
    client, kept = as_(olga), create_colleague(by=None, name="Olga O.")
    gone = create_colleague(by=None, name="Ole", email="ole@supplier.example")
    bring(client, "a.mbox", mbox(message(1, From="ole@supplier.example", To="wang@acme.example")))
    merge(kept=kept, gone=gone, by=diana)
    decide(client, "wang@acme.example", verdict="contact", name="Wang", account=lin.account.name)
    assert people_of(Interaction.objects.get()) == {"Olga O.": "sender", "Wang": "to"}


def test_who_was_erased_meanwhile_is_left_out_of_the_counted_messages(lin: Contact, olga: User, as_: Any) -> None:
    client = as_(olga)
    wei = contact(lin.account, "Wei", "wei@acme.example")
    bring(client, "a.mbox", mbox(message(1, From="nora@supplier.example", To="lin@acme.example, wei@acme.example")))
    erase(wei, by=olga)
    decide(client, "nora@supplier.example", verdict="colleague", name="Nora")
    assert people_of(Interaction.objects.get()) == {"Nora": "sender", "Lin": "to"}


def test_one_of_ours_who_is_there_no_more_is_left_out_of_the_counted_messages(
    lin: Contact, olga: User, as_: Any
) -> None:
    client = as_(olga)
    gone = create_colleague(by=None, name="Ole", email="ole@supplier.example")
    box = mbox(message(1, From="olga@supplier.example", To="wang@acme.example", Cc="ole@supplier.example"))
    bring(client, "a.mbox", box)
    gone.delete()
    decide(client, "wang@acme.example", verdict="contact", name="Wang", account=lin.account.name)
    assert people_of(Interaction.objects.get()) == {"Olga": "sender", "Wang": "to"}
