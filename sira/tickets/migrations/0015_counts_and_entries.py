"""Counts are not checked twice, and entries of the history are found by their ticket alone.

The index of their own key was the largest of the ticket's after that of the words, and nobody ever asked it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_second_factor"),
        ("tickets", "0014_answers_for_later"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="flow",
            name="category",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.category",
            ),
        ),
        migrations.AlterField(
            model_name="flow",
            name="group",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.supportgroup",
            ),
        ),
        migrations.AlterField(
            model_name="tally",
            name="agent",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="tally",
            name="group",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.supportgroup",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE tickets_historyentry DROP CONSTRAINT tickets_historyentry_pkey",
            "ALTER TABLE tickets_historyentry ADD CONSTRAINT tickets_historyentry_pkey PRIMARY KEY (id)",
        ),
    ]
