import django.db.models.deletion
from django.db import migrations, models

# Those that wait in drafts on the way to this version.
COPY = """
INSERT INTO workspace_draftfile (draft_id, name, content_type, size, digest)
SELECT draft.id, left(file ->> 'name', 255), left(coalesce(file ->> 'type', ''), 120), (file ->> 'size')::bigint,
       decode(file ->> 'digest', 'hex')
  FROM workspace_draft AS draft, jsonb_array_elements(draft.files) AS file
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0006_mentions_are_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(blank=True, max_length=120)),
                ("size", models.BigIntegerField()),
                ("digest", models.BinaryField(db_index=True, help_text="SHA-256 of the content", max_length=32)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="workspace.draft"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="draft", name="files"),
    ]
