from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_shared_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="signinlink",
            name="asked",
            field=models.CharField(
                blank=True,
                db_collation="C",
                db_default="",
                default="",
                help_text="SHA-256 of what the browser keeps that asked, hex; empty: an invitation",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="signinlink",
            index=models.Index(
                condition=models.Q(("used_at", None), models.Q(("asked", ""), _negated=True)),
                fields=["asked"],
                name="links_of_a_browser",
            ),
        ),
    ]
