from collections import Counter
from decimal import Decimal
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.risk import (
    BAND_MIDDLE,
    EXAMPLE,
    FAMILIES,
    GATES,
    GRID,
    LABELS,
    LAUNCH_GATES,
    Document,
    Placement,
    Risk,
    agreed,
    evaluate,
    expected_loss,
    label,
    verdict,
)
from openkam.method.scales import LEVELS

levels = st.sampled_from(LEVELS)
placements = st.builds(Placement, impact=levels, probability=levels)
risks = st.builds(
    Risk,
    name=st.text("abc", min_size=1),
    family=st.sampled_from(list(FAMILIES)),
    inherent=placements,
    residual=st.none() | placements,
    is_open=st.booleans(),
    has_approved_plan=st.booleans(),
    is_waived=st.booleans(),
    money=st.none() | st.decimals(0, 10**9, places=2),
    probability=st.none() | st.decimals(0, 1, places=2),
)
registers = st.lists(risks, max_size=8)
gates = st.sampled_from(GATES)

# an impact and a probability for each sum of the two
OF_SUM = {2: ("low", "low"), 3: ("medium", "low"), 4: ("high", "low"), 5: ("high", "medium"), 6: ("high", "high")}


def placed(impact, probability):
    return Placement(impact=impact, probability=probability)


def risk(total=2, **fields):
    impact, probability = OF_SUM[total]
    fields = {"name": "a risk", "family": "technical", "inherent": placed(impact, probability)} | fields
    return Risk(**fields)


def codes(*several, gate="define"):
    return [notice.code for notice in evaluate(Document(risks=several, gate=gate)).warnings]


def rows(grid):
    """The grid as the deck prints it: probability from high to low, impact from low to high."""
    return [[grid[impact, probability] for impact in LEVELS] for probability in reversed(LEVELS)]


def test_deck_page_13_grid_has_these_nine_labels():
    assert rows(GRID) == [
        ["fix_before_launch", "significant", "showstopper"],
        ["caution", "fix_before_launch", "significant"],
        ["caution", "caution", "fix_before_launch"],
    ]


@pytest.mark.parametrize(("impact", "probability"), list(GRID))
def test_methods_section_7_rule_sum_and_product_name_the_same_label(impact, probability):
    i, p = LEVELS.index(impact) + 1, LEVELS.index(probability) + 1
    by_sum = {6: "showstopper", 5: "significant", 4: "fix_before_launch"}.get(i + p, "caution")
    by_product = {9: "showstopper", 6: "significant", 4: "fix_before_launch", 3: "fix_before_launch"}.get(i * p)
    assert label(impact, probability) == by_sum == (by_product or "caution")


@pytest.mark.parametrize(
    ("gate", "register", "decision"),
    [
        ("define", [risk(4), risk(5, has_approved_plan=True), risk(2)], "go"),
        ("launch", [risk(4), risk(5, has_approved_plan=True), risk(2)], "no_go"),
        ("launch", [risk(4, is_open=False), risk(3), risk(2)], "go"),
        *((gate, [risk(6)], "no_go") for gate in GATES),
        ("define", [risk(5)], "conditional"),
    ],
)
def test_methods_section_7_gate_verdicts(gate, register, decision):
    assert verdict(register, gate).decision == decision


def test_five_families_hold_the_decks_21_prompts_and_one_holds_five_of_account_management():
    sizes = {family: len(prompts) for family, prompts in FAMILIES.items()}
    assert sizes == {
        "business_case": 4,
        "planning": 4,
        "organizational": 4,
        "technical": 5,
        "external": 4,
        "kam": 5,
    }
    assert len({prompt for prompts in FAMILIES.values() for prompt in prompts}) == 26


def is_monotone(grid):
    return all(
        LABELS.index(grid[other]) >= LABELS.index(grid[cell])
        for cell in grid
        for other in grid
        if all(LEVELS.index(there) >= LEVELS.index(here) for here, there in zip(cell, other, strict=True))
    )


def test_of_seven_monotone_arrangements_of_the_labels_the_grid_is_the_only_symmetric_one():
    cells = list(GRID)
    # the lowest and the highest cell are forced, which leaves seven cells to permute
    middle = [GRID[cell] for cell in cells[1:-1]]
    arrangements = {("caution", *order, "showstopper") for order in permutations(middle)}
    monotone = [grid for order in arrangements if is_monotone(grid := dict(zip(cells, order, strict=True)))]
    assert len(monotone) == 7
    assert [grid for grid in monotone if all(grid[i, p] == grid[p, i] for i, p in grid)] == [GRID]


def test_however_the_nine_labels_are_read_only_this_grid_is_monotone():
    in_reading_order = [name for row in rows(GRID) for name in row]
    layouts = []
    for by_row, impacts, probabilities in product((True, False), *[(LEVELS, LEVELS[::-1])] * 2):
        outer, inner = (probabilities, impacts) if by_row else (impacts, probabilities)
        pairs = [(b, a) if by_row else (a, b) for a, b in product(outer, inner)]
        layouts.append(dict(zip(pairs, in_reading_order, strict=True)))
    assert [layout == GRID for layout in layouts] == [is_monotone(layout) for layout in layouts]
    assert GRID in layouts


@given(placements, placements)
def test_a_label_never_gets_milder_when_impact_and_probability_rise(one, other):
    higher = placed(*(max(a, b, key=LEVELS.index) for a, b in zip(axes(one), axes(other), strict=True)))
    assert LABELS.index(label(*axes(higher))) >= LABELS.index(label(*axes(one)))


def axes(placement):
    return placement.impact, placement.probability


@given(placements)
def test_impact_and_probability_may_change_places(placement):
    assert label(placement.impact, placement.probability) == label(placement.probability, placement.impact)


@pytest.mark.parametrize(("levels", "where"), [(("huge", "low"), "impact"), (("low", "LOW"), "probability")])
def test_a_level_that_is_none_is_refused_with_its_axis(levels, where):
    with pytest.raises(InvalidInput) as error:
        label(*levels)
    assert (error.value.code, error.value.where) == ("level", where)


@pytest.mark.parametrize(
    ("several", "median"),
    [
        (["low"], "low"),
        (["low", "medium"], "medium"),
        (["low", "high"], "medium"),
        (["medium", "high"], "high"),
        (["low", "low", "high"], "low"),
        (["low", "high", "high"], "high"),
        (["low", "low", "medium", "high"], "medium"),
    ],
)
def test_raters_agree_on_the_median_and_between_two_steps_on_the_higher(several, median):
    assert agreed([placed(level, "low") for level in several]) == placed(median, "low")
    assert agreed([placed("high", level) for level in several]) == placed("high", median)


def test_raters_agree_on_each_axis_so_that_a_label_nobody_gave_may_come_out():
    high_impact, high_probability = placed("high", "low"), placed("low", "high")
    assert {label(*axes(placement)) for placement in (high_impact, high_probability)} == {"fix_before_launch"}
    assert agreed([high_impact, high_probability, placed("high", "high")]) == placed("high", "high")


@given(st.lists(placements, min_size=1, max_size=9), st.randoms())
def test_the_order_of_raters_does_not_matter(several, random):
    shuffled = list(several)
    random.shuffle(shuffled)
    assert agreed(shuffled) == agreed(several)


@given(st.lists(placements, min_size=1, max_size=9))
def test_the_agreed_placement_lies_between_the_mildest_and_the_gravest(several):
    for axis in ("impact", "probability"):
        steps = [LEVELS.index(getattr(placement, axis)) for placement in several]
        assert min(steps) <= LEVELS.index(getattr(agreed(several), axis)) <= max(steps)


@given(placements, st.integers(1, 9))
def test_raters_of_one_mind_agree_on_what_they_said(placement, raters):
    assert agreed([placement] * raters) == placement


def test_no_raters_agree_on_nothing():
    with pytest.raises(InvalidInput, match="no_placements"):
        agreed([])


@pytest.mark.parametrize(("level", "loss"), [("low", 100), ("medium", 400), ("high", 800)])
def test_without_a_typed_probability_the_middle_of_the_band_is_used_and_said(level, loss):
    rated = evaluate(Document(risks=(risk(inherent=placed("low", level), money=1000),))).risks[0]
    assert (rated.expected_loss, rated.probability_from) == (loss, "band")


def test_a_typed_probability_goes_before_the_band():
    rated = evaluate(Document(risks=(risk(money=1000, probability="0.05"),))).risks[0]
    assert (rated.expected_loss, rated.probability, rated.probability_from) == (50, Decimal("0.05"), "typed")


def test_the_expected_loss_follows_the_residual_probability():
    mitigated = risk(6, residual=placed("high", "low"), money=1000)
    assert evaluate(Document(risks=(mitigated,))).risks[0].expected_loss == 100


def test_unknown_money_is_no_loss_of_zero():
    result = evaluate(Document(risks=(risk(money=1000), risk(name="another"))))
    assert (result.risks[1].expected_loss, result.expected_loss, result.known_expected_loss) == (None, None, 100)
    assert [(n.code, n.values) for n in result.warnings] == [("unknown_money", {"risks": 1})]


def test_a_closed_risk_is_in_no_sum_and_no_cell():
    result = evaluate(Document(risks=(risk(6, is_open=False, money=1000), risk(2, name="b", money=10))))
    assert (result.expected_loss, result.labels["showstopper"], result.labels["caution"]) == (1, 0, 1)
    assert sum(cell.current for cell in result.cells) == 1
    assert result.risks[0].expected_loss == 800


def test_the_largest_money_is_multiplied_exactly():
    assert expected_loss(Decimal("899999999999999.9999"), Decimal("0.999999999")) == Decimal("899999999099999.9999")


@pytest.mark.parametrize(
    ("money", "chance", "code"),
    [("1", "1.1", "share"), ("1", "-0.1", "share"), ("NaN", "0.1", "not_finite"), ("1", "NaN", "not_finite")],
)
def test_a_loss_without_sense_is_refused(money, chance, code):
    with pytest.raises(InvalidInput) as error:
        expected_loss(Decimal(money), Decimal(chance))
    assert error.value.code == code


@pytest.mark.parametrize("gate", LAUNCH_GATES)
@pytest.mark.parametrize("total", [4, 5])
def test_a_waiver_opens_a_launch_gate_and_is_named(gate, total):
    waived = risk(total, is_waived=True, money=1)
    assert verdict([waived], gate).decision == "go"
    assert codes(waived, gate=gate) == ["passed_by_waiver"]


@pytest.mark.parametrize("gate", GATES)
def test_a_waiver_never_lifts_a_showstopper(gate):
    waived = risk(6, is_waived=True, money=1)
    assert verdict([waived], gate).decision == "no_go"
    assert codes(waived, gate=gate) == ["showstopper_cannot_be_waived"]


def test_before_launch_a_waiver_replaces_no_plan():
    assert verdict([risk(5, is_waived=True)], "design").decision == "conditional"


def test_an_approved_plan_does_not_open_a_launch_gate():
    reasons = verdict([risk(5, has_approved_plan=True)], "verify").reasons
    assert [(reason.label, reason.why) for reason in reasons] == [("significant", "open_at_launch")]


def test_the_residual_score_decides_and_not_the_inherent():
    mitigated = risk(6, residual=placed("high", "low"), has_approved_plan=True)
    assert [verdict([mitigated], gate).decision for gate in ("design", "launch")] == ["go", "no_go"]


def test_every_reason_is_given_the_gravest_first_with_its_place():
    register = [risk(5, name="late"), risk(4, name="small"), risk(6, name="fatal")]
    found = [(reason.name, reason.where, reason.why) for reason in verdict(register, "define").reasons]
    assert found == [("fatal", "/risks/2", "showstopper_open"), ("late", "/risks/0", "no_approved_plan")]


def test_a_gate_that_is_none_is_refused():
    with pytest.raises(InvalidInput, match="gate: gate=lunch"):
        verdict([], "lunch")


def test_an_empty_register_is_a_go_that_says_it_is_empty():
    result = evaluate(Document())
    assert (result.verdict.decision, result.expected_loss) == ("go", 0)
    assert [notice.code for notice in result.warnings] == ["no_risks"]


@pytest.mark.parametrize("residual", [None, placed("high", "medium")])
def test_a_plan_whose_risk_was_not_scored_again_is_named(residual):
    assert codes(risk(5, has_approved_plan=True, residual=residual, money=1)) == ["mitigated_without_rescoring"]


def test_a_register_scored_medium_throughout_is_named():
    medium = placed("medium", "medium")
    several = [risk(name=name, inherent=medium, money=1) for name in "ab"]
    assert codes(*several) == ["everything_medium"]
    assert codes(several[0]) == []


def test_a_risk_that_grew_after_mitigation_is_named():
    assert codes(risk(4, residual=placed("high", "high"), money=1)) == ["residual_above_inherent"]


@pytest.mark.parametrize(
    ("chance", "level"), [("0.1999", "low"), ("0.2", "medium"), ("0.6", "medium"), ("0.6001", "high")]
)
def test_a_probability_outside_its_band_is_named(chance, level):
    assert codes(risk(inherent=placed("low", level), probability=chance, money=1)) == []
    other = "high" if level != "high" else "low"
    assert codes(risk(inherent=placed("low", other), probability=chance, money=1)) == ["probability_outside_band"]


def test_two_risks_of_the_same_name_are_both_rated_and_named():
    assert codes(risk(money=1), risk(money=1)) == ["same_name_twice"]


@pytest.mark.parametrize("level", LEVELS)
def test_the_middle_of_a_band_lies_in_the_band(level):
    assert codes(risk(inherent=placed("low", level), probability=BAND_MIDDLE[level], money=1)) == []


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"name": ""}, "string_too_short", "/risks/0/name"),
        ({"family": "weather"}, "literal_error", "/risks/0/family"),
        ({"inherent": {"impact": "high"}}, "missing", "/risks/0/inherent/probability"),
        ({"residual": {"impact": 3, "probability": "low"}}, "literal_error", "/risks/0/residual/impact"),
        ({"money": -1}, "greater_than_equal", "/risks/0/money"),
        ({"money": "NaN"}, "finite_number", "/risks/0/money"),
        ({"probability": "1.5"}, "less_than_equal", "/risks/0/probability"),
        ({"colour": "red"}, "extra_forbidden", "/risks/0/colour"),
    ],
)
def test_a_risk_that_makes_no_sense_is_refused_with_its_place(fields, code, where):
    with pytest.raises(InvalidInput) as error:
        read(Document, {"risks": [EXAMPLE["risks"][0] | fields]})
    assert (error.value.code, error.value.where) == (code, where)


def test_the_cells_come_as_the_deck_prints_them_and_count_where_risks_stood_and_stand():
    result = evaluate(read(Document, EXAMPLE))
    assert [cell.label for cell in result.cells] == [name for row in rows(GRID) for name in row]
    counts = {(cell.impact, cell.probability): (cell.inherent, cell.current) for cell in result.cells}
    assert (counts["high", "medium"], counts["high", "low"]) == ((1, 0), (0, 1))


@given(registers, gates)
def test_every_open_risk_stands_in_one_cell_under_one_label(register, gate):
    result = evaluate(Document(risks=tuple(register), gate=gate))
    still_open = sum(one.is_open for one in register)
    assert sum(cell.current for cell in result.cells) == sum(cell.inherent for cell in result.cells) == still_open
    by_cell = Counter()
    for cell in result.cells:
        by_cell[cell.label] += cell.current
    assert dict(by_cell) == result.labels


@given(registers, gates, st.randoms())
def test_the_order_of_risks_changes_no_verdict(register, gate, random):
    shuffled = list(register)
    random.shuffle(shuffled)
    assert verdict(shuffled, gate).decision == verdict(register, gate).decision


@given(registers, risks, gates)
def test_one_more_risk_never_opens_a_gate(register, more, gate):
    order = ["go", "conditional", "no_go"]
    before, after = verdict(register, gate), verdict([*register, more], gate)
    assert order.index(after.decision) >= order.index(before.decision)


@given(registers, gates)
def test_a_gate_is_shut_exactly_when_a_reason_says_so(register, gate):
    found = verdict(register, gate)
    whys = {reason.why for reason in found.reasons}
    assert (found.decision == "go") == (not whys)
    assert (found.decision == "no_go") == bool(whys & {"showstopper_open", "open_at_launch"})


@given(registers, gates)
def test_a_document_survives_json(register, gate):
    original = Document(risks=tuple(register), gate=gate)
    assert read(Document, original.model_dump_json()) == original
