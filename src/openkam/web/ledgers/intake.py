"""Files on their way in: streamed to disk within a bound, kept in the import's own folder, opened, paired."""

import json
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import fields
from itertools import permutations
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from openkam.ledger.formats import Opened, Ragged, open_file
from openkam.ledger.guard import Limits, Refused
from openkam.ledger.guess import guess_join
from openkam.ledger.mapping import joined_columns
from openkam.method.errors import InvalidInput

from .models import Import

NO_SPACE = 28
#: Larger files are opened in the background; the page that waits for them shows how far it is.
MARGIN = 2**16  # what a form weighs beside its files
AT_ONCE = 64 * 2**20
MOST_FILES = 12
#: A person can mend these by saying how the file is to be read; the file is kept for it.
MENDABLE = frozenset({"encoding", "sheet_unknown", "quote_open", "line_too_long"})


class BoundedUpload(TemporaryFileUploadHandler):
    """Streams to disk and stops at the bound, or when the disk is full; the view reads `request.upload_refused`."""

    received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        announced = self.request.META.get("CONTENT_LENGTH") or ""
        if announced.isdigit() and int(announced) > settings.UPLOAD_MAX_BYTES + MARGIN:
            self._refuse(Refused("too_large", limit=settings.UPLOAD_MAX_BYTES))
        Path(settings.FILE_UPLOAD_TEMP_DIR or settings.UPLOAD_DIR).mkdir(parents=True, exist_ok=True)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            self._refuse(Refused("too_large", limit=settings.UPLOAD_MAX_BYTES))
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._refuse(as_refusal(error))

    def _refuse(self, refused: Refused) -> None:
        """Reads the rest of the request away, so that the browser hears the answer."""
        self.request.upload_refused = refused
        raise StopUpload(connection_reset=False)


def clean_name(name: str) -> str:
    """A file's name for people to read: no folders, nothing invisible, not too long.

    >>> clean_name("../../etc/pass\\x00wd\\u202e.csv")
    'passwd.csv'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip()
    return shown[-250:] or "file"


def folder(subject: Import) -> Path:
    return Path(settings.UPLOAD_DIR) / str(subject.pk)


def as_refusal(error: OSError) -> Refused:
    """A full disk, or what else the system says, as a refusal with words."""
    return Refused("disk_full") if error.errno == NO_SPACE else Refused("system", detail=error.strerror or str(error))


def receive(files: Iterable[UploadedFile], *, by: Any, header: UploadedFile | None = None) -> list[Import]:
    """One import per file, each in its own folder; a header file goes with the first."""
    imports = [_keep(file, by=by) for file in files]
    if header is not None and imports:
        _move(header, folder(imports[0]) / "header")
        imports[0].header_file_name = clean_name(header.name or "")
        imports[0].save(update_fields=["header_file_name"])
    return imports


def _keep(file: UploadedFile, *, by: Any) -> Import:
    subject = Import.objects.create(file_name=clean_name(file.name or ""), bytes=file.size or 0, uploaded_by=by)
    try:
        _move(file, folder(subject) / "lines")
    except OSError as error:
        discard(subject)
        subject.delete()
        raise as_refusal(error) from error
    return subject


def _move(file: UploadedFile, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if hasattr(file, "temporary_file_path"):
        shutil.move(file.temporary_file_path(), target)
        target.chmod(0o600)
        return
    with target.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)


def discard(subject: Import) -> None:
    shutil.rmtree(folder(subject), ignore_errors=True)


def limits() -> Limits:
    return Limits(max_bytes=settings.UPLOAD_MAX_BYTES)


def read(subject: Import) -> tuple[Opened, Opened | None]:
    """Open the file (and its header file) as the import says it is written; remembers what came out."""
    home = folder(subject)
    chosen = {name: getattr(subject, name) or None for name in ("encoding", "delimiter", "sheet")}
    lines = _open(home, "lines", chosen)
    header = _open(home, "header", {}) if (home / "header").exists() else None
    _describe(subject, lines)
    return lines, header


def _open(home: Path, name: str, chosen: dict[str, Any]) -> Opened:
    workdir = home / f"{name}.work"
    shutil.rmtree(workdir, ignore_errors=True)
    workdir.mkdir(parents=True)
    opened = open_file(home / name, workdir, limits=limits(), **chosen)
    draft = home / f"{name}.draft"
    draft.write_text(json.dumps(_plain(opened), default=str))
    draft.replace(home / f"{name}.json")
    return opened


def _describe(subject: Import, lines: Opened) -> None:
    subject.encoding, subject.sheet = lines.encoding or "", lines.sheet or ""
    subject.delimiter = (lines.delimiter or "")[:5]
    subject.sha256, subject.bytes = lines.sha256, lines.bytes
    subject.error_code, subject.error_values = "", {}
    subject.save()


def _plain(opened: Opened) -> dict[str, Any]:
    values = {field.name: getattr(opened, field.name) for field in fields(Opened)}
    values["ragged"] = [[row.row, row.fields, row.expected] for row in opened.ragged]
    values["notes"] = [[note.code, note.where, dict(note.values)] for note in opened.notes]
    return values


def opened(subject: Import, name: str = "lines") -> Opened | None:
    """What `read` found, without reading the file again; None when it has not been read."""
    path = folder(subject) / f"{name}.json"
    if not path.exists():
        return None
    values = {key: _frozen(value) for key, value in json.loads(path.read_text()).items()}
    values["path"] = Path(values["path"])
    values["ragged"] = tuple(Ragged(*row) for row in values["ragged"])
    values["notes"] = tuple(InvalidInput(code, where, **more) for code, where, more in values["notes"])
    return Opened(**values)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def columns(subject: Import) -> list[str]:
    """Every column that can be mapped: the lines' own, and those the header file adds."""
    lines, header = opened(subject), opened(subject, "header")
    if lines is None:
        return []
    added = joined_columns(lines.columns, header.columns) if header else ()
    return [*lines.columns, *(name for name, _ in added)]


def pair(imports: list[Import]) -> list[Import]:
    """Of several files, one that holds the document headers of another becomes its second file."""
    for lines, header in permutations(imports, 2):
        if not lines.header_file_name and _belong_together(lines, header):
            _adopt(lines, header)
            return pair([subject for subject in imports if subject is not header])
    return imports


def _belong_together(lines: Import, header: Import) -> bool:
    left, right = opened(lines), opened(header)
    if left is None or right is None or header.header_file_name or left.rows < right.rows:
        return False
    return set(left.columns) != set(right.columns) and guess_join(left, right) is not None


def _adopt(lines: Import, header: Import) -> None:
    (folder(header) / "lines").rename(folder(lines) / "header")
    lines.header_file_name = header.file_name
    lines.save(update_fields=["header_file_name"])
    discard(header)
    header.delete()
    read(lines)
