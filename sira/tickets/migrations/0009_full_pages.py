"""Indexes by organisation share their keys; pages of keys that only go up are filled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_facts")]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_of_organisation"),
        migrations.AddIndex(
            model_name="ticket", index=models.Index(fields=["organisation"], name="ticket_of_organisation")
        ),
        migrations.RunSQL("ALTER INDEX tickets_message_pkey SET (fillfactor = 100)", migrations.RunSQL.noop),
        migrations.RunSQL("ALTER INDEX tickets_historyentry_pkey SET (fillfactor = 100)", migrations.RunSQL.noop),
    ]
