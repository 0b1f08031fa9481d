from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sira.channels.web"
