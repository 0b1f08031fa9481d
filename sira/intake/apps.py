from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "sira.intake"
