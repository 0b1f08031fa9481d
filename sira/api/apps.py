from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "sira.api"
