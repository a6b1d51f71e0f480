"""A mailbox on a real Dovecot, over TLS and STARTTLS: read once, read on, read anew, and never changed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.web.imap_servers import HOST, PASSWORD, Dovecot, dovecot

from openkam.method.errors import InvalidInput
from openkam.web.interactions.reading.imap import Letter, Seen, Server, visit
from openkam.web.interactions.reading.mail import plain_text, read_head


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as found:
        yield found


@pytest.fixture
def house(server: Dovecot, tmp_path: Path) -> Dovecot:
    """A mailbox of this test's own."""
    return server.of(f"olga{abs(hash(tmp_path))}")


def letter(number: int, text: str = "Hello") -> bytes:
    return (
        f"From: Lin <lin@acme.example>\r\nTo: olga@supplier.example\r\nSubject: =?utf-8?B?5aCx5YO5?= {number}\r\n"
        f"Date: Mon, 10 Jun 2024 09:{number % 60:02}:00 +0800\r\nMessage-ID: <{number}@acme.example>\r\n\r\n{text}\r\n"
    ).encode()


def read(house: Dovecot, seen: Seen = Seen(), *, starttls: bool = False, **more: Any) -> list[Letter]:  # noqa: B008
    server = Server(
        HOST,
        house.starttls if starttls else house.tls,
        house.login,
        more.pop("password", PASSWORD),
        security="starttls" if starttls else "tls",
        folder=more.pop("folder", "INBOX"),
    )
    return list(visit(server, seen=seen, context=house.trusting(), patience=60, **more))


def ids(letters: list[Letter]) -> list[str]:
    return [read_head(one.head).message_id for one in letters]


@pytest.mark.parametrize("starttls", [False, True], ids=["TLS", "STARTTLS"])
def test_a_mailbox_gives_its_heads_and_nothing_more(house: Dovecot, starttls: bool) -> None:
    house.deliver(letter(1, "secret"), letter(2))
    letters = read(house, starttls=starttls)
    assert ids(letters) == ["1@acme.example", "2@acme.example"]
    assert read_head(letters[0].head).subject == "報價 1"
    assert b"secret" not in letters[0].head + letters[0].whole


def test_text_comes_when_it_is_asked_for(house: Dovecot) -> None:
    house.deliver(letter(1, "Dear Olga"))
    [found] = read(house, with_text=True)
    assert plain_text(found.whole) == "Dear Olga"


def test_a_second_visit_reads_on_where_the_first_one_ended(house: Dovecot) -> None:
    house.deliver(letter(1))
    first = read(house)
    house.deliver(letter(2))
    assert ids(read(house, first[-1].seen)) == ["2@acme.example"]
    assert read(house, read(house)[-1].seen) == []


def test_a_server_that_numbers_anew_is_read_from_the_beginning(house: Dovecot) -> None:
    house.deliver(*(letter(number) for number in range(3)))
    seen = read(house)[-1].seen
    again = read(house, Seen(seen.validity - 1, seen.uid))  # as if that had been another numbering
    assert ids(again) == [f"{number}@acme.example" for number in range(3)]


def test_reading_leaves_every_message_unread(house: Dovecot) -> None:
    house.deliver(letter(1), letter(2))
    read(house, with_text=True)
    names = [path.name for path in house.mail.rglob("*.test*")]
    assert len(names) == 2
    assert not [name for name in names if ":2," in name and "S" in name.rpartition(":2,")[2]]


def test_several_batches_are_one_mailbox(house: Dovecot) -> None:
    house.deliver(*(letter(number) for number in range(450)))
    assert len(set(ids(read(house)))) == 450


def test_only_what_came_since_a_day_is_read(house: Dovecot) -> None:
    house.deliver(letter(1))
    assert read(house, since=date(2100, 1, 1)) == []
    assert len(read(house, since=date(2020, 1, 1))) == 1


def test_a_folder_is_found_by_its_name_in_any_script(house: Dovecot) -> None:
    house.deliver(letter(1), folder="&W6JiNg-")
    assert ids(read(house, folder="客戶")) == ["1@acme.example"]


def test_a_message_larger_than_its_bound_is_still_one_message(house: Dovecot) -> None:
    house.deliver(letter(1, "x" * 3_000_000), letter(2))
    assert ids(read(house, with_text=True)) == ["1@acme.example", "2@acme.example"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"password": "wrong"}, "imap_refused_login"),
        ({"folder": "no such folder"}, "imap_refused_folder"),
    ],
)
def test_what_the_server_refuses_has_its_code(house: Dovecot, more: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read(house, **more)
    assert error.value.code == code


def test_a_certificate_that_the_system_does_not_know_is_refused(house: Dovecot) -> None:
    with pytest.raises(InvalidInput) as error:
        list(visit(Server(HOST, house.tls, house.login, PASSWORD), seen=Seen(), patience=30))
    assert error.value.code == "imap_certificate"
