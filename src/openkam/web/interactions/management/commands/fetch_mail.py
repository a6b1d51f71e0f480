"""`openkam fetch_mail`: read every connected mailbox, in the background; for a timer of the system."""

from typing import Any

from django.core.management.base import BaseCommand

from openkam.web.interactions.mailboxes import start_visits
from openkam.web.jobs.queue import run_waiting


class Command(BaseCommand):
    help = "Read every connected mailbox: a worker does it, or with --now this command itself."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--now", action="store_true", help="do not wait for a worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        count = start_visits()
        if options["now"]:
            run_waiting()
        self.stdout.write(f"{count}")
