"""Refuse what declares no permission; speak the language of the person who asks."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# allauth's own views carry their own login checks; WhiteNoise answers static files before us.
SELF_GUARDED = ("allauth.",)
#: Of allauth's pages only these exist here: nobody signs up, and an e-mail address is changed by a director.
SIGN_IN_PAGES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_index",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_login_webauthn",
        "mfa_reauthenticate_webauthn",
    }
)
BARE_CHINESE = re.compile(r"(?<![\w-])zh(?![\w-])", re.IGNORECASE)


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
        if view.__module__.startswith(SELF_GUARDED) and request.resolver_match.url_name not in SIGN_IN_PAGES:  # type: ignore[union-attr]
            raise Http404


class LanguageMiddleware(LocaleMiddleware):
    """Cookie, then the person's own choice, then the browser's preference."""

    def process_request(self, request: HttpRequest) -> None:
        # A browser that asks for plain "zh" means simplified Chinese; Django would take the first of our two.
        asked = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
        request.META["HTTP_ACCEPT_LANGUAGE"] = BARE_CHINESE.sub("zh-hans", asked)
        super().process_request(request)
        chosen = getattr(request.user, "language", "")
        if chosen and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
