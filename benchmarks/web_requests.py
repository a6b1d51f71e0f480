"""One process that is the product, the floor or the admin, asked the same question again and again.

`python -m benchmarks.web_requests WHO [POSTMASTER]` prints CPU seconds per request and question, the database's
included: SQLite works in this process, PostgreSQL's processes are read from /proc.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.measure import cpu_seconds
from benchmarks.web_data import CJK, FREQUENT, LAST_YEAR, LATIN

WARM_UPS, REQUESTS = 3, 10
#: Requests that take longer than this are asked less often.
SLOW = 0.15
PAGE = 50
TICK = os.sysconf("SC_CLK_TCK")
Addresses = Mapping[str, str]

FIRST, HUNDREDTH = "Accounts by revenue, first page", "Accounts by revenue, page 100"
FOUR, TWO, OFTEN = "Text filter, 4 Latin letters", "Text filter, 2 CJK characters", "Text filter, in 7 % of names"
ONE, SUMS, QUADRANT = "One account", "Portfolio roll-up", "Value quadrant"
WHALE, COSTS = "Whale curve", "Cost to serve"


class Browser:
    """Asks the WSGI application in this process, as one signed-in person."""

    def __init__(self, email: str) -> None:
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.core.wsgi import get_wsgi_application

        from openkam.web.people.models import User

        user = User.objects.get(email=email)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self._application = get_wsgi_application()
        self._cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    def __call__(self, address: str) -> bytes:
        path, _, query = address.partition("?")
        query = quote(query, safe="=&")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "HTTP_COOKIE": self._cookie,
            "HTTP_ACCEPT_ENCODING": "gzip, deflate", "HTTP_ACCEPT_LANGUAGE": "en", "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
            "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        answer: list[str] = []
        response = self._application(environ, lambda status, _headers: answer.append(status))
        body = b"".join(response)
        response.close()
        if not answer[0].startswith("200"):
            raise RuntimeError(f"{address} answered {answer[0]}: {body[:300]!r}")
        return body


def server_seconds(postmaster: int | None) -> float:
    """CPU of PostgreSQL's living processes and of those that its first process has seen end."""
    if postmaster is None:
        return 0.0
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        pid, parent = int(stat.parent.name), int(fields[1])
        if postmaster in (pid, parent):
            ticks += int(fields[11]) + int(fields[12])
        if pid == postmaster:
            ticks += int(fields[13]) + int(fields[14])
    return ticks / TICK


def addresses_of(who: str) -> Addresses:
    """What each peer is asked; a peer that has no such page leaves it out."""
    place, last, pk = _places(manager=who == "manager")
    if who == "floor":
        return {
            FIRST: "/floor/accounts/", HUNDREDTH: f"/floor/accounts/?page={last}",
            FOUR: f"/floor/accounts/?q={LATIN}", TWO: f"/floor/accounts/?q={CJK}",
            OFTEN: f"/floor/accounts/?q={FREQUENT}", ONE: f"/floor/accounts/{pk}/", SUMS: "/floor/years/",
        }  # fmt: skip
    if who == "admin":
        changes = "/admin/accounts/account/"
        return {
            FIRST: changes, HUNDREDTH: f"{changes}?p={last}", FOUR: f"{changes}?q={LATIN}", TWO: f"{changes}?q={CJK}",
            OFTEN: f"{changes}?q={FREQUENT}", ONE: f"{changes}{pk}/change/",
        }  # fmt: skip
    return {
        FIRST: "/accounts/?sort=revenue", HUNDREDTH: f"/accounts/?sort=revenue&after={place}",
        FOUR: f"/accounts/?q={LATIN}", TWO: f"/accounts/?q={CJK}", OFTEN: f"/accounts/?q={FREQUENT}",
        ONE: f"/accounts/{pk}/?sort=revenue", SUMS: f"/portfolio/?year={LAST_YEAR}",
        QUADRANT: f"/portfolio/quadrant/?year={LAST_YEAR}", WHALE: f"/portfolio/whale/?year={LAST_YEAR}",
        COSTS: f"/portfolio/cost-to-serve/?year={LAST_YEAR}",
    }  # fmt: skip


def _places(*, manager: bool) -> tuple[int, int, int]:
    """The account before page 100 (or before the last page there is), that page's number, and some account."""
    from openkam.web.accounts.models import Account
    from openkam.web.people.models import User

    person = User.objects.get(email="manager@example.org" if manager else "director@example.org")
    shown = Account.objects.visible_to(person).order_by("-revenue_order", "pk").values_list("pk", flat=True)
    count = shown.count()
    page = max(min(100, count // PAGE), 1)
    return shown[(page - 1) * PAGE - 1 if page > 1 else 0], page, shown[min(count - 1, 200)]


def measure(ask: Callable[[str], Any], address: str, postmaster: int | None) -> float:
    """CPU seconds of one request, here and in the database's processes."""
    for _ in range(WARM_UPS - 1):
        ask(address)
    before = cpu_seconds()
    ask(address)
    times = REQUESTS if cpu_seconds() - before < SLOW else 3
    before = cpu_seconds() + server_seconds(postmaster)
    for _ in range(times):
        ask(address)
    return (cpu_seconds() + server_seconds(postmaster) - before) / times


def main(who: str, postmaster: int | None) -> None:
    import django

    django.setup()
    ask = Browser("manager@example.org" if who == "manager" else "director@example.org")
    cpu = {title: measure(ask, address, postmaster) for title, address in addresses_of(who).items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu, "megabytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)
