from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Steps are taken by an officer, given to a colleague, and change hands with a leave."""

    dependencies = [("cases", "0016_running_marks")]

    operations = [
        migrations.AddField("task", "assigned_to", models.UUIDField(null=True)),
        migrations.AddField("task", "assigned_at", models.DateTimeField(null=True)),
        migrations.AddField("task", "assigned_by", models.UUIDField(null=True)),
        migrations.AddField("task", "held_for", models.UUIDField(null=True)),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["assigned_to", "organisation", "state"], condition=Q(assigned_to__isnull=False), name="cases_assigned"
            ),
        ),
        migrations.AddIndex(
            "task",
            models.Index(fields=["held_for"], condition=Q(held_for__isnull=False), name="cases_held_for"),
        ),
    ]
