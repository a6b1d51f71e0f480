"""What every tool's document and result have in common: strict, frozen, finite; notices as data."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from openkam.method.errors import InvalidInput

MONEY_PLACES = 4  # ten-thousandths of the major unit: fine enough for every ISO 4217 currency
MONEY_LIMIT = Decimal(900_000_000_000_000)  # at this scale every amount below fits a 64-bit integer


def _not_a_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise InvalidInput("truth_value_as_number", value=value)
    return value


def _without_nul(value: str) -> str:
    if "\x00" in value:  # databases refuse it inside JSON
        raise InvalidInput("nul_character")
    return value


Number = Annotated[Decimal, BeforeValidator(_not_a_truth_value), Field(allow_inf_nan=False)]
Money = Annotated[Number, Field(ge=-MONEY_LIMIT, le=MONEY_LIMIT, decimal_places=MONEY_PLACES)]
Quantity = Annotated[Number, Field(ge=0, le=10**12, decimal_places=6)]
Share = Annotated[Number, Field(ge=0, le=1, decimal_places=9)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_without_nul)]
Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_without_nul)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
FiscalYear = Annotated[int, BeforeValidator(_not_a_truth_value), Field(ge=1900, le=2999)]


class Strict(BaseModel):
    """Base of every document and result: unknown keys, NaN and infinities are refused; nothing changes later.

    >>> class Cut(Strict):
    ...     value: Money
    >>> Cut(value=12).value
    Decimal('12')
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Notice(Strict):
    """Something the reader must know about a result that is nevertheless valid.

    code    a word that `web` turns into a sentence ("negative_net_income").
    where   a JSON pointer into the document, or a row's name; empty when the whole document is meant.
    values  what the sentence names.

    >>> Notice(code="missing_cost", where="/years/3").code
    'missing_cost'
    """

    code: str
    where: str = ""
    values: dict[str, str | int | Decimal | float | tuple[str, ...] | None] = {}


Model = TypeVar("Model", bound=Strict)


def read(model: type[Model], data: Mapping[str, Any] | str | bytes) -> Model:
    """Read a document from a mapping or from JSON text.

    Raises InvalidInput with the code of the first mistake, its place (JSON pointer) and their count.

    >>> read(Notice, {"code": "x", "colour": "red"})
    Traceback (most recent call last):
    openkam.method.errors.InvalidInput: extra_forbidden at /colour: mistakes=1
    """
    try:
        if isinstance(data, str | bytes):
            return model.model_validate_json(data)
        return model.model_validate(data)
    except ValidationError as error:
        raise _first_mistake(error) from error


def _first_mistake(error: ValidationError) -> InvalidInput:
    first = error.errors(include_url=False)[0]
    where = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in first["loc"])
    context: dict[str, object] = dict(first.get("ctx", {}))
    cause = context.pop("error", None)
    if isinstance(cause, InvalidInput):
        return InvalidInput(cause.code, where + cause.where, **cause.values, mistakes=error.error_count())
    return InvalidInput(first["type"], where, **context, mistakes=error.error_count())
