from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "openkam.web.ledgers"
    label = "ledgers"
