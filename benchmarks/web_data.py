"""A supplier's operational database at size: accounts, twenty account-years each, owners, teams, costs, index.

Made once per size and database in the cache folder; `python -m benchmarks.web_data` makes the one that the
environment names (see `environment`). Contacts are not part of the product yet.
"""

import os
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.data import ROOT


def _words(text: str) -> list[str]:
    return text.split()


LAST_YEAR, YEARS = 2025, 20
UNKNOWN_COST = 0.02
#: Every so many accounts hold the words that the text filters look for; a tenth hold "Tech".
RARE = 3_000
LATIN, CJK, FREQUENT = "quix", "鑫隆", "tech"
ROOTS = _words("bal cor den far gil han jor kel lam mar nor ost pel ram sol tan ulm vel wes yar zan bry")
ENDS = _words("aro eno ika olo una erg ist ham ley ton ver sen mann dal")
TRADES = _words("Foods Retail Logistics Pharma Energy Textiles Paper Steel Optics Motors Dairy Media")
FORMS = ("Ltd", "GmbH", "S.A.", "AG", "Inc.", "Oy", "A/S", "S.p.A.", "Kft.", "& Söhne")
FIRST, SECOND = "台聯宏正華鴻大新永信光明金昌富順益和豐建", "泰成達興發元盛利通祥美佳隆豪安生源榮輝茂"
BRANCHES = _words("食品 電子 機械 物流 化工 紡織 貿易 製藥 能源 百貨")
COUNTRIES = _words("TW DE FR CN US JP IT ES PL NL")
PEOPLE = 40


def folder(engine: str, size: str) -> Path:
    made = ROOT / f"web-{engine}-{size}"
    made.mkdir(parents=True, exist_ok=True)
    return made


def environment(engine: str, size: str, database: str = "") -> dict[str, str]:
    """What a process needs to be the product over one of these databases (in PostgreSQL at the address given)."""
    own = {
        "OPENKAM_DATA": str(folder(engine, size)),
        "OPENKAM_SECRET_KEY": "for benchmarks only",
        "DJANGO_SETTINGS_MODULE": "openkam.web.settings",
        "DATABASE_URL": database,
    }
    return {**os.environ, **own}


def account_name(number: int, chance: random.Random) -> str:
    """A plausible company name; a quarter of them Chinese."""
    if number % RARE == 11:
        return f"{chance.choice(FIRST)}{CJK}{chance.choice(BRANCHES)}股份有限公司"
    if number % 4 == 3:
        return f"{chance.choice(FIRST)}{chance.choice(SECOND)}{chance.choice(BRANCHES)}股份有限公司"
    name = (chance.choice(ROOTS) + chance.choice(ROOTS) + chance.choice(ENDS)).capitalize()
    middle = "Quixley" if number % RARE == 9 else "Tech" if number % 10 == 0 else chance.choice(TRADES)
    return f"{name} {middle} {chance.choice(FORMS)}"


def make() -> None:
    """Fill the database that the settings name, unless that was done before."""
    import django

    django.setup()
    from django.core.management import call_command

    from openkam.web.accounts.models import Account

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    size = int(os.environ["OPENKAM_DATA"].rsplit("-", 1)[1])
    if Account.objects.count() != size:
        _fill(size)


def _fill(size: int) -> None:
    from django.db import connection

    from openkam.web.accounts.models import Account
    from openkam.web.accounts.search import rebuild_index
    from openkam.web.ledgers.facts import refresh_accounts

    owners = _people()
    _accounts(size, owners)
    rebuild_index()
    ids = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    _insert("ledgers_accountyear", YEAR_COLUMNS, _account_years(ids))
    _costs(ids)
    refresh_accounts()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def _people() -> list[int]:
    """A director, a manager with fifty accounts, and their colleagues."""
    from openkam.web.people.models import User
    from openkam.web.programme.models import Settings

    Settings(pk=1, company="Benchmark", currency="EUR").save()
    named = [("director", "director", True), ("manager", "manager", True)]
    named += [(f"colleague{n}", "manager", n % 2 == 0) for n in range(PEOPLE)]
    people = [
        User(email=f"{name}@example.org", name=name.capitalize(), role=role, sees_profit=sees)
        for name, role, sees in named
    ]
    return [user.pk for user in User.objects.bulk_create(people)]


def _accounts(size: int, people: Sequence[int]) -> None:
    from openkam.web.accounts.models import Account, AccountKey, AccountMember

    chance, own = random.Random(1), size // 50
    accounts = [
        Account(
            name=account_name(number, chance), external_id=f"C{number:07d}",
            country=chance.choice(COUNTRIES), industry=chance.choice(TRADES),
            status=chance.choices(Account.Status.values, [80, 4, 4, 8, 3, 1])[0],
            owner_id=people[1] if number % own == 0 else chance.choice(people[2:]),
        )
        for number in range(size)
    ]  # fmt: skip
    Account.objects.bulk_create(accounts, batch_size=5_000)
    keys = (AccountKey(key=f"C{a.external_id}", account=a) for a in accounts)
    AccountKey.objects.bulk_create(keys, batch_size=5_000)
    members = (AccountMember(account=a, user_id=pk) for a in accounts for pk in chance.sample(people[2:], 2))
    AccountMember.objects.bulk_create(members, batch_size=5_000)


YEAR_COLUMNS = _words(
    "account_id fiscal_year revenue direct_cost indirect_cost net_income lines lines_without_cost first_date last_date"
)


def _account_years(ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """A skewed start, then yearly growth; some accounts' costs are not known."""
    size, random_of = len(ids), np.random.default_rng(7)
    revenue = random_of.lognormal(22, 1.6, size)
    known = random_of.random(size) >= UNKNOWN_COST
    for year in range(LAST_YEAR - YEARS + 1, LAST_YEAR + 1):
        revenue *= random_of.normal(1.03, 0.12, size).clip(0.4, 1.9)
        sales = revenue.astype(np.int64)
        direct = (revenue * random_of.uniform(0.55, 0.85, size)).astype(np.int64)
        indirect = (revenue * random_of.uniform(0.05, 0.3, size)).astype(np.int64)
        first, last = f"{year}-01-09", f"{year}-12-20"
        columns = (sales.tolist(), direct.tolist(), indirect.tolist(), known.tolist())
        for pk, sold, cost, served, is_known in zip(ids, *columns, strict=True):
            if is_known:
                yield pk, year, sold, cost, served, sold - cost - served, 24, 0, first, last
            else:
                yield pk, year, sold, None, served, None, 24, 6, first, last


def _costs(ids: Sequence[int]) -> None:
    """A small cost model of the last year, counted for every account, and the rule it was assigned by."""
    from openkam.web.portfolio.cost_model import fingerprint, pools_of
    from openkam.web.portfolio.models import Activity, CostPool, CostRule

    for name in ("Order desk", "Field service", "Logistics"):
        cost, minutes = Decimal(900 * len(ids)), Decimal(300 * len(ids))
        pool = CostPool.objects.create(name=name, fiscal_year=LAST_YEAR, cost=cost, minutes=minutes)
        for driver in ("orders", "visits"):
            Activity.objects.create(pool=pool, name=f"{name}: {driver}", driver=driver, minutes=Decimal(7))
    counts = ((pk, LAST_YEAR, driver, "12.000") for driver in ("orders", "visits") for pk in ids)
    _insert("portfolio_drivercount", ["account_id", "fiscal_year", "driver", "count"], counts)
    rule, pools = CostRule(fiscal_year=LAST_YEAR), pools_of(LAST_YEAR)
    rule.result = {"method": rule.method, "basis": fingerprint(rule, pools), "accounts": len(ids)}
    rule.assigned_at = datetime(2026, 1, 15, tzinfo=UTC)
    rule.save()


def _insert(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Rows by each database's fastest way in."""
    from django.db import connection, transaction

    names = ", ".join(f'"{name}"' for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" for _ in columns)
        raw: sqlite3.Connection = connection.connection
        raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


if __name__ == "__main__":
    make()
