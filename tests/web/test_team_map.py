"""The team map: the deck's sheet filled in by hand, its figures, its members, and two who fill it in at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web import crawl
from tests.web.contact_fixtures import colleague, contact, met
from tests.web.team_fixtures import card_of, map_of, page_of, purposed, sheet, typed

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.relationships.judging import (
    Place,
    Reply,
    Said,
    add_member,
    judge,
    remove_member,
    renumber,
)
from openkam.web.relationships.models import Cell, Judgement, TeamMap, TeamMember
from openkam.web.relationships.sheet_text import place_text, read_place
from openkam.web.relationships.team_page import sheet_of

pytestmark = pytest.mark.django_db


def test_spec_section_8_sheet_has_its_support_index_and_coverage_in_every_phase(acme: Account, olga: User) -> None:
    sheet(acme, olga)
    found = sheet_of(acme, timezone.localdate())
    assert [round(one.support_index or 0, 4) for one in found.columns] == [0.325, 0.1538, 0.1957, 0.625]
    assert [one.support_band for one in found.columns] == ["green", "amber", "amber", "green"]
    assert [round(one.coverage or 0, 4) for one in found.columns] == [0.7, 0.6923, 0.913, 0.8125]
    assert [(one.judged, one.of) for one in found.columns] == [(5, 5)] * 4
    assert [one.gaps for one in found.columns] == [("CFO", "Plant manager")] * 3 + [("Plant manager",)]


def test_the_page_shows_the_figures_with_their_bands_in_words(acme: Account, olga: User, as_: Any) -> None:
    sheet(acme, olga)
    page = page_of(as_(olga), map_of(acme))
    for text in ("0.33", "0.15", "0.20", "0.63", "70.0%", "5 of 5", "partly", "high influence", "strongly against"):
        assert text in page, text
    assert "Important, and against: CFO" in page


def test_nothing_is_written_down_before_there_is_a_purpose(acme: Account, olga: User, as_: Any) -> None:
    anna = contact(acme, "Anna")
    with pytest.raises(InvalidInput) as error:
        judge(anna, said=Said({"influence": 3}), by=olga)
    assert error.value.code == "purpose_missing"
    client = as_(olga)
    data = typed(client, map_of(acme), **{f"c{anna.pk}-influence": "3"})
    answer = client.post(map_of(acme), data)
    assert answer.status_code == 422
    assert "Say first what these notes about people are for" in answer.content.decode()
    client.post(
        f"{map_of(acme)}purpose/", typed(client, map_of(acme), "team-map/purpose/", purpose="  To plan visits ")
    )
    assert TeamMap.objects.get().purpose == "To plan visits"
    assert client.post(map_of(acme), data).status_code == 302
    assert Judgement.objects.get().influence == 3


def test_a_purpose_cannot_be_emptied(acme: Account, olga: User, as_: Any) -> None:
    purposed(acme, olga)
    client = as_(olga)
    answer = client.post(f"{map_of(acme)}purpose/", typed(client, map_of(acme), "team-map/purpose/", purpose="   "))
    assert answer.status_code == 422
    assert TeamMap.objects.get().purpose == "To leave nobody out"


def test_a_row_typed_in_codes_becomes_a_judgement_with_its_cells(acme: Account, olga: User, as_: Any) -> None:
    purposed(acme, olga)
    for name in ("One", "Two", "Three"):
        add_member(acme, colleague=colleague(name), role="", by=olga)
    anna, client = contact(acme, "Anna"), as_(olga)
    row = {
        "types": "e, u",
        "influence": "h",
        "support": "−1",
        "recognition": "2 1,3",
        "evaluation": "H/2",
        "post_sale": "0",
    }
    data = typed(client, map_of(acme), **{f"c{anna.pk}-{name}": text for name, text in row.items()})
    assert client.post(map_of(acme), data).status_code == 302
    made = Judgement.objects.get()
    assert (made.types, made.influence, made.support, made.by) == (["economic", "user"], 3, -1, olga)
    cells = {
        cell.phase: (cell.participation, [one.number for one in cell.covered_by.all()]) for cell in made.cells.all()
    }
    assert cells == {"recognition": (2, [1, 3]), "evaluation": (3, [2]), "post_sale": (0, [])}
    assert made.expires_on == timezone.localdate() + timedelta(days=365)


@pytest.mark.parametrize(
    "case",
    [
        ("types", "E X", "“X” is no type"),
        ("influence", "4", "“4” lies outside 1 to 3"),
        ("influence", "0", "“0” lies outside 1 to 3"),
        ("support", "3", "“3” lies outside -2 to 2"),
        ("support", "nan", "“nan” lies outside -2 to 2"),
        ("support", "１e9", "lies outside -2 to 2"),
        ("recognition", "5", "“5” is no cell"),
        ("recognition", "1,3", "“1,3” is no cell"),
        ("recognition", "2/x", "“2/x” is no cell"),
        ("recognition", "<script>alert(1)</script>", "&lt;script&gt;"),
        ("recognition", "2 7", "There is no member 7 on this sheet"),
    ],
)
def test_a_bad_cell_is_refused_in_a_sentence_and_nothing_of_the_sheet_is_saved(
    case: tuple[str, str, str], acme: Account, olga: User, as_: Any
) -> None:
    field, text, said = case
    purposed(acme, olga)
    anna, ben, client = contact(acme, "Anna"), contact(acme, "Ben"), as_(olga)
    data = typed(client, map_of(acme), **{f"c{ben.pk}-{field}": text, f"c{anna.pk}-influence": "2"})
    answer = client.post(map_of(acme), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "<script>alert" not in page
    assert f'name="c{anna.pk}-influence" value="2"' in page
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("text", ["", "0", "3", "2 1,3", "– 2", "1 12"])
def test_a_cell_is_written_as_it_is_typed(text: str) -> None:
    assert place_text(read_place(text)) == text


@pytest.mark.parametrize(("text", "place"), [
    ("2/1,3", Place(2, (1, 3))), ("H·3", Place(3, (3,))), ("m", Place(2)), ("2 1、3", Place(2, (1, 3))), ("-", Place())
])  # fmt: skip
def test_a_cell_may_be_typed_in_other_ways(text: str, place: Place) -> None:
    assert read_place(text) == place


def test_open_stays_open_and_is_not_taken_for_neutral_or_none(acme: Account, olga: User) -> None:
    purposed(acme, olga)
    anna = contact(acme, "Anna")
    judge(anna, said=Said({"influence": 3}, {"recognition": Place(None)}), by=olga)
    found = sheet_of(acme, timezone.localdate())
    assert [(one.support_index, one.coverage, one.judged, one.of) for one in found.columns] == [(None, None, 0, 1)] * 4
    assert (found.lines[0].side, found.lines[0].words) == ("open", ["high influence"])


def test_two_who_fill_in_different_rows_and_cells_lose_nothing(
    acme: Account, olga: User, diana: User, as_: Any
) -> None:
    people = sheet(acme, olga)
    first, second, cfo, qa = as_(olga), as_(diana), people["CFO"].pk, people["QA"].pk
    mine = typed(first, map_of(acme), **{f"c{cfo}-support": "+1"})
    theirs = typed(second, map_of(acme), **{f"c{cfo}-influence": "2", f"c{qa}-recognition": "3"})
    assert second.post(map_of(acme), theirs).status_code == 302
    assert first.post(map_of(acme), mine).status_code == 302
    assert Judgement.objects.filter(contact=cfo, support=1, influence=2).exists()
    assert Cell.objects.get(judgement__contact=qa, phase="recognition").participation == 3


def test_a_cell_that_both_changed_is_told_to_the_second_who_may_then_decide(
    acme: Account, olga: User, diana: User, as_: Any
) -> None:
    people = sheet(acme, olga)
    first, second, cfo = as_(olga), as_(diana), people["CFO"].pk
    mine = typed(first, map_of(acme), **{f"c{cfo}-support": "+1"})
    second.post(map_of(acme), typed(second, map_of(acme), **{f"c{cfo}-support": "-2"}))
    answer = first.post(map_of(acme), mine)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“-2”" in page
    assert f'name="c{cfo}-support" value="+1"' in page
    assert Judgement.objects.get(contact=cfo).support == -2
    again = mine | {f"c{cfo}-seen": page.split(f'name="c{cfo}-seen" value="')[1].split('"')[0]}
    assert first.post(map_of(acme), again).status_code == 302
    assert Judgement.objects.get(contact=cfo).support == 1


def test_a_row_whose_judgement_moved_on_between_reading_and_writing_is_refused(acme: Account, olga: User) -> None:
    people = sheet(acme, olga)
    with pytest.raises(InvalidInput) as error:
        judge(people["CFO"], said=Said({"support": 2}), by=olga, version=99)
    assert error.value.code == "person_taken"


def test_numbers_typed_for_an_older_order_of_members_are_not_saved(acme: Account, olga: User, as_: Any) -> None:
    purposed(acme, olga)
    one, two = (add_member(acme, colleague=colleague(name), role="", by=olga) for name in ("One", "Two"))
    anna, client = contact(acme, "Anna"), as_(olga)
    data = typed(client, map_of(acme), **{f"c{anna.pk}-recognition": "2 1"})
    card = typed(client, card_of(anna), "team-card", by_recognition="1")
    renumber(one, number=2, by=olga)
    for address, sent in ((map_of(acme), data), (card_of(anna), card)):
        answer = client.post(address, sent)
        assert answer.status_code == 422
        assert "Our numbers have changed meanwhile" in answer.content.decode()
    assert client.post(map_of(acme), data | {"numbers": f"{two.pk},{one.pk}"}).status_code == 302
    assert [member.colleague.name for member in Cell.objects.get().covered_by.all()] == ["Two"]


def test_a_form_with_a_broken_seal_overwrites_nothing(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    cfo, client = people["CFO"].pk, as_(olga)
    data = typed(client, map_of(acme), **{f"c{cfo}-support": "+1", f"c{cfo}-seen": "forged"})
    assert client.post(map_of(acme), data).status_code == 422
    assert Judgement.objects.get(contact=cfo).support == -1


def test_members_are_numbered_renumbered_and_close_up_and_cover_whom_they_covered(
    acme: Account, olga: User, as_: Any
) -> None:
    purposed(acme, olga)
    client = as_(olga)
    for name in ("One", "Two", "Three"):
        client.post(f"{map_of(acme)}members/", {"colleague": colleague(name).pk, "role": f"Role of {name}"})
    three = TeamMember.objects.get(number=3)
    anna = contact(acme, "Anna")
    judge(anna, said=Said(places={"selection": Place(2, (3,))}), by=olga)
    client.post(f"{map_of(acme)}members/{three.pk}/place/", {"number": "1"})
    assert list(TeamMember.objects.values_list("number", "colleague__name")) == [(1, "Three"), (2, "One"), (3, "Two")]
    assert f'name="c{anna.pk}-selection" value="2 1"' in page_of(client, map_of(acme))
    client.post(f"{map_of(acme)}members/{TeamMember.objects.get(number=2).pk}/departure/")
    assert list(TeamMember.objects.values_list("number", "colleague__name")) == [(1, "Three"), (2, "Two")]


@pytest.mark.parametrize("number", ["", "x", "-1", "1e3", "٢", "99999999999"])
def test_a_number_that_is_none_leaves_the_order_alone(number: str, acme: Account, olga: User, as_: Any) -> None:
    for name in ("One", "Two"):
        add_member(acme, colleague=colleague(name), role="", by=olga)
    two = TeamMember.objects.get(number=2)
    assert as_(olga).post(f"{map_of(acme)}members/{two.pk}/place/", {"number": number}).status_code == 302
    assert TeamMember.objects.get(pk=two.pk).number == 2


def test_somebody_who_is_on_the_sheet_already_keeps_the_number_and_gets_the_new_role(acme: Account, olga: User) -> None:
    one = colleague("One")
    add_member(acme, colleague=one, role="Engineer", by=olga)
    add_member(acme, colleague=one, role="Head of engineering", by=olga)
    assert list(TeamMember.objects.values_list("number", "role")) == [(1, "Head of engineering")]


def test_a_member_who_leaves_covers_nobody_any_more(acme: Account, olga: User) -> None:
    purposed(acme, olga)
    member = add_member(acme, colleague=colleague("One"), role="", by=olga)
    anna = contact(acme, "Anna")
    judge(anna, said=Said({"influence": 3}, {"selection": Place(2, (1,))}), by=olga)
    assert sheet_of(acme, timezone.localdate()).columns[2].gaps == ()
    remove_member(member, by=olga)
    assert sheet_of(acme, timezone.localdate()).columns[2].gaps == ("Anna",)


def test_only_contact_with_a_named_member_covers(acme: Account, olga: User) -> None:
    sheet(acme, olga)
    other, cfo = colleague("Not on the sheet"), Contact.objects.get(name="QA")
    for week in range(4):
        met(other, cfo, on=timezone.localdate() - timedelta(weeks=week + 1))
    assert round(sheet_of(acme, timezone.localdate()).columns[0].coverage or 0, 4) == 0.7


def test_who_is_in_contact_with_others_alone_is_said_to_lack_the_team(acme: Account, olga: User, as_: Any) -> None:
    purposed(acme, olga)
    anna = contact(acme, "Anna")
    for week in range(4):
        met(colleague("Not on the sheet"), anna, on=timezone.localdate() - timedelta(weeks=week + 1))
    judge(anna, said=Said({"influence": 3}, {"selection": Place(2)}), by=olga)
    page = page_of(as_(olga), map_of(acme))
    assert "Important, and nobody on this team is in contact: Anna" in page
    assert "no active contact with the team" in page


def test_events_say_that_something_was_judged_and_never_what(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    as_(olga).post(f"{card_of(people['CFO'])}erasure/")
    found = Event.objects.filter(verb__in=("judged", "judgement_erased"))
    assert set(found.values_list("field", "old", "new")) == {("", "", "")}
    assert found.count() == 6


def test_a_phase_narrows_the_sheet_to_those_who_take_part_and_saves_its_column_alone(
    acme: Account, olga: User, as_: Any
) -> None:
    people = sheet(acme, olga)
    address, client = f"{map_of(acme)}?phase=post_sale", as_(olga)
    page = page_of(client, address)
    assert f'name="c{people["CFO"].pk}-' not in page
    buyer = people["Buyer"].pk
    answer = client.post(address, typed(client, address, **{f"c{buyer}-post_sale": "1"}))
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    cells = dict(Cell.objects.filter(judgement__contact=buyer).values_list("phase", "participation"))
    assert cells == {"recognition": 1, "evaluation": 3, "selection": 3, "post_sale": 1}
    assert client.get(f"{map_of(acme)}?phase=nonsense").status_code == 200


def test_rackhams_phases_keep_what_was_judged_in_the_others(acme: Account, olga: User, as_: Any) -> None:
    sheet(acme, olga)
    client = as_(olga)
    client.post(f"{map_of(acme)}purpose/", typed(client, map_of(acme), "team-map/purpose/", preset="five"))
    found = sheet_of(acme, timezone.localdate())
    assert [one.phase for one in found.columns] == ["recognition", "evaluation", "concerns", "decision", "post_sale"]
    assert [one.support_index is None for one in found.columns] == [False, False, True, True, False]
    assert Cell.objects.filter(phase="selection").count() == 5


def test_the_files_hold_the_sheet_as_it_is_typed(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    judge(
        people["CFO"],
        said=Said(places={"selection": Place(3, (1,))}, answers={"motive": Reply("Cash", "said")}),
        by=olga,
    )
    lines = crawl.text_of(as_(olga).get(f"{map_of(acme)}export.csv")).split("\n")
    row = next(line for line in lines if line.startswith("CFO"))
    assert "Economic" in row
    assert "3 1" in row
    assert "Cash,said" in row
    book = crawl.text_of(as_(olga).get(f"{map_of(acme)}export.xlsx"))
    assert "Our engineer" in book
    assert as_(olga).get(f"{map_of(acme)}export.pdf").status_code == 404


def test_an_empty_map_says_what_to_do(acme: Account, olga: User, as_: Any) -> None:
    page = page_of(as_(olga), map_of(acme))
    assert "No people of this customer are known yet" in page
    assert "Nobody of ours stands on the sheet yet" in page


def test_who_left_is_not_on_the_sheet_and_their_card_is_not_there(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    Contact.objects.filter(name="CFO").update(left_on=timezone.localdate())
    client = as_(olga)
    assert "CFO" not in page_of(client, map_of(acme))
    assert client.get(card_of(people["CFO"])).status_code == 404


def test_sixty_people_cost_no_more_queries_than_five(
    acme: Account, olga: User, as_: Any, django_assert_max_num_queries: Any
) -> None:
    people, client = sheet(acme, olga), as_(olga)
    addresses = (map_of(acme), card_of(people["Buyer"]))
    for address in addresses:
        page_of(client, address)
    few = [_queries(client, address) for address in addresses]
    for number in range(60):
        one = contact(acme, f"Person {number:02}")
        judge(one, said=Said({"influence": 2}, {"recognition": Place(2, (1,))}), by=olga)
    page_of(client, map_of(acme))
    for address, most in zip(addresses, few, strict=True):
        with django_assert_max_num_queries(most):
            page_of(client, address)
        assert most < 60
    page = page_of(client, map_of(acme))
    assert page.count('-seen" value=') == 60
    assert 'rel="next"' in page


def _queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def test_a_full_page_of_the_longest_sheet_can_be_saved(acme: Account, olga: User, as_: Any) -> None:
    purposed(acme, olga)
    TeamMap.objects.update(preset="five")
    people = [contact(acme, f"Person {number:02}") for number in range(60)]
    client = as_(olga)
    data = typed(client, map_of(acme), **{f"c{people[59].pk}-influence": "1"})
    assert client.post(map_of(acme), data).status_code == 302
    assert Judgement.objects.get().contact == people[59]
