"""One account's five-year grid as a person sees and edits it: the ledger's figures, the typed ones, what follows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from openkam.method.document import Notice
from openkam.method.five_years import ROWS, Column, Rule, Summary, gaps, summarise
from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.models import Settings

from .amounts import typed_text
from .models import Assumption, PlanCell, Row, Scenario
from .years import POSITION_WORDS, Window, months_known


@dataclass(frozen=True)
class Cell:
    """One amount: booked in the ledger, typed by somebody, taken from the base scenario, or missing."""

    row: str
    year: int
    booked: Decimal | None
    is_booked: bool
    typed: PlanCell | None
    base: Decimal | None
    is_forecast: bool
    may_edit: bool

    @property
    def key(self) -> str:
        return f"{self.row}-{self.year}"

    @property
    def label(self) -> str:
        return f"{Row(self.row).label} {self.year}"

    @property
    def own(self) -> Decimal | None:
        return self.typed.amount if self.typed else None

    @property
    def amount(self) -> Decimal | None:
        if self.is_booked:
            return self.booked
        return self.base if self.own is None else self.own

    @property
    def fell_back(self) -> bool:
        return not self.is_booked and self.own is None and self.base is not None

    @property
    def text(self) -> str:
        return typed_text(self.own)

    @property
    def hint(self) -> str:
        return typed_text(self.base) if self.fell_back else ""

    @property
    def version(self) -> int:
        return self.typed.version if self.typed else 0


@dataclass(frozen=True)
class GridYear:
    """The head of a column."""

    year: int
    position: str
    is_forecast: bool
    is_booked: bool
    is_typed: bool
    months: int | None
    assumption: str
    is_unfounded: bool

    @property
    def words(self) -> Any:
        return POSITION_WORDS[self.position]


def cell_scenario(year: int, scenario: str, span: Window) -> str:
    """Where a typed figure belongs: the past has no scenarios."""
    return scenario if span.is_forecast(year) else Scenario.BASE


class Grid:
    """Five years of an account in one scenario, for one person. Cost rows exist only for who sees profit."""

    def __init__(self, account: Account, span: Window, scenario: str, user: User) -> None:
        self.account, self.span, self.scenario, self.user = account, span, scenario, user
        self.with_profit = user.sees_profit
        self.rows = ROWS if user.sees_profit else ROWS[:1]
        self.may_edit = user.may(Permission.EDIT_FIGURES)
        self.house = Settings.current()

    @cached_property
    def booked(self) -> dict[int, AccountYear]:
        facts = AccountYear.objects.filter(account=self.account, fiscal_year__in=self.span.years)
        return {fact.fiscal_year: fact for fact in facts}

    @cached_property
    def typed(self) -> dict[tuple[str, int, str], PlanCell]:
        cells = PlanCell.objects.filter(account=self.account, fiscal_year__in=self.span.years, row__in=self.rows)
        wanted = cells.filter(scenario__in={self.scenario, Scenario.BASE}).select_related("by")
        return {(cell.row, cell.fiscal_year, cell.scenario): cell for cell in wanted}

    @cached_property
    def assumptions(self) -> Mapping[int, str]:
        texts = Assumption.objects.filter(account=self.account, scenario=self.scenario)
        return dict(texts.values_list("fiscal_year", "text"))

    def cell(self, row: str, year: int) -> Cell:
        fact = self.booked.get(year)
        base = self.typed.get((row, year, Scenario.BASE))
        return Cell(
            row=row,
            year=year,
            booked=getattr(fact, row, None),
            is_booked=fact is not None,
            typed=self.typed.get((row, year, cell_scenario(year, self.scenario, self.span))),
            base=base.amount if base else None,
            is_forecast=self.span.is_forecast(year),
            may_edit=self.may_edit and fact is None,
        )

    @cached_property
    def cells(self) -> dict[str, list[Cell]]:
        return {row: [self.cell(row, year) for year in self.span.years] for row in self.rows}

    @property
    def lines(self) -> list[tuple[str, list[Cell]]]:
        """The rows with their names, as the page draws them."""
        return [(str(Row(row).label), cells) for row, cells in self.cells.items()]

    @cached_property
    def summary(self) -> Summary:
        """What the method derives; without "sees profit" it is given revenue alone."""
        columns = [self._column(index) for index in range(len(self.span.years))]
        rule = Rule(
            scenario=self.scenario,  # type: ignore[arg-type]
            cost_to_serve="indirect",
            discount_rate=Decimal(self.house.discount_rate),
        )
        notices = list(gaps(columns)) if self.with_profit else []
        found = summarise(columns, rule, [*notices, *self._unfounded()])
        return Summary(currency=self.house.currency, unit=1, **found)

    def _column(self, index: int) -> Column:
        column = [cells[index] for cells in self.cells.values()]
        amounts = [cell.amount for cell in column] + [None] * (len(ROWS) - len(column))
        kind = "forecast" if column[0].is_forecast else "actual"
        fell_back = tuple(cell.row for cell in column if cell.fell_back and self.scenario != Scenario.BASE)
        return Column(column[0].year, kind, (amounts[0], amounts[1], amounts[2]), fell_back)

    def _unfounded(self) -> Iterator[Notice]:
        for index, head in enumerate(self.years):
            if head.is_unfounded:
                yield Notice(code="forecast_without_assumption", where=f"/years/{index}")

    @cached_property
    def years(self) -> list[GridYear]:
        return [self._head(index, year) for index, year in enumerate(self.span.years)]

    def _head(self, index: int, year: int) -> GridYear:
        fact, is_forecast = self.booked.get(year), self.span.is_forecast(year)
        known = any(cells[index].amount is not None for cells in self.cells.values())
        text = self.assumptions.get(year, "") if is_forecast else ""
        months = months_known(year, fact.last_date, self.house.calendar) if fact and year == self.span.latest else 12
        return GridYear(
            year=year,
            position=list(POSITION_WORDS)[index],
            is_forecast=is_forecast,
            is_booked=fact is not None,
            is_typed=not is_forecast and fact is None and known,
            months=months if months < 12 else None,
            assumption=text,
            is_unfounded=is_forecast and known and not text.strip(),
        )

    @property
    def notices(self) -> list[tuple[int, Notice]]:
        """Warnings with the year they speak of."""
        found = []
        for notice in self.summary.warnings:
            place = notice.where.rpartition("/")[2]
            found.append((self.span.years[int(place)] if place.isdecimal() else 0, notice))
        return found
