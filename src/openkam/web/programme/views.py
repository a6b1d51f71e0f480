from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.web.people.access import PersonRequest, allow, public
from openkam.web.people.permissions import Permission

from . import front
from .finder import find
from .forms import HistoryForm, SettingsForm
from .language import remember
from .models import Event, Settings
from .onward import onward
from .settings_actions import change, in_another_currency, stored_facts
from .telling import page_of, tell


@allow(Permission.SIGNED_IN)
def home(request: PersonRequest) -> HttpResponse:
    return render(request, "programme/home.html", {"section": "home", **front.page(request.user)})


@allow(Permission.SIGNED_IN)
def search(request: PersonRequest) -> HttpResponse:
    """Accounts, pages, actions and people by any part of their name: a page, or the part inside the palette."""
    text = request.GET.get("q", "").strip()[:200]
    context = {"q": text, "found": find(text, request.user)}
    return render(request, "programme/search.html#results" if request.htmx else "programme/search.html", context)


@allow(Permission.RUN_PROGRAMME)
def settings_page(request: PersonRequest) -> HttpResponse:
    """House rules. What makes account-years anew is asked about once more before it happens."""
    current = Settings.current()
    form = SettingsForm(request.POST or None, instance=current)
    stored = stored_facts()
    asks = False
    if request.method == "POST" and form.is_valid():
        asks = bool(stored and form.rebuilds and not form.cleaned_data["understood"])
        if not asks:
            rebuilt = change(form.save(commit=False), by=request.user)
            messages.success(request, _("Saved. The account-years are being rebuilt.") if rebuilt else _("Saved."))
            return redirect("settings")
    context = {"section": "settings", "form": form, "stored": stored, "asks": asks, "before": Settings.current()}
    context["in_another_currency"] = in_another_currency()
    return render(request, "programme/settings.html", context)


@allow(Permission.RUN_PROGRAMME)
def history(request: PersonRequest) -> HttpResponse:
    form = HistoryForm(request.GET)
    events, older = page_of(form.narrow(Event.objects.visible_to(request.user)), form.before)
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "section": "history",
        "form": form,
        "lines": tell(events, request.user),
        "older": older,
        "query": query.urlencode(),
    }
    return render(request, "programme/history.html", context)


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language: in a cookie, and with the person when somebody is signed in."""
    chosen = request.POST.get("language", "")
    back = onward(request, otherwise="/")
    if chosen not in dict(settings.LANGUAGES):
        return back
    if request.user.is_authenticated:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return remember(back, chosen)
