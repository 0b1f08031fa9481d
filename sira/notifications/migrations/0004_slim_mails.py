"""What a sent mail needs no more takes no room, and the rows are laid closely."""

from django.db import migrations, models

from sira.plumbing.packing import Packed


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_mails_to_do")]

    operations = [
        migrations.AlterField(
            model_name="outgoingmail",
            name="placeholders",
            field=models.JSONField(blank=True, default=dict, null=True),
        ),
        migrations.AlterField(
            model_name="outgoingmail",
            name="settled",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="{address: sent or refused} of those that are done, while others are not",
                null=True,
            ),
        ),
        migrations.RunSQL(
            "UPDATE notifications_outgoingmail SET placeholders = NULL, settled = NULL WHERE state = 'sent'",
            migrations.RunSQL.noop,
            elidable=True,
        ),
        migrations.RemoveIndex(model_name="outgoingmail", name="mails_of_subject"),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("subject__isnull", False)), fields=["subject"], name="mails_of_subject"
            ),
        ),
        Packed("notifications_outgoingmail"),
    ]
