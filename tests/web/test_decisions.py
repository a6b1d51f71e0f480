"""Decisions: who, when, why and on which frozen round; on record for good."""

import csv
import io
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.web import crawl
from tests.web.risk_fixtures import frozen_round, project, risk

from openkam.method.errors import InvalidInput
from openkam.web.accounts.merging import merge
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.actions import deselect, name_key_account, sign_waiver
from openkam.web.plans.models import Decision
from openkam.web.programme.models import Event
from openkam.web.rounds.models import Entry, Round

pytestmark = pytest.mark.django_db


def page_of(account: Account) -> str:
    return f"/accounts/{account.pk}/decisions/"


def named(account: Account, by: User, **more: Any) -> Decision:
    return name_key_account(account, **{"reason": "They share their plans.", "round": None, "by": by, **more})


def test_naming_makes_a_key_account_and_says_why_and_on_which_round(acme: Account, as_: Any, diana: User) -> None:
    autumn = frozen_round(acme)
    client = as_(diana)
    client.post(page_of(acme), {"kind": "named", "named-reason": "They share their plans.", "named-round": autumn.pk})
    acme.refresh_from_db()
    decision = Decision.objects.get()
    assert (acme.status, decision.status, decision.round, decision.by) == ("key", "key", autumn, diana)
    for address in (page_of(acme), "/decisions/"):
        page = client.get(address).content.decode()
        for words in ("Named key account", "They share their plans.", "Autumn round", "2026-09-30", "Diana"):
            assert words in page
    assert Event.objects.about(acme).filter(verb="named_key_account", by=diana).exists()
    assert Event.objects.about(acme).filter(verb="changed", field="status", new="key").exists()


def test_deselecting_says_what_the_account_becomes(acme: Account, as_: Any, diana: User) -> None:
    named(acme, diana)
    typed = {"kind": "deselected", "deselected-reason": "They buy by price.", "deselected-status": "maintenance"}
    as_(diana).post(page_of(acme), typed)
    acme.refresh_from_db()
    assert acme.status == "maintenance"
    assert list(Decision.objects.values_list("kind", flat=True)) == ["deselected", "named"]


def test_a_decision_rests_on_a_frozen_round_where_there_is_one(acme: Account, as_: Any, diana: User) -> None:
    autumn = frozen_round(acme)
    strange = frozen_round(Account.objects.create(name="Other"), name="Other round")
    draft = Round.objects.create(name="Draft", on="2026-10-01")
    Entry.objects.create(round=draft, account=acme, name=acme.name)
    codes = {None: "decision_without_round", strange: "decision_round_strange", draft: "decision_round_strange"}
    for chosen, code in codes.items():
        with pytest.raises(InvalidInput) as refusal:
            named(acme, diana, round=chosen)
        assert refusal.value.code == code
    form = as_(diana).get(page_of(acme)).context["forms"]["named"]
    assert list(form.fields["round"].queryset) == [autumn]
    typed = {"kind": "named", "named-reason": "x"}
    for more in ({}, {"named-round": draft.pk}):
        assert as_(diana).post(page_of(acme), typed | more).status_code == 422
    assert not Decision.objects.exists()


def test_the_forms_are_filled_in_from_the_address(acme: Account, as_: Any, diana: User) -> None:
    autumn = frozen_round(acme)
    page = as_(diana).get(page_of(acme), {"kind": "named", "round": autumn.pk}).content.decode()
    assert f'<option value="{autumn.pk}" selected>Autumn round</option>' in page
    assert '<details class="risk-decide" open>' in page
    assert as_(diana).get(page_of(acme), {"kind": "x" * 500, "round": "²"}).status_code == 200


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_decision_without_a_reason_is_refused(reason: str, acme: Account, as_: Any, diana: User) -> None:
    with pytest.raises(InvalidInput):
        named(acme, diana, reason=reason)
    assert as_(diana).post(page_of(acme), {"kind": "named", "named-reason": reason}).status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize("status", ["key", "unknown", ""])
def test_an_account_is_not_deselected_into_a_key_account(status: str, acme: Account, as_: Any, diana: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        deselect(acme, status=status, reason="x", round=None, by=diana)
    assert refusal.value.code == "deselected_as_key"
    typed = {"kind": "deselected", "deselected-reason": "x", "deselected-status": status}
    assert as_(diana).post(page_of(acme), typed).status_code == 422


def test_directors_alone_decide(*, acme: Account, as_: Any, olga: User, tim: User, vera: User, stranger: User) -> None:
    typed = {"kind": "named", "named-reason": "because"}
    for person in (olga, tim, vera):
        assert as_(person).post(page_of(acme), typed).status_code == 403
        assert "Name it a key account" not in as_(person).get(page_of(acme)).content.decode()
    assert as_(stranger).post(page_of(acme), typed).status_code == 404
    with pytest.raises(InvalidInput) as refusal:
        named(acme, olga)
    assert refusal.value.code == "decision_not_for_you"
    acme.refresh_from_db()
    assert (acme.status, Decision.objects.count()) == ("candidate", 0)


def test_a_decision_is_written_once_and_stays(acme: Account, diana: User) -> None:
    decision = named(acme, diana)
    decision.reason = "Something else"
    with pytest.raises(TypeError):
        decision.save()
    with pytest.raises(TypeError):
        decision.delete()
    assert Decision.objects.get().reason == "They share their plans."


@pytest.mark.parametrize(
    "half",
    [
        {"kind": "named", "status": "", "reason": "x"},
        {"kind": "named", "status": "key", "reason": ""},
        {"kind": "waiver", "status": "", "reason": "x", "gate": "launch", "label": "significant"},
    ],
)
def test_the_database_refuses_half_a_decision(half: dict[str, str], acme: Account, diana: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(account=acme, by=diana, **half)


def test_a_fifth_key_account_of_one_manager_is_warned_of_and_not_refused(
    acme: Account, as_: Any, diana: User, olga: User
) -> None:
    for n in range(3):
        Account.objects.create(name=f"Key {n}", owner=olga, status="key")
    client = as_(diana)
    fourth = client.post(page_of(acme), {"kind": "named", "named-reason": "x"}, follow=True).content.decode()
    assert "now looks after" not in fourth
    fifth = Account.objects.create(name="Fifth", owner=olga)
    assert "Olga looks after 4 key accounts already" in client.get(page_of(fifth)).content.decode()
    answer = client.post(page_of(fifth), {"kind": "named", "named-reason": "x"}, follow=True).content.decode()
    assert "Olga now looks after 5 key accounts" in answer
    fifth.refresh_from_db()
    assert fifth.status == "key"


def test_others_read_decisions_about_what_they_see_and_no_names_of_rounds(
    *, acme: Account, as_: Any, diana: User, vera: User, stranger: User
) -> None:
    named(acme, diana, round=frozen_round(acme, name="Secret round"))
    for address in ("/decisions/", page_of(acme), "/decisions.csv"):
        answer = as_(vera).get(address)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert "They share their plans." in text
        assert "Secret round" not in text
    assert "They share their plans." not in as_(stranger).get("/decisions/").content.decode()
    assert as_(stranger).get(page_of(acme)).status_code == 404


def test_a_merge_moves_decisions_and_their_risks(acme: Account, as_: Any, diana: User) -> None:
    twin = Account.objects.create(name="Acme twin")
    named(twin, diana)
    one = risk(twin, "Flood", "high medium", by=diana)
    sign_waiver(one, gate="launch", reason="We carry it.", by=diana)
    merge(kept=acme, gone=twin, by=diana)
    assert set(Decision.objects.values_list("account", flat=True)) == {acme.pk}
    assert "We carry it." in as_(diana).get(page_of(acme)).content.decode()


def test_a_projects_waiver_stands_in_the_log(acme: Account, as_: Any, diana: User, tim: User) -> None:
    ours = project(acme, by=diana)
    sign_waiver(risk(ours, "Late", "high medium", by=diana), gate="verify", reason="The pilot shows it.", by=diana)
    page = as_(tim).get("/decisions/", {"kind": "waiver"}).content.decode()
    for words in ("Waiver signed", "The pilot shows it.", "Same-day spare parts", "Late", "Verify"):
        assert words in page
    assert "The pilot shows it." not in as_(tim).get("/decisions/", {"kind": "named"}).content.decode()


def test_the_log_is_a_file(acme: Account, as_: Any, diana: User) -> None:
    named(acme, diana, round=frozen_round(acme), reason="=1+1")
    text = b"".join(as_(diana).get("/decisions.csv").streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Who"], row["Account"], row["Why"], row["Round"]) == ("Diana", "Acme 台積", "'=1+1", "Autumn round")

    assert crawl.body_of(as_(diana).get("/decisions.xlsx"))[:2] == b"PK"

    assert as_(diana).get("/decisions.json").status_code == 404


@pytest.mark.parametrize("reason", ["n" * 5000, "😀 \u202eمرحبا", "<script>alert(1)</script>"])
def test_any_reason_is_kept_as_it_was_written(reason: str, acme: Account, as_: Any, diana: User) -> None:
    as_(diana).post(page_of(acme), {"kind": "named", "named-reason": reason})
    assert Decision.objects.get().reason == reason
    assert "<script>alert(1)" not in as_(diana).get(page_of(acme)).content.decode()


def test_the_log_costs_the_same_queries_for_any_number_of_decisions(
    as_: Any, diana: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        account = Account.objects.create(name=f"Account {n}")
        named(account, diana, round=frozen_round(account, name=f"Round {n}"))
    client = as_(diana)
    with django_assert_max_num_queries(8):
        client.get("/decisions/")
    with django_assert_max_num_queries(31):
        client.get(page_of(account))
