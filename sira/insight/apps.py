from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "sira.insight"
    default_auto_field = "django.db.models.BigAutoField"
