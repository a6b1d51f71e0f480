"""My actions in my calendar program: make the address, revoke it, and answer it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openkam.web.people.access import PersonRequest, allow, public
from openkam.web.people.permissions import Permission
from openkam.web.rounds.customer.rating_views import unlisted
from openkam.web.rounds.customer.throttle import MINUTE, asks_too_often, is_opened_too_often

from .feeds import calendar_of, feed_of, make_feed, read, revoke_feeds
from .models import CalendarFeed


@allow(Permission.SEE_ACCOUNTS)
def feed(request: PersonRequest) -> HttpResponse:
    """How things stand; a post makes a new address, which is shown once."""
    address = ""
    if request.method == "POST":
        address = settings.BASE_URL + reverse("calendar", args=[make_feed(by=request.user)])
    current = CalendarFeed.objects.filter(user=request.user, revoked_at=None).first()
    context = {"section": "actions", "feed": current, "address": address}
    return render(request, "plans/calendar_feed.html", context)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def revocation(request: PersonRequest) -> HttpResponse:
    if revoke_feeds(by=request.user):
        messages.success(request, _("The address is revoked."))
    return redirect("calendar-feed")


@public
@unlisted
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address. An unknown, a revoked and somebody's who left all are "not here"."""
    is_refused = asks_too_often(request)
    found = None if is_refused else feed_of(token)
    if is_refused or (found and is_opened_too_often(found)):
        return HttpResponse(status=429, headers={"Retry-After": str(MINUTE)})
    if found is None:
        raise Http404
    read(found)
    return HttpResponse(calendar_of(found.user), content_type="text/calendar; charset=utf-8")
