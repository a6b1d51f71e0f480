from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "openkam.web.interactions"
    label = "interactions"

    def ready(self) -> None:
        from openkam.web.programme.words import teach  # noqa: PLC0415 - the apps must be loaded

        from . import import_words, jobs, merged_accounts  # noqa: F401, PLC0415 - they register themselves
        from .words import PROBLEMS, STEPS, VERBS  # noqa: PLC0415

        teach(PROBLEMS, STEPS, VERBS)
        teach(import_words.PROBLEMS, import_words.STEPS)
