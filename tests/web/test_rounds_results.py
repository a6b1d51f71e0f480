"""What follows from a round: the deck's two tables, the matrix, the ranking; and what is frozen stays as it was."""

import copy
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.web.round_fixtures import accounts, compete, criteria, entry, round_of, score

from openkam.method.errors import InvalidInput
from openkam.method.matrix import CLASSES
from openkam.web.accounts.actions import change_account
from openkam.web.accounts.merging import merge
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.rounds.actions import (
    add_accounts,
    add_member,
    change_round,
    move_on,
    name_competitors,
    set_criteria,
    set_floor,
    set_points,
    set_targets,
)
from openkam.web.rounds.freezing import digest_of, freeze
from openkam.web.rounds.models import Criterion, Entry, Frozen, Kind, Placement, Round, Score
from openkam.web.rounds.reading import reading_of
from openkam.web.rounds.results import places, ranking

#: The worked tables of the method: attractiveness of four customers, strength of three suppliers at each.
TABLE_ONE = {
    "Alpha": (9, 7, 8, 5, 6, 8),
    "Beta": (6, 8, 6, 7, 4, 7),
    "Gamma": (8, 4, 7, 4, 5, 3),
    "Delta": (3, 4, 5, 6, 7, 3),
}
TABLE_TWO = {
    "Alpha": {"": (6, 8, 9, 8, 7, 6), "X": (8, 7, 6, 6, 8, 5), "Y": (7, 6, 6, 6, 6, 7)},
    "Beta": {"": (5, 6, 7, 5, 5, 7), "X": (7, 8, 6, 7, 8, 6), "Y": (6, 5, 5, 6, 5, 6)},
    "Gamma": {"": (7, 8, 7, 8, 6, 5), "X": (7, 7, 6, 6, 7, 6), "Y": (6, 5, 5, 4, 5, 5)},
    "Delta": {"": (4, 6, 6, 5, 4, 5), "X": (7, 5, 5, 5, 6, 5), "Y": (8, 6, 5, 6, 6, 5)},
}
CAF = ("size", "growth_potential", "financial_stability", "ease_of_access", "closeness", "strategic_fit")
CSF = ("price", "service", "speed_of_response", "relationship", "major_supplier", "technical_innovation")
PICKED = ("revenue_potential", "solvency")


@pytest.fixture
def decks_round(diana: User, olga: User) -> Round:
    picked = [*criteria(*PICKED), *criteria(*CAF, kind=Kind.ATTRACTIVENESS), *criteria(*CSF, kind=Kind.STRENGTH)]
    round_ = round_of(diana, accounts(*TABLE_ONE), raters=[olga], picked=picked)
    score(round_, olga, TABLE_ONE, Kind.ATTRACTIVENESS)
    for name, rows in TABLE_TWO.items():
        compete(round_, diana, name, rows, olga)
    score(round_, olga, {"Alpha": (9, 8), "Beta": (8, 3), "Gamma": (6, 6), "Delta": (6, None)})
    return move_on(round_, to="revealed", by=diana)


def by_name(round_: Round, numbers: Any) -> dict[str, Any]:
    return {entry.name: value for entry, value in zip(reading_of(round_).entries, numbers.tolist(), strict=True)}


def test_the_decks_two_tables_give_its_four_classes(decks_round: Round) -> None:
    placed = places(reading_of(decks_round), decks_round)
    cells = {name: CLASSES[cell] for name, cell in by_name(decks_round, placed.cells).items()}
    assert cells == {
        "Alpha": "key", "Beta": "key_development", "Gamma": "maintenance", "Delta": "opportunistic",
    }  # fmt: skip
    assert by_name(decks_round, (placed.attractiveness * 6).round(9)) == {
        "Alpha": 43, "Beta": 38, "Gamma": 31, "Delta": 28,
    }  # fmt: skip
    strength = by_name(decks_round, placed.strength.round(4))
    assert strength == {"Alpha": 1.1, "Beta": 0.8333, "Gamma": 1.0513, "Delta": 0.8333}
    assert placed.cut == pytest.approx(35 / 6)


def test_a_must_have_below_its_floor_excludes_whatever_the_total_and_missing_does_not(decks_round: Round) -> None:
    ranked = ranking(reading_of(decks_round))
    assert by_name(decks_round, ranked.rank) == {"Alpha": 1, "Beta": 0, "Gamma": 2, "Delta": 2}
    assert by_name(decks_round, ranked.excluded)["Beta"] is True
    assert by_name(decks_round, ranked.completeness)["Delta"] == 0.5


def test_other_weights_are_a_what_if_that_leaves_the_round_alone(decks_round: Round) -> None:
    before = list(decks_round.items.values_list("pk", "weight"))
    ranked = ranking(reading_of(decks_round), np.array([0.0, 1.0]))
    assert by_name(decks_round, ranked.rank) == {"Alpha": 1, "Beta": 0, "Gamma": 2, "Delta": 0}
    assert list(decks_round.items.values_list("pk", "weight")) == before


def test_success_factors_weigh_as_this_customer_weighs_them(decks_round: Round, diana: User) -> None:
    price = decks_round.items.get(criterion__slug="price")
    others = decks_round.items.filter(kind=Kind.STRENGTH).exclude(pk=price.pk)
    set_points(entry(decks_round, "Alpha"), points={price.pk: 100, **{item.pk: 0 for item in others}}, by=diana)
    decks_round.refresh_from_db()
    strength = by_name(decks_round, places(reading_of(decks_round), decks_round).strength)
    assert strength["Alpha"] == pytest.approx(6 / 8)
    assert strength["Gamma"] == pytest.approx(41 / 39)


def test_without_a_competitor_an_account_has_no_strength_and_no_class(diana: User, olga: User) -> None:
    picked = [*criteria(*CAF, kind=Kind.ATTRACTIVENESS), *criteria(*CSF, kind=Kind.STRENGTH)]
    round_ = round_of(diana, accounts("Alone"), raters=[olga], picked=picked)
    score(round_, olga, {"Alone": (5, 5, 5, 5, 5, 5)}, Kind.ATTRACTIVENESS)
    compete(round_, diana, "Alone", {"": (7, 7, 7, 7, 7, 7)}, olga)
    placed = places(reading_of(move_on(round_, to="revealed", by=diana)), round_)
    assert placed.cells.tolist() == [-1]
    assert np.isnan(placed.strength).all()


def test_a_round_of_nothing_scored_in_a_kind_has_no_results_and_no_error(diana: User, olga: User) -> None:
    round_ = round_of(diana, accounts("Ajax"), raters=[olga], picked=criteria("revenue_potential"))
    score(round_, olga, {"Ajax": (7,)})
    round_ = move_on(round_, to="revealed", by=diana)
    assert places(reading_of(round_), round_).cells.tolist() == [-1]
    assert ranking(reading_of(round_)).rank.tolist() == [1]


@pytest.fixture
def frozen(decks_round: Round, diana: User) -> Frozen:
    return freeze(move_on(decks_round, to="locked", by=diana), by=diana)


def test_freezing_keeps_a_place_for_every_account(frozen: Frozen) -> None:
    found = {p.entry.name: (p.rank, p.cell, p.is_excluded) for p in Placement.objects.select_related("entry")}
    assert found == {
        "Alpha": (1, "key", False),
        "Beta": (None, "key_development", True),
        "Gamma": (2, "maintenance", False),
        "Delta": (2, "opportunistic", False),
    }


def test_a_frozen_round_reads_as_it_was_scored(decks_round: Round, frozen: Frozen) -> None:
    before, after = reading_of(decks_round), reading_of(frozen.round)
    assert after.items == before.items
    assert after.entries == before.entries
    assert after.suppliers == before.suppliers
    for kind in Kind.values:
        np.testing.assert_array_equal(after.sheets[kind].cube, before.sheets[kind].cube)


def test_a_frozen_round_does_not_change_with_its_library_or_its_accounts(frozen: Frozen, diana: User) -> None:
    kept, digest = copy.deepcopy(frozen.document), frozen.digest
    Criterion.objects.filter(slug="size").update(name="Weight", at_10="heavy")
    alpha, gamma = (Entry.objects.get(name=name).account for name in ("Alpha", "Gamma"))
    assert alpha
    assert gamma
    alpha.name = "Omega"
    change_account(alpha, by=diana)
    merge(kept=alpha, gone=gamma, by=diana)
    again = Frozen.objects.get()
    assert again.document == kept
    assert digest_of(again.document) == again.digest == digest
    reading = reading_of(again.round)
    assert [entry.name for entry in reading.entries] == ["Alpha", "Beta", "Delta", "Gamma"]
    assert {item.name for item in reading.items[Kind.ATTRACTIVENESS]} >= {"Size"}
    assert by_name(again.round, ranking(reading).rank)["Gamma"] == 2


def test_of_two_who_freeze_at_once_the_second_is_told_who_was_first(frozen: Frozen, diana: User, olga: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        freeze(frozen.round, by=olga)
    assert (refusal.value.code, refusal.value.values["who"]) == ("round_frozen_by", "Diana")
    assert Frozen.objects.count() == 1


def test_only_a_locked_round_is_frozen(decks_round: Round, diana: User) -> None:
    with pytest.raises(InvalidInput, match="round_stage"):
        freeze(decks_round, by=diana)


def test_nothing_of_a_frozen_round_can_be_changed(frozen: Frozen, diana: User, tim: User) -> None:
    round_ = frozen.round
    item, at, member = round_.items.all()[0], entry(round_, "Alpha"), round_.members.all()[0]
    round_.name, item.weight, at.target_on = "Another", 5, date(2027, 1, 1)
    attempts = [
        lambda: change_round(round_, by=diana),
        lambda: set_criteria(round_, criteria=[], by=diana),
        lambda: set_floor(item, floor=9, by=diana),
        lambda: add_accounts(round_, accounts=accounts("New"), by=diana),
        lambda: name_competitors(at, names=["Z"], by=diana),
        lambda: add_member(round_, user=tim, by=diana, is_rater=True, is_facilitator=False),
        lambda: set_targets(at, by=diana),
        lambda: set_points(at, points={}, by=diana),
        lambda: move_on(round_, to="revealed", by=diana),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidInput, match="round_frozen"):
            attempt()
    with pytest.raises(TypeError):
        frozen.save()
    assert member.removed_at is None


def test_what_is_frozen_is_what_is_stored_not_what_was_read_before(decks_round: Round, diana: User) -> None:
    locked = move_on(decks_round, to="locked", by=diana)
    assert reading_of(locked).entries[0].name == "Alpha"
    Score.objects.filter(entry__name="Alpha", item__criterion__slug="size").update(value=2)
    Account.objects.filter(name="Alpha").update(name="Omega")
    document = freeze(locked, by=diana).document["reading"]
    assert "Omega" in {entry["name"] for entry in document["entries"]}
    size = [item["names"]["en"] for item in document["items"] if item["kind"] == Kind.ATTRACTIVENESS].index("Size")
    at = [entry["name"] for entry in document["entries"]].index("Omega")
    assert document["cubes"][Kind.ATTRACTIVENESS][0][at][size] == 2


def test_a_renamed_account_stands_under_its_new_name_at_once(decks_round: Round, diana: User) -> None:
    alpha = entry(decks_round, "Alpha").account
    assert alpha
    assert reading_of(decks_round).entries[0].name == "Alpha"
    alpha.name = "Omega"
    change_account(alpha, by=diana)
    decks_round.refresh_from_db()
    assert "Omega" in {each.name for each in reading_of(decks_round).entries}
