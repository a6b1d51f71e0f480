"""Whatever is typed into a form or an address of risks, decisions and projects, the answer is a sentence."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.web.risk_fixtures import frozen_round, project, risk
from tests.web.test_bad_input import ENDLESS, HUGE, TEXTS, broken

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.models import Decision, Risk
from openkam.web.projects.models import DesignProject

pytestmark = pytest.mark.django_db

PARAMETERS = (
    "family",
    "owner",
    "account",
    "state",
    "stand",
    "gate",
    "page",
    "kind",
    "round",
    "prompt",
    "phase",
    "risk",
)
TYPED = ("title", "what", "family", "prompt", "owner", "due_on", "plan", "at_stake", "chance", "seen")
PLACES = ("inherent_impact", "inherent_probability")


@pytest.fixture
def house(acme: Account, diana: User) -> Risk:
    frozen_round(acme)
    ours = project(acme, by=diana)
    risk(ours, "Late", "high medium", by=diana)
    return risk(acme, "Flood", "high medium", residual="medium low", by=diana)


@pytest.fixture
def director(house: Risk, diana: User, as_: Any) -> Client:
    client = as_(diana)
    client.raise_request_exception = False
    return client


def pages(one: Risk) -> list[str]:
    account, own = f"/accounts/{one.account_id}", f"/risks/{one.pk}"
    ours = f"/projects/{DesignProject.objects.get().pk}"
    found = [
        "/risks/",
        "/risks.csv",
        "/risks.xlsx",
        f"{own}/",
        f"{own}/edit/",
        "/decisions/",
        "/decisions.csv",
        "/projects/",
    ]
    found += ["/projects/new/", "/projects/accounts/", f"{account}/decisions/"]
    for of, register in ((account, "risks/"), (ours, "")):
        found += [f"{of}/{register}", f"{of}/risks.csv", f"{of}/risks/new/", f"{of}/risks/blind/"]
    return [*found, f"{ours}/edit/"]


def forms(one: Risk) -> dict[str, tuple[str, ...]]:
    """The addresses that take a form, and the names of its fields."""
    own, account = f"/risks/{one.pk}", f"/accounts/{one.account_id}"
    said = tuple(
        f"risk-{one.pk}-{name}" for name in ("impact", "probability", "residual_impact", "residual_probability")
    )
    decided = tuple(f"{kind}-{name}" for kind in ("named", "deselected") for name in ("round", "reason", "status"))
    return {
        f"{account}/risks/new/": (*TYPED, *PLACES),
        f"{account}/risks/new/?prompt=payment": ("begin", *TYPED, *PLACES),
        f"{own}/edit/": TYPED,
        f"{own}/place/": ("impact", "probability", "version", "stand", "next"),
        f"{own}/waiver/": ("gate", "reason", "next"),
        f"{own}/approval/": ("version", "next"),
        f"{own}/closure/": ("why", "version", "next"),
        "/risks/revelation/": ("risk", "next"),
        f"{account}/risks/blind/": said,
        f"{account}/decisions/": ("kind", *decided),
        "/projects/new/": ("name", "purpose", "accounts", "phase", "launch_on", "owner", "account_text"),
    }


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_parameter_breaks_a_page(text: str, director: Client, house: Risk) -> None:
    asked = dict.fromkeys(PARAMETERS, text)
    assert [page for page in pages(house) if broken(director.get(page, asked))] == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_field_breaks_a_form(text: str, director: Client, house: Risk) -> None:
    for address, fields in forms(house).items():
        for name in fields:
            assert not broken(director.post(address, {name: text, "kind": "named"})), (address, name)
        assert not broken(director.post(address, {"kind": "deselected"} | dict.fromkeys(fields, text))), address
    kept = Risk.objects.get(pk=house.pk)
    assert (kept.inherent_impact, kept.residual_impact) == ("high", "medium")


@pytest.mark.parametrize("number", ["0", "99999", "9223372036854775808", HUGE, ENDLESS])
def test_no_number_in_an_address_breaks_a_page(number: str, director: Client, house: Risk) -> None:
    for address in [*pages(house), *forms(house)]:
        wrong = re.sub(r"/\d+(?=[/.])", f"/{number}", address)
        assert not broken(director.get(wrong)), wrong[:60]
        assert not broken(director.post(wrong)), wrong[:60]
    assert not Decision.objects.exists()
