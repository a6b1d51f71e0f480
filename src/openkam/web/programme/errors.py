"""What a person reads when a request is refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from openkam.web.people.access import public


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return render(request, "403_csrf.html", status=403)


@public
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return render(request, "403.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return render(request, "404.html", status=404)


@public
def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
