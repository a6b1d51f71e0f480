from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, post_save


class RoundsConfig(AppConfig):
    name = "openkam.web.rounds"
    label = "rounds"

    def ready(self) -> None:
        from openkam.web.programme.words import teach  # noqa: PLC0415

        from . import jobs  # noqa: F401, PLC0415 - registers its work
        from .words import PROBLEMS, STEPS, VERBS  # noqa: PLC0415

        teach(PROBLEMS, steps=STEPS, verbs=VERBS)
        post_migrate.connect(fill_library, sender=self)
        post_save.connect(forget_name, sender="accounts.Account")


def fill_library(using: str, **_: Any) -> None:
    """After `migrate` and after a test has emptied the tables; migrating another app alone finds no library yet."""
    from .library.actions import install  # noqa: PLC0415
    from .models import Criterion  # noqa: PLC0415

    if Criterion._meta.db_table in connections[using].introspection.table_names():
        install(using)


def forget_name(instance: Any, created: bool, update_fields: Any = None, **_: Any) -> None:
    """A renamed account stands under its new name in the rounds that are not frozen."""
    if created or (update_fields is not None and "name" not in update_fields):
        return
    from .actions import touch_rounds_of  # noqa: PLC0415

    touch_rounds_of(instance)
