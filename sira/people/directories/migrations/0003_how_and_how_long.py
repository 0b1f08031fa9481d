from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directories", "0002_three_kinds"),
    ]

    operations = [
        migrations.AddField(
            model_name="directory",
            name="strong",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="directory",
            name="hours",
            field=models.PositiveSmallIntegerField(db_default=24, default=24),
        ),
    ]
