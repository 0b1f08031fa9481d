"""What entries of the history tell is kept once for all that tell the same."""

import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from sira.plumbing.kept_once import key_of
from sira.plumbing.packing import Packed

SET = """
    UPDATE tickets_historyentry AS entry SET fact_id = given.fact
      FROM unnest(%s::bigint[], %s::bigint[]) AS given (id, fact) WHERE entry.id = given.id
"""


def gather(apps: Any, editor: Any) -> None:
    HistoryEntry, Fact = apps.get_model("tickets", "HistoryEntry"), apps.get_model("tickets", "Fact")
    keys: dict[str, int] = {}
    told: dict[int, Any] = {}
    changed: list[tuple[int, int]] = []
    for entry, facts in HistoryEntry.objects.order_by("id").values_list("id", "facts").iterator(5000):
        text = json.dumps(facts)
        if text not in keys:
            keys[text] = key_of(facts)
            told[keys[text]] = Fact(id=keys[text], facts=facts)
        changed.append((entry, keys[text]))
    Fact.objects.bulk_create(told.values(), batch_size=1000)
    with editor.connection.cursor() as cursor:
        for start in range(0, len(changed), 5000):
            cursor.execute(SET, [list(column) for column in zip(*changed[start : start + 5000], strict=True)])


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_approvals")]

    operations = [
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop, elidable=True),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("facts", models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name="historyentry",
            name="fact",
            field=models.ForeignKey(
                null=True,
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.fact",
            ),
        ),
        migrations.RunPython(gather, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="historyentry", name="facts"),
        migrations.AlterField(
            model_name="historyentry",
            name="fact",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.fact"
            ),
        ),
        Packed("tickets_historyentry"),
    ]
