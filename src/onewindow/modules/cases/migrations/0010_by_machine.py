"""What the machine decided and somebody looks at again; and of which late step the leaders were told."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import onewindow.plumbing.sealing.fields


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_queue_order")]

    operations = [
        migrations.AddField(model_name="task", name="escalated_again_at", field=models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="MachineDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("service", models.CharField(max_length=200)),
                ("organisation", models.CharField(max_length=200)),
                ("ground", models.CharField(max_length=16)),
                ("decided_at", models.DateTimeField()),
                ("rate", models.FloatField()),
                ("number", models.CharField(max_length=32)),
                ("due_date", models.DateField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=8)),
                ("reason", onewindow.plumbing.sealing.fields.SealedText(blank=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.UUIDField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="machine_decisions", to="cases.case"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_date__isnull", False), ("outcome", "")),
                        fields=["organisation", "due_date"],
                        name="cases_to_recheck",
                    ),
                    models.Index(fields=["organisation", "decided_at"], name="cases_by_machine"),
                ],
                "constraints": [models.UniqueConstraint(fields=("case", "service"), name="cases_machine_decides_once")],
            },
        ),
    ]
