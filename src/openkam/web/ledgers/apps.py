from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "openkam.web.ledgers"
    label = "ledgers"

    def ready(self) -> None:
        from . import jobs, words  # noqa: F401, PLC0415 - both register themselves
