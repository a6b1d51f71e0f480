from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from openkam.web.people.access import PersonRequest, allow, public
from openkam.web.people.permissions import Permission


@allow(Permission.SIGNED_IN)
def home(request: PersonRequest) -> HttpResponse:
    return render(request, "programme/home.html", {})


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language: in a cookie, and with the person when somebody is signed in."""
    chosen = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=31_536_000,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
