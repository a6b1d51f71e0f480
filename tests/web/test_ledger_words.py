"""Every code that the ledger can raise has its sentence, and every field its label."""

import re
from pathlib import Path

from openkam import ledger
from openkam.ledger.checks import CODES
from openkam.ledger.mapping import FIELDS
from openkam.web.ledgers import words
from openkam.web.programme.words import known_problems, problem

SOURCE = Path(ledger.__file__).parent
RAISED = re.compile(r"""\b(?:InvalidInput|Refused)\(\s*["']([a-z_]+)["']""")


def codes_in_the_source() -> set[str]:
    return {code for path in SOURCE.glob("*.py") for code in RAISED.findall(path.read_text(encoding="utf-8"))}


def test_every_code_of_the_ledger_has_a_sentence() -> None:
    missing = (codes_in_the_source() | set(CODES)) - known_problems()
    assert missing == set()


def test_the_search_for_codes_finds_them() -> None:
    assert {"empty", "encoding", "batch_exists", "column_twice"} <= codes_in_the_source()


def test_every_refusal_of_a_file_says_what_was_kept_or_what_to_do() -> None:
    for code, sentence in words.REFUSED.items():
        text = str(sentence)
        assert re.search(r"[Nn]othing was|[Cc]hoose|is kept", text), code
        assert text.endswith("."), code


def test_a_sentence_is_whole_when_its_values_are_missing() -> None:
    for code in {**words.REFUSED, **words.MAPPING, **words.LINES, **words.STORE, **words.FORMS}:
        assert "%(" not in problem(code, {})


def test_every_field_of_a_line_has_a_label() -> None:
    assert tuple(words.FIELDS) == FIELDS
