"""What holds for every request, whichever page it asks for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NUL = "\x00"


class WithoutNulMiddleware:
    """Take NUL out of what an address asks: nobody types it, and PostgreSQL keeps no text with one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            cleaned = request.GET.copy()
            for name, values in request.GET.lists():
                cleaned.setlist(name, [value.replace(NUL, "") for value in values])
            request.GET = cleaned  # type: ignore[assignment]
        return self.get_response(request)
