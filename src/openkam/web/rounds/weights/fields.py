"""The fields in which people weigh criteria, and the method's document that they make; both ways."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any

from openkam.method.errors import InvalidInput
from openkam.method.judgements import STRONGEST, refuse_too_many

from ..models import Item, Weighting
from .weighting import names_of

Fields = dict[str, str]
Posted = Mapping[str, str]

MOST_POINTS = 100
#: What one criterion can be compared with another as, strongest first.
JUDGEMENTS = (
    *(str(n) for n in range(STRONGEST, 1, -1)),
    "1",
    *(f"1/{n}" for n in range(2, STRONGEST + 1)),
)
RANK_RULES = ("centroid", "rank_sum", "reciprocal")


def content_of(method: str, items: Sequence[Item], posted: Posted) -> dict[str, Any]:
    """The method's document from the fields of its form.

    Raises InvalidInput with the field as its place for what is missing or off its scale.
    """
    return {"method": method, "items": list(names_of(items)), **_READ[method](items, posted)}


def fields_of(method: str, items: Sequence[Item], content: Mapping[str, Any]) -> Fields:
    """The fields as a document fills them; a criterion that it does not know keeps empty ones."""
    if content.get("method") != method:
        return _guessed(method, items)
    return _WRITTEN[method](items, content)


def _points(items: Sequence[Item], posted: Posted) -> dict[str, Any]:
    return {"points": [_number(posted, f"points-{item.pk}", item, (0, MOST_POINTS)) for item in items]}


def _ranking(items: Sequence[Item], posted: Posted) -> dict[str, Any]:
    rule = posted.get("rank_rule", "")
    if rule not in RANK_RULES:
        raise InvalidInput("rank_rule", "rank_rule", rule=rule[:40])
    ranks = [_whole(posted, f"rank-{item.pk}", item, (1, len(items))) for item in items]
    return {"ranks": ranks, "rank_rule": rule}


def _ahp(items: Sequence[Item], posted: Posted) -> dict[str, Any]:
    refuse_too_many(len(items))
    fields = [pair_field(one, other) for one, other in combinations(items, 2)]
    given = [(field, posted.get(field, "").strip()) for field in fields]
    compared = sum(bool(text) for _field, text in given)
    for field, text in given:
        if text and text not in JUDGEMENTS:
            raise InvalidInput("judgement", field, judgement=text[:40])
    if compared < len(fields):
        raise InvalidInput("judgements_incomplete", "", judgements=compared, expected=len(fields))
    return {"judgements": [[text for _field, text in given]]}


def _best_worst(items: Sequence[Item], posted: Posted) -> dict[str, Any]:
    """What is certain need not be typed: each end against itself is 1, and the two ends compare once."""
    refuse_too_many(len(items))
    known = {str(item.pk): item for item in items}
    best, worst = posted.get("best", ""), posted.get("worst", "")
    if best not in known:
        raise InvalidInput("best_missing", "best")
    if worst not in known:
        raise InvalidInput("worst_missing", "worst")
    if best == worst:
        raise InvalidInput("best_is_worst", "worst")
    filled = {**posted, f"best-{best}": "1", f"worst-{worst}": "1"}
    filled[f"worst-{best}"] = posted.get(f"worst-{best}", "").strip() or posted.get(f"best-{worst}", "")
    ends = (1, STRONGEST)
    return {
        "best_to_others": [_whole(filled, f"best-{item.pk}", item, ends) for item in items],
        "others_to_worst": [_whole(filled, f"worst-{item.pk}", item, ends) for item in items],
    }


def _whole(posted: Posted, field: str, item: Item, ends: tuple[int, int]) -> int:
    number = _number(posted, field, item, ends)
    if number != int(number):
        raise InvalidInput("weight_off_scale", field, name=str(item), value=number, lowest=ends[0], highest=ends[1])
    return int(number)


def _number(posted: Posted, field: str, item: Item, ends: tuple[int, int]) -> Decimal:
    text = posted.get(field, "").strip()
    if not text:
        raise InvalidInput("weight_missing", field, name=str(item))
    try:
        number = Decimal(text) if text.isascii() and len(text) <= 40 else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not ends[0] <= number <= ends[1]:
        off = {"value": text[:40], "lowest": ends[0], "highest": ends[1]}
        raise InvalidInput("weight_off_scale", field, name=str(item), **off)
    return round(number, 4)


def pair_field(one: Item, other: Item) -> str:
    return f"pair-{one.pk}-{other.pk}"


def _guessed(method: str, items: Sequence[Item]) -> Fields:
    """Points and ranks as the weights suggest that there are; comparisons are for people to make."""
    largest = max((item.weight for item in items), default=0) or 1
    if method == "points":
        return {f"points-{item.pk}": str(round(MOST_POINTS * item.weight / largest)) for item in items}
    if method == "ranking":
        ordered = sorted(items, key=lambda item: -item.weight)
        return {"rank_rule": RANK_RULES[0]} | {f"rank-{item.pk}": str(n) for n, item in enumerate(ordered, start=1)}
    return {}


def _of_points(items: Sequence[Item], content: Mapping[str, Any]) -> Fields:
    return _column("points", items, content["items"], content["points"])


def _of_ranking(items: Sequence[Item], content: Mapping[str, Any]) -> Fields:
    return {"rank_rule": content["rank_rule"], **_column("rank", items, content["items"], content["ranks"])}


def _of_ahp(items: Sequence[Item], content: Mapping[str, Any]) -> Fields:
    triangle = content["judgements"][0]
    known: dict[tuple[str, str], Decimal] = {}
    for (one, other), text in zip(combinations(content["items"], 2), triangle, strict=True):
        known[one, other], known[other, one] = Decimal(text), 1 / Decimal(text)
    pairs = {(one, other): known.get((str(one.pk), str(other.pk))) for one, other in combinations(items, 2)}
    return {pair_field(*pair): judgement_text(value) for pair, value in pairs.items() if value is not None}


def judgement_text(value: Decimal) -> str:
    """A judgement as its field offers it.

    >>> judgement_text(Decimal("0.3333"))
    '1/3'
    """
    return str(round(value)) if value >= 1 else f"1/{round(1 / value)}"


def _of_best_worst(items: Sequence[Item], content: Mapping[str, Any]) -> Fields:
    names = content["items"]
    best = _column("best", items, names, content["best_to_others"])
    worst = _column("worst", items, names, content["others_to_worst"])
    return {**best, **worst, "best": _end(best, worst), "worst": _end(worst, best)}


def _end(column: Fields, other: Fields) -> str:
    """The item that is 1 times as important as the end itself; of equals, the one farthest from the other end."""
    equals = [field.partition("-")[2] for field, text in column.items() if text == "1"]
    distance = {field.partition("-")[2]: float(text) for field, text in other.items()}
    return max(equals, key=lambda pk: distance[pk], default="")


def _column(name: str, items: Sequence[Item], names: Sequence[str], values: Sequence[Any]) -> Fields:
    known = dict(zip(names, values, strict=True))
    return {f"{name}-{item.pk}": _plain(known[str(item.pk)]) for item in items if str(item.pk) in known}


def _plain(value: Any) -> str:
    """A number without the zeros that its decimals end in."""
    number = Decimal(str(value))
    return str(int(number)) if number == int(number) else str(number.normalize())


_READ: dict[str, Callable[[Sequence[Item], Posted], dict[str, Any]]] = {
    Weighting.Method.POINTS: _points,
    Weighting.Method.RANKING: _ranking,
    Weighting.Method.AHP: _ahp,
    Weighting.Method.BEST_WORST: _best_worst,
}
_WRITTEN: dict[str, Callable[[Sequence[Item], Mapping[str, Any]], Fields]] = {
    Weighting.Method.POINTS: _of_points,
    Weighting.Method.RANKING: _of_ranking,
    Weighting.Method.AHP: _of_ahp,
    Weighting.Method.BEST_WORST: _of_best_worst,
}
