from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_acknowledged_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutgoingServer",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=255)),
                ("port", models.PositiveIntegerField(default=587)),
                ("security", models.CharField(default="starttls", help_text="starttls, tls or none", max_length=8)),
                ("user", models.CharField(blank=True, max_length=254)),
                ("secret", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="there_is_one_outgoing_server")
                ],
            },
        ),
    ]
