"""How often somebody wants to be contacted, and whether they were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from openkam.method.team_map import Cadence, cadence, kept_share
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact


@dataclass(frozen=True)
class Rhythm:
    """A contact with the day of the last contact; days are None where there was none."""

    contact: Contact
    last_on: date | None
    today: date

    @property
    def days_since(self) -> int | None:
        return (self.today - self.last_on).days if self.last_on else None

    @property
    def cadence(self) -> Cadence | None:
        """None where nobody said how often; somebody who wants contact and never had any is overdue."""
        wanted = self.contact.wanted_days
        return cadence(self.days_since, wanted) if wanted else None

    @property
    def is_overdue(self) -> bool:
        return self.cadence is not None and self.cadence.is_overdue

    @property
    def days_over(self) -> int | None:
        """Days beyond the wanted interval; None where nothing is wanted, or nobody was ever contacted."""
        return self.cadence.days_over if self.cadence else None


def rhythms(contacts: Any, today: date | None = None) -> list[Rhythm]:
    """A queryset of contacts with the last day of contact up to a day, in one query."""
    today = today or timezone.localdate()
    real = Q(participations__interaction__counts=True, participations__interaction__on__lte=today)
    found = contacts.annotate(last_on=Max("participations__interaction__on", filter=real))
    return [Rhythm(contact, contact.last_on, today) for contact in found]


def wanting(accounts: Any) -> Any:
    """Those of some accounts who said how often they want contact. accounts is a queryset."""
    of_these = Contact.objects.present().filter(account__in=accounts.order_by().values("pk"))
    return of_these.exclude(wanted_days=None).select_related("account", "primary")


def kept(found: Iterable[Rhythm]) -> float | None:
    """The share of those who want contact and are not overdue, 0..1; None where nobody said how often."""
    return kept_share([each.cadence for each in found if each.cadence])


def overdue(user: Any, limit: int | None = None) -> list[Rhythm]:
    """Overdue contacts that are for somebody to call, longest first.

    A contact belongs to whoever is its primary contact; without one who signs in, to whoever looks after the account.
    """
    theirs = Q(primary__user=user) | (
        Q(account__owner=user) & (Q(primary__user=None) | Q(primary__user__is_active=False))
    )
    mine = wanting(Account.objects.visible_to(user)).filter(theirs, is_placeholder=False)
    found = [each for each in rhythms(mine) if each.is_overdue]
    found.sort(key=lambda each: (each.days_since is not None, -(each.days_over or 0), each.contact.pk))
    return found[:limit]
