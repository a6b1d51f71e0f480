"""Customers' spend from a file. A row without a spend says nothing: unknown stays unknown."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction

from openkam.method.errors import InvalidInput
from openkam.web.programme.history import record
from openkam.web.programme.models import Event, Settings

from .cost_counts import REMEMBERED_ACCOUNTS, UNIT
from .cost_history import count_event, text
from .cost_tables import (
    ACCOUNT_NAMES,
    ACCOUNT_NAMES_ZH,
    YEAR_NAMES,
    AccountsByName,
    Problems,
    Table,
    decimal_of,
    opened_table,
)
from .models import Spend

COLUMNS = {
    "offering": ("offering", "product", "category", "品項", "品项", "產品", "产品", "類別", "类别"),
    "spend": ("spend", "potential", "customer's spend", "wallet", "支出", "潛力", "潜力", "採購額", "采购额"),
    "sales": ("sales", "our sales", "current", "銷售", "销售", "銷售額", "销售额"),
    "probability": ("probability", "chance", "機率", "概率", "可能性"),
    "evidence": ("evidence", "how do you know?", "how do you know", "source", "依據", "依据"),
}
LARGEST = Decimal(10) ** 14
Key = tuple[int, int, str]
Row = Mapping[str, str]


def take_file(upload: Any, year: int, accounts: Any, *, by: Any) -> tuple[int, Problems]:
    """Take a file for some accounts, all rows or none; returns how many rows changed something, and the problems.

    Raises InvalidInput: a file that cannot be opened, or lacks the columns of account or spend.
    """
    problems, found = Problems(), AccountsByName(accounts)
    with opened_table(upload) as table:
        wanted = _read(table, year, found, problems)
    return (0 if problems.count else _write(wanted, upload.name, found.names, by=by)), problems


def _read(table: Table, year: int, accounts: AccountsByName, problems: Problems) -> dict[Key, dict[str, Any]]:
    places = _places(table)
    wanted: dict[Key, dict[str, Any]] = {}
    for number, cells in table.rows:
        row = {name: cells[place] for name, place in places.items()}
        account, its_year = accounts[row["account"]], row.get("year") or str(year)
        if account is None:
            problems.add("account_unknown", number, account=row["account"])
        elif not (its_year.isascii() and its_year.isdigit() and len(its_year) == 4 and 1900 <= int(its_year) <= 2999):
            problems.add("year_unreadable", number, year=its_year)
        elif row["spend"] and (figures := _figures(row, number, problems)) is not None:
            key = (account, int(its_year), " ".join(row.get("offering", "").split())[:200])
            if key in wanted:
                problems.add("spend_twice", number, account=row["account"])
            wanted[key] = figures
    return wanted


def _places(table: Table) -> dict[str, int]:
    found = {name: table.place(names) for name, names in COLUMNS.items()}
    found |= {"account": table.place((*ACCOUNT_NAMES, *ACCOUNT_NAMES_ZH)), "year": table.place(YEAR_NAMES)}
    for name in ("account", "spend"):
        if found[name] is None:
            raise InvalidInput(f"no_{name}_column", columns=", ".join(table.columns[:10]))
    return {name: place for name, place in found.items() if place is not None}


def _figures(row: Row, number: int, problems: Problems) -> dict[str, Any] | None:
    spend, sales, chance = _amount(row["spend"]), _amount(row.get("sales", "")), _chance(row.get("probability", ""))
    if spend is None:
        problems.add("spend_missing", number, spend=row["spend"])
    elif sales is None and row.get("sales"):
        problems.add("sales_unreadable", number, sales=row["sales"])
    elif chance is None and row.get("probability"):
        problems.add("probability_unreadable", number, probability=row["probability"])
    else:
        evidence = row.get("evidence", "")[:500]
        return {"potential": spend, "current": sales, "probability": chance, "evidence": evidence}
    return None


def _amount(typed: str) -> Decimal | None:
    amount = decimal_of(typed)
    return amount if amount is not None and 0 <= amount < LARGEST else None


def _chance(typed: str) -> Decimal | None:
    """0.3, 30 % and 30 are the same; 1 is certain, and so is 100 %."""
    number = decimal_of(typed.rstrip("%％ "))
    if number is None:
        return None
    chance = number / 100 if number > 1 or typed.rstrip().endswith(("%", "％")) else number
    return chance.quantize(UNIT) if 0 <= chance <= 1 else None


@transaction.atomic
def _write(wanted: dict[Key, dict[str, Any]], source: str, names: Mapping[int, str], *, by: Any) -> int:
    years = {key[1] for key in wanted}
    held = {(s.account_id, s.fiscal_year, s.offering): s for s in Spend.objects.filter(fiscal_year__in=years)}
    changed = {key: figures for key, figures in wanted.items() if _differs(held.get(key), figures)}
    Spend.objects.bulk_create(
        (Spend(account_id=pk, fiscal_year=year, offering=name, **f) for (pk, year, name), f in changed.items()),
        update_conflicts=True,
        unique_fields=["account", "fiscal_year", "offering"],
        update_fields=["potential", "current", "probability", "evidence"],
        batch_size=500,
    )
    if changed:
        summary = f"{len(changed)} rows from {source}"[:500]
        record("imported", by=by, about=Settings.current(), field="customers' spend", new=summary)
        events = (_event(key, held.get(key), f, names, by=by) for key, f in changed.items())
        Event.objects.bulk_create(islice(events, REMEMBERED_ACCOUNTS))
    return len(changed)


def _differs(now: Spend | None, figures: Mapping[str, Any]) -> bool:
    return now is None or any(getattr(now, name) != value for name, value in figures.items())


def _event(key: Key, now: Spend | None, figures: Mapping[str, Any], names: Mapping[int, str], *, by: Any) -> Event:
    """What one row changed in the account's own history; a customer's spend is no figure of ours to hide."""
    field = f"spend {key[2]} {key[1]}".replace("  ", " ")
    change = (field, text(now.potential) if now else "", text(figures["potential"]))
    event = count_event(key[0], names[key[0]], by=by, change=change)
    event.touches_profit = False
    return event
