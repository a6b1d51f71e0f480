"""The cost model's forms: pools, activities, terms, copies, and the history of each change."""

import re
from typing import Any

import pytest
from tests.web.cost_model_fixtures import YEAR, kaplan_anderson_model

from openkam.web.portfolio.models import Activity, CostPool, CostRule, TimeTerm
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db
MODEL = f"/portfolio/cost-to-serve/{YEAR}/model/"


def activity_form(**fields: Any) -> dict[str, Any]:
    empty = {"terms-TOTAL_FORMS": 0, "terms-INITIAL_FORMS": 0, "terms-MIN_NUM_FORMS": 0, "terms-MAX_NUM_FORMS": 20}
    return {"name": "Handle orders", "driver": "orders", "minutes": "8", **empty, **fields}


def test_a_pool_is_added_with_its_minutes(as_: Any, diana: Any) -> None:
    as_(diana).post(MODEL, {"name": "Service", "cost": "560000", "minutes": "700000"})
    pool = CostPool.objects.get()
    assert (pool.fiscal_year, pool.cost, pool.minutes) == (YEAR, 560_000, 700_000)


def test_capacity_is_reckoned_from_people(as_: Any, diana: Any) -> None:
    fields = {"name": "Service", "cost": "1", "people": "28", "hours": "1800", "share": "82.5"}
    as_(diana).post(MODEL, fields)
    assert CostPool.objects.get().minutes == 28 * 1800 * 60 * 825 / 1000


def test_the_usual_share_at_work_is_advised(as_: Any, diana: Any) -> None:
    assert "80 to 85 % is usual" in as_(diana).get(MODEL).content.decode()
    as_(diana).post(MODEL, {"name": "Service", "cost": "1", "people": "1", "hours": "1000"})
    assert CostPool.objects.get().minutes == 48_000


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": "A", "cost": "-1", "minutes": "5"}, "A cost is not negative."),
        ({"name": "A", "cost": "1", "minutes": "0"}, "Capacity must be more than zero minutes."),
        ({"name": "A", "cost": "1"}, "Enter minutes, or people and hours."),
        ({"name": "Customer service", "cost": "1", "minutes": "5"}, "This year already has a pool of this name."),
        ({"name": "A", "cost": "NaN", "minutes": "5"}, "Enter a number."),
        ({"name": "A", "cost": "1", "minutes": "Infinity"}, "Enter a number."),
        ({"name": "A", "cost": "9" * 16, "minutes": "5"}, "errorlist"),
    ],
)
def test_a_pool_that_makes_no_sense_is_refused(fields: Any, complaint: str, as_: Any, diana: Any) -> None:
    kaplan_anderson_model()
    response = as_(diana).post(MODEL, fields)
    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert CostPool.objects.count() == 1


def test_an_activity_with_terms_prints_its_equation(as_: Any, diana: Any) -> None:
    pool = kaplan_anderson_model()
    terms = {"terms-TOTAL_FORMS": 1, "terms-0-driver": " lines ", "terms-0-minutes": "2"}
    form = activity_form(name="Pick goods", driver="orders", **terms)
    response = as_(diana).post(f"/portfolio/cost-to-serve/pools/{pool.pk}/activities/", form, follow=True)
    assert TimeTerm.objects.get().driver == "lines"
    assert "t = 8 + 2 × lines" in response.content.decode()


@pytest.mark.parametrize("fields", [{"minutes": "-1"}, {"name": "Check credit"}, {"driver": "  "}, {"minutes": "NaN"}])
def test_an_activity_that_makes_no_sense_is_refused(fields: Any, as_: Any, diana: Any) -> None:
    pool = kaplan_anderson_model()
    address = f"/portfolio/cost-to-serve/pools/{pool.pk}/activities/"
    assert as_(diana).post(address, activity_form(**{"name": "New", **fields})).status_code == 422
    assert Activity.objects.count() == 3


def test_a_term_is_removed_by_its_box(as_: Any, diana: Any) -> None:
    kaplan_anderson_model()
    subject = Activity.objects.get(name="Handle orders")
    term = TimeTerm.objects.create(activity=subject, driver="lines", minutes=2)
    counts = {"terms-TOTAL_FORMS": 1, "terms-INITIAL_FORMS": 1, "terms-0-id": term.pk, "terms-0-DELETE": "on"}
    form = activity_form(**counts, **{"terms-0-driver": "lines", "terms-0-minutes": "2"})
    as_(diana).post(f"/portfolio/cost-to-serve/activities/{subject.pk}/", form)
    assert not TimeTerm.objects.exists()
    assert Event.objects.filter(verb="deleted", touches_profit=True).exists()


def test_every_change_of_the_model_is_remembered_with_old_and_new(as_: Any, diana: Any) -> None:
    pool = kaplan_anderson_model()
    client = as_(diana)
    changed = {"name": pool.name, "cost": "600000", "minutes": "700000"}
    client.post(f"/portfolio/cost-to-serve/pools/{pool.pk}/", changed)
    subject = Activity.objects.get(name="Handle orders")
    client.post(f"/portfolio/cost-to-serve/activities/{subject.pk}/", activity_form(minutes="9"))
    client.post(f"/portfolio/cost-to-serve/{YEAR}/rule/", {"method": "revenue_share", "total": "50"})
    client.post(f"/portfolio/cost-to-serve/pools/{pool.pk}/", {"remove": "1"})
    seen = set(Event.objects.values_list("verb", "field", "old", "new"))
    assert {
        ("changed", "cost", "560000", "600000"),
        ("changed", "minutes", "8", "9"),
        ("created", "total", "", "50"),
    } <= seen
    assert any(verb == "deleted" and "cost 600000" in old for verb, _, old, _ in seen)
    assert not Event.objects.filter(touches_profit=False).exists()


def test_last_years_model_is_copied_with_its_equations(as_: Any, diana: Any) -> None:
    kaplan_anderson_model(YEAR - 1)
    TimeTerm.objects.create(activity=Activity.objects.get(name="Handle orders"), driver="lines", minutes=2)
    response = as_(diana).post(f"/portfolio/cost-to-serve/{YEAR}/copy/", {"source": YEAR - 1}, follow=True)
    assert f"The model of {YEAR - 1} is copied" in response.content.decode()
    assert Activity.objects.filter(pool__fiscal_year=YEAR).count() == 3
    assert TimeTerm.objects.filter(activity__pool__fiscal_year=YEAR).count() == 1
    assert Event.objects.filter(verb="copied", touches_profit=True).count() == 1


def test_a_copy_never_overwrites_a_model(as_: Any, diana: Any) -> None:
    kaplan_anderson_model(YEAR - 1)
    kaplan_anderson_model(YEAR)
    response = as_(diana).post(f"/portfolio/cost-to-serve/{YEAR}/copy/", {"source": YEAR - 1}, follow=True)
    assert "Nothing was copied" in response.content.decode()
    assert CostPool.objects.count() == 2


def test_a_changed_rule_waits_for_the_next_assignment(as_: Any, diana: Any) -> None:
    as_(diana).post(f"/portfolio/cost-to-serve/{YEAR}/rule/", {"method": "revenue_share", "total": "50"})
    rule = CostRule.objects.get()
    assert (rule.method, rule.total, rule.result) == ("revenue_share", 50, {})


def test_names_are_shown_as_text_never_as_markup(as_: Any, diana: Any) -> None:
    pool = kaplan_anderson_model()
    CostPool.objects.update(name="<script>alert(1)</script>")
    for address in (MODEL, f"/portfolio/cost-to-serve/pools/{pool.pk}/"):
        page = as_(diana).get(address).content.decode()
        assert "<script>alert" not in page
        assert re.search("&lt;script&gt;alert", page)
