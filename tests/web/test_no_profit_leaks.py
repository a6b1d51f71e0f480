"""Who does not see profit receives no byte of it, and who does not see an account never reads its name.

The whole product is crawled with figures that nothing else can be mistaken for.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.web import crawl
from tests.web.ledger_steps import imported
from tests.web.round_fixtures import criteria, round_of, score

from openkam.web.accounts.actions import add_to_team, change_account, create_account
from openkam.web.accounts.merging import merge
from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear, ProductCost, Rate
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.plans.risk_actions import create_risk
from openkam.web.portfolio.cost_assign import assign
from openkam.web.portfolio.models import Activity, CostPool, DriverCount, PlanCell, Spend
from openkam.web.rounds.actions import move_on

pytestmark = pytest.mark.django_db(transaction=True)

INVOICES = """Customer,Name,Date,Invoice,Line,Product,Quantity,Net,Cost
ACME,Acme 台積,2023-02-01,R1,1,P1,7,7919113.00,4391207.00
ACME,Acme 台積,2024-02-01,R2,1,P1,3,8675309.00,5104679.00
ACME,Acme 台積,2024-06-01,R4,1,P1,2,1234.00,987.00
ZYX,Zyxomma Hidden,2024-03-01,R3,1,P2,1,6543211.00,3210467.00
"""
HIDDEN = "Zyxomma Hidden"
TYPED = {"direct_cost": Decimal(5915587), "indirect_cost": Decimal(1046527)}
AT_STAKE = Decimal(7360123)
POOL, MINUTES, UNIT_COST, VISITS = Decimal(1299709), Decimal(982451), Decimal("729238.17"), Decimal(6007)
#: The query and the head with which a page is asked for again.
FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("?sort=-net_income", {"HX-Request": "true"}),
    ("?sort=net&scenario=high", {"Accept-Language": "zh-hant"}),
    ("?sort=net_income&order=direct_cost&format=xlsx", {}),
    ("?sort=profit&format=csv&year=2024", {}),
    ("?axis=net_percent&cell=HH&profit_cut=mean&page=2", {}),
    (f"?q={HIDDEN[:3]}&parent_text={HIDDEN[:3]}&about=portfolio.costpool&year=2023&scenario=low", {}),
)


@pytest.fixture
def house(diana: User, acme: Account, as_: Any) -> Account:
    """Invoices, a cost model, typed plans, prices, merges and their history; Acme belongs to a group nobody sees."""
    hidden = create_account(by=diana, name=HIDDEN, external_id="ZYX")
    hidden.keys.create(key="ZYX")
    director = as_(diana)
    imported(director, INVOICES)
    pool = CostPool.objects.create(name="Visits", fiscal_year=2024, cost=POOL, minutes=MINUTES)
    Activity.objects.create(pool=pool, name="Visit", driver="visits", minutes=Decimal("97.131"))
    DriverCount.objects.create(account=acme, fiscal_year=2024, driver="visits", count=VISITS)
    assign(2024, by=diana)
    director.post(f"/portfolio/accounts/{acme.pk}/cells/", _typed())
    ProductCost.objects.create(product="P1", unit_cost=UNIT_COST, valid_from=date(2024, 1, 1))
    director.post("/ledger/costs/", {"product": "P9", "unit_cost": str(UNIT_COST), "valid_from": "2024-01-01"})
    Rate.objects.create(currency="USD", valid_from=date(2024, 1, 1), rate=Decimal("0.9"))
    Spend.objects.create(account=acme, fiscal_year=2024, potential=Decimal(20000000))
    _history(acme, hidden, diana)
    create_risk(by=diana, account=acme, title="Late", family="planning", at_stake=AT_STAKE)
    return acme


def _typed() -> dict[str, str]:
    typed = {f"cell-{row}-2025": str(amount) for row, amount in TYPED.items()}
    return {**typed, "cell-revenue-2025": "9104807", "scenario": "base", "year": "2024"}


def _history(acme: Account, hidden: Account, by: User) -> None:
    acme.parent = hidden
    change_account(acme, by=by)
    twin = create_account(by=by, name="Acme twin")
    PlanCell.objects.create(account=twin, fiscal_year=2025, row="direct_cost", amount=TYPED["direct_cost"])
    merge(kept=acme, gone=twin, by=by)


def people(acme: Account) -> dict[str, User]:
    def person(name: str, role: Role) -> User:
        made = User.objects.create_user(f"{name}@supplier.example", name=name, role=role)
        add_to_team(acme, member=made, by=None)
        return made

    return {role.value: person(f"no-profit-{role.value}", role) for role in Role}


def secrets() -> set[Decimal]:
    """Every cost and profit there is: of years, lines, products, pools, plans, and what follows from them."""
    found = {
        *TYPED.values(),
        AT_STAKE,
        POOL,
        MINUTES,
        UNIT_COST,
        VISITS,
        Decimal(4391207),
        Decimal(5104679),
        Decimal(3210467),
    }
    found |= {POOL / MINUTES, 9104807 - sum(TYPED.values()), 9104807 - TYPED["direct_cost"]}
    for fact in AccountYear.objects.all():
        costs = [fact.direct_cost, fact.indirect_cost, fact.net_income]
        costs += [fact.revenue - cost for cost in costs if cost is not None]
        found |= {cost for cost in costs if cost and cost != fact.revenue}
    return {amount for amount in found if amount}


def forms_of(amount: Decimal) -> Iterator[str]:
    """An amount as pages, files and charts could write it."""
    whole = abs(int(amount))
    if whole < 1000:
        yield f"{amount:.4f}"[:6]
        return
    grouped = f"{whole:,}"
    yield from (str(whole), grouped, *(grouped.replace(",", mark) for mark in (".", " ", "'", "\u202f", "\u00a0")))
    yield from (f"{Decimal(whole) / unit:.9f}"[:6] for unit in (10**3, 10**4, 10**6, 10**8) if whole >= unit)


def forbidden() -> re.Pattern[str]:
    shown = {Decimal(str(fact.revenue)) for fact in AccountYear.objects.all()} | {Decimal(9104807)}
    allowed = {text for amount in shown for text in forms_of(amount)}
    known = {text for amount in secrets() for text in forms_of(amount)} - allowed
    shares = {f"{100 * fact.net_income / fact.revenue:.1f}" for fact in AccountYear.objects.exclude(net_income=None)}
    texts = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    percents = "|".join(map(re.escape, shares))
    return re.compile(rf"(?<![\d.])(?:{texts}|(?:{percents})\s?%)")


def leaks(client: Client, unspeakable: re.Pattern[str]) -> Iterator[str]:
    """Where a person receives what is not theirs. A page that opens is asked for in all its forms."""
    for address in crawl.addresses(skip={"account_logout"}):
        status, found = _said(client, address, {}, unspeakable)
        yield from found
        if status == 200:
            for query, head in FORMS:
                yield from _said(client, address + query, head, unspeakable)[1]


def _said(client: Client, address: str, head: dict[str, str], unspeakable: re.Pattern[str]) -> tuple[int, list[str]]:
    answer = client.get(address, headers=head)
    assert answer.status_code != 500, address
    found = unspeakable.search(crawl.text_of(answer))
    return answer.status_code, [f"{address} {head}: {found[0]}"] if found else []


@pytest.mark.parametrize("role", list(Role.values))
def test_nobody_receives_what_is_not_theirs(role: str, house: Account, as_: Any) -> None:
    """No figure of cost or profit; and, who sees only some accounts, no name and no revenue of the others."""
    pattern = forbidden().pattern
    if role != Role.DIRECTOR:
        pattern = f"{pattern}|{HIDDEN}|6,543,211|6543211"
    assert list(leaks(as_(people(house)[role]), re.compile(pattern))) == []


@pytest.mark.parametrize("role", list(Role.values))
def test_a_member_of_a_round_reads_no_figure_that_is_not_theirs(
    role: str, house: Account, diana: User, as_: Any
) -> None:
    """Of the accounts of a round its members read names and scores; revenue only of those they see, profit never."""
    someone = people(house)[role]
    compared = [house, Account.objects.get(name=HIDDEN)]
    criteria_ = [*criteria("revenue_potential", "profitability_potential"), *criteria("size", kind="attractiveness")]
    for stage in ("open", "revealed"):
        round_ = round_of(diana, compared, raters=[someone, diana], picked=criteria_, name=f"Round {stage}")
        score(round_, diana, {house.name: (7, 3), HIDDEN: (5, 5)})
        if stage == "revealed":
            move_on(round_, to="revealed", by=diana)
    pattern = forbidden().pattern + ("" if role == Role.DIRECTOR else "|6,543,211|6543211|6\\.54")
    addresses = [address for address in crawl.addresses() if address.startswith("/rounds/")]
    client = as_(someone)
    answers = [_said(client, address, {}, re.compile(pattern)) for address in addresses]
    assert [leak for _status, found in answers for leak in found] == []
    assert [status for status, _found in answers].count(200) >= 8


def test_who_sees_profit_finds_it_so_the_search_above_can_find(house: Account, diana: User, as_: Any) -> None:
    client, unspeakable = as_(diana), forbidden()
    pages = ["/", "/accounts/", "/ledger/years/", "/portfolio/", "/portfolio/whale/", "/programme/history/"]
    pages += [f"/portfolio/accounts/{house.pk}/", f"/accounts/{house.pk}/history/", "/accounts/export.xlsx"]
    assert [page for page in pages if not _said(client, page, {}, unspeakable)[1]] == []


@pytest.mark.parametrize("role", list(Role.values))
def test_refused_cells_say_no_cost(role: str, house: Account, as_: Any) -> None:
    client, unspeakable = as_(people(house)[role]), forbidden()
    for row in ("revenue", "direct_cost", "indirect_cost"):
        for head in ({}, {"Accept": "application/json"}):
            typed = {f"cell-{row}-2025": "1", f"version-{row}-2025": "0", "scenario": "base", "year": "2024"}
            answer = client.post(f"/portfolio/accounts/{house.pk}/cells/", typed, headers=head)
            assert not unspeakable.search(crawl.text_of(answer))
    assert PlanCell.objects.get(account=house, row="direct_cost", scenario="base").amount == TYPED["direct_cost"]
