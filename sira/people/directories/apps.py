from django.apps import AppConfig


class DirectoriesConfig(AppConfig):
    name = "sira.people.directories"
    default_auto_field = "django.db.models.BigAutoField"
