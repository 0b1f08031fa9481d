from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "sira.channels.email"
