import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Of each seat and group the last day with tickets, that day's, and what fell in its week and month.
COUNTED = """
    SELECT {of}, day, sum(n) FILTER (WHERE one = day) AS d,
           sum(n) FILTER (WHERE one >= date_trunc('week', day)::date) AS w,
           sum(n) FILTER (WHERE one >= date_trunc('month', day)::date) AS m
      FROM (SELECT {of}, day AS one, n, max(day) OVER (PARTITION BY {of}) AS day FROM routing_dealt) AS each
     GROUP BY {of}, day
"""
FILL = f"""
INSERT INTO routing_tally (person_id, group_id, day, d, w, m, owed)
SELECT person_id, counted.group_id, counted.day, counted.d, counted.w, counted.m,
       coalesce((pool.debts ->> person_id::text)::float8, 0)
  FROM ({COUNTED.format(of="person_id, group_id")}) AS counted
  LEFT JOIN routing_pool pool ON pool.group_id = counted.group_id;
UPDATE routing_pool SET day = counted.day, d = counted.d, w = counted.w, m = counted.m
  FROM ({COUNTED.format(of="group_id")}) AS counted WHERE counted.group_id = routing_pool.group_id
"""


def number(**more: object) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(default=0, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_finding"),
        ("routing", "0002_dealing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM routing_dealt WHERE period <> 'd'", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="dealt", name="dealt_is_counted_once"),
        migrations.RemoveIndex(model_name="dealt", name="dealt_of_group"),
        migrations.RemoveField(model_name="dealt", name="period"),
        migrations.RenameField(model_name="dealt", old_name="starts", new_name="day"),
        migrations.AddConstraint(
            model_name="dealt",
            constraint=models.UniqueConstraint(fields=("group", "day", "person"), name="dealt_is_counted_once_a_day"),
        ),
        migrations.AddField(model_name="pool", name="day", field=models.DateField(null=True)),
        migrations.AddField(model_name="pool", name="d", field=number()),
        migrations.AddField(model_name="pool", name="w", field=number()),
        migrations.AddField(model_name="pool", name="m", field=number()),
        migrations.AddField(model_name="pool", name="turns", field=models.FloatField(default=0)),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(null=True)),
                ("d", number()),
                ("w", number()),
                ("m", number()),
                ("owed", models.FloatField(default=0)),
                ("since", models.FloatField(blank=True, null=True)),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.supportgroup",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("group", "person"), name="seat_has_one_tally")],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="pool", name="debts"),
    ]
