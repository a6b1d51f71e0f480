"""Remember the chosen language in this browser."""

from django.conf import settings
from django.http import HttpResponse


def remember(response: HttpResponse, code: str) -> HttpResponse:
    """Set the cookie, or forget it when the browser's own preference should count again."""
    if code:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=31_536_000,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
