"""What exists is documented: settings, commands; and links of the documents lead somewhere."""

import re
from pathlib import Path

import pytest
from tests.conftest import ROOT

from openkam.cli import main
from openkam.ledger.checks import CHECKS, Check

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_setting_is_documented() -> None:
    source = "".join(path.read_text() for path in (ROOT / "src/openkam").rglob("*.py"))
    names = set(re.findall(r"\"((?:OPENKAM_[A-Z_]+|DATABASE_URL))\"", source))
    page = (ROOT / "docs/reference/settings.md").read_text()
    assert {name for name in names if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_documented(name: str) -> None:
    assert f"`{name}" in (ROOT / "docs/reference/commands.md").read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.code}-{check.column}")
def test_every_check_is_documented_with_its_default(check: Check) -> None:
    page = (ROOT / "docs/reference/checks.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith(f"| `{check.code}` |"))
    fate = row.split("|")[3]
    assert "left out" in fate or "first stays" in fate or check.default == "keep"
    assert "kept" in fate or "created" in fate or check.default == "skip"
