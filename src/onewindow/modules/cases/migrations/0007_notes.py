"""Notes of officers for their colleagues."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import onewindow.plumbing.sealing.fields


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_decision_templates")]

    operations = [
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("organisation", models.CharField(max_length=200)),
                ("author", models.UUIDField()),
                ("text", onewindow.plumbing.sealing.fields.SealedText()),
                ("at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="cases.case")),
            ],
            options={"abstract": False},
        ),
    ]
