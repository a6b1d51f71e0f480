from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "openkam.web.projects"
    label = "projects"

    def ready(self) -> None:
        from openkam.web.programme.words import teach  # noqa: PLC0415

        from .words import PROBLEMS, VERBS  # noqa: PLC0415

        teach(PROBLEMS, verbs=VERBS)
