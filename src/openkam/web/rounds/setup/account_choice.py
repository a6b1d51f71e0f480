"""Which accounts could come into a round: a filter over those that the person may see."""

from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.listing import Listing, distinct
from openkam.web.accounts.models import UNKNOWN, Account, AccountQuerySet
from openkam.web.db.fields import to_units
from openkam.web.people.models import User

from ..actions import MOST_ENTRIES
from ..models import Round

OFFERED = 300
FILTERS = ("q", "status", "owner", "country", "industry")


class ChoiceForm(forms.Form):
    """Sales of the latest fiscal year: at least so much, or the largest so many."""

    at_least = forms.DecimalField(
        label=_("revenue at least"), required=False, min_value=0, max_digits=15, decimal_places=4
    )
    largest = forms.IntegerField(label=_("only the largest"), required=False, min_value=1, max_value=MOST_ENTRIES)


class Choice:
    """The filter of an address, for the person who asks; a number that is none chooses nothing."""

    def __init__(self, user: User, given: QueryDict) -> None:
        self.listing = Listing.read({name: given.get(name, "") for name in FILTERS}, sees_profit=False)
        self.form = ChoiceForm(given)
        self.is_valid = self.form.is_valid()
        self._visible = Account.objects.visible_to(user)

    @property
    def query(self) -> str:
        """The filter as the query of an address."""
        numbers = {name: self.form[name].value() for name in self.form.fields}
        return self.listing.query(**numbers)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The filter as hidden fields."""
        return parse_qsl(self.query)

    @property
    def is_narrowed(self) -> bool:
        return self.listing.is_narrowed or any(self.form[name].value() for name in self.form.fields)

    def accounts(self) -> AccountQuerySet:
        """The accounts that answer, the largest first."""
        if not self.is_valid:
            return self._visible.none()
        at_least, largest = self.form.cleaned_data["at_least"], self.form.cleaned_data["largest"]
        found = self.listing.accounts(self._visible)
        if at_least is not None:
            found = found.filter(revenue_order__gte=to_units(at_least))
        if largest is not None:
            found = found.filter(revenue_order__gt=UNKNOWN)[:largest]
        return found

    def outside(self, round_: Round) -> AccountQuerySet:
        """Those of them that are not in the round."""
        there = round_.entries.exclude(account=None).values("account")
        chosen = Account.objects.filter(pk__in=self.accounts().values("pk"))
        return chosen.exclude(pk__in=there).order_by("-revenue_order", "pk")

    def offers(self) -> dict[str, Any]:
        """What the filter's fields offer."""
        return {
            "statuses": Account.Status.choices,
            "owners": User.objects.filter(is_active=True).only("name", "email"),
            "countries": distinct(self._visible, "country", OFFERED),
            "industries": distinct(self._visible, "industry", OFFERED),
        }
