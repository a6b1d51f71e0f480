"""The team map and the stakeholders as files, for those who may read them."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from openkam.report.document import Cell
from openkam.web.portfolio.exports import Table

from .models import Judgement, Phase, Question
from .sheet_text import place_text, places_of
from .team_page import Line, Sheet


def map_table(sheet: Sheet) -> Table:
    """One row a contact. A cell is participation, a slash, and the numbers of ours who cover it."""
    headings = [_("Contact"), _("Job title"), _("Influence type"), _("How do you know?"), _("Coach"), _("Influence")]
    headings += [_("Support"), _("In contact"), *(str(Phase(phase).label) for phase in sheet.phases)]
    for question in Question:
        headings += [str(question.label), _("How do you know?"), _("Confirmed")]
    headings += [_("Relationship level"), _("Wanted level"), _("Response mode"), _("New in the job")]
    headings += [_("Relation to competitors"), _("Wants contact every … days"), _("Primary contact"), _("Kept until")]
    about = [(f"{member.number}", f"{member.colleague} · {member.role}") for member in sheet.members]
    return Table("team-map", headings, _rows(sheet), about)


def _rows(sheet: Sheet) -> Iterator[list[Cell]]:
    for line in sheet.lines:
        judged, places = line.judgement, places_of(line.judgement)
        yield [
            line.contact.name,
            line.contact.title,
            *(_role(line) if judged else [None] * 5),
            _yes(line.is_contacted),
            *(place_text(places[phase]) if phase in places else "" for phase in sheet.phases),
            *_replies(judged),
            *(_more(judged) if judged else [None] * 5),
            line.contact.wanted_days,
            line.contact.primary.name if line.contact.primary else "",
            judged.expires_on if judged else None,
        ]


def _yes(told: bool) -> str:
    return _("yes") if told else ""


def _role(line: Line) -> list[Cell]:
    judged: Any = line.judgement
    told = [", ".join(line.types), str(judged.get_role_how_display()), _yes(judged.is_coach)]
    return [*told, judged.influence, judged.support]


def _replies(judged: Judgement | None) -> Iterator[Cell]:
    """Three cells a question, empty ones too: a column stands for one question."""
    known = {answer.question: answer for answer in judged.answers.all()} if judged else {}
    for question in Question:
        answer: Any = known.get(question.value)
        yield from (answer.text, answer.get_how_display(), _yes(answer.is_confirmed)) if answer else ("", "", "")


def _more(judged: Any) -> list[Cell]:
    names = ("trust", "trust_wanted", "mode")
    told = [str(getattr(judged, f"get_{name}_display")()) if getattr(judged, name) else "" for name in names]
    return [*told, _yes(judged.is_new), judged.competitor]
