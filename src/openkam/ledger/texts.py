"""Open a text table: find its encoding and dialect, then leave it in place or make a tidy copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openkam.ledger import dialect, encodings, streams
from openkam.ledger.dialect import BLANKS, Dialect, looks_like_data
from openkam.ledger.guard import Refused
from openkam.ledger.opened import SAMPLE_ROWS, Job, Opened
from openkam.ledger.survey import NotUtf8, Survey, survey
from openkam.ledger.tidy import Tidy, fit, rewrite_text
from openkam.method.errors import InvalidInput

_OTHER_BYTES = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"ARROW1", "arrow"),
    (b"ORC", "orc"),
    (b"Obj\x01", "avro"),
    (b"SQLite format 3", "sqlite"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "program"),
    (b"\xd0\xcf\x11\xe0", "ole"),
)
_OTHER_TEXTS = (
    ("<!doctype", "html"),
    ("<html", "html"),
    ("<table", "html"),
    ("<meta", "html"),
    ("<?xml", "xml"),
    ("{", "json"),
    ("[", "json"),
)


@dataclass(frozen=True)
class _Text:
    """Where the bytes come from."""

    job: Job
    packed: bool

    def pieces(self) -> Iterator[bytes]:
        raw = streams.chunks(self.job.path)
        return streams.gunzip(raw, self.job.limits) if self.packed else raw


def open_text(job: Job, *, packed: bool) -> Opened:
    """Open a text table, gzipped when `packed`."""
    if job.delimiter is not None and not (len(job.delimiter) == 1 and job.delimiter.isascii()):
        raise Refused("delimiter_unknown", job.delimiter)
    text = _Text(job, packed)
    start = streams.head(text.pieces())
    _refuse_bytes(start, packed=packed)
    encoding = encodings.named_encoding(job.encoding) if job.encoding else encodings.detect(start)
    try:
        return _open_as(text, encoding)
    except NotUtf8 as broken:
        if job.encoding or not broken.early:
            raise Refused("encoding", encoding="utf-8", offset=broken.offset, byte=broken.byte) from None
        return _open_as(text, encodings.detect_legacy(streams.around(text.pieces(), broken.offset)))


def _refuse_bytes(start: bytes, *, packed: bool) -> None:
    if not start:
        raise Refused("empty")
    for magic, found in _OTHER_BYTES:
        if start.startswith(magic):
            raise Refused("format_unknown", found=f"gzip of {found}" if packed else found)


def _open_as(text: _Text, encoding: str) -> Opened:
    job = text.job
    if encoding == "utf-8" and not text.packed:
        return _open_utf8(text, job.path, encoding)
    pieces = text.pieces()
    copy = streams.save(
        pieces if encoding == "utf-8" else streams.transcode(pieces, encoding), job.target(), job.limits
    )
    keep = False
    try:
        opened = _open_utf8(text, copy, encoding)
        keep = opened.path == copy
    finally:
        if not keep:
            copy.unlink(missing_ok=True)
    return opened


def _open_utf8(text: _Text, path: Path, encoding: str) -> Opened:
    """`path` holds UTF-8 by now, or so it seems: the survey looks at all of it."""
    job = text.job
    start = _start(path)
    _refuse_markup(start)
    found = dialect.detect_dialect(start, job.delimiter, job.limits)
    seen = survey(streams.chunks(path), found.delimiter, len(found.columns), job.limits)
    if seen.tidy and found.header_row == 1 and not (seen.crlf and seen.multiline):
        return _opened(text, path, encoding, found=found, tidy=_in_place(start, found, seen))
    target = job.target()
    tidy = rewrite_text(path, target, found, job.limits)
    return _opened(text, target, encoding, found=found, tidy=tidy)


def _start(path: Path) -> str:
    """The complete lines at the head of a file."""
    raw = streams.head(streams.chunks(path))
    text = raw.decode("utf-8-sig", "replace")
    complete = text[: text.rfind("\n") + 1] if len(raw) == streams.CHUNK else text
    return complete or text


def _refuse_markup(start: str) -> None:
    begin = start[:200].lstrip(BLANKS).lower()
    for mark, found in _OTHER_TEXTS:
        if begin.startswith(mark):
            raise Refused("format_unknown", found=found)


def _in_place(start: str, found: Dialect, seen: Survey) -> Tidy:
    """The same account of the table that a rewrite would give."""
    rows = [row for row in dialect.records(start, found.delimiter, SAMPLE_ROWS + 1)[1:] if row]
    width = len(found.columns)
    return Tidy(
        rows=seen.records - 1,
        multiline=seen.multiline,
        longest=seen.longest,
        sample=[tuple(cell.strip(BLANKS) or None for cell in fit(row, width)) for row in rows],
        blanks=seen.blanks,
        padded=seen.padded,
        crlf=seen.crlf,
        numbered=False,
    )


def _opened(text: _Text, path: Path, encoding: str, *, found: Dialect, tidy: Tidy) -> Opened:
    notes = (InvalidInput("header_like_data", f"row {found.header_row}"),) if looks_like_data(found.columns) else ()
    return Opened(
        path=path,
        kind="csv",
        format="csv.gz" if text.packed else "csv",
        encoding=encoding,
        delimiter=found.delimiter,
        sheet=None,
        sheets=(),
        columns=found.columns,
        sample=tuple(tidy.sample),
        header_row=found.header_row,
        bytes=text.job.path.stat().st_size,
        sha256=streams.file_hash(text.job.path),
        rows=tidy.rows,
        ragged=tuple(tidy.ragged),
        ragged_rows=tidy.ragged_rows,
        numbered=tidy.numbered,
        multiline=tidy.multiline,
        crlf=tidy.crlf,
        longest=tidy.longest,
        blanks=tidy.blanks,
        padded=tidy.padded,
        notes=notes,
    )
