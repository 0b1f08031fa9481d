"""Tokens carry the rights by name that they have; those that are there, what their person has today."""

from django.db import migrations, models

WORKS = ["work"]
LEADS = [*WORKS, "lead", "plan", "publish", "share_boards"]
MANAGES = [*WORKS, "plan", "publish", "share_boards", "see_all", "macros"]
ADMINISTERS = [*MANAGES, "draw", "operate", "hours", "mail", "look", "audit", "administer"]
CARRY = f"""
    UPDATE api_token token SET rights = (
        SELECT coalesce(jsonb_agg(DISTINCT name ORDER BY name), '[]') FROM (
            SELECT unnest(CASE person.role WHEN 'agent' THEN ARRAY{WORKS} WHEN 'lead' THEN ARRAY{LEADS}
                                           WHEN 'manager' THEN ARRAY{MANAGES}
                                           WHEN 'administrator' THEN ARRAY{ADMINISTERS} END) AS name
             UNION SELECT jsonb_object_keys(person.made_rights)) held)
    FROM people_person person WHERE person.id = token.person_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0003_events_for_webhooks"),
        ("people", "0009_shared_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="token",
            name="rights",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
    ]
