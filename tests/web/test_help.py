"""Help on each tool: in three languages, from the same files that are read as documents."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from markdown_it import MarkdownIt
from tests.conftest import ROOT
from tests.web.round_fixtures import accounts, compete, round_of, score

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme import help as help_pages
from openkam.web.programme.help import TOOLS, page_of
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.models import Round

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PAGES = [(tool, language) for tool in TOOLS for language in LANGUAGES]


def headings(tool: str, language: str) -> list[str]:
    """The levels of its headings, in their order."""
    return re.findall(r"<(h\d)>", page_of(tool, language).body)


def test_every_page_is_there_in_every_language_and_no_other_file_lies_among_them() -> None:
    files = {path.name for path in (ROOT / "docs/tools").iterdir()}
    assert files == {f"{tool}.{language}.md" for tool, language in PAGES}


@pytest.mark.parametrize(("tool", "language"), PAGES)
def test_a_page_speaks_its_own_language(tool: str, language: str) -> None:
    page = page_of(tool, language)
    assert page.language == language
    assert page.title
    assert len(page.lead) > 10


@pytest.mark.parametrize(("tool", "language"), PAGES)
def test_a_page_has_the_same_sections_as_all_others(tool: str, language: str) -> None:
    assert headings(tool, language) == ["h2"] * 6


@pytest.mark.parametrize("tool", TOOLS)
def test_a_translation_has_every_number_of_the_example(tool: str) -> None:
    examples = [page_of(tool, language).body.split("<h2>")[4] for language in LANGUAGES]
    numbers = [sorted(re.findall(r"\d+\.\d+|\.\d+", example)) for example in examples]
    assert numbers[0] == numbers[1] == numbers[2]


@pytest.mark.parametrize(("tool", "language"), PAGES)
def test_a_page_marks_our_own_choices_and_explains_the_mark(tool: str, language: str) -> None:
    assert page_of(tool, language).body.count("★") >= 2


@pytest.mark.parametrize(("tool", "language"), PAGES)
def test_a_page_obeys_the_content_policy(tool: str, language: str) -> None:
    body = page_of(tool, language).body
    assert "style=" not in body
    assert not re.search(r"&lt;/?[a-z]", body), "HTML in the file is shown as text"
    assert set(re.findall(r"href=\"([^\"]*)\"", body)) <= {reverse("help", args=[each]) for each in TOOLS}


def test_html_in_a_file_is_shown_as_text(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# Risks\n\nWhat for\n\n<script>alert(1)</script>\n\na <b onclick='x()'>b</b> [c](javascript:x())\n"
    (tmp_path / "risk.en.md").write_text(text)
    monkeypatch.setattr(help_pages, "PLACES", (tmp_path,))
    page_of.cache_clear()
    body = page_of("risk", "en").body
    page_of.cache_clear()
    assert "&lt;script&gt;" in body
    assert re.findall(r"<(\w+)", body) == ["p", "p", "p"]


def test_a_page_that_is_not_translated_is_shown_in_english(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "risk.en.md").write_text("# Risks\n\nWhat for\n")
    monkeypatch.setattr(help_pages, "PLACES", (tmp_path,))
    page_of.cache_clear()
    found = page_of("risk", "zh-hant")
    page_of.cache_clear()
    assert (found.language, found.title) == ("en", "Risks")


def test_a_number_stands_at_the_end_of_its_cell() -> None:
    assert '<td class="num">' in page_of("weights", "en").body
    assert "style=" in MarkdownIt("commonmark").enable("table").render("|a|\n|-:|\n|1|\n"), "else nothing to replace"


@pytest.mark.parametrize(("tool", "language"), PAGES)
def test_whoever_is_signed_in_reads_help_in_their_language(as_: Any, vera: User, tool: str, language: str) -> None:
    vera.language = language
    vera.save()
    answer = as_(vera).get(reverse("help", args=[tool]))
    assert answer.status_code == 200
    assert page_of(tool, language).title in answer.text


def test_the_list_has_every_tool_with_what_it_is_for(as_: Any, vera: User) -> None:
    answer = as_(vera).get(reverse("help-index"))
    for tool in TOOLS:
        assert reverse("help", args=[tool]) in answer.text
        assert page_of(tool, "en").title in answer.text


@pytest.mark.parametrize("tool", ["unknown", "round-en", "ROUND", "..", "README"])
def test_an_unknown_tool_is_not_there(as_: Any, vera: User, tool: str) -> None:
    assert as_(vera).get(f"/help/{tool}/").status_code == 404


def test_a_stranger_is_sent_to_the_sign_in_page(db: None) -> None:
    for address in (reverse("help-index"), reverse("help", args=["matrix"])):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.fixture
def scored(diana: User, acme: Account) -> Round:
    """An open round of two accounts, scored in all three tables."""
    round_ = round_of(diana, [acme, *accounts("Beta")], raters=[diana])
    for kind in ("selection", "attractiveness"):
        row = [7] * round_.items.filter(kind=kind).count()
        score(round_, diana, {acme.name: row, "Beta": row}, kind=kind)
    many = round_.items.filter(kind="strength").count()
    compete(round_, diana, "Beta", {"": [7] * many, "Rival": [6] * many}, diana)
    return round_


#: Where the link stands: the address's name -> tool.
PLAIN = {"rounds": "round", "round-new": "round", "criteria": "selection", "risks": "risk", "decisions": "decisions"}
OF_ACCOUNT = {"account-risks": "risk", "account-risks-blind": "risk", "account-decisions": "decisions"}
WHILE_OPEN = {
    "round": "round",
    "round-setup": "round",
    "round-accounts": "round",
    "round-people": "round",
    "round-criteria": "selection",
    "round-score": "round",
    "round-score-grid": "round",
    "round-agreement": "agreement",
    "round-strengths": "matrix",
}
ONCE_REVEALED = {
    "round-agreement": "agreement",
    "round-ranking": "selection",
    "round-matrix": "matrix",
    "round-attractiveness": "matrix",
}


def links_to(answer: Any, tool: str) -> bool:
    address = reverse("help", args=[tool])
    return f'href="{address}" aria-label="Help: {page_of(tool, "en").title}"' in answer.text


def test_the_pages_of_a_round_link_to_their_help(as_: Any, diana: User, scored: Round) -> None:
    client = as_(diana)
    asked = {reverse(name): tool for name, tool in PLAIN.items()}
    asked |= {reverse(name, args=[scored.pk]): tool for name, tool in WHILE_OPEN.items()}
    asked[reverse("round-weights", args=[scored.pk, "selection"])] = "weights"
    assert [where for where, tool in asked.items() if not links_to(client.get(where), tool)] == []


def test_the_results_of_a_round_link_to_their_help(as_: Any, diana: User, scored: Round) -> None:
    move_on(scored, to="revealed", by=diana)
    client = as_(diana)
    asked = {reverse(name, args=[scored.pk]): tool for name, tool in ONCE_REVEALED.items()}
    asked[reverse("round-strength", args=[scored.pk, scored.entries.latest("pk").pk])] = "matrix"
    assert [where for where, tool in asked.items() if not links_to(client.get(where), tool)] == []


def test_the_pages_of_an_account_link_to_help_on_risks_and_decisions(as_: Any, olga: User, acme: Account) -> None:
    client = as_(olga)
    asked = {reverse(name, args=[acme.pk]): tool for name, tool in OF_ACCOUNT.items()}
    assert [where for where, tool in asked.items() if not links_to(client.get(where), tool)] == []


def test_before_the_first_round_the_portfolio_links_to_help_too(as_: Any, vera: User) -> None:
    client = as_(vera)
    assert links_to(client.get(reverse("selection")), "selection")
    assert links_to(client.get(reverse("matrix")), "matrix")
