"""What every reader gives: one piece of contact, or why it is none."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

#: Above so many people a message or a meeting is a broadcast, not a contact between two persons.
MOST_PARTICIPANTS = 30
LONGEST_SUBJECT = 500
LONGEST_NAME = 200
#: The longest address that the post allows (RFC 5321, 4.5.3.1.3).
LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
#: Signs that turn the writing around them: harmless in a text, a disguise in a name.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody as a message or an invitation names them; the address in small letters.

    part   "present", or in a message "sender", "to" or "cc".
    """

    email: str
    name: str = ""
    part: str = "present"


@dataclass(frozen=True, slots=True)
class Piece:
    """One message, meeting or row.

    uid       names it for ever, whoever's mailbox or calendar it comes from.
    at        instant, with its zone; None where only a day is said, and then that is `on`.
    people    everybody, who wrote or invited first.
    note      the message's text when it was asked for.
    left_out  "" when it counts; else "private", "automatic" or "mass".
    """

    uid: str
    kind: str
    at: datetime | None
    subject: str = ""
    people: tuple[Address, ...] = ()
    note: str = ""
    left_out: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be used: the event, message or row of the file, counted from one, and why."""

    where: int
    code: str
    values: dict[str, Any] = field(default_factory=dict)


def clean(text: str, most: int) -> str:
    """One line without control signs, at most so long.

    >>> clean("Offer\\r\\nBcc: all@x.example\\x00", 40)
    'Offer Bcc: all@x.example'
    """
    shown = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text[: 4 * most])
    return " ".join(shown.translate(_TURNING).split())[:most]


def paragraphs(text: str, most: int) -> str:
    """Text of several lines without other control signs, at most so long."""
    lines = (clean(line, most) for line in text[: 2 * most].splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:most]


def address(email: str, name: str = "", part: str = "present") -> Address | None:
    """Somebody's address, or None when the text is none.

    >>> address("mailto:Anna.Meyer@X.example", "Anna")
    Address(email='anna.meyer@x.example', name='Anna', part='present')
    """
    plain = email.strip().removeprefix("mailto:").removeprefix("MAILTO:").strip("<> '\"").casefold()
    if len(plain) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(plain) or clean(plain, LONGEST_ADDRESS) != plain:
        return None
    said = clean(name, LONGEST_NAME).strip("'\" ")
    return Address(plain, "" if said.casefold() == plain else said, part)


def distinct(people: Iterable[Address]) -> tuple[Address, ...]:
    """Everybody once, in their order, with their first part and the first name that is said."""
    found: dict[str, Address] = {}
    for one in people:
        known = found.setdefault(one.email, one)
        if one.name and not known.name:
            found[one.email] = replace(known, name=one.name)
    return tuple(found.values())
