import datetime
import io
import struct
import zipfile
import zlib
from pathlib import Path

import duckdb
import openpyxl
import pytest

from openkam.ledger.formats import Limits, Ragged, Refused, open_file, scan
from openkam.ledger.workbook import cell_text, check_workbook, column_number, number_text

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def workbook(folder: Path, **sheets) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "book.xlsx"
    book.save(path)
    return path


def crafted(folder: Path, sheet: bytes | str, *more: tuple[str, bytes]) -> Path:
    """A zip with the outline of a workbook and this text as its sheet."""
    path = folder / "crafted.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in more:
            archive.writestr(name, content)
    return path


def refusal(path: Path, folder: Path, **limits) -> Refused:
    with pytest.raises(Refused) as refused:
        open_file(path, folder / "work", limits=Limits(**limits))
    assert not (folder / "work").exists()
    return refused.value


def read(path: Path, folder: Path, **how) -> list[tuple]:
    with duckdb.connect() as con:
        return con.sql(f"SELECT * FROM {scan(open_file(path, folder, **how))} ORDER BY _row").fetchall()


def test_values_of_a_sheet_become_plain_text(tmp_path):
    day, moment = datetime.date(2024, 1, 2), datetime.datetime.fromisoformat("2024-01-02T08:26:00")
    path = workbook(tmp_path, 發票=[["day", "at", "n", "x", "ok", "name"], [day, moment, 3, 1e-7, True, " 台積電 "]])
    assert read(path, tmp_path) == [("2024-01-02", "2024-01-02 08:26:00", "3", "0.0000001", "true", "台積電", 2)]


def test_the_first_sheet_with_rows_is_taken_unless_one_is_named(tmp_path):
    path = workbook(tmp_path, empty=[], first=[["a"], [1]], second=[["b"], [2]])
    opened = open_file(path, tmp_path)
    assert (opened.sheet, opened.sheets, opened.columns) == ("first", ("empty", "first", "second"), ("a",))
    assert read(path, tmp_path, sheet="second") == [("2", 2)]
    with pytest.raises(Refused) as refused:
        open_file(path, tmp_path, sheet="third")
    assert refused.value.code == "sheet_unknown"
    with pytest.raises(Refused) as refused:
        open_file(path, tmp_path, sheet="empty")
    assert refused.value.code == "empty"


def test_row_numbers_are_those_of_the_sheet(tmp_path):
    path = workbook(tmp_path, s=[["Sales 2024"], [], ["a", "b", "c"], [1, 2, 3], [], ["two\nlines", None, 6, 7]])
    opened = open_file(path, tmp_path)
    assert (opened.header_row, opened.rows, opened.ragged) == (3, 2, (Ragged(6, 4, 3),))
    assert read(path, tmp_path) == [("1", "2", "3", 4), ("two\nlines", None, "6", 6)]


def test_a_tiny_file_with_one_far_cell_is_refused(tmp_path):
    path = tmp_path / "far.xlsx"
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    book.save(path)
    assert path.stat().st_size < 10_000
    assert refusal(path, tmp_path).code == "workbook_hostile"


@pytest.mark.parametrize(
    ("sheet", "because"),
    [
        ('<row><c r="XFD1"><v>1</v></c></row>', "columns"),
        ("<row><c r = 'zz1'/></row>", "columns"),
        ('<row r="9999999"><c><v>1</v></c></row>', "rows"),
        ('<x:row x:r="9999999"/>', "rows"),
        ('<c r="A1"/><c r="SA200000"/>', "cells"),
        ('<row r="1048576">' + "<c/>" * 100, "cells"),
        ("<row/>" * 1_048_577, "rows"),
        ("<row>" + "<c/>" * 501, "columns"),
        ('<c r="AAAAAAAAAAAAAAAA2"/>', "reference"),
        ('<c r="A99999999999999999999"/>', "reference"),
        ("<row " + "x" * 3_000_000, "tag"),
        ('<sst uniqueCount="4000000000"/>', "count"),
        ("<sst COUNT = '4000000000'/>", "count"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><row/>', "doctype"),
        (" " * 5000 + "<!DocType x>", "doctype"),
        ("\ufeff<row/>".encode("utf-16-le"), "encoding"),
    ],
)
def test_a_hostile_sheet_is_refused(tmp_path, sheet, because):
    if isinstance(sheet, str) and not sheet.startswith(" "):
        sheet = f"<sheetData>{sheet}"
    refused = refusal(crafted(tmp_path, sheet), tmp_path)
    assert (refused.code, refused.values["because"]) == ("workbook_hostile", because)


def test_a_reference_on_the_border_of_two_pieces_is_seen(tmp_path):
    for shift in range(-12, 3):
        path = crafted(tmp_path, "<sheetData>" + " " * (1024 * 1024 + shift) + '<c r  =  "XFD1048576"/>')
        assert refusal(path, tmp_path).code == "workbook_hostile"


def test_a_hostile_part_under_another_name_is_refused(tmp_path):
    path = crafted(tmp_path, "<row/>", ("xl/harmless.bin", b'<sheetData><c r="XFD1048576"/>'))
    assert refusal(path, tmp_path).values["because"] == "columns"


def test_zip_bombs_are_refused_by_count_size_and_ratio(tmp_path):
    bomb = crafted(tmp_path, b"<v>1</v>" * 2_000_000)
    assert refusal(bomb, tmp_path).values["because"] == "ratio"
    assert refusal(bomb, tmp_path, workbook_expanded=1_000_000).values["because"] == "expanded"
    many = crafted(tmp_path, "<row/>", *((f"x{n}", b"") for n in range(20)))
    assert refusal(many, tmp_path, workbook_entries=10).values["because"] == "entries"


def test_a_part_that_lies_about_its_size_is_refused(tmp_path):
    content = b"<v>1</v>" * 100_000
    path = crafted(tmp_path, content)
    raw = path.read_bytes()
    honest, lie = struct.pack("<L", len(content)), struct.pack("<L", 8)
    crc, false_crc = struct.pack("<L", zlib.crc32(content)), struct.pack("<L", zlib.crc32(content[:8]))
    path.write_bytes(raw.replace(honest, lie).replace(crc, false_crc))
    assert zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml") == content[:8]  # what a trusting reader sees
    assert refusal(path, tmp_path).values["because"] == "expanded"


@pytest.mark.parametrize(
    ("names", "found"),
    [(["xl/workbook.bin"], "xlsb"), (["word/document.xml"], "docx"), (["content.xml"], "ods"), (["a.csv"], "zip")],
)
def test_other_zip_files_are_named(tmp_path, names, found):
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    refused = refusal(path, tmp_path)
    assert (refused.code, refused.values["found"]) == ("format_unknown", found)


def test_broken_and_odd_zips_are_refused(tmp_path):
    path = crafted(tmp_path, "<row/>")
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    assert refusal(path, tmp_path).code == "workbook_broken"
    path.write_bytes(whole)
    assert refusal(path, tmp_path).code == "workbook_broken"  # passes the guard, holds no workbook
    odd = io.BytesIO()
    with zipfile.ZipFile(odd, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", "<workbook/>")
    path.write_bytes(odd.getvalue())
    assert refusal(path, tmp_path).values["because"] == "compression"


def test_an_honest_workbook_passes_the_guard(tmp_path):
    check_workbook(workbook(tmp_path, s=[[n, f"text {n}"] for n in range(2000)]), Limits())


def test_numbers_have_one_text():
    assert [number_text(x) for x in (1.0, -0.0, 0.1, 1e22, 1.5e-9)] == [
        "1",
        "0",
        "0.1",
        "10000000000000000000000",
        "0.0000000015",
    ]
    assert number_text(float("nan")) == ""
    assert cell_text(datetime.time(8, 5)) == "08:05:00"
    assert cell_text(datetime.timedelta(hours=25)) == "1 day, 1:00:00"
    assert (column_number(b"A"), column_number(b"aa")) == (1, 27)
