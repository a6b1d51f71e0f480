"""Fill an empty database with the demo company, through the same doors that people use."""

import secrets
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import transaction

from openkam.ledger.guess import guess
from openkam.web.accounts.actions import accounts_for_keys, create_account
from openkam.web.accounts.models import Account, AccountMember
from openkam.web.jobs import queue
from openkam.web.ledgers import intake
from openkam.web.ledgers.driver_counts import driver_counts
from openkam.web.ledgers.models import AccountYear, Import, Rate, Source
from openkam.web.ledgers.receipts import begin
from openkam.web.people.models import User
from openkam.web.portfolio.cost_assign import assign
from openkam.web.portfolio.cost_counts import write_counts
from openkam.web.portfolio.models import Activity, Assumption, CostPool, Growth, PlanCell, Spend, TimeTerm
from openkam.web.programme.models import Settings

from . import company, plans
from .relationships import introduce
from .story import tell
from .strategy import choose_key_accounts

YEARS = range(company.FIRST_YEAR, company.LAST_YEAR + 1)


def fill(*, password: str | None = None) -> None:
    """People, accounts, five years of invoices, the cost to serve, forecasts: the whole story.

    Everybody signs in with the same password; it is made up when none is given, and kept in the data folder.
    """
    password = password or f"demo-{secrets.token_urlsafe(9)}"
    with transaction.atomic():
        people = _people(password)
        _house()
        _accounts(people)
    _ledger(people["diana@demo.example"])
    _costs(people["diana@demo.example"])
    with transaction.atomic():
        _plans(people["diana@demo.example"])
        choose_key_accounts(people)
        tell(introduce(_by_key(), people), people)
    _remember(password)


def _by_key() -> dict[str, Account]:
    numbers = accounts_for_keys(customer.key for customer in company.customers())
    known = Account.objects.select_related("owner").in_bulk(numbers.values())
    return {key: known[pk] for key, pk in numbers.items()}


def _remember(password: str) -> None:
    path = settings.DATA / "demo-sign-in.txt"
    path.touch(mode=0o600)
    path.write_text(f"Sign in as {plans.PEOPLE[0].email} with the password {password}\n")


def _people(password: str) -> dict[str, User]:
    return {
        person.email: User.objects.create_user(
            person.email, password, name=person.name, role=person.role, sees_profit=person.sees_profit,
            language=person.language,
        )
        for person in plans.PEOPLE
    }  # fmt: skip


def _house() -> None:
    Settings(
        pk=1, company=company.COMPANY, currency=company.CURRENCY, fiscal_start=company.FISCAL_START,
        discount_rate=Decimal("0.10"),
    ).save()  # fmt: skip
    Rate.objects.bulk_create(
        Rate(currency=currency, valid_from=start, rate=rate) for currency, start, rate in company.rates()
    )


def _accounts(people: dict[str, User]) -> None:
    owners = {country: people[email] for email, countries in plans.REGIONS.items() for country in countries}
    made: dict[str, Account] = {}
    for customer in company.customers():
        status, orientation, reason = plans.JUDGEMENTS.get(customer.key, ("candidate", "", ""))
        account = create_account(
            by=people["diana@demo.example"], name=customer.name, external_id=customer.key, country=customer.country,
            industry=customer.industry, currency=customer.currency, status=status, orientation=orientation,
            orientation_reason=reason, parent=made.get(customer.parent), owner=owners.get(customer.country),
        )  # fmt: skip
        account.keys.get_or_create(key=customer.key)
        made[customer.key] = account
    helpers = (people["rosa@demo.example"], people["viktor@demo.example"])
    teams = [made[key] for key in plans.JUDGEMENTS]
    AccountMember.objects.bulk_create(AccountMember(account=a, user=user) for a in teams for user in helpers)


def _ledger(director: User) -> None:
    """The invoices as the file that they could have come in: opened, guessed, checked, accepted."""
    content = company.invoices_csv().encode()
    file = InMemoryUploadedFile(BytesIO(content), "lines", "invoices.csv", "text/csv", len(content), None)
    (subject,) = intake.receive([file], by=director)
    lines, _ = intake.read(subject)
    subject.mapping = guess(lines).mapping.model_dump(mode="json")
    subject.source, _ = Source.objects.update_or_create(
        name="ERP", defaults={"columns": list(lines.columns), "mapping": subject.mapping}
    )
    subject.save()
    _now(subject, "check", Import.State.UPLOADED, Import.State.CHECKED)
    _now(subject, "import", Import.State.CHECKED, Import.State.IMPORTED)


def _now(subject: Import, kind: str, before: str, after: str) -> None:
    """Begin a step as its button does, and work it off here."""
    begin(subject, kind, by=subject.uploaded_by, come_from=[before])
    queue.run_waiting()
    subject.refresh_from_db()
    if subject.state != after:
        raise RuntimeError(f"the demo's {kind} ended {subject.state}: {subject.error_code} {subject.error_values}")


def _costs(director: User) -> None:
    accounts = accounts_for_keys(customer.key for customer in company.customers())
    with transaction.atomic():
        write_counts({(accounts[key], year, driver): Decimal(n) for key, year, driver, n in company.driver_counts()})
        for year in YEARS:
            _pools(year)
            counted = driver_counts(year)
            write_counts({(pk, year, name): n for name, counts in counted.items() for pk, n in counts.items()})
    for year in YEARS:
        assign(year, by=director)


def _pools(year: int) -> None:
    scale = Decimal(str(plans.YEARLY_RISE)) ** (company.LAST_YEAR - year)
    for name, cost, minutes, activities in plans.POOLS:
        pool = CostPool.objects.create(
            name=name, fiscal_year=year, cost=(cost * scale).quantize(Decimal(1000)),
            minutes=(minutes * scale).quantize(Decimal(100)),
        )  # fmt: skip
        for title, driver, each, terms in activities:
            activity = Activity.objects.create(pool=pool, name=title, driver=driver, minutes=each)
            TimeTerm.objects.bulk_create(TimeTerm(activity=activity, driver=d, minutes=m) for d, m in terms)


def _plans(director: User) -> None:
    accounts = accounts_for_keys(customer.key for customer in company.customers())
    latest = {year.account_id: year for year in AccountYear.objects.filter(fiscal_year=company.LAST_YEAR)}
    for key, (growth, reasons) in plans.FORECASTS.items():
        _forecast(latest[accounts[key]], zip(growth, reasons, strict=True), director)
    for key, (potential, months) in plans.GROWTH.items():
        Growth.objects.create(account_id=accounts[key], potential=potential, months=months)
    for key, spends in plans.SPENDS.items():
        for offering, potential, current, probability, evidence in spends:
            Spend.objects.create(
                account_id=accounts[key], fiscal_year=company.LAST_YEAR, offering=offering, potential=potential,
                current=current, probability=Decimal(probability), evidence=evidence,
            )  # fmt: skip


def _forecast(fact: AccountYear, steps: Iterable[tuple[float, str]], director: User) -> None:
    amounts: dict[str, Any] = {row: getattr(fact, row) for row in ("revenue", "direct_cost", "indirect_cost")}
    for ahead, (growth, reason) in enumerate(steps, start=1):
        year = fact.fiscal_year + ahead
        for row, amount in amounts.items():
            grown = amount * (1 + Decimal(str(growth)) * (1 if row != "indirect_cost" else Decimal("0.5")))
            amounts[row] = grown.quantize(Decimal(1000))
            PlanCell.objects.create(account=fact.account, fiscal_year=year, row=row, amount=amounts[row], by=director)
        if reason:
            Assumption.objects.create(account=fact.account, fiscal_year=year, text=reason)
