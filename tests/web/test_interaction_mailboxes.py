"""People's own mailboxes: connected with care, read on a real server, seen by nobody else, their password by nobody."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from tests.web.imap_servers import HOST, PASSWORD, Dovecot, dovecot, free_port
from tests.web.import_fixtures import contact, counts, message, work_off

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.interactions.mailboxes import connect, is_allowed, sealed, start_visit, start_visits, unsealed
from openkam.web.interactions.models import Attempt, Interaction, Mailbox
from openkam.web.jobs.models import Job
from openkam.web.people.models import User
from openkam.web.people.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as found:
        yield found


@pytest.fixture
def house(server: Dovecot, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Dovecot:
    """A mailbox of this test's own, on a server that the operator allows and whose certificate is trusted."""
    settings.IMAP_HOSTS = [f"{HOST}:{server.tls}", f"{HOST}:{server.starttls}"]
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    return server.of(f"olga{abs(hash(tmp_path))}")


@pytest.fixture
def mailbox(house: Dovecot, olga: User) -> Mailbox:
    subject = Mailbox(user=olga, host=HOST, port=house.tls, login=house.login)
    connect(subject, password=PASSWORD, by=olga)
    return subject


def read(mailbox: Mailbox) -> Attempt:
    attempt = start_visit(mailbox)
    work_off()
    mailbox.refresh_from_db()
    attempt.refresh_from_db()
    return attempt


def posted(house: Dovecot, **more: str) -> dict[str, str]:
    return {
        "host": HOST,
        "port": str(house.tls),
        "security": "tls",
        "login": house.login,
        "password": PASSWORD,
        "folder": "INBOX",
    } | more


def test_a_mailbox_is_connected_read_and_read_on(house: Dovecot, acme: Account, olga: User, as_: Any) -> None:
    contact(acme)
    house.deliver(message(1), message(2, List_Id="<x>"))
    client = as_(olga)
    assert client.post("/mailboxes/", posted(house)).status_code == 302
    subject = Mailbox.objects.get()
    answer = client.post(f"/mailboxes/{subject.pk}/visit/")
    work_off()
    first = Attempt.objects.get()
    assert answer["Location"] == f"/interactions/import/{first.pk}/"
    assert counts(first) == {"read": 2, "stored": 1, "automatic": 1}
    house.deliver(message(3))
    assert counts(read(subject)) == {"read": 1, "stored": 1}
    assert Interaction.objects.count() == 2


def test_what_an_upload_stored_is_not_stored_again(mailbox: Mailbox, house: Dovecot, acme: Account, as_: Any) -> None:
    contact(acme)
    house.deliver(message(1))
    read(mailbox)
    Mailbox.objects.update(last_uid=0, uid_validity=7)
    mailbox.refresh_from_db()
    assert counts(read(mailbox)) == {"read": 1, "already": 1}


def test_starttls_and_text_work_too(house: Dovecot, acme: Account, olga: User) -> None:
    contact(acme)
    house.deliver(message(1, body="Our offer"))
    subject = Mailbox(user=olga, host=HOST, port=house.starttls, security="starttls", login=house.login, with_text=True)
    connect(subject, password=PASSWORD, by=olga)
    read(subject)
    assert Interaction.objects.get().note == "Our offer"


def test_a_refusal_of_the_server_is_told_and_the_next_visit_may_succeed(
    *, mailbox: Mailbox, house: Dovecot, acme: Account, olga: User, as_: Any
) -> None:
    house.deliver(message(1))
    connect(mailbox, password="wrong", by=olga)
    assert read(mailbox).state == Attempt.State.FAILED
    assert mailbox.problem == "imap_refused_login"
    assert "refused the login" in as_(olga).get("/mailboxes/").content.decode()
    connect(mailbox, password=PASSWORD, by=olga)
    assert read(mailbox).state == Attempt.State.DONE
    assert mailbox.problem == ""


def test_a_server_that_is_not_there_is_told(acme: Account, olga: User, settings: Any) -> None:
    subject = Mailbox(user=olga, host=HOST, port=free_port(), login="olga")
    settings.IMAP_HOSTS = [f"{HOST}:{subject.port}"]
    connect(subject, password=PASSWORD, by=olga)
    read(subject)
    assert subject.problem == "imap_unreachable"


def test_a_server_that_is_no_longer_allowed_is_not_visited(mailbox: Mailbox, acme: Account, settings: Any) -> None:
    settings.IMAP_HOSTS = []
    read(mailbox)
    assert mailbox.problem == "imap_not_allowed"


@pytest.mark.parametrize(
    ("allowed", "host", "port", "expected"),
    [
        ([], "imap.example.com", 993, False),
        (["imap.example.com"], "IMAP.example.com", 993, True),
        (["imap.example.com:993"], "imap.example.com", 993, True),
        (["imap.example.com:993"], "imap.example.com", 22, False),
        (["imap.example.com"], "evil-imap.example.com", 993, False),
        (["imap.example.com"], "localhost", 993, False),
        (["imap.example.com"], "imap.example.com", 143, True),
        (["imap.example.com"], "imap.example.com", 22, False),
        ([" IMAP.example.com. "], "imap.example.com", 993, True),
        (["imap.example.com:1143"], "IMAP.example.com.", 1143, True),
        (["imap.example.com.:1143"], "imap.example.com", 993, False),
    ],
)
def test_only_servers_that_the_operator_named_are_allowed(
    *, allowed: list[str], host: str, port: int, expected: bool, settings: Any
) -> None:
    settings.IMAP_HOSTS = allowed
    assert is_allowed(host, port) is expected


def test_without_an_allowed_server_the_page_says_who_can_allow_one(acme: Account, olga: User, as_: Any) -> None:
    client = as_(olga)
    assert "OPENKAM_IMAP_HOSTS" in client.get("/mailboxes/").content.decode()
    client.post("/mailboxes/", {"host": "localhost", "port": "25", "login": "x", "password": "y", "folder": "INBOX"})
    assert not Mailbox.objects.exists()


def test_a_password_is_stored_encrypted_and_never_shown(mailbox: Mailbox, house: Dovecot, olga: User, as_: Any) -> None:
    assert PASSWORD not in repr(Mailbox.objects.values().get())
    client = as_(olga)
    for address in ("/mailboxes/", f"/mailboxes/{mailbox.pk}/"):
        said = client.get(address).content.decode()
        assert PASSWORD not in said
        assert mailbox.secret not in said
    said = client.post(f"/mailboxes/{mailbox.pk}/", posted(house, port="0", password="another one")).content.decode()
    assert "another one" not in said


def test_a_password_of_another_installation_cannot_be_read(settings: Any) -> None:
    secret = sealed("correct horse")
    assert unsealed(secret) == "correct horse"
    assert sealed("correct horse") != secret
    settings.SECRET_KEY = "another"
    with pytest.raises(InvalidInput) as error:
        unsealed(secret)
    assert error.value.code == "mailbox_secret"


@pytest.mark.parametrize("change", [{"login": "somebody"}, {"port": "1"}, {"security": "starttls"}])
def test_a_stored_password_never_goes_to_another_place(
    *, change: dict[str, str], mailbox: Mailbox, house: Dovecot, olga: User, as_: Any
) -> None:
    client = as_(olga)
    answer = client.post(f"/mailboxes/{mailbox.pk}/", posted(house, password="", **change))
    assert answer.status_code == 422
    assert client.post(f"/mailboxes/{mailbox.pk}/", posted(house, password="", since="2024-01-01")).status_code == 302
    mailbox.refresh_from_db()
    assert unsealed(mailbox.secret) == PASSWORD
    assert str(mailbox.since) == "2024-01-01"


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "evil.example"},
        {"port": "0"},
        {"port": "70000"},
        {"login": "a\nb"},
        {"password": ""},
        {"security": "x"},
    ],
)
def test_a_mailbox_that_cannot_be_is_refused(wrong: dict[str, str], house: Dovecot, olga: User, as_: Any) -> None:
    answer = as_(olga).post("/mailboxes/", posted(house, **wrong))
    assert (answer.status_code, Mailbox.objects.count()) == (422, 0)


def test_one_mailbox_is_connected_once(mailbox: Mailbox, house: Dovecot, olga: User, as_: Any) -> None:
    assert as_(olga).post("/mailboxes/", posted(house)).status_code == 422
    assert Mailbox.objects.count() == 1


def test_nobody_sees_or_touches_anothers_mailbox(
    *, mailbox: Mailbox, house: Dovecot, acme: Account, diana: User, tim: User, vera: User, as_: Any
) -> None:
    for user in (diana, tim, vera):
        client = as_(user)
        assert house.login not in client.get("/mailboxes/").content.decode()
        for part in ("", "visit/", "removal/"):
            answer = client.post(f"/mailboxes/{mailbox.pk}/{part}", posted(house))
            assert answer.status_code == (403 if user == vera else 404)
    assert Mailbox.objects.count() == 1
    assert not Job.objects.exists()


def test_two_clicks_are_one_visit(mailbox: Mailbox, acme: Account) -> None:
    assert start_visit(mailbox) == start_visit(mailbox)
    assert Job.objects.count() == 1


def test_a_mailbox_that_is_disconnected_leaves_what_was_read(
    *, mailbox: Mailbox, house: Dovecot, acme: Account, olga: User, as_: Any
) -> None:
    contact(acme)
    house.deliver(message(1))
    read(mailbox)
    as_(olga).post(f"/mailboxes/{mailbox.pk}/removal/")
    assert not Mailbox.objects.exists()
    assert Interaction.objects.count() == 1
    assert as_(olga).get("/interactions/import/").status_code == 200


def test_only_mailboxes_that_nobody_read_lately_are_due(mailbox: Mailbox, acme: Account) -> None:
    hour = timezone.now() - timedelta(hours=1)
    assert start_visits(unread_since=hour) == 1
    assert start_visits(unread_since=hour) == 0
    Attempt.objects.update(at=hour - timedelta(minutes=1), state=Attempt.State.DONE)
    assert start_visits(unread_since=hour) == 1


@pytest.mark.django_db(transaction=True)
def test_the_timers_command_reads_every_mailbox_of_who_may_record(
    *, mailbox: Mailbox, house: Dovecot, acme: Account, olga: User, vera: User
) -> None:
    contact(acme)
    house.deliver(message(1))
    connect(Mailbox(user=vera, host=HOST, port=house.tls, login="vera"), password=PASSWORD, by=vera)
    said = io.StringIO()
    call_command("fetch_mail", "--now", stdout=said)
    assert said.getvalue().strip() == "1"
    assert Interaction.objects.count() == 1
    User.objects.filter(pk=olga.pk).update(role=Role.VIEWER)
    call_command("fetch_mail", stdout=said)
    assert Job.objects.count() == 1


def test_a_visit_that_breaks_off_reads_on_where_it_was(mailbox: Mailbox, house: Dovecot, acme: Account) -> None:
    contact(acme)
    house.deliver(*(message(number) for number in range(250)))
    attempt = start_visit(mailbox)
    Job.objects.update(cancel_requested=True)
    work_off()
    attempt.refresh_from_db()
    assert (attempt.state, Interaction.objects.count()) == (Attempt.State.FAILED, 200)
    mailbox.refresh_from_db()
    assert counts(read(mailbox)) == {"read": 50, "stored": 50}
