"""The stage as both sides feel it: six questions of one to four, and what it says beside the contacts.

Source: a hand-out quoting a McDonald/Woodburn-type instrument (bands); the questions' wording is our own.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from openkam.method.document import Notice, Strict
from openkam.method.errors import InvalidInput

Code = Literal["breadth", "information", "horizon", "trust", "exit", "status"]
#: Question -> the codes of its four answers.
QUESTIONS: dict[Code, tuple[str, str, str, str]] = {
    "breadth": ("one_pair", "a_few", "most_functions", "joint_teams"),
    "information": ("orders", "forecasts", "plans_and_problems", "costs_and_strategy"),
    "horizon": ("order", "year", "joint_plan", "joint_strategy"),
    "trust": ("contract_only", "keeps_word", "shares_problems", "open_book"),
    "exit": ("days", "months", "a_year", "mutual_write_off"),
    "status": ("one_of_many", "preferred", "sole_or_lead", "partner"),
}
#: The lowest total of each stage that the instrument scores.
BANDS = ((6, 2), (11, 3), (17, 4), (23, 5))
LOWEST = 2  # no answer can say less

Answer = Annotated[int, Field(ge=1, le=4, strict=True)]


class Document(Strict):
    """Six answers in the order of QUESTIONS; None is not answered."""

    answers: tuple[Answer | None, ...]

    @model_validator(mode="after")
    def _six(self) -> "Document":
        if len(self.answers) != len(QUESTIONS):
            raise InvalidInput("perceived_six", "/answers", given=len(self.answers))
        if (open_ := [at for at, answer in enumerate(self.answers) if answer is None]) != []:
            raise InvalidInput("perceived_incomplete", f"/answers/{open_[0]}", missing=len(open_))
        return self


class Result(Strict):
    """total 6..24; stage 2 early to 5 synergistic (the instrument does not score Pre-KAM)."""

    total: int
    stage: int
    rule: tuple[tuple[int, int], ...] = BANDS


def evaluate(document: Document) -> Result:
    """Add the answers up and look the band up.

    >>> evaluate(Document(answers=(2, 3, 2, 3, 2, 3)))
    Result(total=15, stage=3, rule=((6, 2), (11, 3), (17, 4), (23, 5)))
    """
    total = sum(answer for answer in document.answers if answer is not None)
    return Result(total=total, stage=band(total))


def band(total: int) -> int:
    """The stage of a total of six answers. Raises InvalidInput("perceived_total") outside 6..24.

    >>> [band(total) for total in (10, 11, 16, 17, 22, 23)]
    [2, 3, 3, 4, 4, 5]
    """
    if not 6 <= total <= 24:
        raise InvalidInput("perceived_total", "", total=total)
    return max(stage for lowest, stage in BANDS if total >= lowest)


def compare(diagnosed: int, us: int | None, customer: int | None) -> tuple[Notice, ...]:
    """What the contacts, we and the customer say together; stages 0..5, None not asked.

    >>> [notice.code for notice in compare(2, 3, None)]
    ['claims_run_ahead']
    """
    return tuple(_compared(diagnosed, us, customer))


def _compared(diagnosed: int, us: int | None, customer: int | None) -> Iterator[Notice]:
    felt: Sequence[int] = [stage for stage in (us, customer) if stage is not None]
    if felt and max(felt) > max(diagnosed, LOWEST):
        yield Notice(code="claims_run_ahead", values={"perceived": max(felt), "diagnosed": diagnosed})
    if felt and max(felt) < diagnosed:
        yield Notice(code="contacts_run_ahead", values={"perceived": max(felt), "diagnosed": diagnosed})
    if us is not None and customer is not None and us > customer:
        yield Notice(code="we_rate_higher", values={"us": us, "customer": customer})
    if us is not None and customer is not None and us < customer:
        yield Notice(code="customer_rates_higher", values={"us": us, "customer": customer})


EXAMPLE: dict[str, object] = {"answers": [2, 3, 2, 3, 2, 3]}
