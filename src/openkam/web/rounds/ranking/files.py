"""The ranking of a round and the comparison of two as files that say which round, weights and rule they are of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.http import Http404, HttpResponseBase
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from openkam.method.sensitivity import DRAWS, SEED
from openkam.report.document import Cell
from openkam.web.portfolio.exports import Table
from openkam.web.programme.downloads import as_csv, as_xlsx

from ..models import Frozen, Round
from ..models.results import Cell as Class
from .comparison import Comparison, Move, Weight
from .page import RankingPage, Row
from .words import CHANGE_RULE, SCORE_RULE, reason_words

BLOCK = 500
DECIMALS = 6

Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class ResultFile:
    """A table, and what every row of a CSV carries because that has one sheet only."""

    table: Table
    origin: Lines


def export(file: ResultFile, kind: str) -> HttpResponseBase:
    """As a download of this kind, "csv" or "xlsx"; the workbook has the origin and the rule on a second sheet."""
    table, name = file.table, f"openkam-{file.table.name}"
    if kind == "csv":
        return as_csv(name, _with_origin(file))
    if kind == "xlsx":
        about = [[what, str(value)] for what, value in [*file.origin, *table.about]]
        return as_xlsx(name, chain([table.headings], table.rows), about)
    raise Http404


def _with_origin(file: ResultFile) -> Iterator[list[Cell]]:
    yield [*file.table.headings, *(name for name, _value in file.origin)]
    tail = [value for _name, value in file.origin]
    for row in file.table.rows:
        yield [*row, *tail]


def digest_of_round(round_: Round) -> str:
    """The digest of the frozen document; empty for a round that is not frozen."""
    return Frozen.objects.filter(round=round_).values_list("digest", flat=True).first() or ""


def _origin(*rounds: Round) -> Lines:
    lines = [(_("Exported"), localtime().strftime("%Y-%m-%d %H:%M"))]
    for round_ in rounds:
        digest = digest_of_round(round_) or _("not frozen: %(stage)s") % {"stage": round_.get_stage_display()}
        lines += [(_("Round"), round_.name), (_("Date"), round_.on.isoformat()), (_("Frozen as"), digest)]
    return lines


def ranking_file(page: RankingPage) -> ResultFile:
    """The whole ranking, by the weights that the page shows."""
    headings = [
        *(_("Rank"), _("Account"), _("Score"), _("Answered"), _("Excluded by"), _("Raters differ")),
        *(_("Lifts it"), _("Pulls it down"), _("Tipping criterion"), _("Weight now"), _("Weight at which it tips")),
        *(_("Relative change"), _("Against"), _("In the top %(top)s") % {"top": page.top}),
        *(_("Median: %(criterion)s") % {"criterion": item.name} for item in page.items),
    ]
    table = Table(f"ranking-{page.round.pk}", headings, _ranked(page), _about_ranking(page))
    return ResultFile(table, _origin(page.round))


def _about_ranking(page: RankingPage) -> Lines:
    trial = page.trial
    kind = _("what-if: not the weights of the round") if trial.is_moved else _("of the round")
    return [
        (_("Rule"), str(SCORE_RULE)),
        (_("Key accounts wanted"), str(page.top)),
        (_("Random weightings"), f"{DRAWS}, seed {SEED}"),
        (_("Weights"), kind),
        *((slider.item.name, f"{share:.{DECIMALS}f}") for slider, share in trial.shares),
        *((_("Must be: %(name)s") % {"name": item.name}, str(item.floor)) for item in page.items if item.floor),
    ]


def _ranked(page: RankingPage) -> Iterator[list[Cell]]:
    """A block at a time: thousands of rows do not stand in memory as words."""
    positions = page.positions
    for start in range(0, len(positions), BLOCK):
        block = positions[start : start + BLOCK]
        medians = page.sheet.median[block]
        for row, median in zip(page.rows(block), medians.tolist(), strict=True):
            yield [*_line(row), *(None if score != score else score for score in median)]  # noqa: PLR0124 - NaN


def _line(row: Row) -> Iterator[Cell]:
    yield from (row.rank, row.entry.name, _rounded(row.score), _rounded(row.completeness))
    yield ", ".join(said.item.name for said in row.excluded_by)
    yield ", ".join(item.name for item in row.disputed)
    for side in (row.lifts, row.pulls):
        yield ", ".join(f"{said.item.name} {said.median:g}" for said in side)
    if row.tip:
        yield from (row.tip.item.name, _rounded(row.tip.now), _rounded(row.tip.at), _rounded(row.tip.change))
        yield row.tip.against.name
    else:
        yield from [None] * 5
    yield _rounded(row.chance)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DECIMALS)


def comparison_file(found: Comparison) -> ResultFile:
    """Every account that both rounds have, the biggest movers first."""
    headings = [
        *(_("Account"), _("Rank before"), _("Rank after"), _("Class before"), _("Class after")),
        *(_("Score before"), _("Score after"), _("By changed scores"), _("By changed weights")),
        *(_("By changed criteria"), _("Why")),
    ]
    rounds = found.before.round, found.after.round
    name = f"rounds-{rounds[0].pk}-{rounds[1].pk}"
    return ResultFile(Table(name, headings, _moved(found), _about_comparison(found)), _origin(*rounds))


def _about_comparison(found: Comparison) -> Lines:
    lost = [(_("New in the later round"), _names(found.new)), (_("No longer in it"), _names(found.gone))]
    return [(_("Rule"), str(CHANGE_RULE)), *map(_weight_line, found.weights), *lost]


def _names(entries: Sequence[object]) -> str:
    return ", ".join(getattr(entry, "name", "") for entry in entries)


def _weight_line(weight: Weight) -> tuple[str, str]:
    said = ("–" if share is None else f"{share:.{DECIMALS}f}" for share in (weight.before, weight.after))
    return _("Weight: %(name)s") % {"name": weight.name}, " → ".join(said)


def _moved(found: Comparison) -> Iterator[list[Cell]]:
    for start in range(0, len(found.order), BLOCK):
        yield from map(_move_line, found.moves(found.order[start : start + BLOCK]))


def _move_line(move: Move) -> list[Cell]:
    cells = [str(Class(cell).label) if cell else None for cell in move.cells]
    parts = move.parts or {"scores": None, "weights": None, "criteria": None}
    return [
        move.entry.name,
        *move.ranks,
        *cells,
        *map(_rounded, move.scores),
        *(_rounded(part) for part in parts.values()),
        "; ".join(reason_words(reason) for reason in move.reasons),
    ]
