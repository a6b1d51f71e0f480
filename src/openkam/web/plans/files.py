"""Registers and the log of decisions as files. Money stands only in the files of those who see profit."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from openkam.report.document import Cell
from openkam.web.people.models import User
from openkam.web.portfolio.exports import Table
from openkam.web.programme.models import Settings

from .models import Decision, Label, Risk
from .register import Row, read_register
from .words import MEANINGS


def risks_table(risks: Iterable[Risk], *, user: User) -> Table:
    """A register: one row a risk, those without a place first, then the gravest."""
    register = read_register(risks, user=user)
    money = _money_headings() if register.with_money else []
    about = [(label.label, MEANINGS[label]) for label in Label]
    rows = (_risk(row) + (_money(row) if money else []) for row in register.rows)
    return Table("risks", [*_risk_headings(), *money], rows, about)


def _risk_headings() -> list[str]:
    return [
        _("No."), _("Account"), _("Design project"), _("Risk"), _("What could happen"), _("Family"),
        _("Impact before measures"), _("Probability before measures"), _("Label before measures"),
        _("Impact after measures"), _("Probability after measures"), _("Label now"),
        _("Owner"), _("Due"), _("Overdue"), _("Plan"), _("Plan approved by"), _("Plan approved at"),
        _("State"), _("Closed"), _("Why it is closed"),
    ]  # fmt: skip


def _risk(row: Row) -> list[Cell]:
    risk = row.risk
    return [
        risk.pk,
        risk.account.name if risk.account else "",
        risk.project.name if risk.project else "",
        risk.title,
        risk.what,
        risk.get_family_display(),
        risk.get_inherent_impact_display(),
        risk.get_inherent_probability_display(),
        _words(row.inherent),
        risk.get_residual_impact_display(),
        risk.get_residual_probability_display(),
        _words(row.current),
        str(risk.owner or ""),
        risk.due_on,
        _("yes") if risk.is_overdue else "",
        risk.plan,
        str(risk.plan_approved_by or ""),
        _minute(risk.plan_approved_at),
        _("open") if risk.is_open else _("closed"),
        _minute(risk.closed_at),
        risk.closed_why,
    ]


def _money_headings() -> list[str]:
    currency = Settings.current().currency
    return [
        _("Money at stake, %(currency)s") % {"currency": currency},
        _("Probability used"),
        _("Expected loss, %(currency)s") % {"currency": currency},
    ]


def _money(row: Row) -> list[Cell]:
    return [row.risk.at_stake, row.rated.probability if row.rated else None, row.loss]


def decisions_table(decisions: Iterable[Decision], rounds: frozenset[int]) -> Table:
    """The log of decisions, newest first. `rounds` are those whose names this reader may read."""
    headings = [
        _("When"), _("Who"), _("Decision"), _("Account"), _("Design project"), _("Risk"), _("Gate"), _("Label"),
        _("Status"), _("Why"), _("Round"), _("Date of the round"),
    ]  # fmt: skip
    return Table("decisions", headings, _decisions(decisions, rounds))


def _decisions(decisions: Iterable[Decision], rounds: frozenset[int]) -> Iterator[list[Cell]]:
    for one in decisions:
        yield [
            _minute(one.at),
            str(one.by),
            one.get_kind_display(),
            one.account.name if one.account else "",
            one.project.name if one.project else "",
            one.risk.title if one.risk else "",
            one.get_gate_display(),
            one.get_label_display(),
            one.get_status_display(),
            one.reason,
            one.round.name if one.round and one.round_id in rounds else "",
            one.round.on if one.round else None,
        ]


def _words(label: Label | None) -> str:
    return str(label.label) if label else ""


def _minute(instant: Any) -> str:
    return localtime(instant).strftime("%Y-%m-%d %H:%M") if instant else ""
