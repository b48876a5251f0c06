from django.db import migrations, models


class Migration(migrations.Migration):
    """The queue is read in the order of indexes that hold only what waits, and what was done by when it was done."""

    dependencies = [("cases", "0008_decided")]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["organisation", "state", "due_date", "case", "node", "done_at"],
                condition=models.Q(done_at=None),
                name="cases_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["kind", "state", "due_date", "case", "node", "done_at"],
                condition=models.Q(done_at=None),
                name="cases_at_window",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["organisation", "-done_at"], condition=models.Q(done_at__isnull=False), name="cases_done"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["done_by", "-done_at"], condition=models.Q(done_at__isnull=False), name="cases_done_by"),
        ),
        migrations.RemoveIndex(model_name="task", name="cases_queue"),
        migrations.AddIndex(
            model_name="caseservice",
            index=models.Index(fields=["state", "organisation", "case"], condition=models.Q(state="on-hold"), name="cases_on_hold"),
        ),
    ]
