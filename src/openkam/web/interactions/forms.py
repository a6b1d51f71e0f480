"""What people type about interactions and joint teams."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.accounts.search import fold
from openkam.web.people.models import User
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.meanwhile import SALT, SeenForm, refusal

from .models import Interaction, JointTeam
from .whom import Someone, Whom, belongs, myself, of_people, read_whom

DAY = {"type": "date"}
#: Accounts to choose from when a text means several.
OFFERED = 20
#: More people than these, such as everybody a message went to, are counted and not ticked one by one.
MOST_TICKS = 200


class PeopleForm(SeenForm):
    """A form that names people of both sides in one field: typed names, ticked people, answers to questions."""

    who = forms.CharField(
        label=_("Who took part?"),
        required=False,
        max_length=5_000,
        help_text=_("Names, with commas between them."),
    )

    def __init__(self, *args: Any, by: User, account: Account | None, start: Whom | None = None, **kwargs: Any) -> None:
        self.by, self.account = by, account
        self.before = of_people(*self._there(kwargs.get("instance")), user=by)
        self.whom = start or self.before
        super().__init__(*args, **kwargs)

    def _there(self, instance: Any) -> tuple[list[Any], list[Any]]:
        """Ours and theirs as they are stored."""
        if instance is None or not instance.pk:
            return [], []
        rows = list(self.rows_of(instance).select_related("contact__account", "colleague").order_by("pk"))
        return [row.colleague for row in rows if row.colleague], [row.contact for row in rows if row.contact]

    def rows_of(self, instance: Any) -> Any:
        return instance.participants

    def remember(self) -> None:
        super().remember()
        there = self.before.people
        self.stored["who"] = str(len(there)) if self.is_crowd else ", ".join(one.name for one in there)
        self.fields["seen"].initial = signing.dumps(self.stored, salt=SALT)

    def clean_who(self) -> str:
        """The typed names stay in the form only as questions."""
        try:
            self.whom = read_whom(self.data, user=self.by, account=self.account, known=self.before.people)
        except InvalidInput as refused:
            raise refusal(refused.code, **refused.values) from refused
        if self.is_crowd and self.data.get("people") == "unchanged":
            people = {one.token: one for one in (*self.before.people, *self.whom.people)}
            self.whom = Whom(list(people.values()), self.whom.questions)
        if self.whom.questions:
            raise refusal("who_is_meant")
        return ""

    def refuse_elsewhere(self, account: Account) -> None:
        """An interaction is of one account; whoever worked there once may stand in it."""
        there = {person.pk for person in self.before.contacts}
        for person in self.whom.contacts:
            if person.pk not in there and not belongs(person, account):
                self.add_error("who", refusal("participant_elsewhere", name=person.name, account=person.account.name))
                return

    @property
    def is_crowd(self) -> bool:
        return len(self.before.people) > MOST_TICKS

    @property
    def ticks(self) -> list[Someone]:
        """Those who can be ticked off: of a crowd those alone who are to join it."""
        there = {one.token for one in self.before.people} if self.is_crowd else set()
        return [one for one in self.whom.people if one.token not in there]

    @property
    def typed(self) -> str:
        """What is left in the field of names: nothing that is asked about below it."""
        return "" if self.whom.questions or "who" in getattr(self, "cleaned_data", {}) else self["who"].value() or ""


class InteractionForm(PeopleForm):
    """One interaction. Its account is the one that it is opened for, or that its people work for."""

    of = forms.CharField(
        label=_("Account"),
        required=False,
        max_length=500,
        help_text=_("Found from the people. Name it if nobody of them is on record yet."),
    )

    class Meta:
        model = Interaction
        fields = ("kind", "on", "subject", "next_step", "next_on", "team", "note")
        widgets = {
            "kind": forms.RadioSelect,
            "on": forms.DateInput(DAY, "%Y-%m-%d"),
            "subject": forms.TextInput({"dir": "auto"}),
            "next_step": forms.TextInput({"dir": "auto"}),
            "next_on": forms.DateInput(DAY, "%Y-%m-%d"),
            "note": forms.Textarea({"rows": 3, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts: list[Account] = []
        teams = JointTeam.objects.filter(account=self.account) if self.account else JointTeam.objects.none()
        self.fields["team"].queryset = teams
        self.fields["team"].empty_label = _("none")
        if not teams:
            del self.fields["team"]
        if self.instance.pk:
            del self.fields["of"]
        self.remember()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "who" not in cleaned:
            return cleaned
        if self.account is None or (not self.instance.pk and not self._is_of(self.account)):
            self.account = self._found_account()
        if self.account:
            self.refuse_elsewhere(self.account)
        return cleaned

    def _is_of(self, account: Account) -> bool:
        """Whether the account that the form was opened for is meant: somebody works there, or nobody elsewhere."""
        contacts = self.whom.contacts
        return not contacts or any(belongs(person, account) for person in contacts)

    def _found_account(self) -> Account | None:
        """The account of the people; else the one that is named."""
        homes = {person.account_id: person.account for person in self.whom.contacts}
        if homes:
            return next(iter(homes.values()))
        if self.whom.has_theirs:
            return self._named_account(self.cleaned_data.get("of", ""))
        return None

    def _named_account(self, text: str) -> Account | None:
        visible = Account.objects.visible_to(self.by)
        found = list(visible.search(text).order_by("name", "pk")[:OFFERED]) if text else []
        exact = [account for account in found if fold(account.name) == fold(text)]
        if len(exact or found) == 1:
            return (exact or found)[0]
        self.accounts = found
        self.add_error("of", refusal("account_needed" if not text else "account_several" if found else "account_none"))
        return None


class TeamForm(PeopleForm):
    """A joint team of one account and its members."""

    class Meta:
        model = JointTeam
        fields = ("name", "kind", "goal", "started_on", "ended_on")
        widgets = {
            "name": forms.TextInput({"dir": "auto"}),
            "goal": forms.Textarea({"rows": 3, "dir": "auto"}),
            "started_on": forms.DateInput(DAY, "%Y-%m-%d"),
            "ended_on": forms.DateInput(DAY, "%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].label = _("Members of both firms")

    def rows_of(self, instance: Any) -> Any:
        return instance.members

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.account and "who" in cleaned:
            self.refuse_elsewhere(self.account)
        return cleaned


def new_interaction(
    data: Any, *, by: User, account: Account | None, whom: Whom, asked: Mapping[str, str]
) -> InteractionForm:
    """The form for a new one: today, myself and whoever, however and in whichever team the address asks for."""
    start = Whom([myself(by), *whom.people])
    initial = {"on": timezone.localdate(), **{name: asked[name] for name in ("kind", "team") if name in asked}}
    return InteractionForm(data, by=by, account=account, start=start, initial=initial)


def visible_choice(by: User, text: str | None) -> Account | None:
    """The account that an address or a form speaks of, if this person sees it."""
    pk = whole_number(text)
    return Account.objects.visible_to(by).filter(pk=pk).first() if pk else None
