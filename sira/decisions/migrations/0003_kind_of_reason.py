"""What kind of decision it was is said once, with the reason."""

from django.db import migrations, models

from sira.plumbing.packing import Packed


class Migration(migrations.Migration):
    dependencies = [("decisions", "0002_reasons")]

    operations = [
        migrations.AddField(
            model_name="reason", name="kind", field=models.CharField(default="", max_length=30), preserve_default=False
        ),
        migrations.RunSQL(
            "UPDATE decisions_reason AS reason SET kind = told.kind"
            " FROM (SELECT DISTINCT ON (reason_id) reason_id, kind FROM decisions_trace) AS told"
            " WHERE told.reason_id = reason.id",
            migrations.RunSQL.noop,
            elidable=True,
        ),
        migrations.RemoveField(model_name="trace", name="kind"),
        Packed("decisions_trace"),
        # Keys only go up: a page that is full is never written to again.
        migrations.RunSQL("ALTER INDEX decisions_trace_pkey SET (fillfactor = 100)", migrations.RunSQL.noop),
    ]
