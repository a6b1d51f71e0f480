"""What somebody at the customer reads who follows a link and gets no form."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from openkam.web.programme.models import Settings

_NEW_ONE = _("Ask the person who sent it to you for a new one.")
#: Word -> status, heading, sentence.
SAID = {
    "thanks": (HTTPStatus.OK, _("Thank you"), _("Your answer has arrived. You can close this page.")),
    "unknown": (
        HTTPStatus.NOT_FOUND,
        _("This link is not known"),
        _("Part of the address may be missing. Copy the whole link, or ask the person who sent it to you."),
    ),
    "used": (
        HTTPStatus.GONE,
        _("This link has been used"),
        _("Each link works once, and the answer has arrived. Thank you."),
    ),
    "expired": (HTTPStatus.GONE, _("This link has expired"), _NEW_ONE),
    "revoked": (HTTPStatus.GONE, _("This link was withdrawn"), _NEW_ONE),
    "closed": (
        HTTPStatus.GONE,
        _("This survey is closed"),
        _("Answers are no longer taken. Thank you for your time."),
    ),
    "too_often": (
        HTTPStatus.TOO_MANY_REQUESTS,
        _("Too many attempts"),
        _("Wait a minute, then try again. If you were sending your answer, go back first: what you chose is kept."),
    ),
}


def said(request: HttpRequest, word: str) -> HttpResponse:
    """One clear page. Who has no valid link is not even told whose link it would be."""
    status, heading, sentence = SAID[word]
    company = "" if word in {"unknown", "too_often"} else Settings.current().company
    context = {"heading": heading, "sentence": sentence, "company": company}
    answer = render(request, "rounds/asked.html", context, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "60"
    return answer
