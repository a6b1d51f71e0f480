from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.team_map import (
    EXAMPLE,
    PHASES,
    RACKHAM,
    Document,
    cadence,
    coverage_band,
    evaluate,
    from_miller_heiman,
    from_six_sigma,
    from_symbol,
    kept_share,
    support_band,
)

STEPS = (-2, -1, 0, 1, 2)

contact = st.fixed_dictionaries(
    {
        "types": st.lists(st.sampled_from(("economic", "user", "technical")), unique=True),
        "influence": st.none() | st.integers(1, 3),
        "participation": st.lists(st.none() | st.integers(0, 3), min_size=4, max_size=4),
        "support": st.none() | st.sampled_from(STEPS),
        "is_contacted": st.booleans(),
        "covered_by": st.lists(st.lists(st.integers(1, 3), unique=True, max_size=3), min_size=4, max_size=4),
        "is_new": st.booleans(),
    }
)
sheets = st.lists(contact, max_size=8).map(lambda rows: [row | {"id": f"c{at}"} for at, row in enumerate(rows)])
sheets_with_somebody = sheets.filter(bool)


def person(name, **fields):
    return {"id": name, "participation": [0, 0, 0, 0]} | fields


def sheet(*contacts, **fields):
    return evaluate(read(Document, {"contacts": list(contacts), "members": [1, 2, 3]} | fields))


def refused(**fields):
    with pytest.raises(InvalidInput) as error:
        read(Document, fields)
    return error.value.code, error.value.where


def flags(result):
    return {notice.code: notice.values.get("names") for notice in result.flags}


def changed(contacts, at, **fields):
    return [row | fields if place == at % len(contacts) else row for place, row in enumerate(contacts)]


def indices(result):
    return [
        *((phase.support_index, phase.coverage) for phase in result.phases),
        (result.support_index, result.coverage),
    ]


def slowly(contacts, phases):
    """Both measures by the formulas of the sheet, contact by contact."""
    support = all_support = covered = all_covered = 0
    for row, phase in product(contacts, phases):
        influence, part, step = row["influence"], row["participation"][phase], row["support"]
        if influence is None or part is None:
            continue
        all_covered += influence * part
        covered += influence * part * row["is_contacted"]
        if step is not None:
            all_support += 2 * influence * part
            support += influence * part * step
    return support / all_support if all_support else None, covered / all_covered if all_covered else None


def test_methods_section_8_worked_example_has_these_support_indices():
    result = evaluate(read(Document, EXAMPLE))
    assert [round(phase.support_index, 4) for phase in result.phases] == [0.3250, 0.1538, 0.1957, 0.6250]
    assert [phase.support_band for phase in result.phases] == ["green", "amber", "amber", "green"]


def test_methods_section_8_worked_example_has_these_coverages():
    result = evaluate(read(Document, EXAMPLE))
    assert [phase.coverage for phase in result.phases] == [14 / 20, 18 / 26, 21 / 23, 13 / 16]
    assert [phase.coverage_band for phase in result.phases] == ["amber", "amber", "green", "green"]


def test_methods_section_8_worked_example_over_all_phases_divides_sums_and_averages_no_shares():
    result = evaluate(read(Document, EXAMPLE))
    assert (result.support_index, result.coverage) == (50 / 170, 66 / 85)


def test_methods_section_8_worked_example_shows_who_is_important_and_against():
    result = evaluate(read(Document, EXAMPLE))
    assert flags(result) == {"important_against": ("CFO",)}
    assert [flags(phase) for phase in result.phases] == [{"important_against": ("CFO",)}] * 3 + [{}]


def test_methods_section_8_worked_example_lists_the_influential_whom_no_number_covers():
    result = evaluate(read(Document, EXAMPLE))
    both = ("CFO", "Plant manager")
    assert [phase.gaps for phase in result.phases] == [both, both, both, ("Plant manager",)]


@pytest.mark.parametrize(
    ("index", "band"), [(1, "green"), (0.3, "green"), (0.2999, "amber"), (0, "amber"), (-0.0001, "red"), (None, None)]
)
def test_methods_section_8_bands_of_support(index, band):
    assert support_band(index) == band


@pytest.mark.parametrize(
    ("share", "band"), [(1, "green"), (0.8, "green"), (0.7999, "amber"), (0.5, "amber"), (0.4999, "red"), (None, None)]
)
def test_methods_section_8_bands_of_coverage(share, band):
    assert coverage_band(share) == band


def test_methods_section_8_an_index_of_exactly_three_tenths_is_green():
    half = person("a", influence=3, support=1, participation=[1, 0, 0, 0])
    none = person("b", influence=2, support=0, participation=[1, 0, 0, 0])
    first = sheet(half, none).phases[0]
    assert (first.support_index, first.support_band) == (0.3, "green")


def test_the_deck_has_four_phases_and_rackham_parts_the_selection():
    assert PHASES == ("recognition", "evaluation", "selection", "post_sale")
    assert RACKHAM == ("recognition", "evaluation", "concerns", "decision", "post_sale")


def test_five_phases_are_measured_like_four():
    result = sheet(person("a", influence=1, support=2, participation=[0, 0, 0, 1, 0]), phases=list(RACKHAM))
    assert [phase.support_index for phase in result.phases] == [None, None, None, 1, None]


def test_a_phase_in_which_nobody_takes_part_has_no_index_and_no_band():
    phase = sheet(person("a", influence=3, support=2, is_contacted=True)).phases[0]
    assert (phase.support_index, phase.support_band, phase.coverage, phase.coverage_band) == (None,) * 4


def test_a_sheet_without_contacts_measures_nothing_and_misses_the_economic_buyer():
    result = sheet()
    assert indices(result) == [(None, None)] * 5
    assert flags(result) == {"no_economic_buyer": None}


def test_support_that_nobody_judged_is_left_out_and_is_not_neutral():
    known = person("a", influence=2, support=2, participation=[2, 0, 0, 0])
    first = sheet(known, person("b", influence=3, participation=[3, 0, 0, 0])).phases[0]
    neutral = sheet(known, person("b", influence=3, support=0, participation=[3, 0, 0, 0])).phases[0]
    assert (first.support_index, first.judged, first.contacts) == (1, 1, 2)
    assert (neutral.support_index, neutral.judged, neutral.contacts) == (4 / 13, 2, 2)


def test_coverage_counts_whom_we_contact_even_when_their_support_is_not_judged():
    first = sheet(person("a", influence=3, participation=[3, 0, 0, 0], is_contacted=True)).phases[0]
    assert (first.support_index, first.coverage) == (None, 1)


def test_unknown_participation_is_left_out_and_is_not_none_at_all():
    first = sheet(person("a", influence=3, support=2, participation=[None, 1, 0, 0])).phases[0]
    assert (first.support_index, first.coverage, first.judged) == (None, None, 0)


def test_every_red_flag_names_its_people():
    result = sheet(
        person("a", types=["economic"], influence=3, support=-1, participation=[0, 1, 0, 0], is_contacted=True),
        person("b", types=["economic", "user"], is_new=True),
        person("c", influence=3, support=1, participation=[1, 0, 0, 0]),
    )
    assert flags(result) == {
        "several_economic_buyers": ("a", "b"),
        "role_unknown": ("c",),
        "new_in_job": ("b",),
        "important_uncontacted": ("c",),
        "important_against": ("a",),
    }
    assert [flags(phase) for phase in result.phases] == [
        {"important_uncontacted": ("c",)},
        {"important_against": ("a",)},
        {},
        {},
    ]


def test_a_coach_without_another_role_has_an_unknown_role():
    assert flags(sheet(person("a", is_coach=True)))["role_unknown"] == ("a",)


@pytest.mark.parametrize("influence", [None, 1, 2])
def test_who_has_no_high_influence_raises_no_flag_of_the_important(influence):
    result = sheet(person("a", types=["economic"], influence=influence, support=-2, participation=[3, 3, 3, 3]))
    assert flags(result) == {}
    assert all(not phase.gaps for phase in result.phases)


def test_the_important_who_are_neutral_are_not_against():
    result = sheet(person("a", types=["economic"], influence=3, support=0, participation=[1] * 4, is_contacted=True))
    assert flags(result) == {}


def test_the_important_who_take_no_part_raise_no_flag():
    assert flags(sheet(person("a", types=["economic"], influence=3, support=-2))) == {}


def test_a_gap_closes_only_in_the_phase_that_somebody_of_ours_covers():
    result = sheet(person("a", influence=3, participation=[1, 1, 1, 0], covered_by=[[1], [], [2, 3], []]))
    assert [phase.gaps for phase in result.phases] == [(), ("a",), (), ()]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"participation": [0, 0, 0]}, ("one_value_per_phase", "/contacts/0/participation")),
        ({"covered_by": [[1]]}, ("one_value_per_phase", "/contacts/0/covered_by")),
        ({"covered_by": [[1], [9], [], []]}, ("unknown_member", "/contacts/0/covered_by")),
        ({"participation": [0, 4, 0, 0]}, ("less_than_equal", "/contacts/0/participation/1")),
        ({"influence": 0}, ("greater_than_equal", "/contacts/0/influence")),
        ({"influence": True}, ("int_type", "/contacts/0/influence")),
        ({"support": 3}, ("less_than_equal", "/contacts/0/support")),
        ({"support": float("nan")}, ("int_type", "/contacts/0/support")),
        ({"types": ["coach"]}, ("literal_error", "/contacts/0/types/0")),
        ({"title": "CFO"}, ("extra_forbidden", "/contacts/0/title")),
    ],
)
def test_a_contact_that_does_not_fit_the_sheet_is_refused_at_its_place(fields, refusal):
    assert refused(contacts=[person("a") | fields], members=[1]) == refusal


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"contacts": [person("a"), person("a")]}, ("repeated_name", "/contacts/1/id")),
        ({"contacts": [], "phases": []}, ("phases", "/phases")),
        ({"contacts": [], "phases": ["selection", "selection"]}, ("phases", "/phases")),
        ({"contacts": [], "members": [1, 1]}, ("repeated_member", "/members")),
    ],
)
def test_a_sheet_that_names_something_twice_or_no_phase_is_refused(fields, refusal):
    assert refused(**fields) == refusal


@pytest.mark.parametrize(
    ("value", "step"),
    [(-5, -2), (-4, -2), (-3, -1), (-2, -1), (-1, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2)],
)
def test_methods_section_8_import_of_miller_heiman_steps(value, step):
    assert from_miller_heiman(value) == step


@pytest.mark.parametrize(("value", "step"), zip(range(1, 6), STEPS, strict=True))
def test_methods_section_8_import_of_six_sigma_steps(value, step):
    assert from_six_sigma(value) == step


@pytest.mark.parametrize(("symbol", "step"), zip(("--", "-", "0", "+", "++"), STEPS, strict=True))
def test_methods_section_8_import_of_signs(symbol, step):
    assert from_symbol(symbol) == step


@pytest.mark.parametrize(
    ("scale", "value"),
    [
        (from_miller_heiman, 0),
        (from_miller_heiman, 6),
        (from_miller_heiman, -6),
        (from_six_sigma, 0),
        (from_six_sigma, 6),
        (from_symbol, ""),
        (from_symbol, "+++"),
    ],
)
def test_a_step_that_the_other_scale_does_not_have_is_refused(scale, value):
    with pytest.raises(InvalidInput) as error:
        scale(value)
    assert (error.value.code, error.value.values["value"]) == ("support_scale", value)


@pytest.mark.parametrize(
    ("days_since", "wanted", "is_overdue", "days_over"),
    [
        (0, 7, False, 0),
        (30, 30, False, 0),
        (35, 28, False, 7),
        (36, 28, True, 8),
        (37, 30, False, 7),
        (38, 30, True, 8),
    ],
)
def test_methods_section_8_overdue_after_five_quarters_of_the_wanted_interval(
    days_since, wanted, is_overdue, days_over
):
    found = cadence(days_since, wanted)
    assert (found.is_overdue, found.days_over) == (is_overdue, days_over)


def test_who_wants_contact_and_never_had_any_is_overdue_by_no_number_of_days():
    found = cadence(None, 30)
    assert (found.is_overdue, found.days_over) == (True, None)


@pytest.mark.parametrize(("days_since", "wanted"), [(-1, 30), (3, 0), (None, -7)])
def test_contact_in_the_future_and_an_interval_below_a_day_are_refused(days_since, wanted):
    with pytest.raises(InvalidInput) as error:
        cadence(days_since, wanted)
    assert error.value.code == "cadence"


def test_three_of_four_kept_is_three_quarters_and_of_nobody_it_is_unknown():
    assert kept_share([cadence(days, 30) for days in (1, 20, 37, 38)]) == 0.75
    assert kept_share([]) is None


@given(sheets)
def test_both_measures_agree_with_the_formulas_of_the_sheet(contacts):
    by_phase = [slowly(contacts, [at]) for at in range(4)]
    assert indices(sheet(*contacts)) == [*by_phase, slowly(contacts, range(4))]


@given(sheets)
def test_support_stays_between_minus_one_and_one_and_coverage_between_zero_and_one(contacts):
    for support, covered in indices(sheet(*contacts)):
        assert support is None or -1 <= support <= 1
        assert covered is None or 0 <= covered <= 1


@given(sheets, st.randoms())
def test_the_order_of_the_contacts_changes_no_measure(contacts, random):
    shuffled = random.sample(contacts, len(contacts))
    assert indices(sheet(*shuffled)) == indices(sheet(*contacts))


@given(sheets)
def test_turning_everybody_round_turns_the_support_index_round(contacts):
    against = [row | {"support": None if row["support"] is None else -row["support"]} for row in contacts]
    for (before, _), (after, _) in zip(indices(sheet(*contacts)), indices(sheet(*against)), strict=True):
        assert after == (None if before is None else -before)


@given(sheets_with_somebody, st.integers(0, 7), st.integers(-2, 1))
def test_more_support_of_one_contact_never_lowers_the_index(contacts, at, step):
    less, more = (sheet(*changed(contacts, at, support=support)) for support in (step, step + 1))
    for (before, _), (after, _) in zip(indices(less), indices(more), strict=True):
        assert before is None or after >= before


@given(sheets_with_somebody, st.integers(0, 7))
def test_contacting_one_more_never_lowers_coverage_and_leaves_support(contacts, at):
    without, with_contact = (sheet(*changed(contacts, at, is_contacted=here)) for here in (False, True))
    for (support, before), (same, after) in zip(indices(without), indices(with_contact), strict=True):
        assert same == support
        assert before is None or after >= before


@given(sheets_with_somebody, st.integers(0, 7))
def test_naming_an_owner_never_opens_a_gap_and_leaves_coverage(contacts, at):
    without, owned = (sheet(*changed(contacts, at, covered_by=[one] * 4)) for one in ([], [1]))
    assert indices(owned) == indices(without)
    for before, after in zip(without.phases, owned.phases, strict=True):
        assert set(before.gaps) - set(after.gaps) <= {f"c{at % len(contacts)}"}
        assert set(after.gaps) <= set(before.gaps)


@given(st.integers(0, 2000), st.integers(1, 400))
def test_one_more_day_without_contact_never_makes_anybody_less_overdue(days, wanted):
    today, tomorrow = cadence(days, wanted), cadence(days + 1, wanted)
    assert tomorrow.is_overdue >= today.is_overdue
    assert tomorrow.days_over >= today.days_over
