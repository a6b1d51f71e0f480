"""What can be wrong with a line: checks as data, and the person's decisions about them.

A check has a code and the column it looks at; the sentence for it lives in the web floor. Every finding is
a row of data: row, column, code, value, and what happens to the line unless somebody decides otherwise.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from openkam.method.errors import InvalidInput

Disposition = Literal["keep", "skip"]
AccountDecision = Literal["create", "map", "skip"]


class Check(BaseModel):
    """One rule of the import.

    default     what happens to a line it finds.
    switchable  whether `Decisions.codes` may change that; a line without a date can never be kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    column: str
    default: Disposition
    switchable: bool = False


def _fixed(code: str, *columns: str) -> list[Check]:
    return [Check(code=code, column=column, default="skip") for column in columns]


def _open(code: str, column: str, default: Disposition) -> Check:
    return Check(code=code, column=column, default=default, switchable=True)


#: Checks that look at one line alone; the position is the bit that marks the line in the staging file.
#: The first that skips a line is the reason the receipt gives for it.
ROW_CHECKS: tuple[Check, ...] = (
    _open("row_ragged", "row", "skip"),
    *_fixed("header_missing", "document"),
    *_fixed("too_long", "account", "document", "line_no", "product"),
    *_fixed("date_missing", "date"),
    *_fixed("date_unparsable", "date"),
    _open("date_implausible", "date", "skip"),
    _open("date_future", "date", "keep"),
    *_fixed("number_unparsable", "quantity", "unit_price", "discount", "revenue", "direct_cost", "unit_cost"),
    *_fixed("number_missing", "revenue"),
    *_fixed("overflow", "quantity", "revenue", "direct_cost"),
    *_fixed("currency_invalid", "currency"),
    *_fixed("currency_without_rate", "currency"),
    Check(code="account_missing", column="account", default="skip"),
    Check(code="account_unknown", column="account", default="keep"),
    _open("price_zero", "unit_price", "keep"),
    _open("quantity_negative", "quantity", "keep"),
    _open("revenue_negative", "revenue", "keep"),
    _open("cost_missing", "direct_cost", "keep"),
)

#: Checks that compare lines with each other or with the store; decided when the import is accepted.
LINE_CHECKS: tuple[Check, ...] = (
    Check(code="already_imported", column="document", default="skip"),
    _open("duplicate_line", "line_no", "skip"),
    _open("line_changed", "line_no", "skip"),
    _open("repeated_line", "row", "keep"),
)

CHECKS = ROW_CHECKS + LINE_CHECKS
CODES = tuple(dict.fromkeys(check.code for check in CHECKS))
SWITCHABLE = frozenset(check.code for check in CHECKS if check.switchable)


def bits(codes: Iterable[str], column: str | None = None) -> int:
    """The mask that finds these codes (in one column, or any) in the staging file.

    >>> bits(["row_ragged"]), bits(["date_missing", "row_ragged"])
    (1, 65)
    """
    wanted = frozenset(codes)
    return sum(
        1 << place for place, check in enumerate(ROW_CHECKS) if check.code in wanted and column in (None, check.column)
    )


class Decisions(BaseModel):
    """What a person decided about the findings of one file.

    codes             code -> keep | skip, for switchable codes only (`SWITCHABLE`).
    unknown_accounts  what to do with accounts that nobody knows yet and that `accounts` does not name.
    accounts          key -> create | map | skip. Create and map both keep the lines under the file's key;
                      which account a mapped key belongs to is the business of whoever keeps the accounts.
    without_account   the key that lines without an account go to; None leaves them out.

    Refused (pydantic's ValidationError, not_switchable) for a code that cannot be decided.

    >>> Decisions(codes={"date_future": "skip"}).disposition("date_future")
    'skip'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    codes: Mapping[str, Disposition] = Field(default_factory=dict)
    unknown_accounts: Literal["create", "skip"] = "create"
    accounts: Mapping[str, AccountDecision] = Field(default_factory=dict)
    without_account: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _only_what_can_be_decided(self) -> "Decisions":
        for code in self.codes:
            if code not in SWITCHABLE:
                raise InvalidInput("not_switchable", "codes", given=code)
        return self

    def disposition(self, code: str) -> Disposition:
        """Keep or skip for lines found by a code, the person's word first.

        >>> Decisions().disposition("date_missing")
        'skip'
        """
        default = next(check.default for check in CHECKS if check.code == code)
        return self.codes.get(code, default)

    def skipping(self) -> tuple[str, ...]:
        """The codes of one line alone that leave it out under these decisions, in the order of reasons.

        >>> "date_future" in Decisions().skipping()
        False
        """
        codes = dict.fromkeys(check.code for check in ROW_CHECKS)
        by_rule = [code for code in codes if self.disposition(code) == "skip"]
        return tuple(code for code in by_rule if code != "account_missing" or self.without_account is None)


#: Nobody decided anything: every check does what it does by default.
AS_CHECKED = Decisions()


class Problem(BaseModel):
    """One finding: the row in the file (from 1), the column, the code and the text that was there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: int
    column: str
    code: str
    value: str | None
    disposition: Disposition
