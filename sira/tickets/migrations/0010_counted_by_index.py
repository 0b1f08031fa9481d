"""The board's counts of a day and of late tickets from indexes alone: they were most of what it cost."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tickets", "0009_full_pages")]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_by_day"),
        migrations.RemoveIndex(model_name="ticket", name="ticket_by_warning"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                name="ticket_by_warning",
                fields=["warn_at"],
                include=["due_at", "group", "agent", "id"],
                condition=Q(status__in=["open", "waiting", "held"]),
            ),
        ),
        migrations.AddIndex(model_name="ticket", index=models.Index(name="ticket_by_opening", fields=["opened_at"])),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                name="ticket_by_solving", fields=["resolved_at"], condition=Q(resolved_at__isnull=False)
            ),
        ),
    ]
