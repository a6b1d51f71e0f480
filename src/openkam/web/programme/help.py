"""Help on each tool: the Markdown pages of docs/tools, in the reader's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language
from markdown_it import MarkdownIt
from markdown_it.token import Token

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

#: In the order in which a round meets them.
TOOLS = (
    "round",
    "weights",
    "agreement",
    "selection",
    "matrix",
    "risk",
    "decisions",
    "people",
    "interactions",
    "insights",
    "stage",
    "team_map",
    "stakeholders",
    "health",
    "actions",
)
ORIGINAL = "en"
#: A wheel has the pages beside the code; a checkout where they are read as documents.
PLACES = (settings.WEB / "help", settings.WEB.parents[2] / "docs" / "tools")
#: What stands before the first heading of a section: the title, and a sentence on what the tool is for.
TITLE, LEAD = 1, 4


def _in_a_scroll(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """A table may be wider than a phone: it scrolls inside, and is named after its section."""
    heading = max((each for each in range(at) if tokens[each].type == "heading_open"), default=None)
    name = "" if heading is None else tokens[heading + 1].content
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(name)}"><table>\n'


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_markdown.add_render_rule("table_open", _in_a_scroll)
_markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")


@dataclass(frozen=True)
class Page:
    """A page of help. `lead` says in a sentence what the tool is for; `body` is safe to show as it is."""

    tool: str
    language: str
    title: str
    lead: str
    body: str


@allow(Permission.SIGNED_IN)
def index(request: PersonRequest) -> HttpResponse:
    """Every page of help, with what its tool is for."""
    pages = [page_of(tool, get_language() or ORIGINAL) for tool in TOOLS]
    return render(request, "programme/help_index.html", {"pages": pages})


@allow(Permission.SIGNED_IN)
def page(request: PersonRequest, tool: str) -> HttpResponse:
    """Help on one tool."""
    if tool not in TOOLS:
        raise Http404
    language = get_language() or ORIGINAL
    others = [(each, title_of(each, language)) for each in TOOLS]
    return render(request, "programme/help.html", {"page": page_of(tool, language), "others": others})


@cache
def page_of(tool: str, language: str) -> Page:
    """The page in this language, or in English where it is not translated."""
    path, found = _file(tool, language)
    tokens = _markdown.parse(path.read_text("utf-8"))
    return Page(
        tool=tool,
        language=found,
        title=tokens[TITLE].content,
        lead=tokens[LEAD].content,
        body=_markdown.renderer.render(_ours(tokens[TITLE + 2 :]), _markdown.options, {}),
    )


def title_of(tool: str, language: str) -> str:
    return page_of(tool, language).title


def _file(tool: str, language: str) -> tuple[Path, str]:
    names = [(f"{tool}.{each}.md", each) for each in (language, ORIGINAL)]
    for name, each in names:
        for place in PLACES:
            if (place / name).exists():
                return place / name, each
    raise FileNotFoundError(names[-1][0])


def _ours(tokens: Sequence[Token]) -> Sequence[Token]:
    """Links between the files become links between the pages; the content policy allows classes, not styles."""
    for token in _all(tokens):
        if token.attrs.pop("style", ""):
            token.attrs["class"] = "num"
        if token.type == "link_open":
            tool, _, rest = str(token.attrs["href"]).partition(".")
            if rest.endswith(".md") and tool in TOOLS:
                token.attrs["href"] = reverse("help", args=[tool])
    return tokens


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()
