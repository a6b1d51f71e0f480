"""The same person twice: what is suggested, what a merge moves, and how it is taken back."""

from datetime import date
from typing import Any

import pytest
from tests.web import crawl
from tests.web.contact_fixtures import colleague, contact, judged, met

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts.duplicates import pairs, tell_apart
from openkam.web.contacts.merging import filled, forget_expired, merge, preview, separate
from openkam.web.contacts.models import Colleague, Contact, ContactMerge, MainContact
from openkam.web.contacts.naming import folded_name
from openkam.web.interactions.models import Insight, Participant
from openkam.web.people.models import User
from openkam.web.relationships.models import Answer, Cell, Judgement, TeamMember

pytestmark = pytest.mark.django_db


def reasons(*people: Any) -> list[tuple[str, ...]]:
    return [pair.reasons for pair in pairs(type(people[0])._default_manager.all())]


def stored(*leave: str) -> dict[str, Any]:
    """Every row there is, without the record of the merges and of what happened."""
    names = {"contacts.ContactMerge", "programme.Event", "relationships.Standing", *leave}
    return {name: rows for name, rows in crawl.snapshot().items() if name not in names}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("張學友", "张学友"),
        ("王 小明", "王小明"),
        ("MEYER, Anna", "Dr. Anna Meyer"),
        ("Groß, Jürgen", "jürgen gross"),
        ("ＡＮＮＡ Meyer", "Anna Meyer"),
        ("Chen Mei-Ling", "Mei Ling Chen"),
        ("王小明 (Xiaoming Wang)", "王小明"),
        ("王小明 Wang Xiaoming", "Xiaoming Wang"),
    ],
)
def test_a_name_in_another_script_order_or_form_is_suggested(acme: Account, one: str, other: str) -> None:
    first, second = contact(acme, one), contact(acme, other)
    assert [(pair.first, pair.second, pair.reasons) for pair in pairs(Contact.objects.all())] == [
        (first, second, ("name",))
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("王小明", "王小朋"), ("Anna Meyer", "Anna Maier"), ("陳", "陳 Anna Meyer"), ("王大明", "Wang Daming")],
)
def test_other_names_are_not_guessed_to_be_the_same(acme: Account, one: str, other: str) -> None:
    contact(acme, one)
    contact(acme, other)
    assert pairs(Contact.objects.all()) == []


def test_numbers_and_addresses_are_compared_without_their_dress(acme: Account) -> None:
    contact(acme, "A", phone="+886 (2) 2345-6789", email="m.chen+sales@acme.example")
    contact(acme, "B", phone="0223456789", email="m.chen@acme.example")
    contact(acme, "C", email="m.chen@acme.example.tw")
    assert reasons(Contact()) == [("email", "phone"), ("email",), ("email",)]


def test_a_desk_a_short_number_and_a_place_tell_nobody_apart(acme: Account) -> None:
    contact(acme, "A", phone="1234", email="info@acme.example")
    contact(acme, "B", phone="1234", email="info@acme.example.tw")
    for _ in range(2):
        contact(acme, "Head of quality", is_placeholder=True)
    assert pairs(Contact.objects.all()) == []


def test_a_common_name_at_other_accounts_is_no_hint_and_a_rare_one_is(acme: Account, olga: User) -> None:
    one = contact(acme, "王小明", phone="02 2345 6789")
    for number in range(3):
        contact(Account.objects.create(name=f"Other {number}", owner=olga), "王小明")
    assert pairs(Contact.objects.all()) == []
    Contact.objects.last().delete()
    assert len(pairs(Contact.objects.all())) == 3
    assert len(pairs(Contact.objects.all(), of=[one.pk])) == 2


def test_the_number_of_somebody_at_another_account_is_a_hint(acme: Account, olga: User) -> None:
    one = contact(acme, "Anna", phone="02 2345 6789")
    other = contact(Account.objects.create(name="Other", owner=olga), "Anne", phone="+886 2 2345-6789")
    found = pairs(Contact.objects.all(), of=[one.pk])
    assert [(pair.first, pair.second, pair.reasons, pair.works_elsewhere) for pair in found] == [
        (one, other, ("phone",), True)
    ]


def test_the_two_variants_of_chinese_fold_alike() -> None:
    assert folded_name("陳學友") == folded_name("陈学友") == "陈学友"
    assert folded_name("葉 韻儀") == folded_name("叶韵仪")


def test_what_somebody_told_apart_is_not_offered_again(acme: Account, olga: User) -> None:
    one, other = contact(acme, "Anna Meyer"), contact(acme, "Meyer Anna")
    tell_apart(other, one, by=olga)
    tell_apart(one, other, by=olga)
    assert pairs(Contact.objects.all()) == []


def test_a_merge_moves_all_that_names_the_record_and_comes_back_whole(acme: Account, olga: User, tim: User) -> None:
    kept, gone = contact(acme, "Anna Meyer"), contact(acme, "Meyer, Anna", phone="1", email="anna@acme.example")
    below, ours = contact(acme, "Ben", reports_to=gone), Colleague.objects.get(user=tim)
    alone, both = met(ours, gone), met(ours, kept, gone)
    insight = Insight.objects.create(account=acme, contact=gone, text="t", learned_on=date(2026, 5, 4))
    MainContact.objects.create(account=acme, contact=gone)
    judged(gone)
    before = stored()
    merged = merge(kept=kept, gone=gone, by=olga)
    assert {*Contact.objects.all()} == {kept, below}
    for row in (below, insight):
        row.refresh_from_db()
    kept.refresh_from_db()
    assert (below.reports_to, insight.contact, kept.main_of.account) == (kept, kept, acme)
    assert (kept.phone, kept.email, list(kept.addresses.values_list("address", flat=True))) == (
        "1", "anna@acme.example", ["anna@acme.example"],
    )  # fmt: skip
    assert {one.interaction for one in kept.participations.all()} == {alone, both}
    assert kept.judgements.get().answers.get().text == "fears Quarzwinkel"
    separate(merged, by=olga)
    kept.refresh_from_db()
    kept.version -= 2
    kept.save()
    assert stored() == before


def test_where_both_have_a_judgement_the_kept_one_stays_and_the_other_returns(acme: Account, olga: User) -> None:
    kept, gone = contact(acme, "Anna Meyer"), contact(acme, "Meyer, Anna")
    judged(kept, support=1)
    lost = judged(gone, support=-2)
    member = TeamMember.objects.create(account=acme, number=1, colleague=Colleague.objects.first())
    lost.cells.get().covered_by.add(member)
    before = stored("contacts.Contact")
    merged = merge(kept=kept, gone=gone, by=olga)
    assert (kept.judgements.get().support, Cell.objects.count(), Answer.objects.count()) == (1, 1, 1)
    separate(merged, by=olga)
    assert stored("contacts.Contact") == before


def test_a_judgement_whose_time_ran_out_stays_away_when_a_merge_is_taken_back(acme: Account, olga: User) -> None:
    kept, gone = contact(acme, "Anna Meyer"), contact(acme, "Meyer, Anna")
    judged(kept)
    judged(gone, expires_on=date(2020, 1, 1))
    separate(merge(kept=kept, gone=gone, by=olga), by=olga)
    assert Judgement.objects.get().contact == kept
    assert Answer.objects.count() == 1


def test_a_judgement_kept_by_a_merge_ends_on_its_day(acme: Account, olga: User) -> None:
    kept, gone = contact(acme, "Anna Meyer"), contact(acme, "Meyer, Anna")
    judged(kept)
    judged(gone, expires_on=date(2026, 5, 4))
    merged = merge(kept=kept, gone=gone, by=olga)
    assert forget_expired(date(2026, 5, 4)) == 0
    assert forget_expired(date(2026, 5, 5)) == 1
    merged.refresh_from_db()
    assert not any(word in str(merged.gone) for word in ("Zwickelbach", "Quarzwinkel", "evaluation"))
    assert separate(merged, by=olga).name == "Meyer, Anna"


@pytest.mark.parametrize("above", ["kept", "gone"])
def test_a_boss_who_is_the_same_person_makes_no_circle(acme: Account, olga: User, above: str) -> None:
    top = contact(acme, "Top")
    upper = contact(acme, "Anna Meyer", reports_to=top)
    between = contact(acme, "Between", reports_to=upper)
    lower = contact(acme, "Meyer, Anna", reports_to=between)
    kept, gone = (upper, lower) if above == "kept" else (lower, upper)
    merge(kept=kept, gone=gone, by=olga)
    kept, between = Contact.objects.get(pk=kept.pk), Contact.objects.get(pk=between.pk)
    assert (kept.reports_to, between.reports_to) == (top, kept)


def test_a_record_at_another_account_was_the_former_place(acme: Account, olga: User) -> None:
    other = Account.objects.create(name="Elsewhere", owner=olga)
    kept, gone = contact(acme, "Anna Meyer"), contact(other, "Anna Meyer", title="Buyer", left_on=date(2026, 1, 31))
    MainContact.objects.create(account=other, contact=gone)
    below = contact(other, "Ben", reports_to=gone)
    before = stored("contacts.Contact")
    merged = merge(kept=kept, gone=gone, by=olga)
    place = kept.employments.get()
    assert (place.account, place.title, place.until) == (other, "Buyer", date(2026, 1, 31))
    assert not MainContact.objects.exists()
    below.refresh_from_db()
    assert below.reports_to is None
    back = separate(merged, by=olga)
    below.refresh_from_db()
    assert (back.account, below.reports_to) == (other, back)
    assert stored("contacts.Contact") == before


def test_a_merge_is_taken_back_once(acme: Account, olga: User) -> None:
    merged = merge(kept=contact(acme, "A"), gone=contact(acme, "B"), by=olga)
    separate(merged, by=olga)
    merged.refresh_from_db()
    assert merged.gone == {"name": "B"}
    with pytest.raises(InvalidInput):
        separate(merged, by=olga)


def test_merges_in_a_row_are_taken_back_in_any_order(acme: Account, olga: User) -> None:
    first, second, third = (contact(acme, name) for name in "ABC")
    ours = colleague("Ours")
    inner = met(ours, third)
    one = merge(kept=second, gone=third, by=olga)
    merge(kept=first, gone=Contact.objects.get(pk=second.pk), by=olga)
    one.refresh_from_db()
    back = separate(one, by=olga)
    assert Participant.objects.get(interaction=inner, colleague=None).contact == back
    separate(ContactMerge.objects.get(undone_at=None), by=olga)
    assert Contact.objects.count() == 3


def test_what_was_changed_since_the_merge_stays(acme: Account, olga: User) -> None:
    kept, gone = contact(acme, "A"), contact(acme, "B", phone="1", title="Buyer")
    merged = merge(kept=kept, gone=gone, by=olga)
    Contact.objects.filter(pk=kept.pk).update(phone="2")
    separate(merged, by=olga)
    kept.refresh_from_db()
    assert (kept.phone, kept.title) == ("2", "")


def test_a_preview_counts_what_would_move(acme: Account) -> None:
    kept, gone, ours = contact(acme, "A"), contact(acme, "B", phone="1"), colleague("Ours")
    met(ours, gone)
    met(ours, kept, gone)
    told = {str(one.what): (one.moving, one.left) for one in preview(kept, gone)}
    assert told == {"Interactions": (1, 1)}
    assert filled(kept, gone) == {"phone": "1"}


def test_two_colleagues_become_one_who_signs_in(acme: Account, diana: User, tim: User) -> None:
    kept, gone = colleague("Tim Long"), Colleague.objects.get(user=tim)
    TeamMember.objects.create(account=acme, number=1, colleague=gone)
    meeting = met(gone, contact(acme, "Anna"))
    before = stored("contacts.Colleague")
    number = gone.pk
    merged = merge(kept=kept, gone=gone, by=diana)
    kept.refresh_from_db()
    assert (kept.user, meeting.participants.get(contact=None).colleague) == (tim, kept)
    separate(merged, by=diana)
    assert (Colleague.objects.get(user=tim).pk, Colleague.objects.get(user=tim).name) == (number, "Tim")
    assert stored("contacts.Colleague") == before


def test_two_who_sign_in_are_two_people(diana: User, tim: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        merge(kept=Colleague.objects.get(user=tim), gone=Colleague.objects.get(user=diana), by=diana)
    assert refused.value.code == "two_who_sign_in"


def test_suggestions_name_nobody_of_an_account_that_one_may_not_change(
    acme: Account, as_: Any, olga: User, stranger: User
) -> None:
    hidden = Account.objects.create(name="Zyxomma Hidden", owner=stranger)
    one, twin = contact(acme, "Anna Meyer"), contact(acme, "Meyer, Anna")
    contact(hidden, "Anna Meyer", email="anna@zyxomma.example")
    for address in ("/contacts/duplicates/", f"/accounts/{acme.pk}/contacts/duplicates/", f"/contacts/{one.pk}/"):
        page = as_(olga).get(address).content.decode()
        assert f"/contacts/{twin.pk}/" in page
        assert "yxomma" not in page


def test_a_manager_looks_merges_and_takes_it_back(acme: Account, as_: Any, olga: User) -> None:
    kept, gone = contact(acme, "Anna Meyer"), contact(acme, "Meyer, Anna")
    client, address = as_(olga), f"/contacts/{kept.pk}/merge/"
    assert "Meyer, Anna" in client.get(address, {"q": "meyer"}).content.decode()
    assert "What moves" not in client.get(address, {"other": gone.pk}).content.decode()
    assert Contact.objects.count() == 2
    assert client.post(address, {"other": gone.pk}).headers["Location"] == f"/contacts/{kept.pk}/"
    merged = ContactMerge.objects.get()
    assert f"/contacts/merges/{merged.pk}/separation/" in client.get(f"/contacts/{kept.pk}/").content.decode()
    client.post(f"/contacts/merges/{merged.pk}/separation/")
    assert Contact.objects.filter(pk=gone.pk).exists()


def test_only_who_may_change_both_accounts_merges(acme: Account, as_: Any, olga: User, stranger: User) -> None:
    hidden = Account.objects.create(name="Hidden", owner=stranger)
    kept, gone, unseen = contact(acme, "A"), contact(acme, "B"), contact(hidden, "C")
    merged = merge(kept=kept, gone=contact(acme, "D"), by=olga)
    for name, status in {"Tim": 403, "Vera": 403, "Sam": 404}.items():
        person = User.objects.get(name=name)
        assert as_(person).post(f"/contacts/{kept.pk}/merge/", {"other": gone.pk}).status_code == status
        assert as_(person).post(f"/contacts/{kept.pk}/apart/", {"other": gone.pk}).status_code == status
        assert as_(person).post(f"/contacts/merges/{merged.pk}/separation/").status_code == status
    assert as_(olga).post(f"/contacts/{kept.pk}/merge/", {"other": unseen.pk}).status_code == 404
    assert as_(olga).post(f"/contacts/{kept.pk}/apart/", {"other": "x"}).status_code == 404
    assert as_(olga).post(f"/colleagues/{Colleague.objects.first().pk}/merge/", {"other": 1}).status_code == 403
    assert Contact.objects.count() == 3


def test_directors_join_colleagues_and_tell_them_apart(as_: Any, diana: User) -> None:
    one, other, third = colleague("Max Huber"), colleague("Huber, Max"), colleague("Huber Max")
    client = as_(diana)
    assert "Look and join" in client.get("/colleagues/duplicates/").content.decode()
    client.post(f"/colleagues/{one.pk}/apart/", {"other": third.pk})
    client.post(f"/colleagues/{one.pk}/merge/", {"other": other.pk})
    assert not Colleague.objects.filter(pk=other.pk).exists()
    assert "Look and join" not in client.get("/colleagues/duplicates/").content.decode()


def test_nobody_merges_a_record_with_itself(acme: Account, as_: Any, olga: User) -> None:
    one = contact(acme, "A")
    page = as_(olga).post(f"/contacts/{one.pk}/merge/", {"other": one.pk}, follow=True).content.decode()
    assert "already" in page
    assert Contact.objects.count() == 1


def test_a_record_goes_back_only_to_an_account_that_one_may_change(
    acme: Account, as_: Any, olga: User, stranger: User
) -> None:
    other = Account.objects.create(name="Other", owner=stranger)
    merged = merge(kept=contact(acme, "Anna Meyer"), gone=contact(other, "Meyer, Anna"), by=None)
    address = f"/contacts/merges/{merged.pk}/separation/"
    assert as_(olga).post(address).status_code == 403
    assert not other.contacts.exists()
    other.delete()
    assert as_(olga).post(address).status_code == 302
    assert acme.contacts.count() == 2
