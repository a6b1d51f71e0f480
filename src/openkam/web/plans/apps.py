from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "openkam.web.plans"
    label = "plans"

    def ready(self) -> None:
        from openkam.web.programme.words import teach  # noqa: PLC0415

        from .words import PROBLEMS, VERBS  # noqa: PLC0415

        teach(PROBLEMS, verbs=VERBS)
