"""The stakeholder analysis: power and interest, support now and needed, of the people of the team map."""

from typing import Any

import pytest
from tests.web import crawl
from tests.web.contact_fixtures import contact
from tests.web.team_fixtures import SHEET, purposed, sheet, stakes, typed

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.people.models import User
from openkam.web.relationships.judging import Said, judge
from openkam.web.relationships.models import Judgement

pytestmark = pytest.mark.django_db


def stakeholders(account: Account) -> str:
    return f"/accounts/{account.pk}/stakeholders/"


def shown(client: Any, account: Account) -> Any:
    return client.get(stakeholders(account)).context


def test_spec_section_9_2_priorities_and_cells_stand_on_the_page(acme: Account, olga: User, as_: Any) -> None:
    stakes(sheet(acme, olga), olga)
    context = shown(as_(olga), acme)
    lines = {line["contact"].name: (line["found"].priority, str(line["cell"])) for line in context["page"]}
    assert lines == {
        "CFO": (10, "Manage closely"),
        "Plant manager": (0, "Manage closely"),
        "QA": (3, "Monitor"),
        "Buyer": (0, "Keep informed"),
        "R&D director": (4, "Monitor"),
    }
    assert context["total"] == 17
    assert [line["contact"].name for line in context["page"]][:3] == ["CFO", "R&D director", "QA"]
    assert next(line["steps"] for line in context["page"]) == ["·", "X", "·", "O", "·"]


def test_the_grid_has_everybody_in_their_cell(acme: Account, olga: User, as_: Any) -> None:
    stakes(sheet(acme, olga), olga)
    grid = shown(as_(olga), acme)["grid"]
    assert [[[one["contact"].name for one in cell["people"]] for cell in row] for row in grid] == [
        [[], ["CFO", "Plant manager"]],
        [["QA", "R&D director"], ["Buyer"]],
    ]


def test_the_page_warns_and_says_that_it_is_never_to_be_sent(acme: Account, olga: User, as_: Any) -> None:
    people = sheet(acme, olga)
    stakes(people, olga)
    contact(acme, "Nobody yet")
    page = as_(olga).get(stakeholders(acme)).content.decode()
    assert "Never send this sheet to the customer" in page
    assert "Powerful, and against: CFO" in page
    assert "Not judged yet, and in no sum: Nobody yet" in page
    for person in people.values():
        judge(person, said=Said({"support_needed": 2}), by=olga)
    assert "Everybody is needed at +2" in as_(olga).get(stakeholders(acme)).content.decode()


def test_support_is_one_figure_on_both_pages(acme: Account, olga: User, as_: Any) -> None:
    people, client = sheet(acme, olga), as_(olga)
    qa = people["QA"].pk
    assert (
        client.post(stakeholders(acme), typed(client, stakeholders(acme), **{f"c{qa}-support": "-2"})).status_code
        == 302
    )
    assert Judgement.objects.get(contact=qa).support == -2
    assert f'name="c{qa}-support" value="-2"' in client.get(f"/accounts/{acme.pk}/team-map/").content.decode()
    assert Judgement.objects.get(contact=qa).cells.count() == 4


@pytest.mark.parametrize("case", [("power", "6"), ("interest", "0"), ("support", "3"), ("support_needed", "x")])
def test_a_value_outside_its_scale_is_refused(case: tuple[str, str], acme: Account, olga: User, as_: Any) -> None:
    field, value = case
    people, client = sheet(acme, olga), as_(olga)
    before = list(Judgement.objects.values_list())
    data = typed(client, stakeholders(acme), **{f"c{people['QA'].pk}-{field}": value})
    answer = client.post(stakeholders(acme), data)
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()
    assert list(Judgement.objects.values_list()) == before


def test_without_a_purpose_the_page_sends_to_the_team_map(acme: Account, olga: User, as_: Any) -> None:
    anna, client = contact(acme, "Anna"), as_(olga)
    data = typed(client, stakeholders(acme), **{f"c{anna.pk}-power": "4"})
    answer = client.post(stakeholders(acme), data)
    assert answer.status_code == 422
    assert f'href="/accounts/{acme.pk}/team-map/"' in answer.content.decode()
    assert not Judgement.objects.exists()


def test_two_who_judge_different_people_keep_both_and_the_same_field_is_told(
    acme: Account, olga: User, diana: User, as_: Any
) -> None:
    people, first, second = sheet(acme, olga), as_(olga), as_(diana)
    qa, cfo = people["QA"].pk, people["CFO"].pk
    mine = typed(first, stakeholders(acme), **{f"c{qa}-power": "4"})
    both = typed(first, stakeholders(acme), **{f"c{cfo}-power": "1"})
    second.post(stakeholders(acme), typed(second, stakeholders(acme), **{f"c{cfo}-power": "5"}))
    assert first.post(stakeholders(acme), mine).status_code == 302
    assert first.post(stakeholders(acme), both).status_code == 422
    assert dict(Judgement.objects.exclude(power=None).values_list("contact", "power")) == {qa: 4, cfo: 5}


def test_the_files_hold_gap_and_priority(acme: Account, olga: User, as_: Any) -> None:
    stakes(sheet(acme, olga), olga)
    client = as_(olga)
    rows = crawl.text_of(client.get(f"{stakeholders(acme)}export.csv")).split("\n")
    assert "CFO,5,4,-1,1,Manage closely,2,10" in next(row for row in rows if row.startswith("CFO"))
    assert "Manage closely" in crawl.text_of(client.get(f"{stakeholders(acme)}export.xlsx"))
    assert client.get(f"{stakeholders(acme)}export.exe").status_code == 404


def test_an_account_without_people_says_so(acme: Account, olga: User, as_: Any) -> None:
    assert "No people of this customer are known yet" in as_(olga).get(stakeholders(acme)).content.decode()


def test_sixty_people_cost_no_more_queries_than_five(
    acme: Account, olga: User, as_: Any, django_assert_max_num_queries: Any
) -> None:
    purposed(acme, olga)
    for number in range(61):
        judge(contact(acme, f"Person {number:02}"), said=Said({"power": 3}), by=olga)
    client = as_(olga)
    with django_assert_max_num_queries(35):
        answer = client.get(stakeholders(acme))
    assert len(answer.context["page"]) == 60
    assert len(client.get(f"{stakeholders(acme)}?page=2").context["page"]) == 1


def test_the_order_is_stable_when_nobody_is_judged(acme: Account, olga: User, as_: Any) -> None:
    sheet(acme, olga)
    names = [line["contact"].name for line in shown(as_(olga), acme)["page"]]
    assert names == sorted(SHEET)
    assert Contact.objects.count() == len(names)
