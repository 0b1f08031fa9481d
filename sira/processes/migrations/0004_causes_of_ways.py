"""What set an advance going is kept with its way, but for the numbers in it."""

import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from sira.plumbing.kept_once import key_of
from sira.plumbing.packing import Packed

APART = """
    UPDATE processes_advance SET
           own = (SELECT jsonb_object_agg(key, value) FROM jsonb_each(cause) WHERE jsonb_typeof(value) = 'number'),
           cause = coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(cause)
                              WHERE jsonb_typeof(value) <> 'number'), '{}')
"""
SET = """
    UPDATE processes_advance AS advance SET way_id = given.way
      FROM unnest(%s::bigint[], %s::jsonb[], %s::bigint[]) AS given (old, cause, way)
     WHERE advance.way_id = given.old AND advance.cause = given.cause
"""


def gather(apps: Any, editor: Any) -> None:
    Way = apps.get_model("processes", "Way")
    with editor.connection.cursor() as cursor:
        cursor.execute(APART)
        cursor.execute("SELECT DISTINCT way_id, cause::text FROM processes_advance")
        pairs = cursor.fetchall()
    steps = dict(Way.objects.values_list("id", "steps"))
    told = [(old, text, key_of(json.loads(text), steps[old])) for old, text in pairs]
    Way.objects.bulk_create(
        {key: Way(id=key, cause=json.loads(text), steps=steps[old]) for old, text, key in told}.values()
    )
    with editor.connection.cursor() as cursor:
        if told:
            cursor.execute(SET, [[one[place] for one in told] for place in range(3)])
        cursor.execute(
            "DELETE FROM processes_way WHERE NOT EXISTS (SELECT FROM processes_advance WHERE way_id = processes_way.id)"
        )


class Migration(migrations.Migration):
    dependencies = [("processes", "0003_ways")]

    operations = [
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop, elidable=True),
        migrations.AddField(model_name="way", name="cause", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="advance", name="own", field=models.JSONField(null=True)),
        migrations.RunPython(gather, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="advance", name="cause"),
        Packed("processes_advance"),
        migrations.AlterField(
            model_name="instance",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instances",
                to="processes.processversion",
            ),
        ),
        migrations.AddIndex(
            model_name="instance",
            index=models.Index(
                condition=models.Q(("status__in", ["running", "stuck"])),
                fields=["version"],
                name="running_instances_by_version",
            ),
        ),
        migrations.RunSQL("ALTER INDEX processes_advance_pkey SET (fillfactor = 100)", migrations.RunSQL.noop),
    ]
