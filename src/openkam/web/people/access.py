"""Deny by default: a view says which permission it needs, and a view that says nothing is refused."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from .models import User
from .permissions import Permission

View = Callable[..., HttpResponse]


class PersonRequest(HttpRequest):
    """A request whose user is known to be signed in."""

    user: User
    htmx: Any


def allow(permission: Permission) -> Callable[[View], View]:
    """Let a signed-in person with this permission in; send strangers to the sign-in page."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def public(view: View) -> View:
    """Declare that a stranger may call this view. Each use is listed in docs/reference/security.md."""
    view.permission = None  # type: ignore[attr-defined]
    return view
