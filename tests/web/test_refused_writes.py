"""Reading changes nothing, and whoever may not change something changes nothing by posting to any address."""

import re
from datetime import date
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.utils import timezone
from tests.web import crawl
from tests.web.portfolio_facts import booked
from tests.web.round_fixtures import round_of

from openkam.web.accounts.models import Account, AccountImport
from openkam.web.contacts.actions import colleague_of, create_contact
from openkam.web.interactions.actions import record_interaction
from openkam.web.interactions.models import (
    Attempt,
    ExclusionRule,
    Insight,
    JointTeam,
    Mailbox,
    SourceFile,
    UnknownAddress,
)
from openkam.web.jobs.models import Job
from openkam.web.ledgers.models import Import, ProductCost, Rate
from openkam.web.people.models import User
from openkam.web.plans.action_actions import create_action
from openkam.web.plans.risk_actions import create_risk
from openkam.web.portfolio.models import Activity, CostPool, PlanCell, Spend
from openkam.web.programme.history import record
from openkam.web.projects.actions import create_project
from openkam.web.relationships.judging import Said, add_member, judge, set_purpose
from openkam.web.relationships.stage_actions import record_review
from openkam.web.rounds.models import Entry, Item, Member, Round

pytestmark = pytest.mark.django_db

#: What everybody may change: their own language, name and way in.
OWN = {"language", "me", "account_logout", "calendar-feed", "calendar-feed-revocation"}
#: What whoever may record contacts writes at the accounts that they see, and for themselves.
RECORDED = {
    "contacts.Colleague",
    "contacts.Contact",
    "contacts.Employment",
    "contacts.MailAddress",
    "contacts.MainContact",
    "contacts.PeopleImport",
    "interactions.ExclusionRule",
    "interactions.Insight",
    "interactions.Interaction",
    "interactions.JointTeam",
    "interactions.JointTeamMember",
    "interactions.Mailbox",
    "interactions.Participant",
    "interactions.UnknownAddress",
    "plans.Action",
}
#: What account managers write at their own accounts.
PLANNED = {
    "contacts.ContactMerge",
    "contacts.Distinct",
    "plans.PlanScore",
    "plans.Sponsor",
    "relationships.Ambition",
    "relationships.Exit",
    "relationships.ExitContact",
    "relationships.Judgement",
    "relationships.PerceivedScore",
    "relationships.StageReview",
    "relationships.TeamMap",
    "relationships.TeamMember",
    "relationships.ValuePromise",
}
#: One form with the fields of all: whatever an address listens to, it hears.
EVERYTHING = {
    "name": "Taken over",
    "external_id": "X",
    "status": "key",
    "orientation": "strategic",
    "remove": "1",
    "orientation_reason": "r",
    "potential": "9",
    "months": "9",
    "person": "1",
    "other": "1",
    "year": "2024",
    "cell-revenue-2025": "9",
    "cell-revenue-2026": "9",
    "scenario": "base",
    "assumption-2025": "because",
    "spend-TOTAL_FORMS": "1",
    "spend-INITIAL_FORMS": "0",
    "spend-0-potential": "9",
    "spend-0-offering": "o",
    "method": "revenue_share",
    "total": "9",
    "cost": "9",
    "minutes": "9",
    "driver": "orders",
    "source": "2023",
    "currency": "CHF",
    "valid_from": "2024-01-01",
    "rate": "2",
    "rows": "CHF,2024-01-01,2",
    "product": "P",
    "unit_cost": "9",
    "company": "C",
    "fiscal_start": "4",
    "year_named_by": "end",
    "discount_rate": "0.2",
    "email": "evil@supplier.example",
    "role": "director",
    "sees_profit": "on",
    "is_active": "on",
    "count-1-orders": "9",
    "understood": "on",
    "unknown_accounts": "skip",
    "title": "Taken over",
    "family": "planning",
    "impact": "high",
    "probability": "high",
    "residual": "1",
    "reason": "because",
    "kind": "named",
    "why": "because",
    "gate": "launch",
    "version": "1",
    "on": "2026-01-01",
    "top": "3",
    "to": "revealed",
    "seen": "open-1",
    "account": "1",
    "entry": "1",
    "user": "1",
    "criterion": "1",
    "floor": "9",
    "contact": "Evil",
    "days": "9",
    "competitors": "Evil",
    "left": "5",
    "minutes_left": "5",
}


@pytest.fixture
def house(acme: Account, diana: User, stranger: User) -> Account:
    for year in crawl.YEARS:
        booked(acme, year, 1000, 600, 100)
    booked(Account.objects.create(name="Elsewhere", owner=stranger), 2024, 10, 5, 1)
    pool = CostPool.objects.create(name="Pool", fiscal_year=2024, cost=10, minutes=10)
    Activity.objects.create(pool=pool, name="Work", driver="orders", minutes=1)
    PlanCell.objects.create(account=acme, fiscal_year=2025, row="revenue", amount=5)
    Spend.objects.create(account=acme, fiscal_year=2024, potential=5)
    Rate.objects.create(currency="USD", valid_from=date(2024, 1, 1), rate=1)
    ProductCost.objects.create(product="P", unit_cost=1)
    for state in set(Import.State.values) - {Import.State.IMPORTED}:
        Import.objects.create(file_name="f.csv", state=state, uploaded_by=diana)
    AccountImport.objects.create(file_name="f.csv", by=diana)
    Job.objects.create(kind="rebuild", by=diana)
    record("took_over", by=diana, about=acme, field="account", new="{}")
    create_risk(by=diana, account=acme, title="Late", family="planning")
    create_project(accounts=[acme], by=diana, name="Service", phase="define")
    for stage in ("draft", "open"):
        round_of(diana, [acme], raters=[diana], to=stage, name=f"Round {stage}")
    know_people(acme, diana)
    return acme


def know_people(account: Account, by: User) -> None:
    """Somebody on both sides with all that can be written down of them."""
    contact = create_contact(account=account, by=by, name="Ann Buyer", email="ann@acme.example")
    ours = colleague_of(by)
    today = timezone.localdate()
    met = record_interaction(account=account, ours=[ours], theirs=[contact], by=by, on=today, next_step="Call")
    insight = Insight.objects.create(account=account, text="They build", learned_on=today, interaction=met)
    JointTeam.objects.create(account=account, name="Line")
    create_action(account=account, by=by, title="Ask", insights=[insight], place=1)
    set_purpose(account, purpose="Who speaks with whom", preset="four", by=by)
    add_member(account, colleague=ours, role="", by=by)
    judge(contact, said=Said({"influence": 3, "support": 1}), by=by)
    record_review(account, by=by)
    Mailbox.objects.create(user=by, host="imap.example", login="diana", secret="x")
    file = SourceFile.objects.create(file_name="m.mbox", format="mail", by=by)
    Attempt.objects.create(file=file, by=by, state="done")
    UnknownAddress.objects.create(address="x@acme.example", by=by)
    ExclusionRule.objects.create(what="domain", text="bank.example", user=by)


def test_reading_changes_nothing(house: Account, diana: User, as_: Any) -> None:
    client, before = as_(diana), crawl.snapshot()
    for address in crawl.addresses(skip=OWN):
        crawl.body_of(client.get(address, EVERYTHING))
        crawl.body_of(client.head(address))
    assert crawl.snapshot() == before


def changed_by(client: Client) -> list[str]:
    """Every table that posting to all addresses has changed."""
    before = crawl.snapshot()
    for address in crawl.addresses(skip=OWN):
        crawl.body_of(client.post(address, EVERYTHING))
    after = crawl.snapshot()
    return [name for name in before if before[name] != after[name]]


def test_a_viewer_changes_nothing(house: Account, vera: User, as_: Any) -> None:
    vera.sees_profit = True
    vera.save()
    assert changed_by(as_(vera)) == []


def test_who_is_not_signed_in_changes_nothing(house: Account) -> None:
    assert changed_by(Client()) == []


def test_a_manager_of_another_account_changes_nothing_of_this_one(house: Account, stranger: User, as_: Any) -> None:
    own = Account.objects.get(owner=stranger)
    subjects = {"account": house, "people": User.objects.exclude(pk=stranger.pk)}
    before, rounds = _of(house, subjects), _rounds()
    changed = changed_by(as_(stranger))
    assert _of(house, subjects) == before
    assert _rounds()[: len(rounds)] == rounds
    made = {"rounds.Round", "rounds.Item", "rounds.Member", "plans.Risk", *RECORDED, *PLANNED}
    assert set(changed) <= {"accounts.Account", "accounts.AccountSearch", "programme.Event", *made, *_figures(own)}


def _of(account: Account, subjects: dict[str, Any]) -> list[Any]:
    """All that belongs to an account, and everybody else's person."""
    related = [
        sorted(relation.related_model._default_manager.filter(**{relation.field.name: account}).values_list(), key=repr)
        for relation in Account._meta.related_objects
        if not getattr(relation.related_model, "is_derived", False)
    ]
    return [*related, list(Account.objects.filter(pk=account.pk).values()), list(subjects["people"].values())]


def _rounds() -> list[Any]:
    """Every round with what is in it, in the order in which they were made."""
    rounds = Round.objects.order_by("pk")
    return [(*row, *_inside(row[0])) for row in rounds.values_list()]


def _inside(round_: int) -> list[Any]:
    return [list(model.objects.filter(round=round_).order_by("pk").values_list()) for model in (Item, Member, Entry)]


def _figures(_own: Account) -> set[str]:
    return {
        "portfolio.PlanCell",
        "portfolio.Assumption",
        "portfolio.Growth",
        "portfolio.Spend",
        "accounts.AccountMember",
    }


def test_a_contributor_changes_figures_of_their_accounts_alone(house: Account, tim: User, as_: Any) -> None:
    changed = changed_by(as_(tim))
    assert set(changed) <= {"accounts.Account", "programme.Event", "plans.Risk", *RECORDED, *_figures(house)}
    house.refresh_from_db()
    assert house.name != "Taken over"
    assert not Account.objects.filter(name="Taken over").exists()


def test_every_form_carries_its_token(house: Account, diana: User, as_: Any) -> None:
    client, without = as_(diana), []
    form = re.compile(r"<form\b[^>]*method=.?post.*?</form>", re.DOTALL | re.IGNORECASE)
    for address in crawl.addresses(skip=OWN):
        said = crawl.text_of(client.get(address))
        without += [address for found in form.findall(said) if "csrfmiddlewaretoken" not in found]
    assert without == []


def test_a_post_without_a_token_is_refused_everywhere(house: Account, diana: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(diana)
    before = crawl.snapshot()
    answers = {client.post(address, EVERYTHING).status_code for address in crawl.addresses()}
    assert answers <= {403, 404}
    assert crawl.snapshot() == before


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\evil.example", "/\\evil.example", "x"],
)
def test_no_form_leads_away_from_this_server(target: str, house: Account, diana: User, as_: Any) -> None:
    job = Job.objects.get()
    for address in ("/language/", f"/jobs/{job.pk}/cancellation/", "/auth/login/"):
        client = Client() if "login" in address else as_(diana)
        known = {"login": diana.email, "password": "correct horse battery", "language": "en"}
        answer = client.post(address, {**known, "next": target})
        assert answer.status_code == 302
        assert urljoin("http://testserver/", answer["Location"].replace("\\", "/")).startswith("http://testserver/")
