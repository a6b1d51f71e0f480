"""Every change can be read: by whom, of what, from which value to which; profit only by those who see it."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded
from openkam.web.programme.models import Event
from openkam.web.programme.telling import PAGE, page_of, tell

ADDRESS = "/programme/history/"


def shown(client: Client, query: str = "") -> str:
    return str(client.get(ADDRESS + query).content.decode())


def test_history_belongs_to_directors(as_: Any, diana: User, olga: User, vera: User) -> None:
    assert as_(diana).get(ADDRESS).status_code == 200
    for person in (olga, vera):
        assert as_(person).get(ADDRESS).status_code == 403
    assert Client().get(ADDRESS).status_code == 302


def test_a_change_reads_with_names_instead_of_numbers(as_: Any, diana: User, olga: User, acme: Account) -> None:
    acme.owner = diana
    acme.status = "key"
    save_recorded(acme, by=olga, fields=["owner", "status"])
    lines = {line.field: line for line in tell(Event.objects.all(), diana)}
    assert (lines["account manager"].old, lines["account manager"].new) == ("Olga", "Diana")
    assert (lines["status"].old, lines["status"].new) == ("Candidate", "Key")
    assert lines["status"].url == f"/accounts/{acme.pk}/"


def test_yes_and_no_stand_for_true_and_false(diana: User, tim: User) -> None:
    tim.sees_profit = True
    save_recorded(tim, by=diana, fields=["sees_profit"])
    line = tell(Event.objects.all(), diana)[0]
    assert (line.old, line.new, line.who) == ("no", "yes", "Diana")


def test_a_field_without_a_model_is_told_in_words(diana: User, acme: Account) -> None:
    record("changed", by=diana, about=acme, field="direct_cost 2027 base", new="12.5000")
    record("joined_team", by=None, about=acme, field="team", new="Tim")
    newest, older = tell(Event.objects.order_by("-pk"), diana)
    assert (older.field, older.new) == ("direct cost 2027 Base", "12.50")
    assert (newest.who, newest.verb) == ("OpenKAM", "added to the team of")


def test_an_account_that_the_reader_may_not_see_is_told_by_its_number(diana: User, olga: User, acme: Account) -> None:
    group = Account.objects.create(name="Secret group")
    acme.parent = group
    save_recorded(acme, by=diana, fields=["parent_id"])
    assert [tell(Event.objects.all(), reader)[0].new for reader in (diana, olga)] == ["Secret group", f"#{group.pk}"]


def test_what_a_merge_leaves_for_taking_it_back_is_not_read_out(diana: User, acme: Account) -> None:
    record("took_over", by=diana, about=acme, field="account", old="Twin", new='{"keys": ["K"]}')
    assert tell(Event.objects.all(), diana)[0].new == ""


def test_unknown_kinds_and_numbers_that_are_gone_stay_readable(diana: User) -> None:
    Event.objects.create(by=None, verb="some_verb", subject_type="gone.model", subject_name="Old", field="x_y", new="1")
    Event.objects.create(by=None, verb="changed", subject_type="accounts.account", field="owner", old="999999")
    newest, older = tell(Event.objects.order_by("-pk"), diana)
    assert (older.verb, older.field, older.new) == ("some verb", "x y", "1")
    assert newest.old == "#999999"


def test_changes_of_profit_are_not_even_hinted_at(as_: Any, diana: User, acme: Account) -> None:
    record("changed", by=diana, about=acme, field="indirect_cost", old="1", new="987654")
    assert "987654" in shown(as_(diana))
    diana.sees_profit = False
    diana.save()
    page = shown(as_(diana))
    assert "987654" not in page
    assert "indirect" not in page


def test_the_history_is_narrowed_by_person_kind_and_date(as_: Any, diana: User, olga: User, acme: Account) -> None:
    record("changed", by=diana, about=acme, field="name", new="by-diana")
    record("changed", by=olga, about=olga, field="name", new="by-olga")
    client = as_(diana)
    assert "by-olga" not in shown(client, f"?by={diana.pk}")
    assert "by-diana" not in shown(client, "?about=people.user")
    assert "by-diana" in shown(client, f"?about=accounts.account&subject={acme.pk}&since=2000-01-01")
    assert "Nothing matches." in shown(client, "?until=2000-01-01")
    today = timezone.localdate().isoformat()
    assert "by-olga" in shown(client, f"?since={today}&until={today}")


@pytest.mark.parametrize(
    "query", ["?by=x", "?about=nothing", "?since=32.13.", "?before=abc", "?before=" + "9" * 40, "?until=9999-12-31"]
)
def test_a_filter_that_is_not_understood_narrows_nothing(as_: Any, diana: User, query: str) -> None:
    record("changed", by=diana, about=diana, field="name", new="still-here")
    assert "still-here" in shown(as_(diana), query)


def test_older_pages_follow_without_counting(as_: Any, diana: User, django_assert_max_num_queries: Any) -> None:
    for number in range(PAGE + 5):
        record("changed", by=diana, about=diana, field="name", new=f"no-{number:03}")
    first, older = page_of(Event.objects.all())
    second, none = page_of(Event.objects.all(), older)
    assert (len(first), len(second), none) == (PAGE, 5, None)
    client = as_(diana)
    with django_assert_max_num_queries(7) as queries:
        page = shown(client)
    assert f"before={older}" in page
    assert not any("COUNT(" in query["sql"] for query in queries)
    last = shown(client, f"?before={older}")
    assert "no-004" in last
    assert "no-005" not in last


def test_one_subjects_history_is_a_part_for_other_pages(olga: User, vera: User, acme: Account) -> None:
    record("changed", by=olga, about=acme, field="name", new="public-change")
    record("changed", by=olga, about=acme, field="net_income", new="secret-change")
    record("changed", by=olga, about=olga, field="name", new="of-somebody-else")
    template = Template("{% load history %}{% history_of acme %}")
    request = RequestFactory().get("/")
    pages = {}
    for user in (olga, vera):
        request.user = user
        pages[user] = template.render(Context({"request": request, "acme": acme}))
    assert "secret-change" in pages[olga]
    assert "secret-change" not in pages[vera]
    assert "public-change" in pages[vera]
    assert "of-somebody-else" not in pages[olga]
