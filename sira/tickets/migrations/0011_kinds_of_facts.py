"""What kind of entry it is stands with the fact; merged tickets alone are indexed by what they were merged into."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from sira.plumbing.kept_once import key_of
from sira.plumbing.packing import Packed

SET = """
    UPDATE tickets_historyentry AS entry SET fact_id = given.fact
      FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS given (old, kind, fact)
     WHERE entry.fact_id = given.old AND entry.kind = given.kind
"""


def tell_apart(apps: Any, editor: Any) -> None:
    HistoryEntry, Fact = apps.get_model("tickets", "HistoryEntry"), apps.get_model("tickets", "Fact")
    found = HistoryEntry.objects.order_by().values_list("fact", "kind", "fact__facts").distinct()
    told = [(old, kind, key_of(kind, facts), facts) for old, kind, facts in found]
    fresh = {key: Fact(id=key, kind=kind, facts=facts) for _old, kind, key, facts in told}
    Fact.objects.bulk_create(fresh.values(), batch_size=1000)
    with editor.connection.cursor() as cursor:
        if told:
            cursor.execute(SET, [[one[place] for one in told] for place in range(3)])
        cursor.execute("DELETE FROM tickets_fact WHERE kind = ''")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_counted_by_index")]

    operations = [
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop, elidable=True),
        migrations.AddField(
            model_name="fact", name="kind", field=models.CharField(default="", max_length=9), preserve_default=False
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="historyentry", name="kind"),
        Packed("tickets_historyentry"),
        migrations.AlterField(
            model_name="ticket",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="tickets.ticket",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="tickets_merged"
            ),
        ),
        migrations.RunSQL("ALTER INDEX tickets_historyentry_pkey SET (fillfactor = 100)", migrations.RunSQL.noop),
    ]
