from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "openkam.web.plans"
    label = "plans"

    def ready(self) -> None:
        from openkam.web.jobs.queue import hourly  # noqa: PLC0415 - the apps must be loaded
        from openkam.web.programme import telling  # noqa: PLC0415
        from openkam.web.programme.words import teach  # noqa: PLC0415

        from . import merged_accounts  # noqa: F401, PLC0415 - listens to merges of accounts
        from .reminders import remind  # noqa: PLC0415
        from .words import PARTS, PROBLEMS, READ, VERBS  # noqa: PLC0415

        teach(PROBLEMS, verbs=VERBS)
        telling.PARTS.update(PARTS)
        telling.READ.update(READ)
        hourly(remind)
