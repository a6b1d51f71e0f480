from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "openkam.web.relationships"
    label = "relationships"

    def ready(self) -> None:
        from openkam.web.programme import telling  # noqa: PLC0415 - the apps must be loaded
        from openkam.web.programme.words import teach  # noqa: PLC0415

        from . import merged_accounts, standing  # noqa: F401, PLC0415 - listen to what changes a relationship
        from .words import PARTS, PROBLEMS, READ, VERBS  # noqa: PLC0415

        teach(PROBLEMS, verbs=VERBS)
        telling.PARTS.update(PARTS)
        telling.READ.update(READ)
