from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "openkam.web.people"
    label = "people"

    def ready(self) -> None:
        from openkam.web.programme.words import teach  # noqa: PLC0415 - models are ready only now

        from . import security  # noqa: F401, PLC0415 - listens to allauth
        from .words import PROBLEMS, VERBS  # noqa: PLC0415

        teach(PROBLEMS, verbs=VERBS)
