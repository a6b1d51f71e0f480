"""Cards (.vcf) of all three versions, many in a file: what cannot be read is a problem of its card alone.

Versions 3.0 (RFC 2426) and 4.0 (RFC 6350) fold long lines; 2.1 writes quoted-printable, in a charset of its own.
"""

import base64
import codecs
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from openkam.ledger.encodings import detect, named_encoding
from openkam.ledger.guard import Refused

from .columns import Line, full_name

LOOK = 2**20
#: A line longer than this is a picture or nonsense: its rest is dropped.
MOST_LINE = 16 * 1024
#: The name of a property and its kinds are shorter.
MOST_HEAD = 1024
_BREAK = re.compile(r"(?<!\\);")
_WIDE = ("utf-16", "utf-32")
#: Names of a relation to the superior, beside RELATED;TYPE=manager of no standard but in use.
_MANAGERS = {"x-manager", "x-ms-manager", "x-evolution-manager"}


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a card: its name and kinds in small letters, its text still with its backslashes."""

    name: str
    kinds: frozenset[str]
    text: str

    @property
    def parts(self) -> list[str]:
        return [_plain(part) for part in _BREAK.split(self.text)]


@dataclass
class _Card:
    """A card while it is read; cards within it are left out."""

    depth: int = 0
    properties: list[Property] = field(default_factory=list)


def read_cards(path: Path) -> Iterator[Line]:
    """Every card of a file, counted from one; one without a name has no "name"."""
    card, number = _Card(), 0
    for one in _properties(_logical(_physical(path))):
        if one.name == "begin":
            card.depth += 1
        elif one.name == "end" and card.depth:
            card.depth -= 1
            if card.depth == 0:
                number += 1
                yield Line(number, _values(card.properties))
                card = _Card()
        elif card.depth == 1:
            card.properties.append(one)
    if card.depth:  # the file was cut: what stands there is still a person
        yield Line(number + 1, _values(card.properties))


def _physical(path: Path) -> Iterator[bytes]:
    """The lines as they stand, in UTF-8 or in the bytes of whatever charset they name themselves."""
    with path.open("rb") as file:
        encoding = _encoding(file.read(LOOK))
    if encoding.startswith(_WIDE):
        with path.open(encoding=encoding, errors="replace") as text:
            yield from (line.encode("utf-8", "replace") for line in text)
        return
    with path.open("rb") as file:
        first = file.readline(MOST_LINE).removeprefix(codecs.BOM_UTF8)
        for line in chain([first], iter(lambda: file.readline(MOST_LINE), b"")):
            yield line if encoding.startswith("utf-8") or b"CHARSET" in line.upper() else _recoded(line, encoding)


def _encoding(sample: bytes) -> str:
    """What the file is written in; a few bytes that fit nothing cost their own lines alone."""
    try:
        return detect(sample)
    except Refused:
        return "utf-8"


def _recoded(line: bytes, encoding: str) -> bytes:
    return line.decode(encoding, "replace").encode()


def _logical(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with those that go on below joined to them; what is beyond the longest line is read and dropped."""
    kept, goes_on = bytearray(), False
    for raw in lines:
        line = raw.rstrip(b"\r\n")
        if not goes_on and kept and line[:1] in {b" ", b"\t"}:
            line = line[1:]
        elif not goes_on:
            yield bytes(kept)
            kept.clear()
        kept += line[: MOST_LINE - len(kept)]
        goes_on = line.endswith(b"=") and _is_quoted_printable(kept)
        if goes_on and kept.endswith(b"="):
            kept.pop()
    yield bytes(kept)


def _is_quoted_printable(line: bytearray) -> bool:
    """By its head alone, which is looked at anew for each line that is joined, and so no further than a head goes."""
    return b"QUOTED-PRINTABLE" in line[:MOST_HEAD].partition(b":")[0].upper()


def _properties(lines: Iterable[bytes]) -> Iterator[Property]:
    for line in lines:
        head, colon, value = _cut(line)
        if not colon:
            continue
        name, *given = head.decode("utf-8", "replace").casefold().split(";")
        parameters = [part.partition("=") for part in given]
        kinds = frozenset(
            one.strip('" ') for key, _, said in parameters for one in (said.split(",") if key == "type" else [key])
        )
        settings = {key: said.strip('"') for key, _, said in parameters}
        yield Property(name.rpartition(".")[2], kinds, _decoded(value, settings, kinds))


def _cut(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Before and after the first colon that stands outside quotes."""
    quoted = False
    for at, sign in enumerate(line):
        quoted ^= sign == ord('"')
        if sign == ord(":") and not quoted:
            return line[:at], b":", line[at + 1 :]
    return line, b"", b""


def _decoded(value: bytes, settings: dict[str, str], kinds: frozenset[str]) -> str:
    encoding = settings.get("encoding", "")
    if "quoted-printable" in kinds | {encoding}:
        value = quopri.decodestring(value)
    elif encoding in {"b", "base64"} and len(value) < 4_096:
        value = _from_base64(value)
    return value.decode(_charset(settings.get("charset", "utf-8")), "replace")


def _charset(name: str) -> str:
    try:
        return named_encoding(name)
    except Refused:
        return "utf-8"


def _from_base64(value: bytes) -> bytes:
    try:
        return base64.b64decode(value)
    except ValueError:
        return b""


def _plain(text: str) -> str:
    """Text without its backslashes.

    >>> _plain(r"Meyer\\, Anna\\; Dr.")
    'Meyer, Anna; Dr.'
    """
    return re.sub(r"\\([,;:\\])", r"\1", re.sub(r"\\[nN]", " ", text)).strip()


def _values(card: list[Property]) -> dict[str, str]:
    """What a card says, under the same meanings as the columns of a table."""
    found = {
        "name": _plain(_first(card, "fn")) or _structured(card),
        "title": _plain(_first(card, "title")) or _plain(_first(card, "role")),
        "email": _plain(_first(card, "email")).removeprefix("mailto:"),
        "phone": _number(card, "cell", wanted=False),
        "mobile": _number(card, "cell", wanted=True),
        "languages": ", ".join(_plain(one.text) for one in card if one.name == "lang" and one.text),
        "external_id": _plain(_first(card, "uid")),
        "reports_to": _manager(card),
        "site": _town(card),
    }
    organisation = next((one.parts for one in card if one.name == "org"), [])
    found["account"] = organisation[0] if organisation else ""
    found["function"] = " ".join(organisation[1:]).strip()
    return {meaning: text for meaning, text in found.items() if text}


def _first(card: list[Property], name: str) -> str:
    """The text of a property; the preferred one where there are several."""
    some = [one for one in card if one.name == name and one.text.strip()]
    return min(some, key=lambda one: not {"pref"} & one.kinds).text if some else ""


def _structured(card: list[Property]) -> str:
    """The name where only its parts are given: family name, given name."""
    parts = next((one.parts for one in card if one.name == "n"), [])
    last, first = [*parts, "", ""][:2]
    return full_name(first, last)


def _number(card: list[Property], kind: str, *, wanted: bool) -> str:
    some = [one for one in card if one.name == "tel" and "fax" not in one.kinds and (kind in one.kinds) is wanted]
    return _plain(_first(some, "tel")).removeprefix("tel:")


def _manager(card: list[Property]) -> str:
    named = (one for one in card if one.name in _MANAGERS or (one.name == "related" and "manager" in one.kinds))
    return next((_plain(one.text) for one in named if one.text), "")


def _town(card: list[Property]) -> str:
    """The place of the address of the work, or of any."""
    some = sorted((one for one in card if one.name == "adr"), key=lambda one: "work" not in one.kinds)
    return next((one.parts[3] for one in some if len(one.parts) > 3 and one.parts[3]), "")
