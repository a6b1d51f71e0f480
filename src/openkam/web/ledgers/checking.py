"""Between the rows of the web and the ledger's check: what it needs to know, what it found, what a person decided."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from openkam.ledger.checks import Decisions
from openkam.ledger.intake import preview
from openkam.ledger.mapping import Mapping
from openkam.ledger.rates import ProductCost as LedgerCost
from openkam.ledger.rates import Rate as LedgerRate
from openkam.ledger.schema import from_units
from openkam.ledger.staging import Context, Staged
from openkam.web.accounts.actions import accounts_for_keys, add_key
from openkam.web.accounts.models import Account, AccountKey
from openkam.web.programme.models import Settings

from . import intake
from .models import Import, ProductCost, Rate
from .store import currencies_without_rate, open_store, staged_years

SAMPLES = 5


def mapping_of(subject: Import) -> Mapping:
    return Mapping.model_validate(subject.mapping)


def context() -> Context:
    """What the check must know of this supplier."""
    return Context(
        reporting_currency=Settings.current().currency,
        today=timezone.localdate(),
        known_accounts=_known_keys(),
        rates=tuple(LedgerRate(currency=r.currency, valid_from=r.valid_from, rate=r.rate) for r in Rate.objects.all()),
        product_costs=tuple(product_costs()),
        store=open_store(),
    )


def _known_keys() -> set[str]:
    """Keys of accounts, and external ids: a key that equals one joins that account."""
    keys = set(AccountKey.objects.order_by().values_list("key", flat=True).iterator(20_000))
    return keys | set(Account.objects.exclude(external_id="").order_by().values_list("external_id", flat=True))


def product_costs() -> Iterable[LedgerCost]:
    """The table of costs in the reporting currency; a cost whose currency has no rate on its day is not used."""
    reporting, rates = Settings.current().currency, list(Rate.objects.all())
    for cost in ProductCost.objects.order_by("product", "valid_from"):
        rate = rate_on(rates, cost.currency or reporting, cost.valid_from, reporting)
        if rate is not None:
            yield LedgerCost(
                product=cost.product, valid_from=cost.valid_from, unit_cost=round(cost.unit_cost * rate, 10)
            )


def rate_on(rates: Iterable[Rate], currency: str, day: date, reporting: str) -> Decimal | None:
    """What one unit of a currency is worth on a day; the first known rate for days before it, None without any."""
    if currency == reporting:
        return Decimal(1)
    known = sorted((rate for rate in rates if rate.currency == currency), key=lambda rate: rate.valid_from)
    earlier = [rate for rate in known if rate.valid_from <= day]
    return (earlier[-1] if earlier else known[0]).rate if known else None


def staged_of(subject: Import) -> Staged | None:
    """The checked lines that wait for a decision; None when there are none on this machine."""
    workdir = intake.folder(subject) / "check"
    return Staged.load(workdir) if (workdir / "staged.json").exists() else None


def result_of(staged: Staged, subject: Import) -> dict[str, Any]:
    """What the page about a checked file needs, as plain data."""
    return {
        "currency": staged.reporting_currency,
        "file": staged.file.model_dump(mode="json"),
        "counts": [count.model_dump(mode="json") for count in staged.counts],
        "samples": [problem.model_dump(mode="json") for problem in staged.samples],
        "ragged_rows": staged.ragged_rows,
        "unknown_accounts": staged.unknown_accounts,
        "years": [_money_of(row) for row in staged_years(staged, Settings.current().calendar)],
        "without_rate": [
            row | {"first_date": row["first_date"] and row["first_date"].isoformat()}
            for row in currencies_without_rate(staged)
        ],
        "preview": previewed(staged, subject),
    }


def previewed(staged: Staged, subject: Import) -> dict[str, Any]:
    """The receipt that accepting would give now."""
    return preview(staged, decisions_of(subject), open_store()).model_dump(mode="json")


def _money_of(row: dict[str, Any]) -> dict[str, Any]:
    shown = dict(row)
    for name in ("revenue", "direct_cost"):
        shown[name] = None if row[name] is None else str(from_units(row[name]))
    return shown


def decisions_of(subject: Import) -> Decisions:
    """What was decided, in the ledger's terms."""
    made = subject.decisions
    chosen = dict(made.get("accounts", {})) | dict.fromkeys(made.get("belongs", {}), "map")
    return Decisions(
        codes=made.get("codes", {}),
        unknown_accounts=made.get("unknown_accounts", "create"),
        accounts=chosen,
        without_account=_key_without_account(made.get("without_account")),
    )


def _key_without_account(account: int | None) -> str | None:
    """The key under which lines without an account are stored, when they are to go to one."""
    if not account or not (target := Account.objects.filter(pk=account).first()):
        return None
    key = target.keys.first()
    return key.key if key else target.external_id or f"account {target.pk}"


def apply_account_choices(subject: Import, keys: set[str]) -> None:
    """Let the keys that a person said belong to an account belong to it; a key that is known stays where it is."""
    belongs = {key: int(account) for key, account in subject.decisions.get("belongs", {}).items()}
    if account := subject.decisions.get("without_account"):
        belongs[_key_without_account(account) or ""] = int(account)
    wanted = {key: account for key, account in belongs.items() if key in keys}
    known = accounts_for_keys(wanted)
    accounts = Account.objects.in_bulk(wanted.values())
    for key, account in wanted.items():
        if key not in known and account in accounts:
            add_key(accounts[account], key=key, by=subject.uploaded_by)


def names_of(subject: Import, keys: set[str]) -> dict[str, str]:
    """The names that the file gives to these keys, where it has any."""
    staged = staged_of(subject)
    if staged is None or not keys:
        return {}
    found = staged.accounts(limit=staged.unknown_accounts)
    return {account.key: account.name for account in found if account.name and account.key in keys}
