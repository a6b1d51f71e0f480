"""Where a relationship is agreed to lie, where it shall lie, and whether that is sensible.

Sources: the deck's page "where does it lie, where would you like it to lie, by when"; Ryals & Davies 2013 (the wishes
of both sides differ, and stay different). The hysteresis, the pace and the ceilings are our own default.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from openkam.method.account_class import STAGE_CEILING
from openkam.method.document import Name, Notice, Strict, Text
from openkam.method.errors import InvalidInput

MOST_ACTIONS = 5
#: Two quarterly reviews follow each other when no more days than these lie between them.
LONGEST_GAP = 200
#: Reviewed accounts from which on a calibration says something.
ENOUGH = 20

StageNumber = Annotated[int, Field(ge=0, le=5, strict=True)]


def agreed(reviews: Sequence[tuple[date, int]]) -> tuple[int, ...]:
    """The agreed stage after each review, oldest first.

    The first review sets it. After that it moves when two consecutive quarterly reviews lie on the same side of it: to
    the nearer of the two. Reviews of the same calendar quarter are one review, the later of them; a gap of more than
    two quarters starts counting anew.

    Raises InvalidInput("reviews_out_of_order" | "stage_number").

    >>> quarters = [date(2026, 1, 15), date(2026, 4, 15), date(2026, 7, 15)]
    >>> agreed(list(zip(quarters, (2, 3, 3))))
    (2, 2, 3)
    """
    told: list[int] = []
    settled, earlier, current = None, None, None
    for day, stage in reviews:
        _refuse(day, stage, current)
        if current is not None and _quarter(current[0]) != _quarter(day):
            settled, earlier = told[-1], current
        current = (day, stage)
        told.append(stage if settled is None or earlier is None else _moved(settled, earlier, current))
    return tuple(told)


def _refuse(day: date, stage: int, before: tuple[date, int] | None) -> None:
    if before is not None and day < before[0]:
        raise InvalidInput("reviews_out_of_order", "", day=day.isoformat())
    if not 0 <= stage <= 5:
        raise InvalidInput("stage_number", "", stage=stage)


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def _moved(settled: int, earlier: tuple[date, int], current: tuple[date, int]) -> int:
    if (current[0] - earlier[0]).days > LONGEST_GAP:
        return settled
    low, high = sorted((earlier[1], current[1]))
    return low if low > settled else min(settled, high)


class Action(Strict):
    """One of the actions: the gate it closes, if it names one."""

    title: Name
    gate: Text = ""
    has_owner: bool = True
    has_date: bool = True


class Document(Strict):
    """The panel: current stage, target, by when, and the actions.

    account_class      key, key_development, maintenance or opportunistic; None when not placed.
    unmet              codes of the gates that the next stage still needs.
    """

    today: date
    current: StageNumber
    target: StageNumber
    by_when: date
    is_justified: bool = False
    customer_wishes: StageNumber | None = None
    account_class: Literal["key", "key_development", "maintenance", "opportunistic"] | None = None
    unmet: tuple[Name, ...] = ()
    actions: tuple[Action, ...] = ()


class Result(Strict):
    """steps asked for, steps that the time allows, the highest stage that the class of the account deserves."""

    steps: int
    steps_allowed: int
    ceiling: int | None
    open_gates: tuple[str, ...]
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Check an ambition. Raises InvalidInput("too_many_actions") with more than five.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [notice.code for notice in result.warnings]
    ['too_fast', 'beyond_customer', 'gates_without_action']
    """
    if len(document.actions) > MOST_ACTIONS:
        raise InvalidInput("too_many_actions", "/actions", actions=len(document.actions), most=MOST_ACTIONS)
    ceiling = STAGE_CEILING[document.account_class][1] if document.account_class else None
    closed = {action.gate for action in document.actions}
    allowed = steps_allowed(document.today, document.by_when)
    return Result(
        steps=document.target - document.current,
        steps_allowed=allowed,
        ceiling=ceiling,
        open_gates=tuple(code for code in document.unmet if code not in closed),
        warnings=tuple(_notices(document, allowed, ceiling, closed)),
    )


def steps_allowed(today: date, by_when: date) -> int:
    """One stage per twelve months; the first may come sooner.

    >>> steps_allowed(date(2026, 1, 1), date(2026, 9, 30)), steps_allowed(date(2026, 1, 1), date(2028, 1, 1))
    (1, 2)
    """
    return max(1, (by_when - today) // timedelta(days=365))


def _notices(document: Document, allowed: int, ceiling: int | None, closed: set[str]) -> Iterator[Notice]:
    target = document.target
    if target < document.current:
        yield Notice(code="below_current", values={"target": target, "current": document.current})
    if document.by_when < document.today:
        yield Notice(code="date_passed", values={"by_when": document.by_when.isoformat()})
    if target - document.current > allowed and not document.is_justified:
        yield Notice(code="too_fast", values={"steps": target - document.current, "allowed": allowed})
    if document.customer_wishes is not None and target > document.customer_wishes:
        yield Notice(code="beyond_customer", values={"target": target, "wished": document.customer_wishes})
    if ceiling is not None and target > ceiling:
        yield Notice(
            code="beyond_class",
            values={"target": target, "ceiling": ceiling, "account_class": document.account_class},
        )
    if target > document.current and not document.actions:
        yield Notice(code="no_actions")
    elif target > document.current and (left := [code for code in document.unmet if code not in closed]):
        yield Notice(code="gates_without_action", values={"gates": tuple(left)})
    if vague := [action.title for action in document.actions if not (action.has_owner and action.has_date)]:
        yield Notice(code="action_without_owner_or_date", values={"actions": tuple(vague)})


class Calibration(Strict):
    """How well the diagnosis agrees with what teams agreed: weighted kappa, None where it is not defined."""

    accounts: int
    kappa: float | None
    exact: float | None
    warnings: tuple[Notice, ...]


def calibration(diagnosed: Sequence[int], told: Sequence[int]) -> Calibration:
    """Cohen's kappa with quadratic weights over stages 0..5 (Cohen 1968).

    Raises InvalidInput("lengths_differ" | "stage_number").

    >>> calibration([1, 2, 3, 4], [1, 2, 3, 4]).kappa
    1.0
    """
    if len(diagnosed) != len(told):
        raise InvalidInput("lengths_differ", "", first=len(diagnosed), second=len(told))
    for stage in (*diagnosed, *told):
        if not 0 <= stage <= 5:
            raise InvalidInput("stage_number", "", stage=stage)
    count = len(diagnosed)
    few = (Notice(code="too_few_accounts", values={"accounts": count, "needed": ENOUGH}),) if count < ENOUGH else ()
    same = sum(a == b for a, b in zip(diagnosed, told, strict=True)) / count if count else None
    return Calibration(accounts=count, kappa=weighted_kappa(diagnosed, told), exact=same, warnings=few)


def weighted_kappa(first: Sequence[int], second: Sequence[int], *, levels: int = 6) -> float | None:
    """1 - observed over expected disagreement, quadratic weights; None when both raters gave one and the same level.

    >>> round(weighted_kappa([1, 2, 3, 3], [1, 2, 3, 2]), 4)
    0.8
    """
    if not first:
        return None
    table = np.zeros((levels, levels))
    np.add.at(table, (np.asarray(first), np.asarray(second)), 1)
    share = table / table.sum()
    distance = (np.arange(levels)[:, None] - np.arange(levels)[None, :]) ** 2
    expected = float((np.outer(share.sum(axis=1), share.sum(axis=0)) * distance).sum())
    return None if expected == 0 else 1 - float((share * distance).sum()) / expected


EXAMPLE: dict[str, object] = {
    "today": "2026-11-25",
    "current": 2,
    "target": 4,
    "by_when": "2027-09-30",
    "customer_wishes": 3,
    "account_class": "key",
    "unmet": ["nu", "direct_share", "levels_or_functions"],
    "actions": [{"title": "Introduce our logistics lead to theirs", "gate": "nu"}],
}
