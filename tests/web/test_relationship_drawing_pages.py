"""The drawing on its page, as a file and on paper: made from recorded contacts, for whoever sees the account."""

import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openkam.method import stage as method
from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import (
    change_person,
    colleague_of,
    create_colleague,
    create_contact,
    make_main_contact,
)
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.interactions.actions import record_interaction
from openkam.web.interactions.models import JointTeam, JointTeamMember, Kind
from openkam.web.people.models import User
from openkam.web.plans.models import Action
from openkam.web.relationships.drawing_page import Drawing, drawing_of
from openkam.web.relationships.models import Ambition, Judgement
from openkam.web.relationships.seen import seen

pytestmark = pytest.mark.django_db

EVIL = "</svg><script>alert(1)</script>"
#: Spec 2.3, N5: our person, their person (function, level), contacts in twelve months.
N5 = (
    (("sales", "manager"), ("purchasing", "manager"), 24),
    (("rd", "specialist"), ("rd", "specialist"), 12),
    (("administration", "clerk"), ("administration", "clerk"), 24),
    (("operations", "manager"), ("operations", "manager"), 12),
    (("outbound_logistics", "specialist"), ("inbound_logistics", "specialist"), 24),
    (("board", "director"), ("board", "director"), 2),
)


def meet(account: Account, ours: Colleague, theirs: Contact, times: int, **fields: Any) -> None:
    """So many meetings in the last weeks."""
    for week in range(times):
        day = timezone.localdate() - timedelta(days=3 * week)
        record_interaction(
            account=account, ours=[ours], theirs=[theirs], by=None, on=day, kind=fields.get("kind", Kind.MEETING)
        )


@pytest.fixture
def reader(vera: User, as_: Any) -> Client:
    """The least who sees Acme."""
    return as_(vera)


@pytest.fixture
def pairs(acme: Account, olga: User) -> list[tuple[Colleague, Contact]]:
    """N5 as people and meetings of Acme; the first pair are the hubs."""
    made = []
    for at, ((function, level), (other, height), times) in enumerate(N5):
        ours = colleague_of(olga) if at == 0 else create_colleague(by=None, name=f"Ours {at}")
        ours.function, ours.level = function, level
        change_person(ours, by=None)
        theirs = create_contact(account=acme, by=None, name=f"Theirs {at} 林", function=other, level=height)
        meet(acme, ours, theirs, times)
        made.append((ours, theirs))
    make_main_contact(made[0][1], by=None)
    return made


def drawn(account: Account, asked: str = "") -> Drawing:
    there = seen(account, timezone.localdate())
    found = method.evaluate(there.document)
    return drawing_of(there, found.metrics, found.stage, asked)


def file_of(client: Any, account: Account, kind: str = "svg", **query: Any) -> Any:
    return client.get(reverse("relationship-drawing", args=[account.pk, kind]), query)


def edges(text: str) -> set[str]:
    return set(re.findall(r'data-edge="([^"]+)"', text))


def test_the_drawing_of_an_account_has_its_people_and_exactly_its_active_contacts(acme: Account, pairs: Any) -> None:
    silent = create_contact(account=acme, by=None, name="Nobody calls her", function="quality", level="manager")
    shown = drawn(acme)
    assert {edge.key for edge in shown.network.edges} == {f"u{ours.pk}-c{theirs.pk}" for ours, theirs in pairs}
    assert [edge.is_direct for edge in shown.network.edges].count(False) == 1
    assert {node.key for node in shown.scene.nodes if node.look == "pale"} == {f"c{silent.pk}"}
    assert [person.name for _firm, people in shown.silent for person in people] == ["Nobody calls her"]


def test_a_contact_that_is_not_active_is_no_edge_and_a_recorded_one_of_the_hubs_a_thread(
    acme: Account, olga: User
) -> None:
    ours = colleague_of(olga)
    theirs = create_contact(account=acme, by=None, name="Moos")
    make_main_contact(theirs, by=None)
    meet(acme, ours, theirs, 1)
    shown = drawn(acme, "1")
    assert shown.network.edges == ()
    assert shown.network.thread is not None
    assert 'class="thread"' in render_to_string(shown.scene.template, {"scene": shown.scene})
    legend = render_to_string("relationships/drawing/legend.html", {"drawing": shown})
    assert "too rare or too long ago" in legend


def test_no_dotted_line_stands_in_the_legend_of_hubs_who_never_met(acme: Account, olga: User) -> None:
    colleague_of(olga)
    make_main_contact(create_contact(account=acme, by=None, name="Moos"), by=None)
    assert "too rare" not in render_to_string("relationships/drawing/legend.html", {"drawing": drawn(acme, "1")})


def test_the_partial_has_the_drawing_the_pattern_and_the_same_as_a_table(acme: Account, pairs: Any) -> None:
    html = render_to_string("relationships/drawing.html", {"drawing": drawn(acme, "4")})
    assert html.count('<svg class="network network--partnership') == 2
    assert edges(html.split("drawing__pattern")[0]) == {f"u{ours.pk}-c{theirs.pk}" for ours, theirs in pairs}
    table = html.split("<table>")[1]
    for ours, theirs in pairs:
        assert f'<a href="{ours.get_absolute_url()}"><bdi>{ours.name}</bdi></a>' in table
        assert f'<a href="{theirs.get_absolute_url()}"><bdi>{theirs.name}</bdi></a>' in table
    assert "24 contacts in 12 months" in html
    assert "style=" not in html


def test_an_account_without_anybody_says_what_to_do(acme: Account) -> None:
    html = render_to_string("relationships/drawing.html", {"drawing": drawn(acme)})
    assert "Record who met whom" in html
    assert "Nobody is in active contact." in html


def test_who_sees_the_account_takes_the_drawing_away(
    acme: Account, pairs: Any, as_: Any, request: pytest.FixtureRequest
) -> None:
    for name in ("diana", "olga", "tim", "vera"):
        client = as_(request.getfixturevalue(name))
        assert file_of(client, acme).status_code == 200
        assert client.get(reverse("relationship-print", args=[acme.pk])).status_code == 200
    outsider = as_(request.getfixturevalue("stranger"))
    assert file_of(outsider, acme).status_code == 404
    assert outsider.get(reverse("relationship-print", args=[acme.pk])).status_code == 404


def test_the_svg_file_stands_by_itself(acme: Account, pairs: Any, reader: Client) -> None:
    answer = file_of(reader, acme)
    text = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert f"openkam-relationship-{acme.pk}-" in answer["Content-Disposition"]
    root = ElementTree.fromstring(text)  # noqa: S314 - our own text
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert edges(text) == {f"u{ours.pk}-c{theirs.pk}" for ours, theirs in pairs}
    assert "href" not in text
    assert "var(" not in text
    assert "Theirs 1 林" in text


def test_the_png_file_is_a_picture(acme: Account, pairs: Any, reader: Client) -> None:
    answer = file_of(reader, acme, "png")
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(answer.content[16:20], "big") == 2 * 880


def test_an_unknown_kind_of_file_is_not_there(acme: Account, reader: Client) -> None:
    assert file_of(reader, acme, "exe").status_code == 404


@pytest.mark.usefixtures("pairs")
@pytest.mark.parametrize(
    ("asked", "stage"), [("", "partnership"), ("1", "pre"), ("2", "early"), ("5", "synergistic"), ("9", "partnership")]
)
def test_the_contacts_can_be_poured_into_the_drawing_of_another_stage(
    acme: Account, reader: Client, asked: str, stage: str
) -> None:
    with_trade(acme)
    text = file_of(reader, acme, **{"as": asked}).content.decode()
    assert f"network--{stage}" in text
    assert len(edges(text)) == len(N5)


def with_trade(account: Account) -> None:
    from tests.web.portfolio_facts import booked  # noqa: PLC0415 - used by one test

    fact = booked(account, timezone.localdate().year, 1000, None, None)
    fact.first_date = fact.last_date = timezone.localdate()
    fact.save()


@pytest.mark.usefixtures("pairs")
@pytest.mark.parametrize("day", ["2001-01-01", "1999-12-31"])
def test_a_day_before_the_first_contact_shows_no_edge(acme: Account, reader: Client, day: str) -> None:
    assert edges(file_of(reader, acme, on=day).content.decode()) == set()


@pytest.mark.usefixtures("pairs")
@pytest.mark.parametrize("day", ["yesterday", "2999-01-01", "2026-02-30", "\x00"])
def test_a_day_that_is_none_shows_today(acme: Account, reader: Client, day: str) -> None:
    assert len(edges(file_of(reader, acme, on=day).content.decode())) == len(N5)


@pytest.mark.parametrize("name", [EVIL, "Bell \x07 and \x0b", '" onload="alert(1)', "]]><x/>"])
def test_names_are_text_in_the_file_and_on_the_page(acme: Account, olga: User, reader: Client, name: str) -> None:
    ours = colleague_of(olga)
    ours.name = ours.title = name
    change_person(ours, by=None)
    theirs = create_contact(account=acme, by=None, name=name, title=name, function="rd")
    meet(acme, ours, theirs, 5)
    team = JointTeam.objects.create(account=acme, name=name)
    JointTeamMember.objects.create(team=team, contact=theirs)
    for stage in "12345":
        text = file_of(reader, acme, **{"as": stage}).content.decode()
        ElementTree.fromstring(text)  # noqa: S314 - our own text
        assert "<script" not in text
        assert 'onload="' not in text
    page = reader.get(reverse("relationship-print", args=[acme.pk])).content.decode()
    assert "<script>alert" not in page
    assert file_of(reader, acme, "png").content.startswith(b"\x89PNG")


@pytest.mark.usefixtures("pairs")
def test_the_sheet_has_both_drawings_the_target_and_the_five_actions(acme: Account, olga: User, reader: Client) -> None:
    Ambition.objects.create(account=acme, target=5, by_when=date(2027, 9, 30))
    for place in (2, 1):
        Action.objects.create(account=acme, place=place, title=f"Action {place}", owner=olga, evidence="Minutes")
    html = reader.get(reverse("relationship-print", args=[acme.pk])).content.decode()
    assert "network--ideal" in html
    assert "network--synergistic network--ideal" in html
    assert "Synergistic KAM" in html
    assert "2027" in html
    assert html.index("Action 1") < html.index("Action 2")
    assert "Minutes" in html


def test_a_drawing_tells_nothing_of_what_is_judged_of_a_person(acme: Account, pairs: Any, reader: Client) -> None:
    contact = pairs[1][1]
    before = file_of(reader, acme).content
    Judgement.objects.create(
        account=acme,
        contact=contact,
        types=["economic"],
        support=-2,
        influence=3,
        competitor="Plays golf with Rival",
        expires_on=date(2099, 1, 1),
    )
    assert file_of(reader, acme).content == before
    assert b"Rival" not in reader.get(reverse("relationship-print", args=[acme.pk])).content


@pytest.mark.usefixtures("pairs")
def test_a_drawing_asks_the_database_as_often_for_many_people_as_for_few(
    acme: Account, reader: Client, django_assert_max_num_queries: Any
) -> None:
    for at in range(20):
        ours = create_colleague(by=None, name=f"More {at}")
        meet(acme, ours, create_contact(account=acme, by=None, name=f"Many {at}"), 4)
    client = reader
    with django_assert_max_num_queries(22):
        file_of(client, acme)
