"""Deny by default: every address declares who may call it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from openkam.web.people.middleware import AccessMiddleware, declares_access

#: The only addresses of ours that a stranger may call.
PUBLIC = {"language", "customer-rating", "calendar"}


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


@pytest.mark.parametrize("pattern", list(patterns()), ids=lambda pattern: str(pattern.name or pattern.pattern))
def test_every_address_declares_its_permission(pattern: URLPattern) -> None:
    assert declares_access(pattern.callback)


def test_only_the_listed_addresses_are_public() -> None:
    assert {p.name for p in patterns() if getattr(p.callback, "permission", "none") is None} == PUBLIC


def test_a_view_that_declares_nothing_is_refused() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        AccessMiddleware(lambda _: None).process_view(request, lambda request: None, (), {})  # type: ignore[arg-type,return-value]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/accounts/", "/ledger/", "/portfolio/", "/programme/people/", "/programme/settings/"]
)
def test_a_stranger_is_sent_to_the_sign_in_page(client: Any, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/auth/login/")
