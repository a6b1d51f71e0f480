"""From a file to account-years in one call, without any store or database: for the command line and a first look."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from openkam.ledger.checks import AS_CHECKED, Decisions
from openkam.ledger.fiscal import CALENDAR_YEARS, FiscalCalendar
from openkam.ledger.formats import Opened, open_file
from openkam.ledger.guess import guess
from openkam.ledger.intake import accept
from openkam.ledger.mapping import Mapping, joined_columns
from openkam.ledger.measures import account_years
from openkam.ledger.receipt import Receipt
from openkam.ledger.staging import Context, Staged, stage
from openkam.ledger.store import ParquetStore
from openkam.ledger.values import is_currency


class AccountYear(BaseModel):
    """One account in one fiscal year; money in units of the ledger (`schema.MONEY_SCALE`).

    direct_cost is of the lines whose cost is known, None when none is; profit is known only when
    lines_without_cost is 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str
    fiscal_year: int
    revenue: int
    direct_cost: int | None
    lines: int
    lines_without_cost: int
    first_date: date
    last_date: date


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What a file says: the mapping used, what the checks found, the receipt, and the account-years.

    account_years are ordered by account and fiscal year.
    """

    mapping: Mapping
    staged: Staged
    receipt: Receipt
    account_years: tuple[AccountYear, ...]


def analyse_file(
    path: Path,
    mapping: Mapping | None = None,
    *,
    header: Path | None = None,
    context: Context | None = None,
    decisions: Decisions = AS_CHECKED,
    calendar: FiscalCalendar = CALENDAR_YEARS,
    today: date | None = None,
) -> Analysis:
    """Account-years of a file of invoice lines; nothing is left behind.

    mapping    guessed when left out.
    header     a second file of document headers.
    context    left out: every account known, `today`, and the mapping's default currency; where it names none, the
               code that the file's first lines name most often, else USD.
    Raises InvalidInput (and `Refused`) for a file that cannot be read or mapped.
    """
    with tempfile.TemporaryDirectory(prefix="openkam-", ignore_cleanup_errors=True) as folder:
        workdir = Path(folder)
        opened = open_file(path, workdir / "opened")
        documents = open_file(header, workdir / "opened") if header is not None else None
        mapping = mapping or guess(opened, documents).mapping
        context = context or _plain_context(mapping, _codes(mapping, opened, documents), today)
        staged = stage(opened, mapping, context, workdir / "staged", header=documents)
        return _analyse(staged, context, decisions, calendar)


def _analyse(staged: Staged, context: Context, decisions: Decisions, calendar: FiscalCalendar) -> Analysis:
    store = ParquetStore(staged.directory / "store", context.resources)
    receipt = accept(staged, decisions, store, "analysis", calendar=calendar, resources=context.resources)
    facts = account_years(store.lines(), calendar).order_by("account", "fiscal_year")
    rows = facts.to_pyarrow().to_pylist()
    return Analysis(
        mapping=staged.mapping,
        staged=staged,
        receipt=receipt,
        account_years=tuple(AccountYear(**row) for row in rows),
    )


def _codes(mapping: Mapping, lines: Opened, header: Opened | None) -> list[str]:
    """The codes of currencies that the samples hold, in capitals."""
    found = [row[lines.columns.index(mapping.currency)] for row in lines.sample if mapping.currency in lines.columns]
    for joined, name in joined_columns(lines.columns, header.columns) if header else ():
        if header and joined == mapping.currency:
            found = [row[header.columns.index(name)] for row in header.sample]
    return [cell.upper() for cell in found if cell and is_currency(cell)]


def _plain_context(mapping: Mapping, codes: list[str], today: date | None) -> Context:
    commonest = Counter(codes).most_common(1)
    return Context(
        reporting_currency=mapping.default_currency or (commonest[0][0] if commonest else "USD"),
        today=today or date.today(),  # noqa: DTZ011 — the date on this machine's calendar is meant
    )
