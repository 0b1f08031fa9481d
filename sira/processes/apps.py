from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "sira.processes"
