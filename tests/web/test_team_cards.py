"""One person's card: everything that is judged, two who fill it in at once, and the end of what is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.contact_fixtures import colleague, contact
from tests.web.team_fixtures import SHEET, card_of, map_of, page_of, purposed, sheet, typed

from openkam.web.accounts.models import Account
from openkam.web.contacts.merging import merge
from openkam.web.contacts.models import ContactMerge
from openkam.web.people.models import User
from openkam.web.relationships.judging import Reply, Said, add_member, erase_expired, judge
from openkam.web.relationships.models import Cell, Judgement
from openkam.web.relationships.team_page import sheet_of

pytestmark = pytest.mark.django_db


def test_a_card_keeps_what_is_typed_and_leads_to_the_next(acme: Account, olga: User, as_: Any) -> None:
    purposed(acme, olga)
    add_member(acme, colleague=colleague("One"), role="", by=olga)
    anna, ben, client = contact(acme, "Anna"), contact(acme, "Ben"), as_(olga)
    changes = {
        "types": ["economic", "user"], "is_coach": "on", "role_how": "guessed", "influence": "3", "support": "0",
        "in_selection": "2", "by_selection": "1", "answer_motive": "Her line must run.\r\nAlways.",
        "how_motive": "said", "confirmed_motive": "on", "answer_need_1": "Spare parts", "how_need_1": "guessed",
        "trust": "vendor", "trust_wanted": "problem_solver", "mode": "trouble", "competitor": "Knows Tenzo",
        "is_new": "on", "next": "1",
    }  # fmt: skip
    answer = client.post(card_of(anna), typed(client, card_of(anna), "team-card", **changes))
    assert (answer.status_code, answer.headers["Location"]) == (302, card_of(ben))
    made = Judgement.objects.get()
    assert (made.types, made.influence, made.support, made.trust_wanted) == (
        ["economic", "user"],
        3,
        0,
        "problem_solver",
    )
    assert list(made.answers.order_by("question").values_list("question", "text", "how", "is_confirmed")) == [
        ("motive", "Her line must run.\nAlways.", "said", True),
        ("need_1", "Spare parts", "guessed", False),
    ]
    page = page_of(client, map_of(acme))
    for text in ("coach", "1 answer is guessed: ask", "Role only guessed: Anna", "New in the job: Anna"):
        assert text in page, text


def test_saving_a_card_untouched_keeps_every_word_and_moves_its_end(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    cfo, client, soon = people["CFO"], as_(olga), timezone.localdate() + timedelta(days=20)
    said = Said({"expires_on": soon, "power": 4}, answers={"motive": Reply("Two\nlines", "said", is_confirmed=True)})
    judge(cfo, said=said, by=olga)
    shape = ("types", "influence", "support", "power", "answers__text", "answers__is_confirmed")
    before = list(Judgement.objects.filter(contact=cfo).values_list(*shape))
    assert client.post(card_of(cfo), typed(client, card_of(cfo), "team-card")).status_code == 302
    assert list(Judgement.objects.filter(contact=cfo).values_list(*shape)) == before
    assert Judgement.objects.get(contact=cfo).expires_on == timezone.localdate() + timedelta(days=365)


def test_a_day_chosen_on_the_card_holds_and_a_past_one_is_refused(acme: Account, olga: User, as_: Any) -> None:
    purposed(acme, olga)
    anna, client, today = contact(acme, "Anna"), as_(olga), timezone.localdate()
    for day, status in ((today, 422), (today + timedelta(days=40), 302)):
        data = typed(client, card_of(anna), "team-card", expires_on=day.isoformat())
        assert client.post(card_of(anna), data).status_code == status
    assert Judgement.objects.get().expires_on == today + timedelta(days=40)


def test_an_answer_taken_back_is_gone(acme: Account, olga: User, as_: Any) -> None:
    purposed(acme, olga)
    anna, client = contact(acme, "Anna"), as_(olga)
    judge(anna, said=Said(answers={"motive": Reply("Fame", "guessed")}), by=olga)
    client.post(card_of(anna), typed(client, card_of(anna), "team-card", answer_motive=""))
    assert not Judgement.objects.get().answers.exists()


@pytest.mark.parametrize(
    "case",
    [("miller_heiman", "-5", -2), ("miller_heiman", "+3", 1), ("miller_heiman", "1", 0), ("six_sigma", "5", 2)],
)
def test_support_on_another_scale_comes_onto_our_steps(
    case: tuple[str, str, int], acme: Account, olga: User, as_: Any
) -> None:
    scale, text, support = case
    purposed(acme, olga)
    anna, client = contact(acme, "Anna"), as_(olga)
    client.post(card_of(anna), typed(client, card_of(anna), "team-card", scale=scale, on_scale=text))
    assert Judgement.objects.get().support == support


@pytest.mark.parametrize(
    "case",
    [
        ("miller_heiman", "0", "−5 to +5 has no zero"),
        ("miller_heiman", "6", "lies outside -5 to 5"),
        ("six_sigma", "0", "lies outside 1 to 5"),
        ("six_sigma", "x", "lies outside 1 to 5"),
        ("", "3", "Choose the scale"),
    ],
)
def test_a_number_that_another_scale_does_not_have_is_refused(
    case: tuple[str, str, str], acme: Account, olga: User, as_: Any
) -> None:
    scale, text, said = case
    purposed(acme, olga)
    anna, client = contact(acme, "Anna"), as_(olga)
    answer = client.post(card_of(anna), typed(client, card_of(anna), "team-card", scale=scale, on_scale=text))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Judgement.objects.exists()


def test_the_frequency_and_the_primary_contact_on_the_card_are_the_contacts_own(
    acme: Account, olga: User, as_: Any
) -> None:
    purposed(acme, olga)
    anna, ours, client = contact(acme, "Anna"), colleague("Ours"), as_(olga)
    changes = {"rhythm-wanted_days": "30", "rhythm-primary": str(ours.pk)}
    client.post(card_of(anna), typed(client, card_of(anna), "team-card", **changes))
    anna.refresh_from_db()
    assert (anna.wanted_days, anna.primary) == (30, ours)


def test_two_on_one_card_keep_both_and_are_told_of_what_both_changed(
    acme: Account, olga: User, diana: User, as_: Any
) -> None:
    people = sheet(acme, olga)
    cfo, first, second = people["CFO"], as_(olga), as_(diana)
    mine = typed(first, card_of(cfo), "team-card", answer_need_1="Cash")
    both = typed(first, card_of(cfo), "team-card", support="1")
    second.post(card_of(cfo), typed(second, card_of(cfo), "team-card", support="-2", answer_motive="Order"))
    assert first.post(card_of(cfo), mine).status_code == 302
    assert set(Judgement.objects.get(contact=cfo).answers.values_list("text", flat=True)) == {"Order", "Cash"}
    answer = first.post(card_of(cfo), both)
    assert answer.status_code == 422
    assert "−2 strongly against" in answer.content.decode()
    assert Judgement.objects.get(contact=cfo).support == -2


def test_what_has_come_to_its_end_is_erased_also_inside_a_merge(acme: Account, olga: User) -> None:
    purposed(acme, olga)
    anna, twin = contact(acme, "Anna"), contact(acme, "Anna B")
    today = timezone.localdate()
    for person, days in ((anna, 400), (twin, 30)):
        judge(person, said=Said({"expires_on": today + timedelta(days=days)}), by=olga)
    merge(kept=anna, gone=twin, by=olga)
    erase_expired(today + timedelta(days=29))
    assert len(ContactMerge.objects.get().gone["rows"]) == 1
    assert erase_expired(today + timedelta(days=30)) == 0
    assert ContactMerge.objects.get().gone["rows"] == []
    assert erase_expired(today + timedelta(days=400)) == 1


def test_opening_the_map_erases_what_has_ended_and_nothing_reads_it_before(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    Judgement.objects.filter(contact=people["CFO"]).update(expires_on=timezone.localdate())
    assert sheet_of(acme, timezone.localdate()).lines[1].judgement is None
    as_(olga).get(map_of(acme))
    assert not Judgement.objects.filter(contact=people["CFO"]).exists()


def test_a_judgement_that_ends_soon_is_named_and_kept_by_one_click(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    cfo, client, soon = people["CFO"], as_(olga), timezone.localdate() + timedelta(days=20)
    judge(cfo, said=Said({"expires_on": soon}), by=olga)
    assert f"is erased on {soon.isoformat()}" in " ".join(page_of(client, map_of(acme)).split())
    client.post(f"{card_of(cfo)}confirmation/")
    kept = Judgement.objects.get(contact=cfo)
    assert (kept.expires_on, kept.support) == (timezone.localdate() + timedelta(days=365), -1)
    assert client.post(f"{card_of(contact(acme, 'Unjudged'))}confirmation/").status_code == 404


def test_erasing_what_is_judged_of_one_person_leaves_the_others(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    as_(olga).post(f"{card_of(people['CFO'])}erasure/")
    assert set(Judgement.objects.values_list("contact__name", flat=True)) == set(SHEET) - {"CFO"}
    assert not Cell.objects.filter(judgement__contact=people["CFO"]).exists()
