"""`openkam analyse`: the portfolio of a file in the terminal, without server or database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from tests.conftest import ROOT

from openkam.cli import main

LINES = """\
客戶編號,發票日期,發票號碼,項次,數量,未稅金額,成本
A-1,2023-01-04,I1,1,10,1000.00,700
A-1,2023-12-30,I2,1,10,1100.00,750
A-1,2024-05-02,I3,1,12,1500.00,1000
A-1,2025-01-02,I4,1,15,1800.00,1250
=B2,2024-07-01,I5,1,1,50.00,90
=B2,2025-12-30,I6,1,1,60.00,95
C 三,2025-08-08,I7,1,-2,-20.00,-12
"""


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "發票.csv"
    path.write_text(LINES, encoding="big5")
    return path


def analyse(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["analyse", *map(str, arguments)])


def test_a_file_becomes_a_portfolio_in_the_terminal(lines: Path) -> None:
    result = analyse(lines, "--currency", "TWD")
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "Lines: 7 read, 7 used" in text
    assert "Reconciles: yes" in text
    assert "2025 12 3 1,840 1,333 507 27.6 %" in text
    assert "straight line" in text or "Theil-Sen" in text


def test_json_carries_every_figure_as_exact_text(lines: Path) -> None:
    answer = json.loads(analyse(lines, "--currency", "TWD", "--json", "-").output)
    assert answer["reconciles"] is True
    years = {year["fiscal_year"]: year for year in answer["years"]}
    assert years[2025]["revenue"] == "1840.0000"
    assert [year["revenue"] for year in answer["account_years"] if year["account"] == "C 三"] == ["-20.0000"]


def test_json_does_not_depend_on_the_order_of_the_lines(lines: Path, tmp_path: Path) -> None:
    head, *rows = LINES.splitlines()
    other = tmp_path / "other.csv"
    other.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    first, second = (json.loads(analyse(path, "--currency", "TWD", "--json", "-").output) for path in (lines, other))
    assert first["account_years"] == second["account_years"]
    assert first["portfolio"]["years"] == second["portfolio"]["years"]


def test_the_workbook_opens_and_runs_nothing(lines: Path, tmp_path: Path) -> None:
    target = tmp_path / "portfolio.xlsx"
    assert analyse(lines, "--currency", "TWD", "--xlsx", target).exit_code == 0
    sheet = openpyxl.load_workbook(target)["Accounts 2025"]
    names = {row[0].value: row[0].data_type for row in sheet.iter_rows(min_row=2, max_row=4)}
    assert names["=B2"] == "s"


def test_a_fiscal_year_from_april_moves_lines_to_the_year_before(lines: Path) -> None:
    answer = json.loads(analyse(lines, "--currency", "TWD", "--fiscal-start", 4, "--json", "-").output)
    assert [year["fiscal_year"] for year in answer["years"]] == [2023, 2024, 2025, 2026]


def test_a_file_that_is_no_ledger_ends_with_two_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    result = CliRunner().invoke(main, ["analyse", str(path)])
    assert result.exit_code == 2
    assert json.loads(result.stderr)["code"]


def test_a_file_whose_lines_are_all_unusable_ends_with_two(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("customer,date,amount\n,2024-01-01,5\n,2024-01-02,6\n")
    result = CliRunner().invoke(main, ["analyse", str(path)])
    assert (result.exit_code, json.loads(result.stderr)["code"]) == (2, "no_lines")


def test_analysing_loads_no_web_framework(lines: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from openkam.cli import main;"
        f"r = CliRunner().invoke(main, ['analyse', {str(lines)!r}]); assert r.exit_code == 0, r.output;"
        "sys.exit('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONUTF8": "1"}, cwd=ROOT, check=False)
    assert done.returncode == 0


def test_an_unknown_word_is_one_of_djangos_commands(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "openkam.cli", "diffsettings", "--help"]
    done = subprocess.run(
        command, env={**os.environ, "OPENKAM_DATA": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "settings" in done.stdout


def test_adventureworks_in_one_command() -> None:
    data = Path(os.environ.get("OPENKAM_TEST_DATA") or ROOT.parent / "shared/data") / "adventureworks-dw"
    if not data.is_dir():
        pytest.skip("adventureworks-dw is not here")
    answer = json.loads(analyse(data / "reseller_sales.csv.gz", "--json", "-").output)
    revenue = {year["fiscal_year"]: (year["accounts"], year["revenue"]) for year in answer["years"]}
    assert revenue == {
        2010: (38, "489328.5787"), 2011: (251, "18192802.7143"),
        2012: (401, "28193631.5321"), 2013: (489, "33574834.1572"),
    }  # fmt: skip
    assert len({year["account"] for year in answer["account_years"]}) == 635
