"""Directors invite people and change what they may do; everybody looks after their own name."""

import re
import threading
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client

from openkam.method.errors import InvalidInput
from openkam.web.people import actions
from openkam.web.people.models import User
from openkam.web.people.permissions import PERMISSIONS, Permission, Role
from openkam.web.people.words import ROLES
from openkam.web.programme.models import Event

INVITED = {"email": "new@supplier.example", "name": "Nina", "role": "contributor"}
PAGES = ["/programme/people/", "/programme/people/invitation/"]


def link_on(response: Any) -> str:
    found = re.search(r"http://testserver(/auth/password/reset/key/[^<\s]+)", response.content.decode())
    assert found
    return found[1]


def surely(client: Client) -> Client:
    """A person who has just typed their password once more."""
    answer = client.post("/auth/reauthenticate/", {"password": "correct horse battery"})
    assert answer.status_code == 302
    return client


def form_of(person: User, **changes: Any) -> dict[str, Any]:
    fields = {"name": person.name, "email": person.email, "role": person.role}
    fields |= {name: "on" for name in ("sees_profit", "is_active") if getattr(person, name)}
    return {name: value for name, value in (fields | changes).items() if value is not None}


@pytest.mark.parametrize("address", PAGES)
def test_people_belong_to_directors(as_: Any, diana: User, olga: User, address: str) -> None:
    assert as_(diana).get(address).status_code == 200
    assert as_(olga).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_one_person_is_shown_to_directors_only(as_: Any, diana: User, olga: User, stranger: User) -> None:
    address = f"/programme/people/{olga.pk}/"
    assert as_(diana).get(address).status_code == 200
    for person in (olga, stranger):
        client = as_(person)
        assert client.get(address).status_code == 403
        assert client.post(address, form_of(olga, role="director")).status_code == 403
        assert client.post(f"{address}password-link/").status_code == 403
        assert client.post(f"{address}two-factor-removal/").status_code == 403
    olga.refresh_from_db()
    assert olga.role == Role.MANAGER


def test_the_list_takes_a_fixed_number_of_queries(
    as_: Any, diana: User, acme: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        User.objects.create_user(f"p{number}@supplier.example", name=f"P{number}")
    client = as_(diana)
    with django_assert_max_num_queries(5):
        page = client.get("/programme/people/").content.decode()
    assert "invited, no password yet" in page


def test_an_invitation_shows_a_link_that_sets_a_password_once(as_: Any, diana: User) -> None:
    link = link_on(as_(diana).post("/programme/people/invitation/", INVITED))
    nina = User.objects.get(email="new@supplier.example")
    assert not nina.has_usable_password()
    guest, password = Client(), "violet umbrella seven"
    form = guest.get(link, follow=True)
    guest.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    assert guest.post("/auth/login/", {"login": nina.email, "password": password}).status_code == 302
    assert guest.get("/").status_code == 200
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_an_invitation_is_mailed_where_mail_works(as_: Any, diana: User) -> None:
    response = as_(diana).post("/programme/people/invitation/", INVITED)
    assert "It was also sent to new@supplier.example." in response.content.decode()
    assert link_on(response) in mail.outbox[0].body


def test_without_a_mail_server_nothing_is_said_to_be_sent(as_: Any, settings: Any, diana: User) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    response = as_(diana).post("/programme/people/invitation/", INVITED)
    assert "also sent" not in response.content.decode()
    assert link_on(response)


def test_an_invitation_is_recorded_with_its_role_and_profit(as_: Any, diana: User) -> None:
    as_(diana).post("/programme/people/invitation/", INVITED | {"sees_profit": "on"})
    events = Event.objects.about(User.objects.get(name="Nina")).order_by("pk")
    assert [(e.verb, e.field, e.new) for e in events] == [
        ("invited", "role", "contributor"),
        ("changed", "sees_profit", "True"),
        ("link_made", "", ""),
    ]
    assert {e.by for e in events} == {diana}


def test_an_address_is_invited_once_whatever_its_case(as_: Any, diana: User, olga: User) -> None:
    page = as_(diana).post("/programme/people/invitation/", INVITED | {"email": olga.email.upper()}).content.decode()
    assert "There is already a person with this e-mail address." in page


def test_each_role_stands_beside_its_words(as_: Any, diana: User) -> None:
    page = as_(diana).get("/programme/people/invitation/").content.decode()
    assert all(str(words) in page for words in ROLES.values())
    assert set(ROLES) == set(Role)


def test_a_changed_role_counts_at_once_and_is_recorded(as_: Any, diana: User, tim: User) -> None:
    hers = as_(tim)
    assert hers.get("/programme/people/").status_code == 403
    as_(diana).post(f"/programme/people/{tim.pk}/", form_of(tim, role="director"))
    assert hers.get("/programme/people/").status_code == 200
    event = Event.objects.about(tim).get()
    assert (event.by, event.field, event.old, event.new) == (diana, "role", "contributor", "director")


def test_taking_profit_away_counts_at_once(as_: Any, diana: User, olga: User) -> None:
    as_(diana).post(f"/programme/people/{olga.pk}/", form_of(olga, sees_profit=None))
    olga.refresh_from_db()
    assert not olga.may(Permission.SEE_PROFIT)


def test_ending_access_ends_every_session_for_good(as_: Any, diana: User, tim: User) -> None:
    theirs = as_(tim)
    director = as_(diana)
    director.post(f"/programme/people/{tim.pk}/", form_of(tim, is_active=None))
    assert theirs.get("/").status_code == 302
    director.post(f"/programme/people/{tim.pk}/", form_of(tim))
    assert theirs.get("/").status_code == 302
    assert director.get("/").status_code == 200


@pytest.mark.parametrize("changes", [{"role": "manager"}, {"is_active": None}])
def test_the_last_director_stays(as_: Any, diana: User, olga: User, changes: dict[str, Any]) -> None:
    page = as_(diana).post(f"/programme/people/{diana.pk}/", form_of(diana, **changes)).content.decode()
    assert "At least one active programme director must stay." in page
    diana.refresh_from_db()
    assert diana.is_director
    assert diana.is_active
    assert not Event.objects.exists()


def test_a_director_steps_down_when_another_stays(as_: Any, diana: User) -> None:
    actions.create_director("second@supplier.example", "Dora")
    assert as_(diana).post(f"/programme/people/{diana.pk}/", form_of(diana, role="viewer")).status_code == 302


def test_a_director_who_may_not_sign_in_does_not_count(diana: User) -> None:
    other, _ = actions.create_director("second@supplier.example", "Dora")
    other.is_active = False
    actions.change(other, by=diana)
    diana.role = Role.VIEWER
    with pytest.raises(InvalidInput, match="last_director"):
        actions.change(diana, by=diana)


def test_a_new_address_leaves_no_way_in_by_the_old_one(as_: Any, diana: User, olga: User) -> None:
    old = olga.email
    EmailAddress.objects.create(user=olga, email=old, primary=True, verified=True)
    as_(diana).post(f"/programme/people/{olga.pk}/", form_of(olga, email="olga@new.example"))
    Client().post("/auth/password/reset/", {"email": old})
    for thread in threading.enumerate():
        if thread.name == "openkam-mail":
            thread.join()
    assert not mail.outbox
    assert Client().post("/auth/login/", {"login": old, "password": "correct horse battery"}).status_code == 200


def test_a_new_link_is_made_for_the_active_only(as_: Any, diana: User, olga: User) -> None:
    client = surely(as_(diana))
    assert link_on(client.post(f"/programme/people/{olga.pk}/password-link/"))
    User.objects.filter(pk=olga.pk).update(is_active=False)
    assert client.post(f"/programme/people/{olga.pk}/password-link/").status_code == 404
    assert client.get(f"/programme/people/{olga.pk}/password-link/").status_code == 405


@pytest.mark.parametrize("action", ["password-link", "two-factor-removal"])
def test_a_director_types_their_password_before_they_open_a_way_in(
    as_: Any, diana: User, olga: User, action: str
) -> None:
    client, address = as_(diana), f"/programme/people/{olga.pk}/{action}/"
    asked = client.post(address)
    assert asked["Location"].startswith("/auth/reauthenticate/")
    assert not Event.objects.about(olga).exists()
    answer = client.post(asked["Location"], {"password": "correct horse battery", "next": address})
    assert answer.status_code in {200, 302}
    assert action != "password-link" or link_on(answer)


def test_a_lost_phone_is_taken_off_and_recorded(as_: Any, diana: User, olga: User) -> None:
    TOTP.activate(olga, "JBSWY3DPEHPK3PXP")
    page = surely(as_(diana)).post(f"/programme/people/{olga.pk}/two-factor-removal/", follow=True).content.decode()
    assert "The second factors are removed." in page
    assert Client().post("/auth/login/", {"login": olga.email, "password": "correct horse battery"})["Location"] == "/"
    assert Event.objects.about(olga).get().by == diana


def test_removing_nothing_says_so(as_: Any, diana: User, olga: User) -> None:
    page = surely(as_(diana)).post(f"/programme/people/{olga.pk}/two-factor-removal/", follow=True).content.decode()
    assert "There was no second factor." in page


def test_the_first_director_gets_a_password_that_signs_in(client: Client, db: None) -> None:
    user, password = actions.create_director("boss@supplier.example", "Boss")
    assert user.may(Permission.RUN_PROGRAMME)
    assert user.may(Permission.IMPORT_LEDGER)
    assert client.post("/auth/login/", {"login": user.email, "password": password}).status_code == 302


def test_the_first_directors_address_is_taken_once(diana: User) -> None:
    with pytest.raises(InvalidInput, match="email_taken"):
        actions.create_director(diana.email.upper(), "Again")


def test_anybody_changes_their_own_name_and_nothing_else(as_: Any, vera: User) -> None:
    client = as_(vera)
    assert "Reads the accounts of their teams" in client.get("/programme/me/").content.decode()
    forged = {"name": "Vera V.", "language": "zh-hant", "role": "director", "sees_profit": "on", "email": "x@y.example"}
    assert client.post("/programme/me/", forged).status_code == 302
    after = User.objects.get(pk=vera.pk)
    assert (after.name, after.language, after.role, after.sees_profit) == ("Vera V.", "zh-hant", "viewer", False)
    assert after.email == vera.email
    assert {e.field for e in Event.objects.about(vera)} == {"name", "language", "wants_reminders"}


def test_a_stranger_has_no_page_of_their_own(client: Client, db: None) -> None:
    assert client.get("/programme/me/")["Location"].startswith("/auth/login/")


@pytest.mark.parametrize("role", Role)
def test_running_the_programme_belongs_to_directors_alone(role: Role) -> None:
    assert (Permission.RUN_PROGRAMME in PERMISSIONS[role]) == (role == Role.DIRECTOR)
