"""The customer's own rating: a page for a stranger with a link, which shows what they rate and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from openkam.method.errors import InvalidInput
from openkam.web.people.access import public
from openkam.web.programme.language import remember
from openkam.web.programme.models import Settings
from openkam.web.programme.words import problem

from ..models import CustomerLink
from .actions import take_answer
from .asked import said
from .forms import RatingForm
from .links import link_of, shut_by
from .throttle import asks_too_often, is_opened_too_often

#: The address is a secret. "no-referrer" would hide it from ourselves too, but then browsers send forms without
#: their origin, and a form without one is refused.
UNLISTED = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow"}


def unlisted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep the page out of caches, search engines and other sites' logs."""

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer = view(request, **kwargs)
        for name, value in UNLISTED.items():
            answer[name] = value
        return answer

    return answered


@public
@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def customer_rating(request: HttpRequest, token: str) -> HttpResponse:
    """Rate us and the competitors, once. Following the link changes nothing: mail scanners do that too."""
    is_refused = asks_too_often(request)
    link = None if is_refused else link_of(token)
    if is_refused or (link and is_opened_too_often(link)):
        return said(request, "too_often")
    if link is None or shut_by(link):
        return said(request, shut_by(link))
    if request.method != "POST":
        return _page(request, _form(link))
    if "language" in request.POST:
        return _in_language(request, link)
    form = _form(link, data=request.POST)
    if form.is_valid() and (word := _taken(form, link, token)):
        return said(request, word)
    return _page(request, form, status=422)


def _form(link: CustomerLink, **kwargs: Any) -> RatingForm:
    return RatingForm(link, Settings.current().company, **kwargs)


def _page(request: HttpRequest, form: RatingForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "company": Settings.current().company}
    return render(request, "rounds/asking.html", context, status=status)


def _in_language(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """The same form in another language, with what was chosen so far."""
    code = request.POST["language"]
    if code not in dict(settings.LANGUAGES):
        return _page(request, _form(link, initial=request.POST.dict()))
    translation.activate(code)
    return remember(_page(request, _form(link, initial=request.POST.dict())), code)


def _taken(form: RatingForm, link: CustomerLink, token: str) -> str:
    """What to say once the answer is kept, or why it cannot be; nothing when the form is to be looked at again."""
    try:
        take_answer(link, scores=form.scores, remark=form.cleaned_data["remark"])
    except InvalidInput as refusal:
        form.add_error(None, problem(refusal.code, refusal.values))
        return shut_by(link_of(token))
    return "thanks"
