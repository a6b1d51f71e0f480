from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "openkam.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        from openkam.web.programme.words import teach  # noqa: PLC0415 - the apps must be loaded

        from . import jobs  # noqa: F401, PLC0415 - registers its work
        from .words import PROBLEMS, STEPS  # noqa: PLC0415

        teach(PROBLEMS, STEPS)
