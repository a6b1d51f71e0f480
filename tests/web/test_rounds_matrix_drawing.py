"""The picture of the matrix: its bubbles, names, ways and targets, and how it stays bounded."""

import re
from datetime import date
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.web.crawl import text_of
from tests.web.matrix_fixtures import decks_of, filled, large, matrix_of, picked
from tests.web.portfolio_facts import booked
from tests.web.round_fixtures import accounts, compete, entry, round_of, score
from tests.web.test_rounds_results import TABLE_ONE, TABLE_TWO

from openkam.web.accounts.models import Account, AccountMember
from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on, set_targets
from openkam.web.rounds.freezing import freeze
from openkam.web.rounds.matrix.choice import Choice
from openkam.web.rounds.matrix.drawing import draw
from openkam.web.rounds.matrix.names import LONGEST, Disc, labelled, shortened
from openkam.web.rounds.matrix.page import DRAWN, PER_PAGE, Matrix
from openkam.web.rounds.matrix.scales import scale_of_scores, scale_of_strength, ticks_of_strength
from openkam.web.rounds.models import Kind, Round
from openkam.web.rounds.reading.sheets import EntryRead, ItemRead, Reading, Sheet, SupplierRead

pytestmark = pytest.mark.django_db


@pytest.fixture
def decks(diana: User, olga: User, tim: User) -> Round:
    return decks_of(diana, olga, tim)


@pytest.fixture
def users(request: pytest.FixtureRequest) -> dict[str, User]:
    return {name: request.getfixturevalue(name) for name in ("diana", "olga", "tim", "stranger", "vera")}


def test_the_size_of_a_bubble_does_not_betray_revenue_that_is_hidden(decks: Round, users: dict[str, User]) -> None:
    mine, other = (Account.objects.get(name=name) for name in ("Alpha", "Beta"))
    AccountMember.objects.create(account=mine, user=users["tim"])
    booked(mine, 2025, 1000, None, None)
    fact = booked(other, 2025, 4000, None, None)

    def bubbles(user: User) -> dict[str, tuple[str, bool]]:
        matrix = matrix_of(decks, user)
        drawn = draw(matrix, matrix.shown(matrix.listed)).dots
        return {dot.title.split(":")[0]: (dot.radius, dot.is_hollow) for dot in drawn}

    seen = bubbles(users["diana"])
    assert (float(seen["Beta"][0]) / float(seen["Alpha"][0])) ** 2 == pytest.approx(4, rel=0.01)
    before = bubbles(users["tim"])
    fact.revenue = 9_999_999
    fact.save()
    assert bubbles(users["tim"]) == before
    assert [before[name][1] for name in ("Alpha", "Beta")] == [False, True]


NAMES = ("</svg><script>alert(1)</script>", "🏭 Emoji & Söhne “quoted”", "株式会社" * 20, 'x" onload="y')


def test_names_are_escaped_in_the_page_and_in_the_file(diana: User, olga: User, as_: Any) -> None:
    round_ = round_of(diana, accounts(*NAMES), raters=[olga], picked=picked())
    filled(round_, diana, olga, list(NAMES))
    page = text_of(as_(diana).get(f"/rounds/{round_.pk}/matrix/"))
    assert "<script>alert" not in page
    assert 'onload="y' not in page
    assert "🏭 Emoji &amp; Söhne" in page
    file = as_(diana).get(f"/rounds/{round_.pk}/matrix.svg")
    assert file["Content-Type"] == "image/svg+xml; charset=utf-8"
    root = ElementTree.fromstring(file.content)  # noqa: S314 - our own file
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert any((title or "").startswith("</svg><script>") for title in titles)
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


def test_the_picture_has_no_style_of_its_own_in_the_page(decks: Round, diana: User, as_: Any) -> None:
    page = as_(diana).get(f"/rounds/{decks.pk}/matrix/").content.decode()
    assert "style=" not in page
    assert "<style" not in page


def test_arrows_lead_from_the_last_frozen_round_and_to_the_target(
    decks: Round, users: dict[str, User], as_: Any
) -> None:
    diana, olga = users["diana"], users["olga"]
    freeze(move_on(decks, to="locked", by=diana), by=diana)
    members = [Account.objects.get(name=name) for name in TABLE_ONE]
    later = round_of(diana, members, raters=[olga], picked=picked(), name="Spring", on=date(2027, 4, 1))
    for name, like in zip(TABLE_ONE, ("Beta", "Alpha", "Gamma", "Delta"), strict=True):
        score(later, olga, {name: TABLE_ONE[like]}, Kind.ATTRACTIVENESS)
        compete(later, diana, name, TABLE_TWO[like], olga)
    later = move_on(later, to="revealed", by=diana)
    at = entry(later, "Gamma")
    at.target_attractiveness, at.target_strength, at.target_on = 8, 1.2, date(2028, 1, 1)  # type: ignore[assignment]
    set_targets(at, by=diana)
    matrix = matrix_of(later, diana)
    dots = {dot.title.split(":")[0]: dot for dot in draw(matrix, matrix.shown(matrix.listed)).dots}
    assert [name for name, dot in dots.items() if dot.trail] == ["Beta", "Alpha"]
    assert [name for name, dot in dots.items() if dot.aim] == ["Gamma"]
    assert dots["Alpha"].trail
    assert (dots["Alpha"].trail.x1, dots["Alpha"].trail.y1) == (dots["Beta"].x, dots["Beta"].y)
    page = text_of(as_(diana).get(f"/rounds/{later.pk}/matrix/"))
    assert "before: Key account" in re.sub(r"\s+", " ", page)
    assert "“Autumn”" in page
    assert "“Autumn”" not in text_of(as_(olga).get(f"/rounds/{decks.pk}/matrix/"))


def test_a_round_before_that_the_reader_took_no_part_in_is_not_told(decks: Round, users: dict[str, User]) -> None:
    diana, stranger = users["diana"], users["stranger"]
    freeze(move_on(decks, to="locked", by=diana), by=diana)
    members = [Account.objects.get(name=name) for name in TABLE_ONE]
    later = round_of(diana, members, raters=[stranger], picked=picked(), name="Spring", on=date(2027, 4, 1))
    filled(later, diana, stranger, list(TABLE_ONE))
    everything = np.arange(4)
    assert matrix_of(later, diana).before(everything).round == decks
    assert matrix_of(later, stranger).before(everything).round is None


def test_whiskers_span_the_raters(diana: User, olga: User, tim: User) -> None:
    round_ = round_of(diana, accounts(*TABLE_ONE), raters=[olga, tim], picked=picked())
    score(round_, tim, {"Alpha": (8, 6, 7, 4, 5, 7)}, Kind.ATTRACTIVENESS)
    round_ = filled(round_, diana, olga, list(TABLE_ONE))
    matrix = matrix_of(round_, diana)
    dots = {dot.title.split(":")[0]: dot for dot in draw(matrix, matrix.shown(matrix.listed)).dots}
    assert dots["Alpha"].spread
    assert not dots["Beta"].spread


def test_of_many_accounts_a_bounded_number_is_drawn_and_the_page_says_so(diana: User, olga: User, as_: Any) -> None:
    round_ = large(700, diana, [olga])
    page = as_(diana).get(f"/rounds/{round_.pk}/matrix/", HTTP_HX_REQUEST="true").content.decode()
    assert page.count('class="dot dot--') == DRAWN
    assert f"{DRAWN} of 700 accounts drawn" in page
    assert page.count("<tr data-account") == PER_PAGE
    picture = page[page.index('<svg class="matrix') : page.index('<p class="matrix__said"')]
    assert len(picture.encode()) < 150_000
    assert len(page.encode()) - len(picture.encode()) < 30_000


def imagined(number: int) -> Reading:
    """A round of so many accounts that no database has to hold."""
    rng = np.random.default_rng(1)
    items = {
        kind: tuple(ItemRead(10 * place + k, k, kind, {"en": f"{kind} {k}"}, {"en": {}}, 1.0, None) for k in range(6))
        for place, kind in enumerate(Kind.values)
    }
    ours = [SupplierRead(at, 0, "") for at in range(number)]
    others = [SupplierRead(at, at + 1, "Rival") for at in range(number)]
    rows = {kind: 2 * number if kind == Kind.STRENGTH else number for kind in items}
    return Reading(
        items=items,
        entries=tuple(EntryRead(at + 1, at + 1, f"Customer {at}", target=(9, 2)) for at in range(number)),
        suppliers=(*ours, *others),
        raters=("Olga", "Tim"),
        sheets={kind: Sheet(rng.integers(1, 11, (2, rows[kind], 6)).astype(float)) for kind in items},
        customer=np.full((2 * number, 6), np.nan),
    )


def test_ten_thousand_accounts_are_placed_and_a_bounded_number_drawn(diana: User) -> None:
    reading, round_ = imagined(10_000), Round.objects.create(name="Large", on=date(2026, 1, 1))
    matrix = Matrix(round_, reading, Choice.of(round_, reading.items[Kind.ATTRACTIVENESS], {}), diana)
    listed = matrix.listed[:PER_PAGE]
    drawing = draw(matrix, matrix.shown(listed))
    assert len(matrix.placed) == 10_000
    assert len(drawing.dots) == DRAWN
    drawn = {dot.entry for dot in drawing.dots}
    assert {str(reading.entries[at].id) for at in listed.tolist()} <= drawn
    assert sum(bool(dot.aim) for dot in drawing.dots) == PER_PAGE
    assert sum(matrix.counts.values()) == 10_000
    assert np.isfinite(matrix.keeps).all()


def test_names_never_lie_on_each_other() -> None:
    rng = np.random.default_rng(5)
    discs = [Disc(x, y, 8.0) for x, y in rng.uniform(0.1, 0.9, (80, 2))]
    found = labelled(discs, [f"Customer {number}" for number in range(80)])
    assert found
    boxes = []
    for index, label in found.items():
        x, y = discs[index].x * 720 + label.dx, discs[index].y * 500 + label.dy
        wide = 7.3 * len(label.text)
        left = {"start": x, "end": x - wide, "middle": x - wide / 2}[label.anchor]
        boxes.append((left, y - 12, left + wide, y + 3))
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3]


def test_long_names_are_shortened_by_the_room_they_take() -> None:
    assert shortened("Acme") == "Acme"
    assert len(shortened("A" * 100)) == LONGEST + 1
    assert len(shortened("台" * 100)) < LONGEST * 0.6 + 1


def test_strength_is_even_on_both_sides_of_one_and_an_outlier_stands_at_the_edge() -> None:
    scale = scale_of_strength([0.8, 1.25])
    assert scale.part(1) == 0.5
    assert scale.part(0.8) == pytest.approx(1 - scale.part(1.25))
    crowd = scale_of_strength([0.9, 1.1] * 20 + [10.0])
    assert not crowd.holds(10)
    assert crowd.part(10) == 1
    assert 1.0 in ticks_of_strength(crowd)


def test_the_cut_leaves_room_for_both_sides() -> None:
    for scores in ([1.0, 1.0], [9.9, 10.0], [5.5]):
        scale = scale_of_scores(scores, scores[0])
        assert 0.2 <= scale.part(scores[0]) <= 0.8
