"""If it must end: why, when, who carries on, and the last contact with each person."""

from typing import Any

import pytest
from tests.web.action_fixtures import in_days, opened
from tests.web.interaction_fixtures import contact, met

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account, AccountMember
from openkam.web.contacts.models import Contact
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.programme.models import Event
from openkam.web.relationships.health_actions import save_exit
from openkam.web.relationships.models import Exit, ExitContact

pytestmark = pytest.mark.django_db


def page_of(account: Account) -> str:
    return f"/accounts/{account.pk}/exit/"


def planned(account: Account, by: User, **fields: Any) -> Exit:
    given = {"reason": "They moved to another supplier", "on": in_days(90), **fields}
    made = Exit(account=account, **given)
    save_exit(made, by=by)
    return made


def sent(client: Any, account: Account, **typed: Any) -> Any:
    given = {"reason": "They moved", "on": in_days(90).isoformat(), **typed}
    return client.post(page_of(account), opened(client, page_of(account), **given))


def rows(client: Any, account: Account, **typed: Any) -> dict[str, Any]:
    """The form of last contacts as it was opened now, with what was typed: who_12="Tim"."""
    shown: dict[str, Any] = {}
    for one in client.get(page_of(account)).context["people"]:
        for bound in one["form"]:
            value = bound.value() or ""
            shown |= {bound.html_name: value, bound.html_initial_name: value}
    return shown | {f"contact-{key.split('_')[-1]}-{key.rpartition('_')[0]}": value for key, value in typed.items()}


def test_an_account_without_an_exit_says_what_one_is(acme: Account, as_: Any, vera: User) -> None:
    page = as_(vera).get(page_of(acme)).content.decode()
    assert "Nothing ends here" in page
    assert "Plan an exit" not in page


def test_an_exit_is_planned_with_its_continuity_and_lessons(acme: Account, as_: Any, olga: User, vera: User) -> None:
    given = {"continuity": "Spares for two years", "lessons": "We knew one buyer only", "may_return": "on"}
    assert sent(as_(olga), acme, **given).status_code == 302
    made = Exit.objects.get()
    assert (made.reason, made.on, made.by, made.may_return) == ("They moved", in_days(90), olga, True)
    page = as_(vera).get(page_of(acme)).content.decode()
    for words in ("They moved", f"It ends on {in_days(90)}", "Spares for two years", "We knew one buyer only"):
        assert words in page
    acme.refresh_from_db()
    assert acme.status != Account.Status.EXITING, "a plan changes nothing by itself"
    assert Event.objects.about(acme).filter(verb="planned_exit", by=olga).exists()


@pytest.mark.parametrize(
    ("powerful", "returns", "words"),
    [
        ("on", "", "think of what they need to go on"),
        ("", "on", "think of what they need to go on"),
        ("", "", "may come first"),
    ],
)
def test_alajoutsijarvi_moeller_tahtinen_2000_the_style_follows_power_and_return(
    *, powerful: str, returns: str, words: str, acme: Account, as_: Any, olga: User
) -> None:
    sent(as_(olga), acme, partner_is_powerful=powerful, may_return=returns)
    assert words in as_(olga).get(page_of(acme)).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"on": ""}, {"on": "soon"}, {"style": "rude"}, {"orientation": "nobody"}]
)
def test_what_is_no_plan_is_refused(wrong: dict[str, str], acme: Account, as_: Any, olga: User) -> None:
    assert sent(as_(olga), acme, **wrong).status_code == 422
    assert not Exit.objects.exists()


def test_an_exit_needs_its_reason(acme: Account, olga: User) -> None:
    with pytest.raises(InvalidInput, match="exit_without_reason"):
        planned(acme, olga, reason="  ")


def test_whoever_may_change_the_account_writes(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    typed = {"reason": "Taken over", "on": in_days(1).isoformat()}
    planned(acme, olga)
    lin = contact(acme)
    for person, reads, writes in ((tim, 200, 403), (vera, 200, 403), (stranger, 404, 404)):
        client = as_(person)
        assert client.get(page_of(acme)).status_code == reads
        for part in ("", "contacts/", "status/"):
            assert client.post(page_of(acme) + part, {**typed, f"contact-{lin.pk}-who": "Me"}).status_code == writes
    assert Exit.objects.get().reason == "They moved to another supplier"
    assert not ExitContact.objects.exists()
    acme.refresh_from_db()
    assert acme.status != Account.Status.EXITING
    mate = User.objects.create_user("mate@supplier.example", name="Mate", role=Role.MANAGER)
    AccountMember.objects.create(account=acme, user=mate)
    for person in (diana, olga, mate):
        assert sent(as_(person), acme, reason=f"Says {person}").status_code == 302
        assert Exit.objects.get().reason == f"Says {person}"
    for person in (tim, vera):
        page = as_(person).get(page_of(acme)).content.decode()
        assert "Change the plan of the exit" not in page
        assert f'action="{page_of(acme)}' not in page


def test_the_status_is_set_by_a_button_and_once(acme: Account, as_: Any, olga: User) -> None:
    client, address = as_(olga), f"{page_of(acme)}status/"
    assert client.post(address).status_code == 404, "nothing is planned"
    planned(acme, olga)
    assert "Set the status to exiting" in client.get(page_of(acme)).content.decode()
    for _twice in range(2):
        assert client.post(address).status_code == 302
    acme.refresh_from_db()
    assert acme.status == Account.Status.EXITING
    assert Event.objects.about(acme).filter(field="status", new="exiting", by=olga).count() == 1
    assert "Set the status to exiting" not in client.get(page_of(acme)).content.decode()


def test_two_editors_at_once_and_nothing_is_overwritten(acme: Account, as_: Any, diana: User, olga: User) -> None:
    client = as_(olga)
    late = opened(client, page_of(acme), reason="Mine", on=in_days(1).isoformat())
    assert sent(as_(diana), acme, reason="Hers").status_code == 302
    answer = client.post(page_of(acme), late)
    assert answer.status_code == 422
    assert "Somebody changed this while you were typing" in answer.content.decode()
    assert Exit.objects.get().reason == "Hers"


# The last contact with each person


def test_each_person_has_somebody_who_speaks_with_them_a_last_time(
    acme: Account, as_: Any, olga: User, vera: User
) -> None:
    lin, wang = contact(acme, "Lin"), contact(acme, "Wang")
    met(acme, olga, lin, back=12)
    planned(acme, olga)
    client = as_(olga)
    typed = {f"who_{lin.pk}": "Olga", f"done_on_{lin.pk}": in_days(-1).isoformat()}
    client.post(f"{page_of(acme)}contacts/", rows(client, acme, **typed))
    row = ExitContact.objects.get()
    assert (row.contact, row.who, row.done_on) == (lin, "Olga", in_days(-1))
    page = as_(vera).get(page_of(acme)).content.decode()
    assert in_days(-12).isoformat() in page
    assert in_days(-1).isoformat() in page
    assert "never" in page
    assert wang.name in page


def test_two_people_who_fill_in_the_list_at_once_lose_nothing(acme: Account, as_: Any, diana: User, olga: User) -> None:
    lin, wang = contact(acme, "Lin"), contact(acme, "Wang")
    planned(acme, olga)
    client, other, address = as_(olga), as_(diana), f"{page_of(acme)}contacts/"
    mine = rows(client, acme, **{f"who_{lin.pk}": "Olga"})
    other.post(address, rows(other, acme, **{f"who_{wang.pk}": "Diana"}))
    client.post(address, mine)
    assert dict(ExitContact.objects.values_list("contact__name", "who")) == {"Lin": "Olga", "Wang": "Diana"}
    late = rows(client, acme, **{f"who_{wang.pk}": "Olga", f"who_{lin.pk}": "Nobody"})
    other.post(address, rows(other, acme, **{f"who_{wang.pk}": "Tim"}))
    said = client.post(address, late, follow=True).content.decode()
    assert "Somebody" in said or "meanwhile" in said
    assert dict(ExitContact.objects.values_list("contact__name", "who")) == {"Lin": "Olga", "Wang": "Tim"}


def test_what_cannot_be_read_saves_nothing(acme: Account, as_: Any, olga: User) -> None:
    lin, wang = contact(acme, "Lin"), contact(acme, "Wang")
    planned(acme, olga)
    client, address = as_(olga), f"{page_of(acme)}contacts/"
    for typed in ({f"done_on_{lin.pk}": "soon"}, {f"who_{lin.pk}": "x" * 201}):
        said = client.post(address, rows(client, acme, **{f"who_{wang.pk}": "Tim", **typed}), follow=True)
        assert "nothing was saved" in said.content.decode()
    assert not ExitContact.objects.exists()


def test_people_of_another_account_and_those_who_left_are_not_on_the_list(
    acme: Account, as_: Any, olga: User, stranger: User
) -> None:
    there = contact(Account.objects.create(name="Zyxomma", owner=stranger), "Quarzwinkel")
    gone = contact(acme, "Gone")
    Contact.objects.filter(pk=gone.pk).update(left_on=in_days(-5))
    planned(acme, olga)
    client = as_(olga)
    typed = {f"contact-{pk}-who": "Me" for pk in (there.pk, gone.pk)}
    client.post(f"{page_of(acme)}contacts/", typed)
    assert not ExitContact.objects.exists()
    assert "Quarzwinkel" not in client.get(page_of(acme)).content.decode()


def test_many_people_have_pages_and_no_more_queries(
    acme: Account, as_: Any, olga: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        contact(acme, f"Person {number:02}")
    planned(acme, olga)
    client = as_(olga)
    client.get(page_of(acme))  # the first visit of a day diagnoses the relationship
    with django_assert_max_num_queries(30):
        assert len(client.get(page_of(acme)).context["people"]) == 50
    last = client.get(f"{page_of(acme)}?page=2").context["people"][-1]["rhythm"].contact
    client.post(f"{page_of(acme)}contacts/", {f"contact-{last.pk}-who": "Tim"})
    assert ExitContact.objects.get().contact == last


def test_the_page_prints(acme: Account, as_: Any, olga: User) -> None:
    contact(acme)
    planned(acme, olga)
    page = as_(olga).get(page_of(acme)).content.decode()
    assert "data-print" in page
    assert 'class="prints"' in page
