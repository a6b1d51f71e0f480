"""The thresholds of the diagnosis: changed by directors alone, logged, tried before, and taken back."""

from typing import Any

import pytest
from tests.web.stage_fixtures import ago, bow_tie, met, pair

from openkam.method.network import Thresholds
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.relationships.models import StageReview, StageRules, Standing
from openkam.web.relationships.rules import LOOKED_AT, preview
from openkam.web.relationships.seen import thresholds
from openkam.web.relationships.standing import standings

pytestmark = pytest.mark.django_db
RULES = "/programme/stage-rules/"


def form(**changed: Any) -> dict[str, Any]:
    return {"version": 1, **Thresholds().model_dump(mode="json"), **changed}


def two_threads(account: Account) -> None:
    """ν 2, D above a fifth, one level and one function: Early, and Mid where two threads are enough."""
    bow_tie(account)
    met(*pair(account, "R&D", "rd", "specialist"), 12)
    met(*pair(account, "R&D boss", "rd", "director"), 12)


def test_a_changed_threshold_diagnoses_anew_and_is_logged(acme: Account, as_: Any, diana: User) -> None:
    two_threads(acme)
    assert standings([acme])[acme.pk].stage == 3
    client = as_(diana)
    assert client.post(RULES, form(mid_nu=4)).status_code == 302
    assert not Standing.objects.exists()
    assert standings([acme])[acme.pk].stage == 2
    assert StageRules.objects.get().thresholds == {"mid_nu": 4}
    event = Event.objects.get(subject_type="relationships.stagerules")
    assert (event.field, event.old, event.new, event.by) == ("mid_nu", "3", "4", diana)
    assert "changed</span>" in client.get(RULES).content.decode()
    assert "Mid: independent threads" in client.get("/programme/history/").content.decode()


def test_back_to_the_defaults_is_logged_too(acme: Account, as_: Any, diana: User) -> None:
    client = as_(diana)
    client.post(RULES, form(mid_nu=4, borderline=0.2))
    client.post(f"{RULES}defaults/")
    assert thresholds() == Thresholds()
    assert StageRules.objects.get().thresholds == {}
    assert Event.objects.filter(subject_type="relationships.stagerules").count() == 4


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"mid_nu": 6}, "A higher stage cannot ask for less than a lower one."),
        ({"mid_direct": 0}, "More than 0"),
        ({"mid_nu": 0}, "At least 1."),
        ({"mid_levels": 9}, "At most 5."),
        ({"mid_nu": "NaN"}, "Enter a whole number."),
        ({"mid_direct": "nan"}, "Enter a number."),
        ({"mid_direct": "inf"}, "Enter a number."),
        ({"mid_direct": ""}, "This field is required."),
    ],
)
def test_a_threshold_that_makes_no_sense_is_refused_beside_its_field(
    changed: dict[str, Any], words: str, as_: Any, diana: User
) -> None:
    for more in ({}, {"preview": "1"}):
        answer = as_(diana).post(RULES, form(**changed, **more))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not StageRules.objects.filter(version__gt=1).exists()
    assert not Event.objects.filter(subject_type="relationships.stagerules").exists()


def test_two_directors_at_once_and_nothing_is_overwritten(as_: Any, diana: User) -> None:
    client = as_(diana)
    client.post(RULES, form(mid_nu=4))
    answer = client.post(RULES, form(mid_nu=2))
    assert answer.status_code == 422
    assert "Somebody changed the thresholds meanwhile." in answer.content.decode()
    assert thresholds().mid_nu == 4


def test_a_preview_says_who_would_move_and_changes_nothing(acme: Account, as_: Any, diana: User) -> None:
    two_threads(acme)
    answer = as_(diana).post(RULES, form(mid_nu=4, preview="1"))
    shown = answer.context["preview"]
    assert (shown.looked_at, shown.of, shown.moving, shown.moves) == (1, 1, 1, ((3, 2, 1),))
    assert "1 relationship of 1 would change its stage." in " ".join(answer.content.decode().split())
    assert thresholds() == Thresholds()


def test_a_preview_looks_at_so_many_accounts_at_most(acme: Account, monkeypatch: Any) -> None:
    two_threads(acme)
    two_threads(Account.objects.create(name="Other", owner=acme.owner))
    monkeypatch.setattr("openkam.web.relationships.rules.LOOKED_AT", 1)
    shown = preview({"mid_nu": 4})
    assert (shown.looked_at, shown.of) == (1, 2)
    assert LOOKED_AT == 200


def test_the_thresholds_are_for_directors(
    *, as_: Any, acme: Account, olga: User, tim: User, vera: User, stranger: User
) -> None:
    for person in (olga, tim, vera, stranger):
        assert as_(person).get(RULES).status_code == 403
        assert as_(person).post(RULES, form(mid_nu=4)).status_code == 403
        assert as_(person).post(f"{RULES}defaults/").status_code == 403
    assert not StageRules.objects.exists()


def agreed(count: int, *, apart: int) -> None:
    """Accounts diagnosed 1, 2, 3, 4 in turn, each agreed so many stages lower."""
    for number in range(count):
        account = Account.objects.create(name=f"Account {number}")
        stage = 1 + number % 4
        Standing.objects.create(account=account, on=ago(0), stage=stage, nu=1, weight=1, lamp="red")
        StageReview.objects.create(account=account, on=ago(9), diagnosed=stage, agreed=stage - apart)


def test_full_agreement_of_twenty_accounts_is_a_kappa_of_one(as_: Any, diana: User) -> None:
    agreed(20, apart=0)
    answer = as_(diana).get(RULES)
    assert answer.context["calibration"].kappa == 1
    assert "are few" not in answer.content.decode()


def test_few_accounts_are_told_as_few(as_: Any, diana: User) -> None:
    agreed(4, apart=1)
    answer = as_(diana).get(RULES)
    assert 0 < answer.context["calibration"].kappa < 1
    assert "4 accounts are few; from 20 on the figure says something." in answer.content.decode()


def test_without_reviews_there_is_no_kappa(as_: Any, diana: User) -> None:
    answer = as_(diana).get(RULES)
    assert answer.context["calibration"].kappa is None
    assert "Not known yet" in answer.content.decode()
