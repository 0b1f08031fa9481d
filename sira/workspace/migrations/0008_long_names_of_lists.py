from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0007_draft_files"),
    ]

    operations = [
        migrations.AlterField(model_name="savedview", name="scope", field=models.CharField(max_length=20)),
    ]
