"""Nothing asks what a message was received as: the way is from what was received to its message."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_identity"), ("tickets", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="received",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.message",
            ),
        ),
    ]
