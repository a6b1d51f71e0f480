"""Three languages from the first string: nothing that a person may read lacks its translation."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.template import engines
from django.template.base import Node, TextNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from tests.conftest import ROOT

WEB = ROOT / "src/openkam/web"
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
Message = tuple[str | None, str]  # context and English
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]")


def catalogue(language: str) -> dict[Message, polib.POEntry]:
    entries = polib.pofile(str(WEB / "locale" / language / "LC_MESSAGES/django.po"))
    return {(entry.msgctxt, entry.msgid): entry for entry in entries if not entry.obsolete}


def in_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = getattr(node, "func", None)
        called = getattr(name, "id", getattr(name, "attr", ""))
        if isinstance(node, ast.Call) and called in FUNCTIONS:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if texts and called.startswith("pgettext"):
                yield texts[0], texts[1]
            elif texts:
                yield None, texts[0]


def nodes(root: Node) -> Iterator[Node]:
    yield root
    children = [getattr(root, name, None) for name in ("nodelist", *getattr(root, "child_nodelists", ()))]
    children += [nodelist for _, nodelist in getattr(root, "conditions_nodelists", ())]
    for nodelist in children:
        for child in nodelist or ():
            yield from nodes(child)


def in_template(path: Path) -> Iterator[Message]:
    template = engines["django"].from_string(path.read_text(encoding="utf-8")).template
    for top in template.nodelist:
        for node in nodes(top):
            if isinstance(node, TranslateNode) and isinstance(node.filter_expression.var, str):
                yield None, _doubled(node.filter_expression.var)
            elif isinstance(node, TranslateNode) and getattr(node.filter_expression.var, "literal", None):
                yield _context(node), _doubled(str(node.filter_expression.var.literal))
            elif isinstance(node, BlockTranslateNode):
                yield _context(node), node.render_token_list(node.singular)[0]


def _doubled(text: str) -> str:
    """In a catalogue a per cent sign of a template is written twice."""
    return text.replace("%", "%%")


def _context(node: TranslateNode | BlockTranslateNode) -> str | None:
    return node.message_context.resolve({}) if node.message_context else None


def everything() -> set[Message]:
    found = {message for path in WEB.rglob("*.py") for message in in_python(path)}
    found |= {message for path in (WEB / "templates").rglob("*.html") for message in in_template(path)}
    return {message for message in found if message[1].strip()}


@pytest.mark.parametrize("language", ["zh_Hant", "zh_Hans"])
def test_every_string_has_its_translation(language: str) -> None:
    known = catalogue(language)
    missing = [message for message in sorted(everything(), key=str) if not _is_translated(known.get(message))]
    assert missing == []


def _is_translated(entry: polib.POEntry | None) -> bool:
    return entry is not None and bool(entry.msgstr or any(entry.msgstr_plural.values())) and not entry.fuzzy


@pytest.mark.parametrize("language", ["zh_Hant", "zh_Hans"])
def test_translations_keep_their_placeholders(language: str) -> None:
    for entry in catalogue(language).values():
        wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert not text or set(PLACEHOLDER.findall(text)) <= wanted, entry.msgid
            assert not text or entry.msgid_plural or set(PLACEHOLDER.findall(text)) == wanted, entry.msgid


def test_traditional_and_simplified_are_not_the_same_text() -> None:
    traditional, simplified = catalogue("zh_Hant"), catalogue("zh_Hans")
    same = sum(
        traditional[message].msgstr == simplified[message].msgstr for message in traditional if message in simplified
    )
    assert same < len(traditional) / 4


@pytest.mark.parametrize(("language", "column"), [("zh_Hant", "zh-Hant"), ("zh_Hans", "zh-Hans")])
def test_terms_of_the_field_are_the_glossarys(language: str, column: str) -> None:
    """A whole string that is a term of the glossary reads as the glossary says, with or without its notes."""
    with (ROOT / "glossary.csv").open(encoding="utf-8") as file:
        terms = {row["en"].casefold(): row[column] for row in csv.DictReader(file)}
    different = {
        (entry.msgid, entry.msgstr, terms[entry.msgid.casefold()])
        for (context, _), entry in catalogue(language).items()
        if context is None and entry.msgid.casefold() in terms.keys() - AMBIGUOUS
        if entry.msgstr not in _wordings(terms[entry.msgid.casefold()])
    }
    assert different == set()


def _wordings(term: str) -> set[str]:
    """A term as it stands, without what stands in brackets, and what stands in brackets alone."""
    outside = re.sub(r"[(（].*?[)）]", "", term).strip()
    return {term, outside, *re.findall(r"[(（](.*?)[)）]", term)}


#: English words that the glossary uses for another thing than a page does.
AMBIGUOUS = {"total", "probability", "attractive", "target", "criterion", "against", "last", "growth", "support now"}


def test_templates_say_nothing_outside_a_translation() -> None:
    """Letters between tags must stand in a translation: only names of products and units may stay."""
    allowed = re.compile(r"OpenKAM|Ctrl|Enter|Esc|CSV|XLSX|JSON|English|[A-Z]{1,4}\b|&[a-z#0-9]+;")
    spoken = []
    for path in (WEB / "templates").rglob("*.html"):
        template = engines["django"].from_string(path.read_text(encoding="utf-8")).template
        text = "".join(n.s for top in template.nodelist for n in nodes(top) if isinstance(n, TextNode))
        bare = allowed.sub(
            "", re.sub(r"<(script|svg|kbd|code|style)\b.*?</\1>|<[^>]*>?|[^<]*>", " ", text, flags=re.DOTALL)
        )
        spoken += [(path.name, word) for word in re.findall(r"[A-Za-z]{3,}", bare)]
    assert spoken == []
