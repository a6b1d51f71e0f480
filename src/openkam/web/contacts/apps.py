from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_save


class ContactsConfig(AppConfig):
    name = "openkam.web.contacts"
    label = "contacts"

    def ready(self) -> None:
        from openkam.web.programme.words import teach  # noqa: PLC0415 - the apps must be loaded

        from . import changed, jobs  # noqa: F401, PLC0415 - both register themselves
        from .words import PROBLEMS, STEPS, VERBS  # noqa: PLC0415

        teach(PROBLEMS, STEPS, VERBS)
        post_save.connect(_one_of_ours, sender=settings.AUTH_USER_MODEL, dispatch_uid="one of ours")


def _one_of_ours(*, instance: Any, created: bool, raw: bool = False, **_more: Any) -> None:
    """Whoever signs in is one of our people."""
    from .actions import colleague_of  # noqa: PLC0415

    if created and not raw:
        colleague_of(instance)
