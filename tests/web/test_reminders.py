"""Reminders of actions that are due, sent through a real mail server, and through servers that refuse or hang."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from tests.conftest import ROOT
from tests.web.action_fixtures import action, in_days
from tests.web.imap_servers import free_port
from tests.web.mail_servers import HOST, Letterbox, hanging, taking
from tests.web.portfolio_facts import booked

from openkam.web.accounts.models import Account, AccountMember
from openkam.web.jobs.queue import every_hour
from openkam.web.people.models import User
from openkam.web.plans.action_actions import change_action, drop_action, finish_action
from openkam.web.plans.models import Action
from openkam.web.plans.reminders import AGAIN, remind

pytestmark = pytest.mark.django_db


@pytest.fixture
def letterbox(settings: Any) -> Iterator[Letterbox]:
    """Everybody's mail."""
    box = Letterbox()
    with taking(box) as port:
        _sends_through(settings, port)
        yield box


def _sends_through(settings: Any, port: int, timeout: float = 30) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = HOST, port, timeout


def told_before(made: Action, ago: timedelta) -> None:
    Action.objects.filter(pk=made.pk).update(reminded_at=timezone.now() - ago)


def words(letter: Any) -> str:
    return str(letter.get_content())


def test_one_mail_tells_what_is_due_and_overdue(letterbox: Letterbox, acme: Account, olga: User) -> None:
    late = action(acme, olga, "Send samples", due_on=in_days(-4))
    action(acme, olga, "Visit their lab", due_on=in_days(3))
    action(acme, olga, "Next quarter", due_on=in_days(4))
    action(acme, olga, "Some day", due_on=None)
    assert remind() == 1
    [letter] = letterbox.letters
    assert (letter["To"], letter["Subject"], letter["From"]) == (olga.email, "2 actions are due", "openkam@localhost")
    said = words(letter)
    assert f"- Send samples · Acme 台積 · {in_days(-4)} (Overdue)" in said
    assert f"http://localhost:8321/actions/{late.pk}/" in said
    assert f"- Visit their lab · Acme 台積 · {in_days(3)} (Within a week)" in said
    assert "Next quarter" not in said
    assert "Some day" not in said


def test_each_person_reads_their_own_in_their_own_language(
    letterbox: Letterbox, acme: Account, olga: User, tim: User
) -> None:
    User.objects.filter(pk=tim.pk).update(language="zh-hant")
    action(acme, olga, "Olga's")
    action(acme, tim, "Tim's")
    assert remind() == 2
    by_receiver = {str(letter["To"]): words(letter) for letter in letterbox.letters}
    assert set(by_receiver) == {olga.email, tim.email}
    assert "Tim's" not in by_receiver[olga.email]
    assert "Olga's" not in by_receiver[tim.email]
    assert "Hello Olga," in by_receiver[olga.email]


def test_nobody_is_told_twice_before_a_week_is_over(letterbox: Letterbox, acme: Account, olga: User) -> None:
    made = action(acme, olga)
    assert [remind(), remind()] == [1, 0]
    told_before(made, AGAIN - timedelta(hours=1))
    assert remind() == 0
    told_before(made, AGAIN + timedelta(hours=1))
    assert remind() == 1
    assert len(letterbox.letters) == 2


def test_what_becomes_due_on_the_same_day_waits_for_the_next_mail(
    letterbox: Letterbox, acme: Account, olga: User
) -> None:
    told = action(acme, olga)
    assert remind() == 1
    action(acme, olga, "An hour later")
    assert remind() == 0
    told_before(told, timedelta(days=1))
    assert remind() == 1
    assert words(letterbox.letters[1]).count("\n- ") == 1


def test_a_new_day_or_owner_is_told_anew_and_a_new_title_is_not(
    letterbox: Letterbox, acme: Account, olga: User, tim: User
) -> None:
    made = action(acme, olga, due_on=in_days(1))
    remind()
    made.title = "Send more samples"
    change_action(made, by=olga)
    assert remind() == 0
    made.owner = tim
    change_action(made, by=olga)
    assert remind() == 1
    assert letterbox.receivers == [olga.email, tim.email]


def test_nothing_is_told_of_what_is_over_or_not_theirs_to_see(
    *, letterbox: Letterbox, acme: Account, olga: User, tim: User, vera: User
) -> None:
    finish_action(action(acme, olga, "Done"), note="Seen", by=olga)
    drop_action(action(acme, olga, "Dropped"), by=olga)
    action(acme, tim, "Of an account that he lost")
    action(acme, vera, "Of somebody who left")
    AccountMember.objects.filter(account=acme, user=tim).delete()
    User.objects.filter(pk=vera.pk).update(is_active=False)
    assert remind() == 0
    assert letterbox.letters == []


def test_whoever_wants_no_reminders_gets_none(letterbox: Letterbox, acme: Account, as_: Any, olga: User) -> None:
    made = action(acme, olga)
    assert "wants_reminders" in as_(olga).get("/programme/me/").content.decode()
    as_(olga).post("/programme/me/", {"name": "Olga", "language": ""})
    assert remind() == 0
    made.refresh_from_db()
    assert made.reminded_at is None
    as_(olga).post("/programme/me/", {"name": "Olga", "language": "", "wants_reminders": "on"})
    assert remind() == 1
    assert "http://localhost:8321/programme/me/" in words(letterbox.letters[0])


def test_no_figure_and_no_note_goes_by_mail(letterbox: Letterbox, acme: Account, olga: User) -> None:
    booked(acme, 2024, 8675309, 5104679, 100)
    action(acme, olga, evidence="7360123 saved")
    remind()
    said = letterbox.letters[0].as_string() + words(letterbox.letters[0])
    assert not re.search(r"8,?675,?309|5,?104,?679|7360123", said)


def test_a_strange_name_opens_no_second_head(letterbox: Letterbox, acme: Account, olga: User) -> None:
    User.objects.filter(pk=olga.pk).update(name="Olga\r\nBcc: evil@supplier.example")
    Account.objects.filter(pk=acme.pk).update(name="<b>Acme & Söhne</b>")
    action(acme, olga, "<script>alert(1)</script>")
    assert remind() == 1
    [letter] = letterbox.letters
    assert letter["Bcc"] is None
    assert letter.get_content_type() == "text/plain"
    assert "<script>alert(1)</script> · <b>Acme & Söhne</b>" in words(letter)


# Servers that do not take it


def test_a_refused_receiver_is_tried_again_and_keeps_no_other_from_their_mail(
    settings: Any, acme: Account, olga: User, tim: User
) -> None:
    lost, other = action(acme, olga), action(acme, tim)
    box = Letterbox(refuses=frozenset({olga.email}))
    with taking(box) as port:
        _sends_through(settings, port)
        assert remind() == 1
        assert box.receivers == [tim.email]
        lost.refresh_from_db()
        other.refresh_from_db()
        assert (lost.reminded_at, other.reminded_at is None) == (None, False)
        box.refuses = frozenset()
        assert remind() == 1
    assert box.receivers == [tim.email, olga.email]


def test_a_full_server_costs_no_reminder(letterbox: Letterbox, acme: Account, olga: User) -> None:
    made = action(acme, olga)
    told_before(made, AGAIN + timedelta(days=2))
    before = Action.objects.get().reminded_at
    letterbox.is_full = True
    assert remind() == 0
    assert Action.objects.get().reminded_at == before
    letterbox.is_full = False
    assert remind() == 1


def test_an_address_that_is_none_keeps_nobody_else_from_their_mail(
    letterbox: Letterbox, acme: Account, olga: User, tim: User
) -> None:
    User.objects.filter(pk=olga.pk).update(email="olga@supplier.example\r\nBcc: evil@supplier.example")
    lost = action(acme, olga)
    action(acme, tim)
    assert remind() == 1
    assert letterbox.receivers == [tim.email]
    lost.refresh_from_db()
    assert lost.reminded_at is None


def test_no_server_is_told_to_the_log_and_tried_again(
    settings: Any, acme: Account, olga: User, caplog: pytest.LogCaptureFixture
) -> None:
    made = action(acme, olga)
    _sends_through(settings, free_port())
    assert remind() == 0
    assert "reminders wait for the next run" in caplog.text
    made.refresh_from_db()
    assert made.reminded_at is None


def test_a_server_that_hangs_is_not_waited_for_without_end(settings: Any, acme: Account, olga: User, tim: User) -> None:
    for person in (olga, tim):
        action(acme, person)
    with hanging() as port:
        _sends_through(settings, port, timeout=0.2)
        assert remind() == 0
    assert not Action.objects.exclude(reminded_at=None).exists()


def test_the_product_never_waits_for_ever(tmp_path: Any) -> None:
    """Where a mail server is set, it has a timeout."""
    said = subprocess.run(
        [sys.executable, "-c", "from openkam.web import settings; print(settings.EMAIL_TIMEOUT)"],
        env={"OPENKAM_DATA": str(tmp_path), "OPENKAM_SMTP_HOST": "mail.example", "PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "20"


def test_without_a_mail_server_nothing_is_sent_or_claimed(settings: Any, acme: Account, olga: User) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    made = action(acme, olga)
    assert remind() == 0
    made.refresh_from_db()
    assert made.reminded_at is None


# Who sends


def test_the_command_says_how_many_were_reminded(letterbox: Letterbox, acme: Account, olga: User) -> None:
    action(acme, olga)
    out = StringIO()
    call_command("remind", stdout=out)
    assert out.getvalue() == "1 people reminded\n"


def test_a_worker_reminds_every_hour(letterbox: Letterbox, acme: Account, olga: User) -> None:
    action(acme, olga)
    every_hour()
    every_hour()
    assert letterbox.receivers == [olga.email]


@pytest.mark.django_db(transaction=True)
def test_of_four_workers_at_once_one_sends(letterbox: Letterbox, acme: Account, olga: User) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share no SQLite in memory")
    for number in range(5):
        action(acme, olga, f"Action {number}")

    def work(_number: int) -> int:
        try:
            return remind()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    assert len(letterbox.letters) == 1
