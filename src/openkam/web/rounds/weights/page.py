"""Weights as their page shows them: the fields of a method, and what they come to."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from openkam.method.document import Notice, read
from openkam.method.judgements import MOST_PAIRWISE, STRONGEST
from openkam.method.weights import Document, Result, evaluate
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.templatetags.words import number
from openkam.web.programme.words import problem

from ..models import Item, Weighting
from .fields import JUDGEMENTS, RANK_RULES, Fields, pair_field
from .weighting import names_of, shares

#: A comparison is named as surprising when the weights would say it at least so many times otherwise.
SURPRISING = 1.5


@dataclass(frozen=True)
class Outcome:
    """What weights come to: each criterion's share, and what there is to say of them."""

    lines: list[tuple[str, float | None]]
    ratio: float | None = None
    is_consistent: bool = True
    warnings: tuple[str, ...] = ()
    surprise: str = ""


def outcome_of(items: Sequence[Item], content: Mapping[str, Any]) -> Outcome:
    """What a document comes to. Raises InvalidInput with the codes of the method."""
    document = read(Document, content)
    result = evaluate(document)
    found = result.consistency
    return Outcome(
        lines=[(str(item), weight.weight) for item, weight in zip(items, result.weights, strict=True)],
        ratio=found.ratio if found else None,
        is_consistent=found.is_consistent if found else True,
        warnings=tuple(_words(notice) for notice in result.warnings if notice.code != "rater_inconsistent"),
        surprise=_surprise(items, document, result) if found and not found.is_consistent else "",
    )


def standing(items: list[Item], weighting: Weighting | None) -> Outcome:
    """What the stored weights come to; where criteria have come or gone since, their shares alone."""
    if weighting and items and tuple(weighting.content["items"]) == names_of(items):
        return outcome_of(items, weighting.content)
    warnings: tuple[str, ...] = ()
    if weighting:
        warnings = (_("Criteria have come or gone since these weights were set: look at them again."),)
    return Outcome(list(zip(map(str, items), shares(items), strict=True)), warnings=warnings)


def _words(notice: Notice) -> str:
    values = {name: number(v, 2) if isinstance(v, float) else v for name, v in notice.values.items()}
    return problem(notice.code, values)


def _surprise(items: Sequence[Item], document: Document, result: Result) -> str:
    """The comparison that fits the others least, and what they would make of it."""
    if document.judgements is None:
        return ""
    pairs = list(combinations(zip(items, result.weights, strict=True), 2))
    judged = [float(value) for value in document.judgements[0]]
    implied = [one[1].weight / other[1].weight for one, other in pairs]
    off = [abs(math.log(said / meant)) for said, meant in zip(judged, implied, strict=True)]
    at = off.index(max(off))
    if off[at] < math.log(SURPRISING):
        return ""
    (one, _weight), (other, _other) = pairs[at]
    said = {"one": one, "other": other, "said": _times(judged[at]), "implied": _times(implied[at])}
    words = _("“%(one)s” against “%(other)s” fits least: you say %(said)s, the other pairs say about %(implied)s.")
    return words % said


def _times(ratio: float) -> str:
    if ratio >= 1:
        return number(ratio, 0 if ratio == round(ratio) else 1)
    return f"1/{number(1 / ratio, 0 if math.isclose(1 / ratio, round(1 / ratio)) else 1)}"


def form_of(method: str, items: Sequence[Item], fields: Mapping[str, str]) -> dict[str, Any]:
    """What the template of a method needs."""
    return {
        "is_too_much": method in {"ahp", "best_worst"} and not 2 <= len(items) <= MOST_PAIRWISE,
        "limit": MOST_PAIRWISE,
        **_FORMS[method](items, fields),
    }


def _points(items: Sequence[Item], fields: Fields) -> dict[str, Any]:
    return {"rows": [_row("points", item, fields) for item in items]}


def _row(name: str, item: Item, fields: Mapping[str, str]) -> dict[str, Any]:
    field = f"{name}-{item.pk}"
    return {"item": item, "field": field, "value": fields.get(field, "")}


def _ranking(items: Sequence[Item], fields: Fields) -> dict[str, Any]:
    rows = [_row("rank", item, fields) for item in items]
    rows.sort(key=lambda row: whole_number(row["value"]) or 0)
    words = {
        "centroid": _("steep: the mean of all weights that keep this order (rank-order centroid)"),
        "rank_sum": _("even: falling by the same step (rank-sum)"),
        "reciprocal": _("half, a third, a quarter of the first (reciprocal)"),
    }
    rule = fields.get("rank_rule", RANK_RULES[0])
    return {"rows": rows, "rules": [(name, words[name]) for name in RANK_RULES], "rule": rule, "last": len(items)}


def _ahp(items: Sequence[Item], fields: Fields) -> dict[str, Any]:
    if len(items) > MOST_PAIRWISE:
        return {"rows": []}
    pairs = [(one, other, pair_field(one, other)) for one, other in combinations(items, 2)]
    rows = [{"one": one, "other": other, "field": f, "value": fields.get(f, "")} for one, other, f in pairs]
    return {"rows": rows, "choices": [(text, _judgement(text)) for text in JUDGEMENTS]}


def _judgement(text: str) -> str:
    if text == "1":
        return _("as important as")
    if "/" in text:
        return _("%(n)s as important as") % {"n": text}
    return _("%(n)s times as important as") % {"n": text}


def _best_worst(items: Sequence[Item], fields: Fields) -> dict[str, Any]:
    rows = [{"item": item, "best": _row("best", item, fields), "worst": _row("worst", item, fields)} for item in items]
    known = {"best": fields.get("best", ""), "worst": fields.get("worst", "")}
    return {"rows": rows, "choices": [str(n) for n in range(1, STRONGEST + 1)], **known}


_FORMS = {
    Weighting.Method.POINTS: _points,
    Weighting.Method.RANKING: _ranking,
    Weighting.Method.AHP: _ahp,
    Weighting.Method.BEST_WORST: _best_worst,
}
