from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0006_slim_rows"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historyentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "Opened"),
                    ("changed", "Changed"),
                    ("decided", "Decided"),
                    ("assigned", "Assigned"),
                    ("stage", "Stage"),
                    ("waiting", "Waiting for the requester"),
                    ("held", "On hold"),
                    ("resumed", "Resumed"),
                    ("resolved", "Resolved"),
                    ("confirmed", "Confirmed"),
                    ("reopened", "Reopened"),
                    ("closed", "Closed"),
                    ("withdrawn", "Withdrawn"),
                    ("linked", "Linked"),
                    ("merged", "Merged"),
                    ("unmerged", "Merge undone"),
                    ("joined_by", "Takes part"),
                    ("task", "Task"),
                    ("approval", "Approval"),
                    ("warned", "Warned"),
                    ("breached", "Promise broken"),
                    ("delivery", "Delivery"),
                    ("incident", "Process stuck"),
                ],
                max_length=9,
            ),
        ),
    ]
