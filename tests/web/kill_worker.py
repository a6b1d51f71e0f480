"""Run as a process of its own: a worker that is killed with SIGKILL in the middle of an import, then another one.

`python -m tests.web.kill_worker MOMENTS` prints one JSON line per moment: what was stored and summed after the restart.
The moments lie evenly between the first and the last call of a function of the product during the import. Each worker
is a fork, so that the product is loaded once; all state that counts is on the disk, in OPENKAM_DATA.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

# ruff: noqa: PLC0415 - the product can be imported only after its settings are chosen, and in each fork

PRODUCT = f"{os.sep}openkam{os.sep}"


def fork(act: Callable[[], None]) -> int:
    """Run something in a process of its own; returns its exit status, negative for a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def prepare() -> None:
    """An empty installation with one import that waits for its worker, and an older one that is stored."""
    from django.core.management import call_command
    from django.test import Client
    from tests.web import ledger_steps

    from openkam.web.people.models import User

    call_command("migrate", verbosity=0)
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.create_user("d@supplier.example", name="D", role="director", sees_profit=True))
    header = ledger_steps.INVOICES.splitlines()[0]
    ledger_steps.imported(client, header + "\nACME,Acme,2022-01-05,R0,1,P1,1,1000.00,1.00\n")
    subject = ledger_steps.checked(client)
    client.post(f"/ledger/imports/{subject.pk}/acceptance/")


def work(*, die_at: int | None = None, count_to: Path | None = None) -> None:
    """Be the only worker of this installation; die at the n-th call into the product."""
    from django.utils import timezone

    from openkam.web.jobs.queue import begin, run_waiting

    begin(before=timezone.now() + timedelta(seconds=1))
    calls = 0

    def watch(frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        if event == "call" and PRODUCT in frame.f_code.co_filename:
            calls += 1
            if calls == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    run_waiting()
    sys.setprofile(None)
    if count_to:
        count_to.write_text(str(calls))


def report(to: Path) -> None:
    from openkam.web.jobs.models import Job
    from openkam.web.ledgers import facts, store
    from openkam.web.ledgers.models import AccountYear, Import

    rows = AccountYear.objects.order_by("account__external_id", "fiscal_year")
    found = {
        "batches": [[batch.id, batch.lines, batch.revenue] for batch in store.open_store().batches()],
        "facts": [[row.account.external_id, row.fiscal_year, str(row.revenue), row.lines] for row in rows],
        "states": list(Import.objects.order_by("pk").values_list("state", flat=True)),
        "jobs": list(Job.objects.order_by("pk").values_list("state", flat=True)),
        "behind": facts.behind(),
        "nameless": _nameless(store.open_store()),
    }
    to.write_text(json.dumps(found))


def _nameless(store: Any) -> list[str]:
    """Files that the manifest does not know: neither in use nor waiting for their last reader."""
    known = {file.name for file in store.manifest().files} | set(store.manifest().retired)
    return sorted(path.name for path in store.directory.glob("*.p*") if path.name not in known)


def main(moments: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    data = Path(os.environ["OPENKAM_DATA"])
    saved, result = data.with_name("saved"), data.with_name("result")
    if fork(prepare):
        sys.exit("preparing failed")
    shutil.copytree(data, saved)
    fork(lambda: work(count_to=result))
    calls = int(result.read_text())
    for moment in range(1, moments + 1):
        shutil.rmtree(data)
        shutil.copytree(saved, data)
        die_at = max(1, calls * moment // (moments + 1))
        killed = fork(lambda at=die_at: work(die_at=at))  # type: ignore[misc]
        fork(work)
        fork(lambda: report(result))
        print(json.dumps({"killed": killed, "call": die_at, **json.loads(result.read_text())}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
