from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0004_ticket_by_day"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="channel",
            field=models.CharField(
                choices=[
                    ("mail", "E-mail"),
                    ("portal", "Portal"),
                    ("form", "Public form"),
                    ("phone", "Phone"),
                    ("walk_in", "In person"),
                    ("chat", "Chat"),
                    ("api", "API"),
                    ("monitoring", "Monitoring"),
                    ("process", "Process"),
                ],
                max_length=10,
            ),
        ),
    ]
