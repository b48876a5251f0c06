"""What officers take along of their queue."""

import uuid

from django.db import migrations, models

import onewindow.plumbing.sealing.fields


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_marks")]

    operations = [
        migrations.CreateModel(
            name="QueueExport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("owner", models.UUIDField()),
                ("organisation", models.CharField(max_length=200)),
                ("asked", onewindow.plumbing.sealing.fields.SealedJSON(default=dict)),
                ("state", models.CharField(max_length=16)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("until", models.DateTimeField()),
                ("file", models.UUIDField(null=True)),
                ("failure", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "-asked_at"], name="cases_exports_of"),
                    models.Index(fields=["state", "until"], name="cases_exports_due"),
                ],
            },
        ),
    ]
