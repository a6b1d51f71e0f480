from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "openkam.web.jobs"
    label = "jobs"
