"""Files of people: known by what they hold, kept in a folder of their own until they are read."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from openkam.ledger.formats import Limits, Opened, open_file
from openkam.method.errors import InvalidInput
from openkam.web.accounts.import_files import clean, texts
from openkam.web.programme import uploads

from .models import PeopleImport
from .reading.cards import read_cards
from .reading.columns import Line, sampled

MOST_PEOPLE = 50_000
MOST_BYTES = 128 * 2**20
LOOK = 4_096
SHOWN = 8
LABELS = {
    "external_id": _("external id"),
    "name": _("full name"),
    "first_name": _("given name"),
    "last_name": _("family name"),
    "account_id": _("external id or ledger key of the account"),
    "account": _("name of the account"),
    "title": _("job title"),
    "function": _("function or department"),
    "level": _("level"),
    "reports_to": _("reports to (name, e-mail or external id)"),
    "email": _("e-mail"),
    "phone": _("phone"),
    "mobile": _("mobile phone"),
    "site": _("site"),
    "languages": _("languages"),
    "address_form": _("form of address"),
    "deleted": _("deleted (such rows are left out)"),
}


def folder(subject: PeopleImport) -> Path:
    return Path(settings.UPLOAD_DIR) / "people" / str(subject.pk)


def path(subject: PeopleImport) -> Path:
    """Where the file is; raises InvalidInput when it was read and is gone."""
    found = folder(subject) / "file"
    if not found.exists():
        raise InvalidInput("people_file_gone", subject.file_name)
    return found


def keep(subject: PeopleImport, file: UploadedFile) -> None:
    uploads.keep(folder(subject), file)


def forget(subject: PeopleImport) -> None:
    uploads.forget(folder(subject))


def recognise(subject: PeopleImport) -> str:
    """What the file is by its beginning; raises InvalidInput when it is too large."""
    file = path(subject)
    if file.stat().st_size > MOST_BYTES:
        raise InvalidInput("people_file_large", subject.file_name, most=MOST_BYTES // 2**20)
    with file.open("rb") as opened:
        start = opened.read(LOOK).replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ")
    is_cards = start[:11].upper() == b"BEGIN:VCARD"
    return PeopleImport.Format.CARDS if is_cards else PeopleImport.Format.TABLE


def table(subject: PeopleImport) -> Opened:
    """The table, opened safely; raises InvalidInput, among them "people_rows"."""
    limits = Limits(max_bytes=MOST_BYTES, max_expanded=4 * MOST_BYTES)
    found = open_file(path(subject), folder(subject), limits=limits)
    if found.rows > MOST_PEOPLE:
        raise InvalidInput("people_rows", subject.file_name, rows=found.rows, most=MOST_PEOPLE)
    return found


def lines(subject: PeopleImport) -> Iterator[Line]:
    """Everybody in the file, in its order; raises InvalidInput when it cannot be read."""
    if subject.format == PeopleImport.Format.TABLE:
        rows = texts(table(subject), subject.mapping, folder(subject))
        yield from (Line(row, values) for row, values in rows)
        return
    for card in read_cards(path(subject)):
        if card.row > MOST_PEOPLE:
            raise InvalidInput("people_rows", subject.file_name, rows=card.row, most=MOST_PEOPLE)
        yield Line(card.row, {meaning: clean(text) for meaning, text in card.values.items()})


def first_cards(subject: PeopleImport) -> list[Line]:
    return [card for card, _number in zip(read_cards(path(subject)), range(SHOWN), strict=False)]


def first_rows(found: Opened, mapping: Mapping[str, str]) -> list[Line]:
    return list(sampled(mapping, found.columns, tuple(found.sample[:SHOWN])))
