"""Workbooks, texts and CSV that open, add up, and run nothing."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from openkam.report import comma, text, xlsx
from openkam.report.document import Column, Report, Table

COLUMNS = (
    Column("Account"),
    Column("Revenue", "money"),
    Column("Share", "percent"),
    Column("Lines", "number"),
    Column("Last", "date"),
)
ROWS = (
    ("台積電 Acme", Decimal("1234.5678"), 0.25, 3, date(2026, 9, 30)),
    ("=cmd|' /C calc'!A0", Decimal("-5.00"), None, 1, None),
)
REPORT = Report("Portfolio", (("File", "sales.csv"),), (Table("Accounts", COLUMNS, ROWS, note="Rule: median"),))


def test_a_workbook_opens_with_real_numbers_and_dates() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(REPORT)))
    sheet = book["Accounts"]
    assert sheet["B2"].value == pytest.approx(1234.5678)
    assert sheet["E2"].value.date() == date(2026, 9, 30)
    assert book["About"]["B2"].value == "sales.csv"


def test_a_missing_figure_is_an_empty_cell_not_a_zero() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(REPORT)))["Accounts"]
    assert sheet["C3"].value is None


def test_a_name_that_looks_like_a_formula_stays_text() -> None:
    cell = openpyxl.load_workbook(io.BytesIO(xlsx.render(REPORT)))["Accounts"]["A3"]
    assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")
    assert comma.safe("=cmd|' /C calc'!A0").startswith("'=")


def test_two_tables_of_one_name_get_two_sheets() -> None:
    table = REPORT.tables[0]
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(Report("Twice", (), (table, table)))))
    assert book.sheetnames == ["About", "Accounts", "Accounts 2"]


def test_columns_line_up_in_a_terminal_also_with_wide_characters() -> None:
    lines = text.render(REPORT).splitlines()
    rows = [line for line in lines if line.startswith(("台積電", "=cmd"))]
    assert len({text.width(line[: line.index("1,235") + 5]) for line in rows if "1,235" in line}) == 1
    assert text.width(rows[0].split("1,235")[0]) + 5 == text.width(rows[1].split("-5")[0]) + 2


def test_a_long_name_is_cut_with_a_sign_that_it_was() -> None:
    table = Table("T", (Column("A"),), (("x" * 500,),))
    assert text.render(Report("R", (), (table,))).splitlines()[-1] == "x" * 39 + "…"


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert text.shown("a\x1b[31mb", Column("A")) == "a[31mb"


def test_a_ragged_table_is_refused() -> None:
    with pytest.raises(ValueError, match="ragged"):
        Table("T", COLUMNS, (("only one",),))


def test_csv_streams_row_by_row_behind_a_mark() -> None:
    pieces = list(comma.lines([["a"], ["b"]]))
    assert pieces == ["\ufeffa\r\n", "b\r\n"]
