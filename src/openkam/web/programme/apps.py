from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "openkam.web.programme"
    label = "programme"
