"""What the pages of a register need: of one account, of one design project, or of everything that a person sees."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.selection import whole_number
from openkam.web.projects.models import DesignProject

from .blind import count_raters
from .models import Family, Gate, Risk
from .register import explanations, read_register

STATES = ("open", "closed", "all")


@dataclass(frozen=True)
class Choice:
    """What an address narrows a register to."""

    family: str = ""
    owner: int | None = None
    account: int | None = None
    state: str = "open"
    stand: str = ""
    gate: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Choice":
        def one_of(name: str, known: Any, otherwise: str = "") -> str:
            return query.get(name, "") if query.get(name, "") in known else otherwise

        return cls(
            family=one_of("family", Family.values),
            owner=whole_number(query.get("owner")),
            account=whole_number(query.get("account")),
            state=one_of("state", STATES, "open"),
            stand=one_of("stand", ("before", "after")),
            gate=one_of("gate", Gate.values),
        )

    def narrow(self, risks: Any) -> Any:
        wanted = {"family": self.family, "owner": self.owner, "account": self.account}
        risks = risks.filter(**{name: value for name, value in wanted.items() if value})
        return risks if self.state == "all" else risks.filter(closed_at__isnull=self.state == "open")

    def query(self, **changed: Any) -> str:
        """The choice as a query, with something changed."""
        chosen = {**vars(self), **changed}
        plain = {name: value for name, value in chosen.items() if value and (name, value) != ("state", "open")}
        return urlencode(plain)

    @property
    def is_narrow(self) -> bool:
        return bool(self.family or self.owner or self.account or self.state != "open")


def register_context(
    request: PersonRequest, *, account: Account | None = None, project: DesignProject | None = None
) -> dict[str, Any]:
    """The register of one account or project: the choice of its address, the grid, the gate."""
    subject: Any = account or project
    name = "account" if account else "project"
    choice = Choice.of(request.GET)
    gate = Gate(choice.gate or (project.phase if project else Gate.DEFINE))
    risks = list(choice.narrow(subject.risks.with_people()))
    # the verdict is about all that is open, whatever the page is narrowed to
    everything = risks if not choice.is_narrow else list(subject.risks.with_people().filter(closed_at=None))
    shown = read_register(risks, user=request.user, gate=gate, stand=choice.stand)
    judged = shown if everything is risks else read_register(everything, user=request.user, gate=gate)
    context = shared(request, choice, risks) | {
        "subject": subject,
        "register": shown,
        "judged": judged,
        "gate": gate,
        "gates": Gate.choices,
        "may_lead": request.user.may(Permission.EDIT_FIGURES) and subject.editable_by(request.user),
        "owners": people_of(subject.risks.all()),
    }
    addresses = {f"{kind}_url": reverse(f"{name}-risk{tail}", args=[subject.pk]) for kind, tail in TAILS.items()}
    files = {f"{kind}_url": reverse(f"{name}-risks-file", args=[subject.pk, kind]) for kind in ("csv", "xlsx")}
    return context | addresses | files


TAILS = {"new": "-new", "blind": "s-blind"}


def shared(request: PersonRequest, choice: Choice, risks: list[Risk]) -> dict[str, Any]:
    """What every register's page needs beside its rows."""
    count_raters(risks)
    return explanations() | {
        "choice": choice,
        "kept": choice.query(),
        "kept_before": choice.query(stand="before"),
        "kept_after": choice.query(stand="after"),
        "families": Family.choices,
        "may_place": request.user.may(Permission.EDIT_FIGURES),
        "here": request.get_full_path(),
    }


def people_of(risks: Any) -> Any:
    """The owners of some risks, for a filter."""
    return User.objects.filter(pk__in=risks.order_by().values("owner")).only("name", "email")
