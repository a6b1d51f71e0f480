"""`openkam remind`: send the reminders that are due, for a timer of the system."""

from typing import Any

from django.core.management.base import BaseCommand

from openkam.web.plans.reminders import remind


class Command(BaseCommand):
    help = "Send reminders of actions that are due within three days or overdue."

    def handle(self, **_options: Any) -> None:
        self.stdout.write(f"{remind()} people reminded")
