"""Refuse what declares no permission; speak the language of the person who asks."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# allauth's own views carry their own login checks; WhiteNoise answers static files before us.
SELF_GUARDED = ("allauth.",)


def declares_access(view: Callable[..., Any]) -> bool:
    """Whether a view (or the class behind it) says who may call it."""
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    return hasattr(view, "permission") or module.startswith(SELF_GUARDED)


class AccessMiddleware:
    """The net under `allow`: a forgotten decorator is a refusal, not a leak."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:  # noqa: ARG002
        if not declares_access(view):
            raise PermissionDenied


class LanguageMiddleware(LocaleMiddleware):
    """Cookie, then the person's own choice, then the browser's preference."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        chosen = getattr(request.user, "language", "")
        if chosen and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
