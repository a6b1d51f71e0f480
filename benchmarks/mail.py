"""Group `mail`: a mailbox of many messages read, and brought in among 1,000 accounts × 50 people."""

import mailbox
import os
import random
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any

from benchmarks.data import ROOT
from benchmarks.measure import Figure, interleaved

Work = Callable[[], object]
ACCOUNTS, PEOPLE, COLLEAGUES = 1_000, 50, 100
#: Bytes of a text; one message in a hundred carries an attachment of a hundred times that.
BODY = 2_000
START = datetime(2024, 1, 1, tzinfo=UTC)


def _message(number: int, chance: random.Random) -> bytes:
    account = chance.randrange(ACCOUNTS)
    ours = f"colleague{chance.randrange(COLLEAGUES)}@supplier.example"
    theirs = f"=?utf-8?B?546L5bCP5piO?= <person{chance.randrange(PEOPLE)}@account{account}.example>"
    known = chance.random() < 0.8  # the rest is written by somebody unknown
    sender = theirs if known else f"stranger{chance.randrange(5_000)}@elsewhere.example"
    head = (
        f"Received: from a by b; {format_datetime(START)}\nFrom: {sender}\nTo: Colleague <{ours}>\n"
        f"Subject: =?utf-8?B?5aCx5YO5?= {number}\nDate: {format_datetime(START + timedelta(minutes=number))}\n"
        f"Message-ID: <{number}@account{account}.example>\nContent-Type: text/plain; charset=utf-8\n"
    )
    body = b"a line of text like many others\n" * (BODY // 32) * (100 if number % 100 == 0 else 1)
    return b"From x Mon Jan  1 09:00:00 2024\n" + head.encode() + b"\n" + body + b"\n"


def box(size: str) -> Path:
    """The mailbox file of so many messages, made once."""
    path = ROOT / f"mailbox-{size}.mbox"
    if not path.is_file():
        ROOT.mkdir(parents=True, exist_ok=True)
        chance, begun = random.Random(1), path.with_suffix(".part")
        with begun.open("wb") as file:
            file.writelines(_message(number, chance) for number in range(int(size)))
        begun.rename(path)
    return path


def reading(size: str) -> Work:
    from openkam.web.interactions.reading.mail import read_head
    from openkam.web.interactions.reading.mbox import messages

    path = box(size)

    def work() -> None:
        with path.open("rb") as file:
            found = sum(len(read_head(raw.head).people) for raw in messages(file))
        assert found == 2 * int(size)

    return work


def reading_by_the_standard_library(size: str) -> Work:
    """`mailbox.mbox` and the parsed message's own headers."""
    path = box(size)

    def work() -> None:
        found = 0
        for message in mailbox.mbox(path, create=False):
            people = getaddresses([str(message[name] or "") for name in ("From", "To", "Cc")])
            found += sum("@" in address for _, address in people)
            assert parsedate_to_datetime(message["Date"]).year
            assert str(message["Subject"])
        assert found == 2 * int(size)

    return work


def importing(size: str) -> Work:
    """The whole of it: read, matched, stored once, strangers kept aside, in a database of its own."""
    path = box(size)
    attempt, user = _house()
    from openkam.web.interactions.import_files import piece_of
    from openkam.web.interactions.importing import Importing, batches
    from openkam.web.interactions.reading.mbox import messages

    def work() -> None:
        run = Importing(attempt, by=user)
        with path.open("rb") as file:
            pieces = (piece_of(raw.head, number, received="") for number, raw in enumerate(messages(file), 1))
            for some in batches(pieces):
                run.take(some)
        receipt = run.finish()
        assert receipt.stored + receipt.unmatched == int(size)

    return work


def _house() -> tuple[Any, Any]:
    """An empty product with its accounts and people; what reads a mailbox and who does."""
    os.environ |= {
        "OPENKAM_DATA": tempfile.mkdtemp(prefix="openkam-mailbox-"),
        "OPENKAM_SECRET_KEY": "for benchmarks only",
        "DJANGO_SETTINGS_MODULE": "openkam.web.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command

    from openkam.web.interactions.models import Attempt
    from openkam.web.people.models import User

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("director@supplier.example", name="Director", role="director")
    _people()
    return Attempt.objects.create(by=user), user


def _people() -> None:
    from openkam.web.accounts.models import Account
    from openkam.web.contacts.models import Colleague, Contact, MailAddress

    accounts = Account.objects.bulk_create(Account(name=f"Account {number}") for number in range(ACCOUNTS))
    contacts = Contact.objects.bulk_create(
        Contact(
            account=account, name=f"Person {number}", email=f"person{number}@account{at}.example", folded=f"p{number}"
        )
        for at, account in enumerate(accounts)
        for number in range(PEOPLE)
    )
    colleagues = Colleague.objects.bulk_create(
        Colleague(name=f"Colleague {number}", email=f"colleague{number}@supplier.example", folded=f"c{number}")
        for number in range(COLLEAGUES)
    )
    MailAddress.objects.bulk_create(MailAddress(address=one.email, contact=one) for one in contacts)
    MailAddress.objects.bulk_create(MailAddress(address=one.email, colleague=one) for one in colleagues)


#: (question, our work, the peer's: name and work).
QUESTIONS = [
    (
        "The heads of a mailbox read: who, when, about what",
        [("OpenKAM", "reading"), ("mailbox.mbox and email", "reading_by_the_standard_library")],
    ),
    ("A mailbox brought in among 1,000 accounts × 50 people", [("OpenKAM", "importing")]),
]


def run(sizes: set[str], runs: int) -> list[tuple[str, str, list[Figure]]]:
    answers = []
    for title, works in QUESTIONS:
        for size in sorted(sizes, key=int):
            box(size)
            workloads = [(name, f"benchmarks.mail:{function}") for name, function in works]
            answers.append((title, size, interleaved(workloads, size, runs)))
    return answers
