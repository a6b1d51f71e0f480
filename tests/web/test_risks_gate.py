"""May we pass the gate? The rule of the risk grid, waivers, and what a waiver does not lift."""

from typing import Any

import pytest
from tests.web.risk_fixtures import moved, project, risk

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.actions import sign_waiver
from openkam.web.plans.models import Decision, Gate
from openkam.web.plans.register import read_register
from openkam.web.plans.risk_actions import approve_plan, close_risk

pytestmark = pytest.mark.django_db


def verdict(account: Account, gate: str, user: User) -> str:
    return read_register(account.risks.with_people(), user=user, gate=Gate(gate)).verdict.code


def planned(account: Account, place: str, *, by: User) -> Any:
    one = risk(account, "Significant", place, by=by, plan="Dam", owner=by, due_on="2030-01-01")
    return approve_plan(one, by=by, version=None)


def test_fix_a_planned_significant_and_caution_go_at_define_and_not_at_launch(acme: Account, diana: User) -> None:
    risk(acme, "Fix", "medium medium", by=diana)
    planned(acme, "high medium", by=diana)
    risk(acme, "Caution", "low low", by=diana)
    assert (verdict(acme, "define", diana), verdict(acme, "launch", diana)) == ("go", "no_go")


def test_with_the_fix_closed_caution_goes_at_launch(acme: Account, diana: User) -> None:
    fix = risk(acme, "Fix", "medium medium", by=diana)
    risk(acme, "Three", "low medium", by=diana)
    risk(acme, "Two", "low low", by=diana)
    close_risk(fix, why="done", by=diana, version=None)
    assert verdict(acme, "launch", diana) == "go"


@pytest.mark.parametrize("gate", Gate.values)
def test_a_showstopper_is_a_no_go_anywhere(gate: str, acme: Account, diana: User) -> None:
    risk(acme, "Stop", "high high", by=diana)
    assert verdict(acme, gate, diana) == "no_go"


def test_a_significant_risk_without_an_approved_plan_is_conditional_at_define(acme: Account, diana: User) -> None:
    risk(acme, "Significant", "high medium", by=diana, plan="not approved")
    assert verdict(acme, "define", diana) == "conditional"


def test_the_place_after_measures_decides(acme: Account, diana: User) -> None:
    risk(acme, "Stop", "high high", residual="low low", by=diana)
    assert verdict(acme, "launch", diana) == "go"


def test_the_page_prints_verdict_reasons_and_rule(acme: Account, as_: Any, vera: User, diana: User) -> None:
    one = risk(acme, "Flood", "high medium", by=diana)
    page = as_(vera).get(f"/accounts/{acme.pk}/risks/", {"gate": "launch"}).content.decode()
    gate = page.split('id="risk-gate"')[1].split('id="risk-list"')[0]
    for words in (
        "No-go",
        "Significant risk",
        "Flood",
        f"/risks/{one.pk}/",
        "still open at a launch gate",
        "The rule:",
    ):
        assert words in gate
    assert "Sign a waiver" not in gate


def test_a_project_asks_first_about_its_own_phase(acme: Account, as_: Any, diana: User) -> None:
    ours = project(acme, by=diana, phase="verify")
    risk(ours, "Late", "low high", by=diana)
    page = as_(diana).get(f"/projects/{ours.pk}/").content.decode()
    assert "May we pass the gate Verify?" in page
    assert "No-go" in page
    assert (
        "May we pass the gate Define?" in as_(diana).get(f"/projects/{ours.pk}/", {"gate": "define"}).content.decode()
    )


def test_a_director_signs_a_waiver_and_the_gate_opens(acme: Account, as_: Any, diana: User, vera: User) -> None:
    one = risk(acme, "Flood", "high medium", by=diana)
    client, address = as_(diana), f"/accounts/{acme.pk}/risks/?gate=launch"
    assert "Sign a waiver" in client.get(address).content.decode()
    client.post(f"/risks/{one.pk}/waiver/", {"gate": "launch", "reason": "We carry it.", "next": address})
    decision = Decision.objects.get()
    assert (decision.by, decision.account, decision.label, decision.gate) == (diana, acme, "significant", "launch")
    page = as_(vera).get(address).content.decode()
    assert "Diana signed a waiver" in page
    assert "We carry it." in page
    assert "passes this gate by a signed waiver" in page
    assert (verdict(acme, "launch", diana), verdict(acme, "verify", diana)) == ("go", "no_go")


def test_a_waiver_does_not_cover_a_risk_that_became_graver(acme: Account, as_: Any, diana: User) -> None:
    one = risk(acme, "Flood", "medium medium", by=diana)
    sign_waiver(one, gate="launch", reason="small", by=diana)
    assert verdict(acme, "launch", diana) == "go"
    as_(diana).post(f"/risks/{one.pk}/place/", moved(one, "high medium"))
    assert verdict(acme, "launch", diana) == "no_go"


@pytest.mark.parametrize(
    ("place", "gate", "reason", "code"),
    [
        ("high high", "launch", "because", "showstopper_not_waived"),
        ("low low", "launch", "because", "nothing_to_waive"),
        ("", "launch", "because", "risk_not_placed"),
        ("high medium", "define", "because", "gate_without_waivers"),
        ("high medium", "never", "because", "gate_without_waivers"),
        ("high medium", "launch", "  ", "decision_without_reason"),
    ],
)
def test_what_cannot_be_waived_is_refused(
    *, place: str, gate: str, reason: str, code: str, acme: Account, as_: Any, diana: User
) -> None:
    one = risk(acme, "Flood", place, by=diana)
    with pytest.raises(InvalidInput) as refusal:
        sign_waiver(one, gate=gate, reason=reason, by=diana)
    assert refusal.value.code == code
    response = as_(diana).post(f"/risks/{one.pk}/waiver/", {"gate": gate, "reason": reason}, follow=True)
    assert "message--error" in response.content.decode()
    assert "Not accepted" not in response.content.decode()
    assert not Decision.objects.exists()


def test_nobody_but_a_director_signs(acme: Account, as_: Any, olga: User) -> None:
    one = risk(acme, "Flood", "high medium", by=olga)
    with pytest.raises(InvalidInput) as refusal:
        sign_waiver(one, gate="launch", reason="because", by=olga)
    assert refusal.value.code == "decision_not_for_you"
    assert as_(olga).post(f"/risks/{one.pk}/waiver/", {"gate": "launch", "reason": "x"}).status_code == 403


def test_a_closed_risk_is_not_waived(acme: Account, diana: User) -> None:
    one = risk(acme, "Flood", "high medium", by=diana)
    close_risk(one, why="gone", by=diana, version=None)
    with pytest.raises(InvalidInput) as refusal:
        sign_waiver(one, gate="launch", reason="because", by=diana)
    assert refusal.value.code == "risk_closed"
