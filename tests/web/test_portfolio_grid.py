"""One account's five-year grid: who may type what, two editors at once, suggestions, the six questions."""

from decimal import Decimal
from typing import Any

import pytest
from tests.web.portfolio_facts import SOURCE_YEARS, booked

from openkam.web.accounts.models import Account
from openkam.web.portfolio.grid import Grid
from openkam.web.portfolio.models import Assumption, Growth, PlanCell
from openkam.web.portfolio.years import window
from openkam.web.programme.models import Event


@pytest.fixture
def filled(acme: Account) -> Account:
    """The source's account: booked to 2020, its forecast not typed yet."""
    for year in (2018, 2019, 2020):
        booked(acme, year, *SOURCE_YEARS[year])
    return acme


def address(account: Account, part: str = "") -> str:
    return f"/portfolio/accounts/{account.pk}/{part}"


def posted(scenario: str = "base", **cells: str) -> dict[str, str]:
    """A form: revenue_2021="1,150" types into that cell, revenue_2021_v="1" says which version was seen."""
    fields = {"year": "2020", "scenario": scenario}
    for name, value in cells.items():
        row, _, year = name.removesuffix("_v").rpartition("_")
        fields[f"{'version' if name.endswith('_v') else 'cell'}-{row}-{year}"] = value
    return fields


def send(client: Any, account: Account, **cells: str) -> Any:
    return client.post(address(account, "cells/"), posted(**cells), headers={"Accept": "application/json"})


def test_the_source_account_gives_the_published_answers(diana: Any, filled: Account) -> None:
    for year in (2021, 2022):
        for row, amount in zip(("revenue", "direct_cost", "indirect_cost"), SOURCE_YEARS[year], strict=True):
            PlanCell.objects.create(account=filled, fiscal_year=year, row=row, amount=amount)
    span = window()
    assert span is not None
    summary = Grid(filled, span, "base", diana).summary
    assert [year.net_income for year in summary.years] == [90, 95, 100, 143, 191]
    assert (summary.answers.past_two_revenue, summary.answers.next_two_profit) == (1720, 334)
    assert (round(summary.cagr_percent or 0, 3), summary.net_present_value) == (12.905, Decimal("287.8512"))


def test_a_typed_cell_is_saved_with_its_author_and_an_event(as_: Any, olga: Any, filled: Account) -> None:
    answer = send(as_(olga), filled, revenue_2021="1,150.50").json()
    cell = PlanCell.objects.get()
    assert (cell.amount, cell.version, cell.by) == (Decimal("1150.5"), 1, olga)
    assert answer["saved"] == {"revenue-2021": {"version": 1, "text": "1,150.5"}}
    event = Event.objects.get()
    assert (event.field, event.old, event.new, event.by) == ("revenue 2021 base", "", "1150.5000", olga)
    assert (event.touches_profit, event.subject_id) == (False, filled.pk)
    assert "1,150" in answer["parts"]["grid-chart"]


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(
    as_: Any, olga: Any, tim: Any, filled: Account
) -> None:
    send(as_(olga), filled, revenue_2021="1000")
    first = send(as_(olga), filled, revenue_2021="1,150", revenue_2021_v="1").json()
    second = send(as_(tim), filled, revenue_2021="1200", revenue_2021_v="1").json()
    assert first["saved"]["revenue-2021"]["version"] == 2
    assert second["saved"] == {}
    assert "Olga" in second["refused"]["revenue-2021"]
    assert "1,150" in second["refused"]["revenue-2021"]
    assert PlanCell.objects.get().amount == 1150
    again = send(as_(tim), filled, revenue_2021="1200", revenue_2021_v=str(second["versions"]["revenue-2021"]))
    assert again.json()["saved"]["revenue-2021"]["version"] == 3


def test_two_editors_of_an_empty_cell_do_not_overwrite_each_other(
    as_: Any, olga: Any, tim: Any, filled: Account
) -> None:
    send(as_(olga), filled, revenue_2021="1150", revenue_2021_v="0")
    assert send(as_(tim), filled, revenue_2021="1", revenue_2021_v="0").json()["refused"]
    assert PlanCell.objects.get().amount == 1150


def test_both_typing_the_same_is_no_conflict(as_: Any, olga: Any, tim: Any, filled: Account) -> None:
    send(as_(olga), filled, revenue_2021="1150")
    assert send(as_(tim), filled, revenue_2021="1,150").json()["saved"]["revenue-2021"]["version"] == 1
    assert Event.objects.count() == 1


def test_without_a_script_the_refused_text_stays_in_the_form(as_: Any, olga: Any, tim: Any, filled: Account) -> None:
    send(as_(olga), filled, revenue_2021="1150")
    response = as_(tim).post(address(filled, "cells/"), posted(revenue_2021="1200", revenue_2022="about 5"))
    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="1200"' in page
    assert "Olga changed this to 1,150 meanwhile" in page
    assert "“about 5” is not an amount." in page


def test_an_unchanged_field_of_an_old_form_is_left_alone(as_: Any, olga: Any, tim: Any, filled: Account) -> None:
    send(as_(olga), filled, revenue_2021="1150")
    form = posted(revenue_2021="", revenue_2022="1300") | {"was-revenue-2021": "", "was-revenue-2022": ""}
    assert as_(tim).post(address(filled, "cells/"), form).status_code == 302
    assert dict(PlanCell.objects.values_list("fiscal_year", "amount")) == {2021: 1150, 2022: 1300}


def test_a_pasted_block_is_saved_cell_by_cell(as_: Any, olga: Any, filled: Account) -> None:
    answer = send(
        as_(olga),
        filled,
        revenue_2021="1.150,00",
        revenue_2022="1 300",
        direct_cost_2021="(5)",
        direct_cost_2022="oops",
        indirect_cost_2021="-",
    ).json()
    assert set(answer["refused"]) == {"direct_cost-2022"}
    assert dict(PlanCell.objects.filter(row="revenue").values_list("fiscal_year", "amount")) == {2021: 1150, 2022: 1300}
    assert PlanCell.objects.get(row="direct_cost").amount == -5


def test_a_booked_year_cannot_be_typed(as_: Any, olga: Any, filled: Account) -> None:
    answer = send(as_(olga), filled, revenue_2020="1").json()
    assert "2020 has invoices" in answer["refused"]["revenue-2020"]
    assert not PlanCell.objects.exists()


def test_a_past_year_that_the_ledger_lacks_is_typed_and_says_so(as_: Any, olga: Any, acme: Account) -> None:
    booked(acme, 2020, *SOURCE_YEARS[2020])
    client = as_(olga)
    assert not client.get(address(acme)).context["grid"].years[0].is_typed
    client.post(address(acme, "cells/"), posted(scenario="high", revenue_2018="800"))
    assert PlanCell.objects.get().scenario == "base"  # the past has no scenarios
    assert client.get(address(acme)).context["grid"].years[0].is_typed


def test_each_scenario_has_its_own_figures_and_shows_the_base_beneath(as_: Any, olga: Any, filled: Account) -> None:
    client = as_(olga)
    send(client, filled, revenue_2021="1150")
    send(client, filled, scenario="high", revenue_2021="1400")
    texts = {s: client.get(address(filled) + f"?scenario={s}").context["grid"] for s in ("low", "base", "high")}
    assert {s: grid.cells["revenue"][3].amount for s, grid in texts.items()} == {
        "low": 1150,
        "base": 1150,
        "high": 1400,
    }
    assert texts["low"].cells["revenue"][3].hint == "1,150"


def test_a_forecast_without_an_assumption_is_warned_about(as_: Any, olga: Any, filled: Account) -> None:
    client = as_(olga)
    warned = send(client, filled, revenue_2021="1150").json()["parts"]["grid-notices"]
    assert "A forecast without an assumption" in warned
    form = posted() | {"assumption-2021": "The second plant opens", "was-assumption-2021": ""}
    client.post(address(filled, "cells/"), form)
    assert Assumption.objects.get().text == "The second plant opens"
    assert not any(head.is_unfounded for head in client.get(address(filled)).context["grid"].years)


def test_an_assumption_that_changed_meanwhile_is_kept(as_: Any, olga: Any, tim: Any, filled: Account) -> None:
    Assumption.objects.create(account=filled, fiscal_year=2021, text="Theirs")
    form = posted() | {"assumption-2021": "Mine", "was-assumption-2021": ""}
    page = as_(tim).post(address(filled, "cells/"), form)
    assert page.status_code == 409
    assert "Theirs" in page.content.decode()
    assert Assumption.objects.get().text == "Theirs"


@pytest.mark.parametrize(
    ("who", "looking", "typing"),
    [("diana", 200, 302), ("olga", 200, 302), ("tim", 200, 302), ("vera", 200, 403), ("stranger", 404, 404)],
)
def test_each_person_may_look_and_type_as_their_role_and_team_say(
    as_: Any, *, request: Any, filled: Account, who: str, looking: int, typing: int
) -> None:
    client = as_(request.getfixturevalue(who))
    assert client.get(address(filled)).status_code == looking
    assert client.get(address(filled, "grid.csv")).status_code == looking
    assert client.post(address(filled, "cells/"), posted(revenue_2021="1")).status_code == typing
    assert PlanCell.objects.exists() == (typing == 302)


def test_a_cost_typed_by_who_does_not_see_profit_is_refused(as_: Any, tim: Any, filled: Account) -> None:
    for row in ("direct_cost", "indirect_cost"):
        assert send(as_(tim), filled, **{f"{row}_2021": "5", "revenue_2021": "9"}).status_code == 403
    assert not PlanCell.objects.exists()


def test_without_sees_profit_the_account_page_holds_revenue_alone(as_: Any, tim: Any, filled: Account) -> None:
    booked_cost = {"direct_cost": 711_113, "indirect_cost": 222_229}
    for row, amount in booked_cost.items():
        PlanCell.objects.create(account=filled, fiscal_year=2021, row=row, amount=amount)
    client = as_(tim)
    bodies = [client.get(address(filled)).content, client.get(address(filled, "suggestion/")).content]
    bodies.append(send(client, filled, revenue_2021="1150").content)
    bodies.append(b"".join(client.get(address(filled, "grid.csv")).streaming_content))
    for body in bodies:
        text = body.decode()
        assert "1,000" in text or "1000" in text or "1,150" in text or "1,100" in text
        for secret in ("711,113", "711113", "222,229", "222229", "690", "Direct cost", "Net income", "direct_cost"):
            assert secret not in text


def test_the_history_of_a_cost_is_hidden_from_who_does_not_see_profit(
    as_: Any, olga: Any, tim: Any, filled: Account
) -> None:
    send(as_(olga), filled, direct_cost_2021="5", revenue_2021="9")
    assert [event.field for event in Event.objects.visible_to(tim)] == ["revenue 2021 base"]
    assert Event.objects.visible_to(olga).count() == 2


def test_a_suggestion_names_its_method_and_fills_only_empty_cells(as_: Any, olga: Any, filled: Account) -> None:
    client = as_(olga)
    send(client, filled, revenue_2021="1")
    page = client.get(address(filled, "suggestion/")).content.decode()
    assert "Theil–Sen" in page
    assert "median share of revenue" in page
    assert PlanCell.objects.count() == 1  # looking fills nothing
    client.post(address(filled, "suggestion/"))
    base = PlanCell.objects.filter(scenario="base", row="revenue")
    assert dict(base.values_list("fiscal_year", "amount")) == {2021: 1, 2022: 1200}
    assert PlanCell.objects.filter(scenario="low", row="revenue").count() == 2
    assert PlanCell.objects.filter(scenario="base", row="direct_cost").count() == 2


def test_a_suggestion_to_who_does_not_see_profit_fills_revenue_alone(as_: Any, tim: Any, filled: Account) -> None:
    as_(tim).post(address(filled, "suggestion/"))
    assert set(PlanCell.objects.values_list("row", flat=True)) == {"revenue"}


def test_an_account_without_the_latest_year_gets_no_suggestion(as_: Any, olga: Any, acme: Account) -> None:
    booked(Account.objects.create(name="Other"), 2020, 1, 1, 1)
    booked(acme, 2018, *SOURCE_YEARS[2018])
    assert "Nothing can be suggested" in as_(olga).get(address(acme, "suggestion/")).content.decode()


def test_questions_five_and_six_are_typed_and_remembered(as_: Any, olga: Any, tim: Any, filled: Account) -> None:
    form = {
        "potential": "Second plant",
        "months": "18",
        "orientation": "strategic",
        "orientation_reason": "Joint board",
    }
    assert as_(olga).post(address(filled, "answers/"), form).status_code == 302
    filled.refresh_from_db()
    assert (filled.orientation, filled.orientation_reason) == ("strategic", "Joint board")
    assert Growth.objects.get().months == 18
    assert {event.field for event in Event.objects.all()} == {
        "growth potential",
        "growth months",
        "orientation",
        "orientation_reason",
    }
    refused = as_(tim).post(address(filled, "answers/"), form | {"months": "-1"})
    assert refused.status_code == 422
    assert "Second plant" in refused.content.decode()


def test_the_page_costs_a_fixed_number_of_queries(
    as_: Any, olga: Any, filled: Account, django_assert_num_queries: Any
) -> None:
    client = as_(olga)
    with django_assert_num_queries(10):
        client.get(address(filled))


def test_without_any_figures_the_page_says_import_first(as_: Any, diana: Any, acme: Account) -> None:
    assert "import it first" in as_(diana).get(address(acme)).content.decode()
