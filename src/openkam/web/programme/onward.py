"""Where a form wants its person to be afterwards: a page of ours, whatever the form says."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def onward(request: HttpRequest, *, otherwise: str) -> HttpResponseRedirect:
    """To the posted `next`, when it is an address of this server; else to another."""
    target = request.POST.get("next", "")
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(target if safe else otherwise)
