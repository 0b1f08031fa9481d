"""The steps of an advance are kept once for all that went the same way: an advance of 190 bytes becomes one of 96."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from sira.plumbing.kept_once import key_of
from sira.plumbing.packing import Packed


def gather(apps: Any, editor: Any) -> None:
    """Whatever the desk's age there are few ways: each is looked for once."""
    Advance, Way = apps.get_model("processes", "Advance"), apps.get_model("processes", "Way")
    for steps in list(Advance.objects.values_list("steps", flat=True).distinct().order_by()):
        Way.objects.bulk_create([Way(id=key_of(steps), steps=steps)])
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE processes_advance SET way_id = way.id FROM processes_way AS way"
            " WHERE way.steps = processes_advance.steps"
        )


class Migration(migrations.Migration):
    dependencies = [("processes", "0002_start_events")]

    operations = [
        migrations.CreateModel(
            name="Way",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("steps", models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name="advance",
            name="way",
            field=models.ForeignKey(
                null=True,
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="processes.way",
            ),
        ),
        migrations.RunPython(gather, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="advance", name="steps"),
        migrations.AlterField(
            model_name="advance",
            name="way",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="processes.way"
            ),
        ),
        migrations.RemoveIndex(model_name="advance", name="advances_of_instance"),
        migrations.AddIndex(model_name="advance", index=models.Index(fields=["instance"], name="advances_of_instance")),
        migrations.RemoveIndex(model_name="task", name="tasks_of_subject"),
        migrations.AddIndex(model_name="task", index=models.Index(fields=["subject"], name="tasks_of_subject")),
        Packed("processes_advance"),
        Packed("processes_task"),
        Packed("processes_instance"),
    ]
