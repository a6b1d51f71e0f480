"""Whatever the relationship wing can refuse or say has its sentence."""

import re
from pathlib import Path

import pytest

from openkam.method import ambition, health, network, perceived, stage
from openkam.web import contacts, interactions, plans, relationships
from openkam.web.programme.words import known_problems, problem

RAISED = re.compile(r"""\bInvalidInput\(\s*["']([a-z_0-9]+)["']""")
SAID = re.compile(r"""\bNotice\(\s*code=["']([a-z_0-9]+)["']""")
#: What no page can bring about: the documents behind it are made from rows that fit together.
UNREACHABLE = {
    "edge_outside_the_window",
    "edge_without_a_day",
    "function",
    "group_of_functions",
    "lengths_differ",
    "level_of_person",
    "perceived_six",
    "perceived_total",
    "person_on_both_sides",
    "problem_circle",
    "repeated_edge",
    "repeated_name",
    "truth_value_as_number",
    "reviews_out_of_order",
    "stage_number",
    "unknown_person",
    "unknown_problem",
    "weights_not_100",
}
#: Said in other words where they are shown.
SHOWN_OTHERWISE = {"health_incomplete"}


def source(module: object) -> str:
    return Path(module.__file__).read_text(encoding="utf-8")  # type: ignore[attr-defined]


@pytest.mark.parametrize("app", [contacts, interactions, plans, relationships], ids=lambda app: app.__name__)
def test_every_refusal_of_an_app_has_a_sentence(app: object) -> None:
    folder = Path(app.__file__).parent  # type: ignore[attr-defined]
    codes = {code for path in folder.rglob("*.py") for code in RAISED.findall(path.read_text(encoding="utf-8"))}
    assert codes
    assert codes - known_problems() == set()


@pytest.mark.parametrize("module", [network, stage, perceived, ambition, health], ids=lambda module: module.__name__)
def test_every_word_of_the_method_that_a_page_can_meet_has_a_sentence(module: object) -> None:
    codes = {*RAISED.findall(source(module)), *SAID.findall(source(module))}
    assert codes - known_problems() - UNREACHABLE - SHOWN_OTHERWISE == set()


def test_a_sentence_is_whole_when_its_values_are_missing() -> None:
    assert [code for code in known_problems() if "%(" in problem(code, {})] == []
