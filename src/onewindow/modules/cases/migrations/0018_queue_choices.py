from django.db import migrations, models

import onewindow.plumbing.sealing.fields


class Migration(migrations.Migration):
    """Officers give names to filters of their queue and choose what its rows show."""

    dependencies = [("cases", "0017_assigned")]

    operations = [
        migrations.CreateModel(
            name="QueueChoice",
            fields=[
                ("officer", models.UUIDField(primary_key=True, serialize=False)),
                ("filters", onewindow.plumbing.sealing.fields.SealedJSON(default=list)),
                ("columns", models.JSONField(default=list)),
            ],
            options={"abstract": False},
        ),
    ]
