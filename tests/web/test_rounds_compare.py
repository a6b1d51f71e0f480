"""Who moved from one round to the next, and why: the change of a score in parts, and the page and files about it."""

import csv
import io
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.web import crawl
from tests.web.round_fixtures import accounts, compete, criteria, round_of, score

from openkam.web.accounts.merging import merge
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.freezing import freeze
from openkam.web.rounds.models import Criterion, Item, Kind, Round, Stage
from openkam.web.rounds.ranking.change import Parts, Side, split
from openkam.web.rounds.ranking.comparison import Comparison, Move, Standing
from openkam.web.rounds.reading import reading_of

COMPARE = "/rounds/compare/"
SHAPE = (4, 5)

sides = st.builds(
    Side,
    arrays(float, SHAPE, elements=st.sampled_from([1.0, 2.0, 5.5, 9.0, 10.0, np.nan])),
    arrays(float, SHAPE[1], elements=st.sampled_from([0.0, 1.0, 3.0, 100.0, np.nan])),
)


def sums(parts: Parts) -> list[np.ndarray]:
    return [each.sum(axis=1) for each in (parts.scores, parts.weights, parts.criteria)]


@given(sides, sides)
def test_the_three_parts_add_up_to_the_change(earlier: Side, later: Side) -> None:
    parts = split(earlier, later)
    np.testing.assert_allclose(sum(sums(parts)), parts.after - parts.before, atol=1e-12)


@given(sides, sides)
def test_backwards_every_part_turns_its_sign(earlier: Side, later: Side) -> None:
    there, back = split(earlier, later), split(later, earlier)
    for one, other in zip(sums(there), sums(back), strict=True):
        np.testing.assert_allclose(one, -other, atol=1e-12)


@given(sides)
def test_nothing_changed_has_no_parts(side: Side) -> None:
    for part in sums(split(side, side)):
        assert (np.nan_to_num(part) == 0).all()


@given(sides, st.floats(0.1, 50))
def test_weights_in_another_unit_are_no_change(side: Side, unit: float) -> None:
    for part in sums(split(side, Side(side.scores, side.weights * unit))):
        np.testing.assert_allclose(np.nan_to_num(part), 0, atol=1e-12)


@given(sides, arrays(float, SHAPE, elements=st.sampled_from([1.0, 4.0, 10.0])))
def test_with_the_same_weights_all_of_it_comes_from_scores(side: Side, later: np.ndarray) -> None:
    weights = np.where(np.nan_to_num(side.weights) == 0, 1, side.weights)
    parts = split(Side(np.where(np.isnan(side.scores), 7, side.scores), weights), Side(later, weights))
    np.testing.assert_allclose(parts.scores.sum(axis=1), parts.after - parts.before, atol=1e-12)
    np.testing.assert_allclose(parts.weights, 0, atol=1e-12)
    assert not parts.criteria.any()


def test_a_change_in_three_parts_worked_by_hand() -> None:
    """Half of the weight was on 8, then a quarter on 6; a third criterion joins with as much weight as both."""
    missing = np.nan
    earlier = Side(np.array([[8.0, 4.0, missing]]), np.array([1.0, 1.0, missing]))
    later = Side(np.array([[6.0, 4.0, 10.0]]), np.array([1.0, 3.0, 4.0]))
    parts = split(earlier, later)
    assert (parts.before.tolist(), parts.after.tolist()) == ([6.0], [7.25])
    assert [part.tolist() for part in sums(parts)] == [[-0.75], [-0.75], [2.75]]
    assert parts.criteria.round(9).tolist() == [[0, 0, 2.75]]


def test_without_anything_in_common_all_of_it_comes_from_criteria() -> None:
    missing = np.nan
    earlier, later = (
        Side(np.array([[8.0, missing]]), np.array([1.0, missing])),
        Side(np.array([[missing, 5.0]]), np.array([missing, 1.0])),
    )
    assert [part.tolist() for part in sums(split(earlier, later))] == [[0.0], [0.0], [-3.0]]


SLUGS = ("revenue_potential", "solvency", "product_fit")
ONE = {"A": (8, 8, 8), "B": (6, 6, 6), "C": (4, 4, 4), "Gone": (5, 5, 5)}
TWO = {"A": (5, 5, 5), "B": (6, 6, 6), "C": (4, 4, 10), "New": (7, 7, 7)}


def frozen(
    by: User, rater: User, rows: dict[str, Any], *, slugs: tuple[str, ...] = SLUGS, weights: Any = None, **fields: Any
) -> Round:
    """A frozen round of these accounts; those that exist already take part again."""
    known = {account.name: account for account in Account.objects.filter(name__in=rows)}
    members = [known.get(name) or accounts(name)[0] for name in rows]
    round_ = round_of(by, members, raters=[rater], picked=criteria(*slugs), top=1, **fields)
    for slug, weight in (weights or {}).items():
        Item.objects.filter(round=round_, criterion__slug=slug).update(weight=weight)
    score(round_, rater, rows)
    for stage in (Stage.REVEALED, Stage.LOCKED):
        round_ = move_on(round_, to=stage, by=by)
    return freeze(round_, by=by).round


@pytest.fixture
def two(diana: User, olga: User) -> tuple[Round, Round]:
    spring = frozen(diana, olga, ONE, name="Spring", on=date(2026, 4, 1))
    return spring, frozen(diana, olga, TWO, name="Autumn", on=date(2026, 10, 1), weights={"product_fit": 4})


def compared(before: Round, after: Round) -> Comparison:
    rounds = [Round.objects.get(pk=round_.pk) for round_ in (before, after)]
    return Comparison(*(Standing.of(round_, reading_of(round_)) for round_ in rounds))


def moves_of(found: Comparison) -> dict[str, Move]:
    return {move.entry.name: move for move in found.moves(found.order)}


@pytest.mark.django_db
def test_the_biggest_movers_come_first(two: tuple[Round, Round]) -> None:
    found = compared(*two)
    moves = moves_of(found)
    assert {name: move.ranks for name, move in moves.items()} == {"C": (4, 1), "A": (1, 4), "B": (2, 3)}
    assert list(moves) == ["C", "A", "B"]  # of two that moved alike the one whose score changed more
    assert ([entry.name for entry in found.new], [entry.name for entry in found.gone]) == (["New"], ["Gone"])
    assert found.counts() == {"risen": 1, "fallen": 2, "reclassed": 0}


@pytest.mark.django_db
def test_every_move_is_told_in_parts_that_add_up(two: tuple[Round, Round]) -> None:
    moves = moves_of(compared(*two))
    for move in moves.values():
        assert move.parts
        assert sum(move.parts.values()) == pytest.approx(move.change)
    assert moves["A"].parts == pytest.approx({"scores": -3, "weights": 0, "criteria": 0})
    assert moves["C"].parts == pytest.approx({"scores": 3, "weights": 1, "criteria": 0})
    assert moves["C"].reasons[0].name == "Product fit"


@pytest.mark.django_db
def test_a_criterion_that_joins_is_its_own_part(diana: User, olga: User) -> None:
    before = frozen(diana, olga, {"A": (8, 8, 8)}, name="Spring")
    after = frozen(diana, olga, {"A": (8, 8, 8, 4)}, slugs=(*SLUGS, "flexibility"), name="Autumn")
    (move,) = moves_of(compared(before, after)).values()
    assert move.parts == pytest.approx({"scores": 0, "weights": 0, "criteria": -1})
    assert [(reason.cause, reason.name, reason.before) for reason in move.reasons] == [
        ("criteria", "Flexibility", None)
    ]


@pytest.mark.django_db
def test_an_excluded_account_falls_behind_all_that_are_ranked(diana: User, olga: User) -> None:
    before = frozen(diana, olga, {"A": (8, 8, 8), "B": (6, 6, 6)}, name="Spring")
    after = frozen(diana, olga, {"A": (10, 3, 10), "B": (6, 6, 6)}, name="Autumn")
    move = moves_of(compared(before, after))["A"]
    assert (move.ranks, move.direction, move.places_won) == ((1, None), "down", None)


@pytest.mark.django_db
def test_classes_are_compared_as_they_were_frozen(diana: User, olga: User) -> None:
    picked = [*criteria("size", kind=Kind.ATTRACTIVENESS), *criteria("price", kind=Kind.STRENGTH)]
    members, rounds = accounts("A", "B"), []
    for name, (attractive, ours) in {"Spring": (9, 9), "Autumn": (9, 2)}.items():
        round_ = round_of(diana, members, raters=[olga], picked=[*criteria(*SLUGS), *picked], name=name)
        score(round_, olga, {"A": (8, 8, 8), "B": (6, 6, 6)})
        score(round_, olga, {"A": (attractive,), "B": (3,)}, Kind.ATTRACTIVENESS)
        compete(round_, diana, "A", {"": (ours,), "Rival": (5,)}, olga)
        round_ = move_on(move_on(round_, to=Stage.REVEALED, by=diana), to=Stage.LOCKED, by=diana)
        rounds.append(freeze(round_, by=diana).round)
    found = compared(rounds[0], rounds[1])
    assert moves_of(found)["A"].cells == ("key", "key_development")
    assert found.counts()["reclassed"] == 1


@pytest.mark.django_db
def test_accounts_are_the_same_by_their_number_today(two: tuple[Round, Round], diana: User) -> None:
    merge(kept=Account.objects.get(name="New"), gone=Account.objects.get(name="Gone"), by=diana)
    found = compared(*two)
    assert (found.new, found.gone) == ([], [])
    assert moves_of(found)["New"].scores == pytest.approx((5, 7))


@pytest.mark.django_db
def test_one_that_was_merged_within_its_round_is_listed_apart(two: tuple[Round, Round], diana: User) -> None:
    merge(kept=Account.objects.get(name="A"), gone=Account.objects.get(name="B"), by=diana)
    found = compared(*two)
    assert "B" not in moves_of(found)
    assert [entry.name for entry in found.merged] == ["B"]


@pytest.mark.django_db
def test_a_new_name_of_a_criterion_changes_nothing(two: tuple[Round, Round], diana: User, as_: Any) -> None:
    before = as_(diana).get(COMPARE).content.decode().split("<main")[1]
    Criterion.objects.filter(slug="product_fit").update(name="Renamed")
    after = as_(diana).get(COMPARE).content.decode().split("<main")[1]
    assert "Product fit" in after
    assert before == after


@pytest.mark.django_db
def test_the_latest_two_frozen_rounds_are_compared(two: tuple[Round, Round], diana: User, olga: User, as_: Any) -> None:
    running = round_of(diana, accounts("Z"), raters=[olga], picked=criteria(*SLUGS), name="Running")
    score(running, olga, {"Z": (5, 5, 5)})
    move_on(running, to=Stage.REVEALED, by=diana)
    said = as_(olga).get(COMPARE).content.decode()
    for words in ("Spring", "Autumn", "1 → 4", "-3.00", "Product fit weighs 33% → 67%"):
        assert words in said
    turned = as_(olga).get(COMPARE, {"from": two[1].pk, "to": two[0].pk}).content.decode()
    assert "4 → 1" in turned
    assert as_(olga).get(COMPARE, {"from": two[0].pk, "to": running.pk}).status_code == 200


@pytest.mark.django_db
def test_a_round_that_is_blind_or_not_theirs_cannot_be_compared(
    two: tuple[Round, Round], diana: User, olga: User, *, stranger: User, as_: Any
) -> None:
    blind = round_of(diana, accounts("Z"), raters=[olga], picked=criteria(*SLUGS), name="Blind")
    score(blind, olga, {"Z": (9, 9, 9)})
    for query in ({"to": blind.pk}, {"from": blind.pk}, {"to": "x"}, {"to": "9" * 40}):
        for address in (COMPARE, "/rounds/compare.csv"):
            assert as_(diana).get(address, query).status_code == 404
    assert "no two rounds to compare yet" in as_(stranger).get(COMPARE).content.decode()
    assert as_(stranger).get(COMPARE, {"to": two[0].pk}).status_code == 404
    assert as_(stranger).get("/rounds/compare.xlsx").status_code == 404


@pytest.mark.django_db
def test_who_sees_one_of_the_two_alone_compares_nothing(
    two: tuple[Round, Round], diana: User, tim: User, *, as_: Any
) -> None:
    two[0].members.create(user=tim)
    assert "no two rounds to compare yet" in as_(tim).get(COMPARE).content.decode()
    assert as_(tim).get(COMPARE, {"from": two[0].pk, "to": two[1].pk}).status_code == 404


@pytest.mark.django_db
def test_a_round_without_weights_says_so(two: tuple[Round, Round], diana: User, olga: User, as_: Any) -> None:
    other = round_of(diana, accounts("Z"), raters=[olga], picked=criteria(*SLUGS), name="Weightless")
    score(other, olga, {"Z": (5, 5, 5)})
    Item.objects.filter(round=other).update(weight=0)
    move_on(other, to=Stage.REVEALED, by=diana)
    query = {"from": two[0].pk, "to": other.pk}
    assert "All weights are zero." in as_(diana).get(COMPARE, query).content.decode()
    assert as_(diana).get("/rounds/compare.csv", query).status_code == 404


@pytest.mark.django_db
def test_the_files_tell_the_moves_with_both_digests_and_the_rule(
    two: tuple[Round, Round], olga: User, as_: Any
) -> None:
    text = crawl.body_of(as_(olga).get("/rounds/compare.csv")).decode().removeprefix("\ufeff")
    rows = {row["Account"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (rows["A"]["Rank before"], rows["A"]["Rank after"], rows["A"]["By changed scores"]) == ("1", "4", "-3.0")
    book = crawl.text_of(as_(olga).get("/rounds/compare.xlsx"))
    for words in (two[0].frozen.digest, two[1].frozen.digest, "S(w, s) is the score", "0.333333 → 0.666667"):
        assert words in book


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, 120])
def test_a_comparison_costs_the_same_queries_whatever_its_size(
    count: int, diana: User, olga: User, *, as_: Any, django_assert_num_queries: Any
) -> None:
    rows = {f"N{n}": (1 + n % 10, 5, 5) for n in range(count)}
    for name in ("Spring", "Autumn"):
        frozen(diana, olga, rows, name=name)
    client = as_(diana)
    client.get(COMPARE)
    with django_assert_num_queries(11):
        client.get(COMPARE)
