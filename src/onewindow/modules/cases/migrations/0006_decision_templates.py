"""The texts that organisations keep ready."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_sealed")]

    operations = [
        migrations.CreateModel(
            name="DecisionTemplate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("organisation", models.CharField(db_index=True, max_length=200)),
                ("use", models.CharField(max_length=16)),
                ("service", models.CharField(blank=True, max_length=200)),
                ("text", models.JSONField()),
                ("law", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
    ]
