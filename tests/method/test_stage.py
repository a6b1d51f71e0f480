import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.method.contact_networks import BOARDS, BOW_TIE, NETS, documents, net, pairs, published

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.network import Document, Edge, Thresholds
from openkam.method.stage import STAGES, departure, departures, evaluate, functions_needed, without

PARTNERS = ("rd:specialist", "administration:clerk", "operations:manager")
TEAMS = ("operations", "npd", "logistics", "she", "market_research")
LOGISTICS = ("outbound_logistics:specialist", "inbound_logistics:specialist", 24)


def teams(number, **fields):
    team = {"ours": 1, "theirs": 1, "has_goal": True, "meetings_in_6_months": 2} | fields
    return [{"name": f"team {at}"} | team for at in range(number)]


def codes(document):
    return [notice.code for notice in evaluate(document).warnings]


def gate(document, stage, code):
    return next(each for each in evaluate(document).stages[stage - 1].gates if each.code == code)


@pytest.mark.parametrize(
    ("name", "stage"), [("N1", 1), ("N2", 2), ("N3", 2), ("N4", 3), ("N5", 4), ("N7", 3), ("N8", 2), ("N10", 2)]
)
def test_methods_section_2_3_table_of_networks_and_their_stages(name, stage):
    result = evaluate(published(name))
    assert (result.stage, result.code) == (stage, STAGES[stage])


@pytest.mark.parametrize(
    ("drawing", "stage"),
    [
        (net(("kam", "buyer", 4), trades=False), 1),
        (net(BOW_TIE), 2),
        (
            net(
                BOW_TIE,
                (BOARDS.replace("board", "other"),) * 2 + (2,),
                *((f"other:{level}",) * 2 + (4,) for level in ("manager", "specialist", "clerk", "operator")),
            ),
            3,
        ),
        (net(*((who, who, 24) for who in PARTNERS), LOGISTICS, (BOARDS, BOARDS, 4)), 4),
        (
            net(
                BOW_TIE,
                *((f"{team}:specialist",) * 2 + (12,) for team in TEAMS),
                (BOARDS, BOARDS, 4),
                joint_teams=teams(5),
                joint_board_meetings=2,
            ),
            5,
        ),
    ],
    ids=STAGES[1:],
)
def test_methods_section_2_2_each_ideal_drawing_of_the_deck_classifies_to_itself(drawing, stage):
    assert evaluate(drawing).stage == stage


@pytest.mark.parametrize(
    ("name", "progress"),
    [("N1", 0.5), ("N2", 0.1111), ("N8", 0.6270), ("N4", 0.8750), ("N5", 0.0)],
)
def test_methods_section_2_3_progress_to_the_next_stage(name, progress):
    assert evaluate(published(name)).progress == pytest.approx(progress, abs=0.00005)


def test_methods_section_2_3_whom_nobody_contacted_in_a_year_is_dormant_though_they_buy():
    result = evaluate(net(("kam", "buyer", 0)))
    assert (result.stage, result.progress, [each.code for each in result.unmet]) == (0, 0, ["contact"])


def test_methods_section_2_3_trade_without_an_active_contact_is_not_early():
    result = evaluate(net(("kam", "buyer", 3)))
    assert (result.stage, [each.code for each in result.unmet]) == (1, ["active_edge"])


@pytest.mark.parametrize(
    ("name", "unmet"),
    [
        ("N1", ["trade"]),
        ("N2", ["nu", "direct_share", "levels_or_functions"]),
        ("N4", ["functions"]),
        ("N5", ["joint_teams", "joint_board"]),
        ("N7", ["board"]),
    ],
)
def test_methods_section_2_3_unmet_gates_are_those_of_the_next_stage(name, unmet):
    assert [each.code for each in evaluate(published(name)).unmet] == unmet


def test_methods_section_2_3_a_partnership_with_teams_and_board_is_synergistic_and_asks_for_no_more():
    result = evaluate(published("N5", joint_teams=teams(3), joint_board_meetings=2))
    assert (result.stage, result.progress, result.unmet) == (5, None, ())


def test_methods_section_2_3_joint_teams_without_a_diamond_do_not_make_it_synergistic():
    assert evaluate(published("N2", joint_teams=teams(5), joint_board_meetings=4)).stage == 2


def test_methods_section_2_3_joint_teams_that_do_not_work_do_not_count():
    idle = teams(2) + [team | {"name": "idle"} for team in teams(1, has_goal=False)]
    assert evaluate(published("N5", joint_teams=idle, joint_board_meetings=2)).stage == 4


@pytest.mark.parametrize(
    ("groups", "needed"),
    [
        ((), 3),
        (("rd",), 3),
        (("rd", "adm", "ops", "log"), 4),
        (("rd", "adm", "ops", "log", "com"), 4),
        (("rd",) * 9, 3),
    ],
)
def test_methods_section_2_3_functions_that_a_partnership_needs(groups, needed):
    assert functions_needed(Document(trades=True, relevant_groups=groups)) == needed


def test_a_share_that_makes_a_whole_number_of_functions_asks_for_no_more():
    rules = Thresholds(partnership_share=0.6)
    assert functions_needed(Document(trades=True, relevant_groups=("rd", "adm", "ops", "log", "com"), rules=rules)) == 3


def test_the_better_of_levels_and_functions_opens_the_gate():
    levels = gate(published("N4"), 3, "levels_or_functions")
    assert (levels.value, levels.threshold, levels.is_met) == (5, 2, True)
    functions = gate(net(("rd:director", "rd:clerk", 4), ("it:director", "it:clerk", 4)), 3, "levels_or_functions")
    assert (functions.value, functions.is_met) == (1, False)


def test_every_threshold_can_be_changed_and_the_result_carries_it():
    strict = Thresholds(mid_nu=7, partnership_nu=7)
    result = evaluate(published("N4", rules=strict.model_dump()))
    assert (result.stage, result.rule) == (2, strict)


@pytest.mark.parametrize(
    ("edges", "stage", "is_borderline"),
    [
        ((("rd:clerk", "rd:clerk", 6), ("it:manager", "it:manager", 6)), 3, True),  # D 12/36, nu 3 of 3
        ((("rd:clerk", "rd:clerk", 6),), 2, False),  # nu 2 of 3
    ],
)
def test_methods_section_2_3_a_stage_is_borderline_within_a_tenth_of_a_threshold(edges, stage, is_borderline):
    result = evaluate(net(BOW_TIE, *edges))
    assert (result.stage, result.borderline) == (stage, is_borderline)


def test_a_direct_share_just_too_small_is_borderline_when_nothing_else_is_missing():
    heavy = [("kam", f"it:clerk#{at}", 24) for at in range(3)]
    document = net(*heavy, ("rd:clerk", "rd:clerk", 8), ("it:manager", "it:manager", 8))
    result = evaluate(document)  # D is 16/88, 9 % short
    assert (result.stage, [each.code for each in result.unmet], result.borderline) == (2, ["direct_share"], True)


def test_a_switch_is_never_borderline():
    assert not gate(published("N5"), 4, "board").borderline


def test_methods_section_2_3_the_common_fakes_are_named():
    assert codes(published("N3")) == ["manager_knows_everybody"]
    assert codes(published("N8")) == ["board_only"]
    assert codes(published("N7")) == ["board_missing"]
    assert codes(published("N4")) == codes(published("N5")) == codes(published("N2")) == []


def test_boards_whose_level_nobody_noted_are_golf_too():
    document = net(BOW_TIE, (BOARDS, BOARDS, 4))
    unknown = document.model_dump()
    for person in (*unknown["ours"], *unknown["theirs"]):
        if person["function"] == "board":
            person["level"] = None
    assert codes(read(Document, unknown)) == ["board_only", "function_or_level_unknown"]


def test_beside_the_boards_another_direct_contact_is_no_golf():
    assert "board_only" not in codes(net(BOW_TIE, (BOARDS, BOARDS, 4), ("administration:clerk", "it:manager", 12)))


def test_who_could_not_be_placed_and_a_missing_account_manager_are_said():
    people = {"ours": [{"id": "u"}], "theirs": [{"id": "c", "function": "rd"}], "main_contacts": ["c"], "trades": True}
    document = read(Document, people | {"edges": [{"ours": "u", "theirs": "c", "n12": 9, "days_since": 3}]})
    notices = evaluate(document).warnings
    assert [notice.code for notice in notices] == ["function_or_level_unknown", "no_account_manager"]
    assert notices[0].values == {"people": 2, "names": ("c", "u")}


def test_methods_section_2_3_the_bow_tie_falls_to_nothing_when_either_knot_leaves():
    for person, lost in (("our kam", ("their buyer",)), ("their buyer", ("our kam",))):
        gone = departure(published("N2"), person)
        assert (gone.stage_before, gone.stage_after, gone.nu_after) == (2, 0, 0)
        assert (gone.lost, gone.weight_lost) == (lost, 1)


def test_of_a_diamond_one_person_costs_one_thread():
    gone = departure(published("N5"), "our rd:specialist")
    assert (gone.stage_before, gone.stage_after, gone.nu_after) == (4, 3, 5)
    assert gone.weight_lost == pytest.approx(12 / 98)


def test_whoever_leaves_takes_the_role_along():
    left = without(published("N2"), "our kam")
    assert (left.account_managers, left.edges, [person.id for person in left.ours]) == ((), (), [])
    assert without(published("N2"), "their buyer").main_contacts == ()


def test_somebody_unknown_cannot_leave():
    with pytest.raises(InvalidInput) as error:
        departure(published("N2"), "their rd:clerk")
    assert (error.value.code, error.value.values["name"]) == ("unknown_person", "their rd:clerk")


def test_the_gravest_departure_stands_first():
    shown = [(gone.person, gone.stage_after, gone.nu_after) for gone in departures(published("N8"))]
    assert shown[:2] == [("our kam", 2, 1), ("their buyer", 2, 1)]
    assert {person for person, _, _ in shown[2:]} == {f"our {BOARDS}", f"their {BOARDS}"}


def test_an_account_manager_who_leaves_does_not_lift_the_relationship():
    wide = [("kam", f"it:clerk#{at}", 24) for at in range(5)]
    document = net(*wide, *((who, who, 6) for who in PARTNERS), LOGISTICS, (BOARDS, BOARDS, 4))
    assert evaluate(document).stage == 3
    assert departure(document, "our kam").stage_after == 3  # what is left is all direct, but nobody's diamond


@given(documents())
def test_no_departure_lifts_the_stage_or_adds_a_thread(document):
    before = evaluate(document)
    for gone in departures(document):
        assert gone.stage_after <= gone.stage_before == before.stage
        assert before.metrics.nu - 1 <= gone.nu_after <= before.metrics.nu
        assert 0 <= gone.weight_lost <= 1


@given(documents())
def test_everybody_with_an_active_contact_and_nobody_else_can_leave_a_gap(document):
    people = [gone.person for gone in departures(document)]
    assert sorted(people) == sorted(evaluate(document).metrics.weights)


def with_edge(document, ours, theirs, n12):
    """This contact on top, or instead of what the two had."""
    others = tuple(edge for edge in document.edges if (edge.ours, edge.theirs) != (ours, theirs))
    return document.model_copy(update={"edges": (*others, Edge(ours=ours, theirs=theirs, n12=n12, days_since=1))})


def strength(document):
    """Everything that a gate looks at."""
    found = evaluate(document).metrics
    return found.nu, found.direct_share or 0, len(found.functions), len(found.levels), found.board


@given(documents(), pairs, st.integers(4, 60))
@example(published("N5"), (0, 0), 4)
def test_an_active_direct_contact_more_never_lowers_the_stage_or_any_metric(document, pair, n12):
    ours, theirs = document.ours[pair[0] % len(document.ours)].id, document.theirs[pair[1] % len(document.theirs)].id
    assume(ours not in document.account_managers and theirs not in document.main_contacts)
    known = [edge.n12 for edge in document.edges if (edge.ours, edge.theirs) == (ours, theirs)]
    after = with_edge(document, ours, theirs, max([n12, *known]))
    assert evaluate(after).stage >= evaluate(document).stage
    assert all(new >= old for old, new in zip(strength(document), strength(after), strict=True))


def test_contacts_of_the_account_manager_alone_can_cost_the_stage():
    wide = [("kam", f"it:clerk#{at}", 24) for at in range(6)]
    assert evaluate(net(*NETS["N4"])).stage == 3
    assert evaluate(net(*NETS["N4"], *wide)).stage == 2


def test_a_heavy_new_contact_can_become_the_main_contact_where_nobody_was_named():
    threads = [("rd:clerk", "rd:clerk", 6), ("it:manager", "it:manager", 6), ("kam", "buyer", 7)]
    before, after = (net(*edges, main_contacts=[]) for edges in (threads, [*threads, ("hr:clerk", "hr:clerk", 20)]))
    assert evaluate(before).metrics.main_contacts == ("their buyer",)
    assert evaluate(after).metrics.main_contacts == ("their hr:clerk",)


@given(documents())
def test_the_stage_is_the_highest_of_which_all_gates_and_all_below_hold(document):
    result = evaluate(document)
    assert [each.stage for each in result.stages] == [1, 2, 3, 4, 5]
    assert all(each.holds for each in result.stages[: result.stage])
    assert result.stage == 5 or not result.stages[result.stage].holds
    assert (result.progress is None) == (result.stage == 5)
    assert result.progress is None or 0 <= result.progress < 1
