"""Batches tell which columns of the file nothing uses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_batch_reach")]

    operations = [
        migrations.AddField("importbatch", "unused_columns", models.JSONField("未使用的列", default=list)),
    ]
