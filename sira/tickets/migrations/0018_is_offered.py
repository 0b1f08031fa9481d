"""Types, categories and services can be withdrawn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0017_hours"),
    ]

    operations = [
        migrations.AddField(
            model_name="category",
            name="is_offered",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="service",
            name="is_offered",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="tickettype",
            name="is_offered",
            field=models.BooleanField(db_default=True, default=True, help_text="else withdrawn: what has it keeps it"),
        ),
    ]
