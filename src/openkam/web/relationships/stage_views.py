"""Where does this relationship lie, how deep do both sides feel it is, and what was agreed?"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.web.accounts.access import editable_account, visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.plans.answers import tried

from .days import day_asked
from .models import PerceivedScore, StageReview
from .stage_actions import may_undo, record_perceived, record_review, review_due, undo_review
from .stage_forms import PerceivedForm, ReviewForm
from .stage_page import chosen, comparison, felt, leavers, picture, read_score, stage_context
from .stage_words import QUESTIONS, SIDES

#: Reviews and answers shown of one account; older ones stay in its history.
SHOWN = 40


@allow(Permission.SEE_ACCOUNTS)
def relationship(request: PersonRequest, account: int) -> HttpResponse:
    """The relationship on any day of the past; htmx gets what would be left if somebody went."""
    subject = visible_account(request, account)
    on, is_day = day_asked(request.GET.get("on", ""))
    if request.htmx:
        return render(request, "relationships/leaving.html", _leaving(request, subject, on))
    context = frame(request, subject, "relationship") | stage_context(subject, on, request.GET.get("as", ""))
    context |= _leaving(request, subject, on, context["picture"]) | {"is_day": is_day}
    return render(request, "relationships/stage.html", context)


def _leaving(request: PersonRequest, account: Account, on: Any, shown: Any = None) -> dict[str, Any]:
    everybody = leavers(shown or picture(account, on))
    gone = chosen(everybody, request.GET.get("without", ""))
    return {"account": account, "on": on, "leavers": everybody, "gone": gone}


@allow(Permission.SEE_ACCOUNTS)
def reviews(request: PersonRequest, account: int) -> HttpResponse:
    """The quarterly reviews of a relationship; a POST records today's."""
    subject = visible_account(request, account)
    form = ReviewForm(request.POST or None)
    if request.method == "POST":
        return _review(request, account, form)
    return render(request, "relationships/reviews.html", _reviews(request, subject, form))


@allow(Permission.EDIT_ACCOUNTS)
def _review(request: PersonRequest, account: int, form: ReviewForm) -> HttpResponse:
    subject = editable_account(request, account)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    if form.errors:
        return render(request, "relationships/reviews.html", _reviews(request, subject, form), status=422)
    tried(request, lambda: record_review(subject, by=request.user, note=note), _("The review is on record."))
    return redirect("stage-reviews", account)


def _reviews(request: PersonRequest, account: Account, form: ReviewForm) -> dict[str, Any]:
    found = list(account.stage_reviews.select_related("by")[:SHOWN])
    today = timezone.localdate()
    latest = found[0] if found else None
    return frame(request, account, "relationship") | {
        "reviews": found,
        "due": review_due(latest, today),
        "done_today": bool(latest and latest.on == today),
        "undoable": latest if latest and may_undo(latest, request.user) else None,
        "picture": picture(account, today),
        "form": form,
    }


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def review_undo(request: PersonRequest, account: int, review: int) -> HttpResponse:
    """Take today's review back."""
    subject = editable_account(request, account)
    gone = get_object_or_404(StageReview.objects.filter(account=subject), pk=review)
    tried(request, lambda: undo_review(gone, by=request.user), _("The review was taken back."))
    return redirect("stage-reviews", account)


@allow(Permission.SEE_ACCOUNTS)
def perceived(request: PersonRequest, account: int) -> HttpResponse:
    """The six questions: how deep either side feels the relationship is."""
    subject = visible_account(request, account)
    form = PerceivedForm(request.POST or None, initial={"on": timezone.localdate(), "side": request.GET.get("side")})
    if request.method == "POST":
        return _perceived(request, account, form)
    return render(request, "relationships/perceived.html", _answers(request, subject, form))


@allow(Permission.EDIT_ACCOUNTS)
def _perceived(request: PersonRequest, account: int, form: PerceivedForm) -> HttpResponse:
    subject = editable_account(request, account)
    if form.is_valid():
        verb = lambda: record_perceived(subject, by=request.user, **form.fields_of_the_score())  # noqa: E731
        if tried(request, verb, _("The answers are on record.")):
            return redirect("perceived", account)
    return render(request, "relationships/perceived.html", _answers(request, subject, form), status=422)


def _answers(request: PersonRequest, account: Account, form: PerceivedForm) -> dict[str, Any]:
    today = timezone.localdate()
    scores = felt(account, today)
    shown = picture(account, today)
    told = list(account.perceived_scores.select_related("by")[:SHOWN])
    return frame(request, account, "relationship") | {
        "form": form,
        "picture": shown,
        "comparison": comparison(shown.stage, scores),
        "felt": [(SIDES[side], scores.get(side), read_score(scores.get(side))) for side in PerceivedScore.Side],
        "table": _table(scores),
        "history": [(score, read_score(score)) for score in told],
    }


def _table(scores: dict[str, PerceivedScore]) -> list[tuple[Any, list[tuple[int, Any] | None]]]:
    """Each question with the answer of either side, as a number and in words."""
    rows = []
    for place, (words, levels) in enumerate(QUESTIONS.values()):
        given = [scores[side].answers[place] if side in scores else None for side in PerceivedScore.Side]
        rows.append((words, [(answer, levels[answer - 1]) if answer else None for answer in given]))
    return rows
