from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "openkam.web.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        from openkam.web.programme.words import teach  # noqa: PLC0415

        from . import cost_jobs, cost_words  # noqa: F401, PLC0415 - both register what they hold
        from .words import PROBLEMS  # noqa: PLC0415

        teach(problems=PROBLEMS)
