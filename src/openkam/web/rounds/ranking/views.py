"""Which customers are strategic? The ranking of a round, sliders that try other weights, and how sure it is."""

from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.method.sensitivity import DRAWS, SEED
from openkam.web.accounts.models import Account
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import facilitated_round, visible_round
from ..actions import BEFORE_LOCK
from ..heads import head
from ..models import Kind, Round
from ..reading import reading_of
from ..reading.sheets import Reading
from ..weights.weighting import set_weights, version, weighting_of
from .files import digest_of_round, export, ranking_file
from .page import PER_PAGE, RankingPage
from .trial import Trial
from .words import NOTICES, SCORE_RULE

PRINTED = 500
SEARCHED = 100
RANDOM = {"draws": DRAWS, "seed": SEED, "score_rule": SCORE_RULE}


@allow(Permission.SEE_ACCOUNTS)
def round_ranking(request: PersonRequest, pk: int) -> HttpResponse:
    """One page of the ranking; htmx gets the table alone while a slider moves."""
    round_ = visible_round(request, pk)
    if not round_.shown_turn:
        return render(request, "rounds/ranking_hidden.html", head(round_, request.user, "ranking"))
    reading = reading_of(round_)
    trial = Trial.of(reading.items[Kind.SELECTION], request.GET)
    try:
        page = RankingPage(round_, reading, trial)
    except InvalidInput as refusal:
        return _refused(request, round_, reading, trial, words=problem(refusal.code, refusal.values))
    context = _table(request, page)
    if request.htmx:
        return render(request, "rounds/ranking_table.html", context)
    return render(request, "rounds/ranking.html", context | _around(request, page, trial))


def _refused(request: PersonRequest, round_: Round, reading: Reading, trial: Trial, *, words: str) -> HttpResponse:
    """Nothing weighs anything: say so, and leave the last table that was valid where it is."""
    if request.htmx:
        answer = render(request, "rounds/ranking_problem.html", {"problem": words})
        answer["HX-Retarget"], answer["HX-Reswap"] = "#ranking-problem", "outerHTML"
        return answer
    context: dict[str, Any] = head(round_, request.user, "ranking")
    try:
        page = RankingPage(round_, reading, Trial.of(reading.items[Kind.SELECTION], {}))
    except InvalidInput:
        return render(request, "rounds/ranking_hidden.html", context | {"problem": words})
    context = _table(request, page) | _around(request, page, trial) | {"problem": words}
    return render(request, "rounds/ranking.html", context, status=422)


def _table(request: PersonRequest, page: RankingPage) -> dict[str, Any]:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCHED]
    named = page.named(text)
    shown = Paginator(named, PER_PAGE).get_page(request.GET.get("page"))
    shown.object_list = list(page.rows(shown.object_list, page.border(named)))
    kept = {**page.trial.parameters(), **({"q": text} if text else {})}
    context = head(page.round, request.user, "ranking")
    return {
        **context,
        "ranking": page,
        "trial": page.trial,
        "page": shown,
        "q": text,
        "tail": "?" + urlencode(kept),
        "tried": urlencode(page.trial.parameters()),
        "visible": (visible := visible_accounts(request, [row.entry.account for row in shown.object_list])),
        "naming": visible if page.round.is_frozen and request.user.is_director else (),
        "notices": [NOTICES[code] % {"n": n} for code, n in page.notices()],
        "seen": _seen(page) if context["is_facilitator"] and page.trial.is_moved else None,
        **RANDOM,
    }


def _seen(page: RankingPage) -> str | None:
    """Which weights a facilitator saw who may still replace them; None once the round is locked."""
    is_open = page.round.stage in BEFORE_LOCK
    return version(weighting_of(page.round, Kind.SELECTION)) if is_open else None


def visible_accounts(request: PersonRequest, numbers: list[int | None]) -> set[int]:
    """Which of these accounts the reader may open."""
    known = [pk for pk in numbers if pk is not None]
    return set(Account.objects.visible_to(request.user).filter(pk__in=known).order_by().values_list("pk", flat=True))


def _around(request: PersonRequest, page: RankingPage, trial: Trial) -> dict[str, Any]:
    """What stands around the table and stays while sliders move."""
    means = [None if np.isnan(mean) else mean for mean in page.mean.tolist()]
    return {
        "sliders": [(*pair, mean) for pair, mean in zip(trial.shares, means, strict=True)],
        "shares": trial.shares,
        "merged": page.merged,
        "merged_shown": page.merged[:PER_PAGE],
        "job": _job(page.round, request) if page.chances is None else None,
    }


def _job(round_: Round, request: PersonRequest) -> Job | None:
    """The latest background work on this round's probabilities that the reader may look at."""
    jobs = Job.objects.filter(kind="robustness", subject_id=round_.pk)
    return (jobs if request.user.is_director else jobs.filter(by=request.user)).first()


@allow(Permission.SEE_ACCOUNTS)
def round_ranking_print(request: PersonRequest, pk: int) -> HttpResponse:
    """The ranking on paper, with what its criteria mean."""
    page = _revealed(request, pk)
    positions = page.positions[:PRINTED]
    context: dict[str, Any] = head(page.round, request.user, "ranking")
    context |= {"ranking": page, "trial": page.trial, "shares": page.trial.shares, **RANDOM}
    context |= {"rows": page.rows(positions, page.border(positions)), "printed": PRINTED}
    return render(request, "rounds/ranking_print.html", context | {"digest": digest_of_round(page.round)})


@allow(Permission.SEE_ACCOUNTS)
def round_ranking_file(request: PersonRequest, pk: int, kind: str) -> HttpResponseBase:
    """The whole ranking, by the weights of the round or by those that the address tries."""
    return export(ranking_file(_revealed(request, pk)), kind)


def _revealed(request: PersonRequest, pk: int) -> RankingPage:
    """The ranking for paper and for files: refused while it is blind, or while nothing weighs anything."""
    round_ = visible_round(request, pk)
    if not round_.shown_turn:
        raise PermissionDenied
    reading = reading_of(round_)
    try:
        return RankingPage(round_, reading, Trial.of(reading.items[Kind.SELECTION], request.GET))
    except InvalidInput as refusal:
        raise Http404(problem(refusal.code, refusal.values)) from refusal


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def round_robustness(request: PersonRequest, pk: int) -> HttpResponse:
    """Draw random weights for a large round in the background, once at a time."""
    round_ = facilitated_round(request, pk)
    if round_.shown_turn:
        _start_once(round_, request)
    return redirect("round-ranking", pk)


@transaction.atomic
def _start_once(round_: Round, request: PersonRequest) -> None:
    """The lock makes the second of two at once see the job of the first."""
    Round.objects.select_for_update().get(pk=round_.pk)
    if not Job.objects.filter(kind="robustness", subject_id=round_.pk, finished_at=None).exists():
        queue.start("robustness", by=request.user, subject_id=round_.pk)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def round_ranking_weights(request: PersonRequest, pk: int) -> HttpResponse:
    """Make the weights that somebody tried the round's own."""
    round_ = facilitated_round(request, pk)
    tried = QueryDict(request.POST.get("tried", ""))
    trial = Trial.of(reading_of(round_).items[Kind.SELECTION], tried)
    try:
        set_weights(
            round_, kind=Kind.SELECTION, content=trial.document(), by=request.user, seen=request.POST.get("seen")
        )
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        messages.success(request, _("These are the weights of the round now."))
    return redirect("round-ranking", pk)
