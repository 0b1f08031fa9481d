"""The acknowledgements of a person share their key: a fifth of the room."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_slim_mails")]

    operations = [
        migrations.RemoveIndex(model_name="outgoingmail", name="mails_acknowledging"),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("kind", "acknowledgement")), fields=["person"], name="mails_acknowledging"
            ),
        ),
    ]
