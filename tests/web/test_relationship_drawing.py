"""The five drawings as geometry: what is in them, where it lies, and that words never lie on words."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from openkam.web.contacts.models import Function, Level
from openkam.web.relationships.drawing import Edge, JointTeam, Network, Person, Scene, draw, ideal
from openkam.web.relationships.drawing.bands import CROWD
from openkam.web.relationships.drawing.scene import Box
from openkam.web.relationships.drawing.text import shortened, width

ON = date(2026, 6, 30)
STAGES = (0, 1, 2, 3, 4, 5)
NAMES = ("L. Chen", "歐陽震華", "Wilhelmina Featherstonehaugh-Cholmondeley-Majoribanks", "الزهراء", "W" * 60, "林" * 40)
FUNCTIONS = ["", *(code for code in Function.values if code)]
LEVELS = ["", *(code for code in Level.values if code)]


def people(side: str, count: int, functions: list[str] | None = None) -> list[Person]:
    """The first of a side is its hub."""
    ours, wanted = side == "ours", functions or FUNCTIONS
    return [
        Person(
            f"{side[0]}{at}",
            f"{NAMES[at % len(NAMES)]} {at}",
            "ours" if ours else "theirs",
            function=wanted[at % len(wanted)],
            level=LEVELS[at % len(LEVELS)],
            url=f"/{side}/{at}/",
            is_manager=ours and at == 0,
            is_main_contact=not ours and at == 0,
            is_placeholder=at % 7 == 6,
        )
        for at in range(count)
    ]


def network(size: int, *, edges: int = 0, teams: int = 0) -> Network:
    """`size` people a side; the first `edges` of them are in contact with their counterpart."""
    ours, theirs = people("ours", size), people("theirs", size)
    linked = tuple(Edge(ours[at].key, theirs[at].key, 4 + at, 4 + at, ON) for at in range(edges))
    shared = tuple(
        JointTeam(f"Team {at} 物流專案小組", "other", tuple(p.key for p in ours[at : at + 3]), (theirs[at].key,))
        for at in range(teams)
    )
    return Network(ON, "Our company", "台灣積體電路製造股份有限公司" * 2, (*ours, *theirs), linked, shared, teams)


@st.composite
def networks(draw_: st.DrawFn) -> Network:
    made = []
    for side in ("ours", "theirs"):
        for at in range(draw_(st.integers(0, 24))):
            person = Person(
                f"{side[0]}{at}",
                draw_(st.sampled_from(NAMES)),
                "ours" if side == "ours" else "theirs",
                function=draw_(st.sampled_from(FUNCTIONS)),
                level=draw_(st.sampled_from(LEVELS)),
                is_manager=side == "ours" and draw_(st.integers(0, 9)) == 0,
                is_main_contact=side == "theirs" and draw_(st.integers(0, 9)) == 0,
            )
            made.append(person)
    keys = {side: [person.key for person in made if person.side == side] for side in ("ours", "theirs")}
    pairs = st.tuples(st.sampled_from(keys["ours"] or [""]), st.sampled_from(keys["theirs"] or [""]))
    found = draw_(st.sets(pairs, max_size=40)) if all(keys.values()) else set()
    edges = tuple(
        Edge(ours, theirs, n12, n12, ON - timedelta(days=n12 * 7))
        for ours, theirs in sorted(found)
        for n12 in [draw_(st.integers(1, 60))]
    )
    teams = tuple(
        JointTeam(name, "other", tuple(keys["ours"][:2]), tuple(keys["theirs"][1:4]))
        for name in draw_(st.lists(st.sampled_from(NAMES), max_size=4))
    )
    return Network(ON, NAMES[2], NAMES[5], tuple(made), edges, teams, draw_(st.integers(0, 3)))


def overlapping(boxes: list[Box]) -> list[tuple[Box, Box]]:
    def apart(one: Box, other: Box) -> bool:
        beside = one.right <= other.left or other.right <= one.left
        return beside or one.bottom <= other.top or other.bottom <= one.top

    return [(one, other) for one, other in combinations(boxes, 2) if not apart(one, other)]


def boxes(scene: Scene) -> list[Box]:
    return [text.box for text in scene.texts if text.text]


def svg(scene: Scene) -> str:
    return render_to_string(scene.template, {"scene": scene})


def marks(text: str, name: str) -> list[str]:
    root = ElementTree.fromstring(text)  # noqa: S314 - our own text
    return [element.attrib[name] for element in root.iter() if name in element.attrib]


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=40, deadline=None)
@given(found=networks())
def test_a_drawing_shows_exactly_the_active_edges_each_once(stage: int, found: Network) -> None:
    shown = marks(svg(draw(found, stage)), "data-edge")
    assert Counter(shown) == Counter(edge.key for edge in found.edges)


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=40, deadline=None)
@given(found=networks())
def test_words_never_lie_on_words_or_outside_of_the_picture(stage: int, found: Network) -> None:
    scene = draw(found, stage)
    inside = [box for box in boxes(scene) if box.left >= 0 and box.right <= scene.width and box.bottom <= scene.height]
    assert len(inside) == len(boxes(scene))
    assert overlapping(boxes(scene)) == []


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=20, deadline=None)
@given(found=networks())
def test_everybody_in_contact_has_one_place_and_whoever_is_not_is_pale_or_counted(stage: int, found: Network) -> None:
    nodes = Counter(node.key for node in draw(found, stage).nodes if node.is_person)
    assert max(nodes.values(), default=1) == 1
    assert {key for edge in found.edges for key in (edge.ours, edge.theirs)} <= set(nodes)
    pale = {node.key for node in draw(found, stage).nodes if node.look == "pale"}
    assert not pale & set(found.weights)


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=20, deadline=None)
@given(found=networks())
def test_no_circle_lies_on_a_name(stage: int, found: Network) -> None:
    scene = draw(found, stage)
    discs = [Box(n.x - n.radius, n.y - n.radius, n.x + n.radius, n.y + n.radius) for n in scene.nodes if n.radius]
    for disc in discs:
        assert [pair for pair in overlapping([disc, *boxes(scene)]) if disc in pair] == []


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize("size", [1, 6, 20, 60])
@pytest.mark.parametrize("stage", STAGES)
def test_a_drawing_stays_readable_with_any_number_of_people_a_side(stage: int, size: int, language: str) -> None:
    with translation.override(language):
        for edges in (0, size // 2, size):
            scene = draw(network(size, edges=edges, teams=min(size, 4)), stage)
            assert overlapping(boxes(scene)) == []
            assert all(box.left >= 0 and box.right <= scene.width for box in boxes(scene))
            assert all(box.top >= 0 and box.bottom <= scene.height for box in boxes(scene))
            assert len(scene.links) == edges


@pytest.mark.parametrize("stage", [1, 2, 3, 4])
def test_above_a_crowd_people_without_contact_are_only_counted(stage: int) -> None:
    small, large = draw(network(CROWD, edges=3), stage), draw(network(60, edges=30), stage)
    assert not [node for node in small.nodes if node.look == "more"]
    counted = [node for node in large.nodes if node.look == "more"]
    assert counted
    assert all("," in node.title for node in counted)
    assert len([node for node in large.nodes if node.look in ("linked", "open")]) >= 60


def test_a_function_without_counterpart_is_a_ring_where_somebody_is_missing() -> None:
    ours = Person("o1", "S. Yeh", "ours", function="outbound_logistics")
    scene = draw(Network(ON, "We", "They", (ours,)), 4)
    holes = {node.key: [text.text for text in node.texts] for node in scene.nodes if node.look == "hole"}
    assert holes["hole-theirs-log"] == ["Inbound logistics", "nobody yet"]
    assert "hole-ours-log" not in holes
    assert {"hole-ours-rd", "hole-theirs-rd", "hole-ours-brd", "hole-theirs-brd"} <= set(holes)
    assert {"hole-ours-hub", "hole-theirs-hub"} <= set(holes)


def test_a_level_without_counterpart_is_a_ring_where_somebody_is_missing() -> None:
    theirs = Person("t1", "R. Mendel", "theirs", level="clerk")
    scene = draw(Network(ON, "We", "They", (theirs,)), 3)
    assert {node.key for node in scene.nodes if node.look == "hole"} == {
        "hole-ours-clerk",
        "hole-ours-hub",
        "hole-theirs-hub",
    }


def test_a_contact_of_more_than_120_days_ago_is_dashed_and_its_width_grows_with_its_weight() -> None:
    ours, theirs = people("ours", 4), people("theirs", 4)
    days = ((0, 24, 0), (1, 4, 120), (2, 4, 121), (3, 0, 0))
    edges = tuple(Edge(f"o{at}", f"t{at}", n12, n12, ON - timedelta(days=ago)) for at, n12, ago in days)
    scene = draw(Network(ON, "We", "They", (*ours, *theirs), edges), 4)
    links = {link.key: link for link in scene.links}
    assert [links[f"o{at}-t{at}"].is_stale for at in range(4)] == [False, False, True, False]
    assert [links[f"o{at}-t{at}"].width for at in (0, 3)] == [6.0, 1.5]
    assert links["o0-t0"].width > links["o1-t1"].width


def test_the_bow_tie_has_its_hubs_in_the_middle_and_the_diamond_in_the_outer_corners() -> None:
    found = network(6, edges=6)
    for stage, is_outside in ((2, False), (4, True)):
        nodes = {node.key: node for node in draw(found, stage).nodes}
        ours = [nodes[f"o{at}"].x for at in range(1, 6)]
        assert (nodes["o0"].x < min(ours)) is is_outside
        assert nodes["t0"].x == pytest.approx(draw(found, stage).width - nodes["o0"].x)


def test_levels_stand_above_each_other_and_level_lines_are_level() -> None:
    scene = draw(ideal(3), 3)
    nodes = {node.key: node for node in scene.nodes}
    heights = [nodes[f"ours-{code}"].y for code in ("director", "manager", "hub", "specialist", "clerk", "operator")]
    assert heights == sorted(heights)
    assert all(nodes[link.ours].y == nodes[link.theirs].y for link in scene.links)


def test_a_team_of_both_firms_has_its_members_in_one_box_and_names_again_who_is_in_two() -> None:
    found = network(6, edges=6, teams=2)
    scene = draw(found, 5)
    assert sum(shape.look == "team" for shape in scene.shapes) == 3  # two teams and the joint board
    again = [node.key for node in scene.nodes if node.look == "again"]
    assert again == ["o0@0", "o1@0", "t0@0", "o1@1", "o2@1", "t1@1"]


IDEALS = {1: 1, 2: 1, 3: 6, 4: 6, 5: 7}


@pytest.mark.parametrize(("stage", "edges"), IDEALS.items())
def test_an_ideal_drawing_has_the_decks_nodes_and_edges(stage: int, edges: int) -> None:
    found = ideal(stage)
    scene = draw(found, stage)
    assert len(scene.links) == edges
    assert not [node for node in scene.nodes if node.look in ("hole", "more")]
    assert overlapping(boxes(scene)) == []
    assert all(scene.top <= box.top and box.bottom <= scene.height for box in boxes(scene))


def test_a_recorded_contact_of_the_hubs_that_is_not_active_is_a_thread_and_no_edge() -> None:
    ours, theirs = people("ours", 1), people("theirs", 1)
    found = Network(ON, "We", "They", (*ours, *theirs), thread=Edge("o0", "t0", 1, 1, ON))
    text = svg(draw(found, 1))
    assert 'class="thread"' in text
    assert "data-edge" not in text
    assert 'class="thread"' not in svg(draw(found, 3))


@pytest.mark.parametrize("stage", STAGES)
def test_a_name_that_looks_like_markup_is_text(stage: int) -> None:
    name = "</svg><script>alert(1)</script>"
    ours = Person("o0", name, "ours", title=name, url="/x/", is_manager=True)
    theirs = Person("t0", name, "theirs", title=name, url="/y/", is_main_contact=True)
    edge = Edge("o0", "t0", 9, 9, ON, kinds=name, url="/z/")
    team = JointTeam(name, "other", ("o0",), ("t0",))
    text = svg(draw(Network(ON, name, name, (ours, theirs), (edge,), (team,), 1), stage))
    assert "<script" not in text
    assert text.count("</svg>") == 1
    ElementTree.fromstring(text)  # noqa: S314 - our own text


def test_an_edge_says_its_evidence() -> None:
    ours, theirs = people("ours", 2), people("theirs", 2)
    edge = Edge("o1", "t1", 12, 12, ON, is_direct=True, kinds="4 meetings, 8 calls", url="/contacts/1/")
    text = svg(draw(Network(ON, "We", "They", (*ours, *theirs), (edge,)), 4))
    said = "歐陽震華 1 – 歐陽震華 1: 12 contacts in 12 months · last on June 30, 2026 · 4 meetings, 8 calls"
    assert marks(text, "aria-label")[1] == said


@given(st.text(max_size=60), st.floats(20, 300))
def test_a_shortened_text_fits_its_room(text: str, room: float) -> None:
    assert width(shortened(text, room, 12.0), 12.0) <= room


def test_chinese_signs_are_as_wide_as_they_are_high() -> None:
    assert width("戰略大客戶", 10.0) == 50.0
    assert width("account", 10.0) >= 7 * 5.6
