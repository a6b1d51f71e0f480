"""Guess what the columns of a file mean, from their names and from what they hold."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from openkam.ledger.formats import Opened
from openkam.ledger.mapping import Mapping
from openkam.method.errors import InvalidInput


@dataclass(frozen=True)
class Guess:
    """A mapping to confirm: confidence per field 0..1, and codes for what a person should look at."""

    mapping: Mapping
    confidence: Dict[str, float] = field(default_factory=dict)
    reasons: tuple[InvalidInput, ...] = ()


def guess(opened: Opened, header: Opened | None = None) -> Guess:
    """The likeliest mapping of `opened`, joined with `header` when there is one."""
    return Guess(Mapping())


def guess_join(lines: Opened, header: Opened) -> tuple[str, str] | None:
    """(lines_key, header_key): the columns that join the lines to their headers; None when there are none."""
    return None


@dataclass(frozen=True)
class CostColumns:
    """Columns of a table of costs per product; valid_from and valid_to where the cost changes over time."""

    product: str
    unit_cost: str
    valid_from: str | None = None
    valid_to: str | None = None
    currency: str | None = None


def guess_costs(opened: Opened) -> CostColumns | None:
    """The columns of a cost-per-product table; None when a product or a cost cannot be found."""
    return None
