"""Stakeholder analysis: power and interest, support now and support needed.

Sources: Mendelow (power x interest); Six Sigma texts (support now and desired, core people at least neutral). The
priority is our own.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from openkam.method.document import Name, Notice, Strict
from openkam.method.errors import InvalidInput

HIGH = 3  # above it is high

Step = Annotated[int, Field(ge=1, le=5, strict=True)]
Support = Annotated[int, Field(ge=-2, le=2, strict=True)]
Cell = Literal["manage_closely", "keep_satisfied", "keep_informed", "monitor"]


class Person(Strict):
    """Power and interest 1..5, support now and needed -2..2; None is not judged."""

    id: Name
    power: Step | None = None
    interest: Step | None = None
    now: Support | None = None
    needed: Support | None = None


class Document(Strict):
    people: tuple[Person, ...]

    @model_validator(mode="after")
    def _once(self) -> "Document":
        seen: set[str] = set()
        for at, person in enumerate(self.people):
            if person.id in seen:
                raise InvalidInput("repeated_name", f"/people/{at}/id", name=person.id)
            seen.add(person.id)
        return self


class PersonResult(Strict):
    """gap = needed - now, -4..4; priority = power x gap, not below 0. None where a judgement is missing."""

    id: str
    cell: Cell | None
    gap: int | None
    priority: int | None


class Rule(Strict):
    """How the numbers were made."""

    high: Literal["above_3_of_5"] = "above_3_of_5"
    priority: Literal["power_times_gap_not_below_zero"] = "power_times_gap_not_below_zero"


class Result(Strict):
    """People in the document's order, and the sum of the known priorities."""

    rule: Rule
    people: tuple[PersonResult, ...]
    total: int
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Place everybody. Raises nothing for a valid document.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [person.priority for person in result.people], result.total
    ([10, 0, 3, 0, 4], 17)
    """
    people = tuple(_placed(person) for person in document.people)
    return Result(
        rule=Rule(),
        people=people,
        total=sum(person.priority or 0 for person in people),
        warnings=tuple(_notices(document)),
    )


def cell(power: int, interest: int) -> Cell:
    """Mendelow's grid.

    >>> cell(5, 4), cell(5, 3), cell(3, 4), cell(3, 3)
    ('manage_closely', 'keep_satisfied', 'keep_informed', 'monitor')
    """
    if power > HIGH:
        return "manage_closely" if interest > HIGH else "keep_satisfied"
    return "keep_informed" if interest > HIGH else "monitor"


def _placed(person: Person) -> PersonResult:
    gap = None if person.now is None or person.needed is None else person.needed - person.now
    return PersonResult(
        id=person.id,
        cell=None if person.power is None or person.interest is None else cell(person.power, person.interest),
        gap=gap,
        priority=None if gap is None or person.power is None else person.power * max(0, gap),
    )


def _notices(document: Document) -> Iterator[Notice]:
    needed = [person.needed for person in document.people if person.needed is not None]
    if len(needed) > 1 and min(needed) == 2:
        yield Notice(code="everybody_must_love_it", values={"people": len(needed)})
    below = [p.id for p in document.people if (p.power or 0) > HIGH and p.now is not None and p.now < 0]
    if below:
        yield Notice(code="powerful_below_neutral", values={"names": tuple(below)})
    open_ = [p.id for p in document.people if None in (p.power, p.interest, p.now, p.needed)]
    if open_:
        yield Notice(code="not_judged", values={"names": tuple(open_), "people": len(open_)})


EXAMPLE: dict[str, object] = {
    "people": [
        {"id": "CFO", "power": 5, "interest": 4, "now": -1, "needed": 1},
        {"id": "Plant manager", "power": 4, "interest": 5, "now": 2, "needed": 1},
        {"id": "QA", "power": 3, "interest": 3, "now": 0, "needed": 1},
        {"id": "Buyer", "power": 3, "interest": 5, "now": 1, "needed": 1},
        {"id": "R&D director", "power": 2, "interest": 2, "now": -2, "needed": 0},
    ]
}
