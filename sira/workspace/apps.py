from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "sira.workspace"
