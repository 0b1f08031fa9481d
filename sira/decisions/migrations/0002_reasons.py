"""What traces have in common is kept once: a trace of 450 bytes becomes one of 76."""

import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from sira.plumbing.kept_once import key_of
from sira.plumbing.packing import Packed

OF_THE_MOMENT = ("scores", "last", "chosen")
SET = """
    UPDATE decisions_trace AS trace SET reason_id = given.reason, own = given.own
      FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[]) AS given (id, reason, own) WHERE trace.id = given.id
"""


def gather(apps: Any, editor: Any) -> None:
    Trace, Reason = apps.get_model("decisions", "Trace"), apps.get_model("decisions", "Reason")
    known: dict[int, Any] = {}
    changed: list[tuple[int, int, str | None]] = []
    for trace in Trace.objects.order_by("id").iterator(5000):
        outcome, detail, own = trace.outcome, dict(trace.detail or {}), None
        if trace.kind == "route" and isinstance(outcome, dict):
            own = moment(outcome, detail)
            outcome = outcome.get("group")
        key = key_of(trace.version_id, trace.inputs, outcome, detail)
        if key not in known:
            known[key] = Reason(
                id=key, version_id=trace.version_id, inputs=trace.inputs, outcome=outcome, detail=detail
            )
        changed.append((trace.pk, key, json.dumps(own) if own else None))
    with editor.connection.cursor() as cursor:
        for start in range(0, len(changed), 5000):
            cursor.execute(SET, [list(column) for column in zip(*changed[start : start + 5000], strict=True)])
    Reason.objects.bulk_create(known.values(), batch_size=1000)


def moment(outcome: dict[str, Any], detail: dict[str, Any]) -> dict[str, Any]:
    """Takes out of the detail what is the one decision's own."""
    of_it = {name: detail.pop(name) for name in OF_THE_MOMENT if name in detail}
    agent = of_it.get("chosen", outcome.get("agent"))
    own = {"agent": agent} if agent else {}
    if "last" in of_it:
        own["last"] = of_it["last"]
    if scores := of_it.get("scores"):
        own["loads"] = " ".join(f"{scores.get(str(key), 0):g}" for key, _name in detail.get("candidates", []))
    return own


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("inputs", models.JSONField(default=dict)),
                ("outcome", models.JSONField(null=True)),
                ("detail", models.JSONField(blank=True, default=dict)),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reasons",
                        to="decisions.decisionversion",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="trace",
            name="reason",
            field=models.ForeignKey(
                null=True,
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="traces",
                to="decisions.reason",
            ),
        ),
        migrations.AddField(model_name="trace", name="own", field=models.JSONField(blank=True, null=True)),
        migrations.RunPython(gather, migrations.RunPython.noop, elidable=True),
        migrations.RemoveIndex(model_name="trace", name="trace_of_a_subject"),
        migrations.RemoveField(model_name="trace", name="version"),
        migrations.RemoveField(model_name="trace", name="inputs"),
        migrations.RemoveField(model_name="trace", name="outcome"),
        migrations.RemoveField(model_name="trace", name="detail"),
        migrations.AlterField(
            model_name="trace",
            name="reason",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="traces",
                to="decisions.reason",
            ),
        ),
        migrations.AddIndex(model_name="trace", index=models.Index(fields=["subject"], name="trace_of_a_subject")),
        Packed("decisions_trace"),
    ]
