from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.method.contact_networks import BOARDS, BOW_TIE, documents, net, pairs, published

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.network import (
    FUNCTIONS,
    GROUPS,
    LEVELS,
    RELEVANT,
    Document,
    JointTeam,
    Thresholds,
    is_working,
    lamp,
    matching,
    measures,
)

TEAM = {"name": "Joint", "ours": 1, "theirs": 1, "has_goal": True, "meetings_in_6_months": 2}


def refused(fields):
    with pytest.raises(InvalidInput) as error:
        read(Document, {"trades": True} | fields)
    return error.value.code, error.value.where


def people(*names):
    return [{"id": name} for name in names]


def edge(**fields):
    return {"ours": "u", "theirs": "c", "n12": 4, "days_since": 1} | fields


@pytest.mark.parametrize(
    ("name", "direct", "row"),
    [
        ("N1", 0, (1, 0, 0, False)),
        ("N2", 0, (1, 0, 0, False)),
        ("N3", 0, (1, 0, 0, False)),
        ("N4", 0.586, (6, 2, 5, True)),
        ("N5", 0.755, (6, 4, 4, True)),
        ("N8", 0.143, (2, 0, 1, True)),
        ("N10", 0, (1, 0, 0, False)),
    ],
)
def test_methods_section_2_3_table_of_networks(name, direct, row):
    found = measures(published(name))
    assert found.direct_share == pytest.approx(direct, abs=0.0005)
    assert (found.nu, len(found.functions), len(found.levels), found.board) == row


@pytest.mark.parametrize(("name", "share"), [("N2", 1.0), ("N8", 0.8571)])
def test_methods_section_2_3_key_person_share(name, share):
    assert measures(published(name)).key_person_share == pytest.approx(share, abs=0.00005)


def test_methods_section_2_3_functions_map_to_eight_groups_and_four_kinds_of_people_have_none():
    assert {group for group in FUNCTIONS.values() if group} == set(GROUPS)
    assert [code for code, group in FUNCTIONS.items() if group is None] == ["quality", "it", "hr", "other"]
    assert RELEVANT == ("rd", "adm", "ops", "log")
    assert list(LEVELS.values()) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("n12", "days", "is_active"),
    [(4, 180, True), (3, 180, False), (4, 181, False), (30, 366, False)],
)
def test_methods_section_2_3_an_edge_is_active_with_four_contacts_the_last_within_180_days(n12, days, is_active):
    assert bool(measures(net(("kam", "buyer", n12), days_since=days)).edges) is is_active


@pytest.mark.parametrize(
    ("ours", "theirs", "is_active"),
    [
        (BOARDS, BOARDS, True),
        ("rd:director", "operations:director", True),
        ("board:manager", "board:specialist", True),
        ("rd:director", "rd:manager", False),
        ("board:manager", "rd:director", False),
    ],
)
def test_methods_section_2_3_two_contacts_are_enough_between_boards_or_directors(ours, theirs, is_active):
    assert bool(measures(net((ours, theirs, 2))).edges) is is_active


def test_a_contact_weighs_no_more_than_the_cap():
    assert measures(net(("kam", "buyer", 300))).weight == 24


def test_sales_and_purchasing_are_alike_and_so_are_outbound_and_inbound_logistics():
    alike = net(
        ("marketing:clerk", "purchasing:clerk", 4),
        ("outbound_logistics:clerk", "inbound_logistics:clerk", 4),
        ("quality:clerk", "quality:clerk", 4),
        ("rd:clerk", "operations:clerk", 4),
        ("board:clerk", "board:clerk", 4),
    )
    assert measures(alike).functions == ("com", "log")


def test_levels_meet_when_same_or_adjacent():
    assert measures(net(("rd:director", "rd:manager", 4), ("it:operator", "it:specialist", 4))).levels == ("manager",)


def test_what_touches_the_hub_links_neither_functions_nor_levels_nor_boards():
    hub = {"account_managers": [f"our {BOARDS}"], "main_contacts": ["their rd:clerk"]}
    found = measures(net((BOARDS, BOARDS, 4), ("rd:clerk", "rd:clerk", 4), **hub))
    assert (found.functions, found.levels, found.board, found.direct_share) == ((), (), False, 0)


def test_people_whose_function_and_level_nobody_knows_still_count_for_threads_and_direct_share():
    unknown = {
        "ours": people("kam", "u"),
        "theirs": people("buyer", "c"),
        "edges": [edge(ours="kam", theirs="buyer"), edge()],
        "account_managers": ["kam"],
        "main_contacts": ["buyer"],
        "trades": True,
    }
    found = measures(read(Document, unknown))
    assert (found.nu, found.direct_share, found.functions, found.levels) == (2, 0.5, (), ())


def test_without_an_active_contact_shares_are_unknown_and_not_zero():
    found = measures(net())
    assert (found.direct_share, found.key_person_share, found.key_person, found.weight) == (None, None, None, 0)
    assert (found.nu, found.cut, found.lamp) == (0, (), "red")


def test_methods_section_2_3_without_a_main_contact_whoever_weighs_most_is_taken_and_that_is_said():
    found = measures(net(BOW_TIE, ("rd:clerk", "rd:clerk", 5), main_contacts=[]))
    assert found.main_contacts == ("their buyer",)
    assert [(notice.code, notice.values["person"]) for notice in found.warnings] == [
        ("main_contact_assumed", "their buyer")
    ]
    assert found.direct_share == pytest.approx(5 / 29)


def test_of_two_equally_heavy_contacts_the_first_name_is_assumed():
    found = measures(net(("kam", "rd:clerk#2", 6), ("kam", "rd:clerk#1", 6), main_contacts=[]))
    assert found.main_contacts == ("their rd:clerk#1",)


def test_methods_section_2_3_a_new_account_manager_keeps_the_role():
    both = net(BOW_TIE, ("sales:manager", "rd:clerk", 12), account_managers=["our kam", "our sales:manager"])
    assert measures(both).direct_share == 0


def test_the_people_who_cut_all_contact_are_named():
    assert measures(published("N3")).cut == ("our kam",)
    assert measures(published("N10")).cut == ("their buyer",)


@pytest.mark.parametrize(("nu", "colour"), [(1, "red"), (2, "amber"), (3, "green"), (7, "green")])
def test_methods_section_2_3_single_thread_lamp(nu, colour):
    assert lamp(nu) == colour


@pytest.mark.parametrize(
    ("fields", "works"),
    [
        ({}, True),
        ({"ours": 0}, False),
        ({"theirs": 0}, False),
        ({"has_goal": False}, False),
        ({"meetings_in_6_months": 1}, False),
    ],
)
def test_methods_section_2_3_a_joint_team_has_both_firms_a_goal_and_two_meetings(fields, works):
    assert is_working(JointTeam(**TEAM | fields), Thresholds()) is works


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"ours": people("u", "u")}, "repeated_name", "/ours/1/id"),
        ({"ours": people("x"), "theirs": people("x")}, "person_on_both_sides", "/theirs"),
        ({"edges": [edge()]}, "unknown_person", "/edges/0/ours"),
        ({"ours": people("u"), "edges": [edge()]}, "unknown_person", "/edges/0/theirs"),
        ({"account_managers": ["nobody"]}, "unknown_person", "/account_managers/0"),
        ({"theirs": people("c"), "account_managers": ["c"]}, "unknown_person", "/account_managers/0"),
        ({"main_contacts": ["nobody"]}, "unknown_person", "/main_contacts/0"),
        ({"ours": [{"id": "u", "function": "warehouse"}]}, "function", "/ours/0/function"),
        ({"ours": [{"id": "u", "level": "chief"}]}, "level_of_person", "/ours/0/level"),
        ({"relevant_groups": ["brd"]}, "group_of_functions", "/relevant_groups/0"),
        ({"joint_board_meetings": True}, "int_type", "/joint_board_meetings"),
        ({"trades": []}, "bool_type", "/trades"),
    ],
)
def test_a_document_that_contradicts_itself_is_refused_with_its_place(fields, code, where):
    assert refused(fields) == (code, where)


@pytest.mark.parametrize(
    ("edges", "code", "where"),
    [
        ([edge(), edge()], "repeated_edge", "/edges/0"),
        ([edge(days_since=None)], "edge_without_a_day", "/edges/0/days_since"),
        ([edge(days_since=-1)], "greater_than_equal", "/edges/0/days_since"),
        ([edge(n12=-1)], "greater_than_equal", "/edges/0/n12"),
        ([edge(n12=float("nan"))], "int_type", "/edges/0/n12"),
        ([edge(days_since=367)], "edge_outside_the_window", "/edges/0/days_since"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_with_its_place(edges, code, where):
    assert refused({"ours": people("u"), "theirs": people("c"), "edges": edges}) == (code, where)


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"partnership_nu": 2}, "thresholds_fall", "/rules/partnership_nu"),
        ({"partnership_direct": 0.1}, "thresholds_fall", "/rules/partnership_direct"),
        ({"active_n12": 1}, "thresholds_fall", "/rules/active_n12"),
        ({"mid_nu": 0}, "greater_than_equal", "/rules/mid_nu"),
        ({"mid_direct": 0}, "greater_than", "/rules/mid_direct"),
        ({"mid_direct": float("nan")}, "finite_number", "/rules/mid_direct"),
        ({"mid_nu": True}, "truth_value_as_number", "/rules/mid_nu"),
        ({"mid_direct": True}, "truth_value_as_number", "/rules/mid_direct"),
        ({"speed": 1}, "extra_forbidden", "/rules/speed"),
    ],
)
def test_a_threshold_out_of_range_is_refused_with_its_place(fields, code, where):
    assert refused({"rules": fields}) == (code, where)


def smallest_cover(links):
    """Try every set of people, smallest first."""
    everybody = sorted({("ours", us) for us, _ in links} | {("theirs", them) for _, them in links})
    for size in range(len(everybody) + 1):
        for some in combinations(everybody, size):
            if all(("ours", us) in some or ("theirs", them) in some for us, them in links):
                return size
    raise AssertionError


links = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=10)


def named(some):
    return [(f"u{us}", f"c{them}") for us, them in some]


@given(links)
def test_konig_nu_is_the_size_of_the_smallest_set_that_touches_every_contact(some):
    nu, cut = matching(named(some))
    assert nu == len(cut) == smallest_cover(some)
    assert all(us in cut or them in cut for us, them in named(some))


@given(links, pairs)
def test_one_more_contact_raises_nu_by_one_at_most(some, more):
    before, after = matching(named(some))[0], matching(named(some | {more}))[0]
    assert before <= after <= before + 1


@given(links, st.integers(0, 4), st.booleans())
def test_whoever_leaves_takes_at_most_one_thread_and_adds_none(some, who, is_ours):
    left = {(us, them) for us, them in some if (us if is_ours else them) != who}
    before, after = matching(named(some))[0], matching(named(left))[0]
    assert before - 1 <= after <= before


@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_people_and_contacts_changes_nothing(document, random: Random):
    shuffled = {name: random.sample(rows, len(rows)) for name in ("ours", "theirs", "edges")
                for rows in [getattr(document, name)]}  # fmt: skip
    mixed = measures(document.model_copy(update={name: tuple(rows) for name, rows in shuffled.items()}))
    one = measures(document)
    assert set(mixed.edges) == set(one.edges)
    assert mixed.model_dump(exclude={"edges"}) == one.model_dump(exclude={"edges"})


@given(documents(), st.permutations(range(5)))
def test_renaming_people_only_renames_them(document, order):
    renamed = {f"{side}{at}": f"{side}{new}" for side in "uc" for at, new in enumerate(order)}
    text = document.model_dump_json()
    for old in renamed:
        text = text.replace(f'"{old}"', f'"<{old}>"')
    for old, new in renamed.items():
        text = text.replace(f'"<{old}>"', f'"{new}"')
    one, other = measures(document), measures(read(Document, text))
    assert other.cut == tuple(sorted(renamed[name] for name in one.cut))
    assert other.weights == {renamed[name]: weight for name, weight in one.weights.items()}
    names = {"edges", "cut", "weights", "key_person", "main_contacts"}
    assert one.model_dump(exclude=names) == other.model_dump(exclude=names)


@given(documents())
def test_each_contact_is_weighed_once_on_either_side(document):
    found = measures(document)
    assert sum(found.weights.values()) == 2 * found.weight
    assert found.weight == sum(edge.weight for edge in found.edges)


def test_a_thousand_people_on_one_string_of_contacts_are_matched():
    string = [(f"u{at}", f"c{at + step}") for at in range(1000) for step in (0, 1)]
    assert matching(string)[0] == 1000
