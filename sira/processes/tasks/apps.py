from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "sira.processes.tasks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tasks are prepared before they are opened, and an approval lives with its task."""
        from sira.people import joining as people_joining  # noqa: PLC0415 - models exist only now
        from sira.processes import blocks  # noqa: PLC0415
        from sira.processes.tasks import asking, joining, preparing  # noqa: PLC0415

        blocks.prepare_by(preparing)
        blocks.on_task_change(asking.tasks_changed)
        people_joining.along(joining.NAME, move=joining.move, back=joining.back)
