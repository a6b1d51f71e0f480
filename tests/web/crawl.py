"""Every address of the product with every argument that the data offers, for tests that look at all of them."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from django.apps import apps
from django.urls import get_resolver, reverse

from openkam.web.accounts.models import Account
from openkam.web.people.models import User

#: Of each kind of argument in an address, what to try; numbers of rows are taken from the data.
KINDS = ("csv", "xlsx", "json", "svg")
YEARS = (2023, 2024)
#: Rows whose numbers stand in addresses.
SUBJECTS = (
    "accounts.Account",
    "accounts.AccountImport",
    "jobs.Job",
    "ledgers.Import",
    "ledgers.ProductCost",
    "ledgers.Rate",
    "people.User",
    "plans.Risk",
    "portfolio.Activity",
    "portfolio.CostPool",
    "programme.Event",
    "projects.DesignProject",
    "rounds.Criterion",
    "rounds.Round",
)
MOST = 12


def names() -> Iterator[tuple[str, list[str]]]:
    """Every named address with the arguments it takes."""
    known = get_resolver().reverse_dict
    for name in sorted(key for key in known if isinstance(key, str)):
        for possibilities, _pattern, _defaults, _converters in known.getlist(name):
            for _text, arguments in possibilities:
                yield name, arguments


def _numbers() -> list[int]:
    found: set[int] = set()
    for label in SUBJECTS:
        found |= set(_rows(label))
    return sorted(found)


def _rows(label: str) -> list[int]:
    return list(apps.get_model(label)._default_manager.order_by("-pk").values_list("pk", flat=True)[:MOST])


def addresses(*, skip: Iterable[str] = ()) -> list[str]:
    """Every address of our own that can be made with the rows there are."""
    people = list(User.objects.values_list("pk", flat=True))
    accounts = list(Account.objects.values_list("pk", flat=True))
    offered: dict[str, Any] = {"kind": KINDS, "year": YEARS, "person": people, "pk": _numbers(), "event": _numbers()}
    offered |= {
        "account": accounts,
        "action": _rows("plans.Action"),
        "colleague": _rows("contacts.Colleague"),
        "contact": _rows("contacts.Contact"),
        "merge": _rows("contacts.ContactMerge"),
        "people_file": _rows("contacts.PeopleImport"),
        "interaction": _rows("interactions.Interaction"),
        "attempt": _rows("interactions.Attempt"),
        "mailbox": _rows("interactions.Mailbox"),
        "address": _rows("interactions.UnknownAddress"),
        "rule": _rows("interactions.ExclusionRule"),
        "insight": _rows("interactions.Insight"),
        "team": _rows("interactions.JointTeam"),
        "member": _rows("relationships.TeamMember"),
        "review": _rows("relationships.StageReview"),
        "entry": _rows("rounds.Entry"),
        "link": _rows("rounds.CustomerLink"),
        "of": ("selection", "strength"),
        "token": ("unknown",),
        "tool": ("matrix",),
    }
    found = []
    for name, arguments in names():
        if name in skip or not set(arguments) <= set(offered):
            continue
        of_account = {"person", "event", "year"} & set(arguments)
        choices = [accounts if each == "pk" and of_account else offered[each] for each in arguments]
        found += [reverse(name, kwargs=dict(zip(arguments, some, strict=True))) for some in product(*choices)]
    return sorted(set(found))


def body_of(answer: Any) -> bytes:
    """The whole body. Read to its end a streamed answer closes by itself; closing it by hand, as no server would in
    the middle of a test, would close the test's database too."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def text_of(answer: Any) -> str:
    """All that an answer says: its head, its body, the messages it leaves, and what lies packed in a workbook. How
    long it is may look like a figure by chance."""
    body = body_of(answer)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    told = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    head = "\n".join(f"{name}: {value}" for name, value in told.items())
    return f"{head}\n{body.decode(errors='replace')}"


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, but for what is worked out from other rows and only kept."""
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("openkam.")}
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model._meta.app_label in labels and not getattr(model, "is_derived", False)
    }
