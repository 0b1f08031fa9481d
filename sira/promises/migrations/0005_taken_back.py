"""Done and taken back are two ends of a promise: what is taken back counts on unheard."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calendars", "0002_holidayfeed"),
        ("promises", "0004_clocks_by_plan"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="clock", name="stopped_clock_waits_for_no_mark"),
        migrations.AlterField(
            model_name="clock",
            name="withdrawn",
            field=models.BooleanField(default=False, help_text="taken back: since `since` nothing is promised by it"),
        ),
        migrations.AlterField(
            model_name="clockperiod",
            name="ended_by",
            field=models.CharField(
                choices=[
                    ("paused", "Waiting began"),
                    ("resumed", "Waiting ended"),
                    ("retargeted", "Promised anew"),
                    ("calendar", "Calendar changed"),
                    ("stopped", "Done"),
                    ("withdrawn", "Taken back"),
                    ("called_off", "Merged"),
                    ("reopened", "Reopened"),
                    ("restored", "Restored"),
                ],
                help_text="what changed then",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="clockperiod",
            name="state",
            field=models.CharField(
                choices=[
                    ("counting", "Counting"),
                    ("paused", "Paused"),
                    ("stopped", "Stopped"),
                    ("lapsed", "Taken back"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("stopped_at", None), ("withdrawn", False)) | models.Q(("next_mark_at", None)),
                name="only_a_promise_that_runs_waits_for_a_mark",
            ),
        ),
    ]
