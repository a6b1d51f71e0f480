"""Open a file of invoice lines, whatever its format, as something DuckDB can scan safely."""

from pathlib import Path

from openkam.ledger import parquet, streams, texts, workbook
from openkam.ledger.dialect import Dialect, find_header, name_columns
from openkam.ledger.guard import Limits, Refused
from openkam.ledger.opened import Job, Opened
from openkam.ledger.scanning import identifier, literal, scan, scan_joined
from openkam.ledger.tidy import Ragged, write_rows

__all__ = [
    "Limits",
    "Opened",
    "Ragged",
    "Refused",
    "identifier",
    "literal",
    "open_file",
    "scan",
    "scan_joined",
]

_LOOK = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def open_file(
    path: Path,
    workdir: Path,
    *,
    limits: Limits | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Opened:
    """Open a file by what it holds, not by its name; `encoding`, `delimiter` and `sheet` override what is found.

    Plain UTF-8 tables stay where they are; all else becomes a UTF-8 CSV file in `workdir`, in bounded memory
    and bounded size. Raises Refused with a code (see there); OSError when the disk is full or the file is gone.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_text("customer;amount\\nA;1,5\\n")
    >>> opened = open_file(folder / "a.csv", folder)
    >>> opened.delimiter, opened.columns, opened.rows
    (';', ('customer', 'amount'), 1)
    """
    job = Job(Path(path).absolute(), Path(workdir).absolute(), limits or Limits(), encoding, delimiter, sheet)
    size = job.path.stat().st_size
    if not size:
        raise Refused("empty", job.path.name)
    if size > job.limits.max_bytes:
        raise Refused("too_large", job.path.name, bytes=size, limit=job.limits.max_bytes)
    with job.path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(streams.GZIP_MAGIC):
        return texts.open_text(job, packed=True)
    if start.startswith(b"PAR1"):
        return _open_parquet(job)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_workbook(job)
    if start.startswith(_OLE):
        raise Refused("workbook_locked" if _LOCKED in streams.edges(job.path) else "xls_legacy", job.path.name)
    return texts.open_text(job, packed=False)


def _open_parquet(job: Job) -> Opened:
    found = parquet.outline(job.path, job.limits)
    return Opened(
        path=job.path,
        kind="parquet",
        format="parquet",
        encoding=None,
        delimiter=None,
        sheet=None,
        sheets=(),
        columns=tuple(leaf.name for leaf in found.leaves),
        sample=found.sample,
        header_row=0,
        bytes=job.path.stat().st_size,
        sha256=streams.file_hash(job.path),
        rows=found.rows,
        places=tuple((leaf.at, leaf.kind) for leaf in found.leaves),
        width=found.width,
        notes=found.notes,
    )


def _open_workbook(job: Job) -> Opened:
    workbook.check_workbook(job.path, job.limits)
    sheets = workbook.sheet_names(job.path)
    if job.sheet is not None and job.sheet not in sheets:
        raise Refused("sheet_unknown", job.sheet, sheets=sheets)
    for sheet in (job.sheet,) if job.sheet else sheets:
        rows = workbook.Rows(workbook.sheet_rows(job.path, sheet), _LOOK)
        if rows.head:
            return _open_sheet(job, rows, sheet, sheets)
    raise Refused("empty", job.path.name)


def _open_sheet(job: Job, rows: workbook.Rows, sheet: str, sheets: tuple[str, ...]) -> Opened:
    table = [row for _, row in rows.head]
    at = find_header(table)
    dialect = Dialect(",", rows.head[at - 1][0], name_columns(table, at, job.limits))
    target = job.target()
    tidy = write_rows(target, rows.after(at), dialect)
    return Opened(
        path=target,
        kind="csv",
        format="xlsx",
        encoding=None,
        delimiter=",",
        sheet=sheet,
        sheets=sheets,
        columns=dialect.columns,
        sample=tuple(tidy.sample),
        header_row=dialect.header_row,
        bytes=job.path.stat().st_size,
        sha256=streams.file_hash(job.path),
        rows=tidy.rows,
        ragged=tuple(tidy.ragged),
        ragged_rows=tidy.ragged_rows,
        numbered=True,
        multiline=tidy.multiline,
        longest=tidy.longest,
    )
