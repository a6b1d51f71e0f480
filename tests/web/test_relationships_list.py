"""All relationships on one page: where each lies, which hang on one thread, and who sees which."""

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from tests.web import crawl
from tests.web.stage_fixtures import ago, bow_tie, diamond

from openkam.web.accounts.models import Account
from openkam.web.accounts.search import index_accounts
from openkam.web.people.models import User
from openkam.web.plans.action_actions import create_action, finish_action
from openkam.web.relationships import listing
from openkam.web.relationships.models import Ambition, Stage, StageReview, Standing

pytestmark = pytest.mark.django_db
LIST = "/relationships/"


@pytest.fixture
def house(acme: Account, olga: User, stranger: User) -> dict[str, Account]:
    """A bow-tie, a diamond, one without contacts; one of somebody else."""
    accounts = {
        "acme": acme,
        "beta": Account.objects.create(name="Beta", owner=olga, status="key"),
        "idle": Account.objects.create(name="Idle", owner=olga),
        "other": Account.objects.create(name="Elsewhere", owner=stranger),
    }
    index_accounts([account.pk for account in accounts.values()])
    bow_tie(acme)
    diamond(accounts["beta"])
    return accounts


def shown(client: Any, **query: str) -> list[str]:
    return [line.account.name for line in client.get(LIST, query).context["lines"]]


def test_each_account_stands_with_its_stage_lamp_and_target(house: dict[str, Account], as_: Any, olga: User) -> None:
    Ambition.objects.create(account=house["acme"], target=Stage.MID, by_when=ago(3))
    create_action(account=house["acme"], by=olga, title="Late", due_on=ago(1), place=1)
    lines = {line.account.name: line for line in as_(olga).get(LIST).context["lines"]}
    acme, beta, idle = lines["Acme 台積"], lines["Beta"], lines["Idle"]
    assert [(one.stage, one.lamp, one.standing.nu) for one in (acme, beta, idle)] == [
        (Stage.EARLY, "red", 1),
        (Stage.PARTNERSHIP, "green", 6),
        (Stage.DORMANT, "", 0),
    ]
    assert (acme.standing.key_person_share, acme.standing.last_on, acme.overdue) == (1, ago(5), 1)
    assert (acme.is_late, acme.is_there, beta.ambition) == (True, False, None)


def test_the_figures_on_top_say_of_how_many(house: dict[str, Account], as_: Any, olga: User) -> None:
    Ambition.objects.create(account=house["beta"], target=Stage.MID, by_when=ago(-3))
    found = as_(olga).get(LIST).context["summary"]
    assert (found.accounts, found.single, found.threaded, found.targets) == (3, 1, 2, 1)
    assert (found.single_share, found.target_share) == (0.5, pytest.approx(1 / 3))
    assert {stage: n for stage, n in found.stages.items() if n} == {
        Stage.DORMANT: 1,
        Stage.EARLY: 1,
        Stage.PARTNERSHIP: 1,
    }
    page = " ".join(as_(olga).get(LIST).content.decode().split())
    assert "1 of 2 with active contact" in page


def test_actions_on_time_and_approved_plans_are_counted_of_how_many(
    house: dict[str, Account], as_: Any, olga: User
) -> None:
    late, early = (create_action(account=house["acme"], by=olga, title=str(n), due_on=ago(n)) for n in (10, 20))
    create_action(account=house["beta"], by=olga, title="Open and overdue", due_on=ago(1))
    finish_action(late, by=olga, note="Seen", on=ago(5))
    finish_action(early, by=olga, note="Seen", on=ago(20))
    approved, on_time = as_(olga).get(LIST).context["plan_figures"]
    assert (approved["n"], approved["of"], approved["share"]) == (0, 3, 0)
    assert (on_time["n"], on_time["of"]) == (1, 3)


def test_moves_of_the_agreed_stage_in_a_year_are_counted_up_and_down(
    house: dict[str, Account], as_: Any, olga: User
) -> None:
    moves = ((500, 1), (400, 2), (300, 2), (200, 3), (100, 2), (10, 4))
    for days, agreed in moves:
        StageReview.objects.create(account=house["acme"], on=ago(days), diagnosed=agreed, agreed=agreed)
    StageReview.objects.create(account=house["beta"], on=ago(10), diagnosed=4, agreed=4)
    StageReview.objects.create(account=house["other"], on=ago(90), diagnosed=1, agreed=1)
    StageReview.objects.create(account=house["other"], on=ago(5), diagnosed=5, agreed=5)
    found = as_(olga).get(LIST).context["summary"]
    assert (found.moved_up, found.moved_down) == (2, 1)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"stage": "2"}, {"Acme 台積"}),
        ({"stage": "0"}, {"Idle"}),
        ({"lamp": "red"}, {"Acme 台積"}),
        ({"lamp": "green"}, {"Beta"}),
        ({"lamp": "none"}, {"Idle"}),
        ({"lamp": "amber"}, set()),
        ({"status": "key"}, {"Beta"}),
        ({"q": "台積"}, {"Acme 台積"}),
        ({"stage": "9", "lamp": "x", "sort": "-", "mine": "2", "page": "²"}, {"Acme 台積", "Beta", "Idle"}),
    ],
)
def test_the_list_is_narrowed(
    *, query: dict[str, str], names: set[str], house: dict[str, Account], as_: Any, olga: User
) -> None:
    assert set(shown(as_(olga), **query)) == names


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["Acme 台積", "Beta", "Idle"]),
        ("stage", ["Beta", "Acme 台積", "Idle"]),
        ("threads", ["Idle", "Acme 台積", "Beta"]),
        ("key_person", ["Acme 台積", "Beta", "Idle"]),
        ("last", ["Acme 台積", "Beta", "Idle"]),
        ("target", ["Beta", "Acme 台積", "Idle"]),
    ],
)
def test_the_list_is_sorted_and_what_is_unknown_comes_last(
    *, order: str, names: list[str], house: dict[str, Account], as_: Any, olga: User
) -> None:
    Ambition.objects.create(account=house["beta"], target=Stage.MID, by_when=ago(-3))
    assert shown(as_(olga), sort=order) == names


def test_mine_are_those_i_look_after(house: dict[str, Account], as_: Any, diana: User, olga: User) -> None:
    assert len(shown(as_(diana))) == 4
    assert shown(as_(diana), mine="1") == []
    assert len(shown(as_(olga), mine="1")) == 3


def test_everybody_sees_their_own_accounts_alone(
    *, house: dict[str, Account], as_: Any, tim: User, vera: User, stranger: User
) -> None:
    for person in (tim, vera):
        assert shown(as_(person)) == ["Acme 台積"]
    assert shown(as_(stranger)) == ["Elsewhere"]
    for kind in ("csv", "xlsx"):
        answer = as_(stranger).get(f"/relationships.{kind}")
        said = crawl.text_of(answer)
        assert "Elsewhere" in said
        assert "Beta" not in said


def test_the_list_is_taken_away_as_it_is_narrowed(house: dict[str, Account], as_: Any, olga: User) -> None:
    Ambition.objects.create(account=house["acme"], target=Stage.MID, by_when=ago(-300))
    client = as_(olga)
    client.get(LIST)
    rows = list(
        csv.DictReader(io.StringIO(crawl.body_of(client.get("/relationships.csv?lamp=red")).decode("utf-8-sig")))
    )
    assert [(row["Account"], row["Stage"], row["Stage, in words"], row["Target"]) for row in rows] == [
        ("Acme 台積", "2", "Early KAM", "Mid KAM")
    ]
    book = openpyxl.load_workbook(io.BytesIO(crawl.body_of(client.get("/relationships.xlsx?sort=name"))))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["Acme 台積", "Beta", "Idle"]
    assert client.get("/relationships.pdf").status_code == 404


def test_a_page_of_many_asks_the_database_no_more_than_a_page_of_few(
    house: dict[str, Account], as_: Any, diana: User, django_assert_num_queries: Any
) -> None:
    client = as_(diana)
    client.get(LIST)
    with django_assert_num_queries(15):
        client.get(LIST)
    for number in range(60):
        Account.objects.create(name=f"More {number:02d}")
    client.get(LIST)
    with django_assert_num_queries(15):
        client.get(LIST)
    assert len(shown(client, page="2")) == 14


def test_what_is_too_much_to_diagnose_at_once_is_said_and_not_guessed(
    house: dict[str, Account], as_: Any, diana: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 1)
    monkeypatch.setattr("openkam.web.relationships.list_views.PAGE", 2)
    answer = as_(diana).get(LIST, {"sort": "name"})
    assert (answer.context["behind"], answer.context["summary"].unknown) == (4, 2)
    assert "4 relationships were not diagnosed today" in " ".join(answer.content.decode().split())
    assert "not diagnosed yet" in answer.content.decode()


def test_a_diagnosis_of_yesterday_is_made_anew(house: dict[str, Account], as_: Any, olga: User) -> None:
    client = as_(olga)
    client.get(LIST)
    Standing.objects.update(on=timezone.localdate() - timedelta(days=1), stage=5)
    assert {line.stage for line in client.get(LIST).context["lines"]} == {0, 2, 4}


def test_without_accounts_the_page_says_what_to_do(as_: Any, olga: User) -> None:
    page = as_(olga).get(LIST).content.decode()
    assert "No accounts yet" in page
    assert "No relationship answers to this." in as_(olga).get(LIST, {"stage": "5"}).content.decode()
