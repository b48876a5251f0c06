from django.db import migrations, models


class Migration(migrations.Migration):
    """The newest decisions of a service are found without reading the others."""

    dependencies = [("cases", "0007_notes")]

    operations = [
        migrations.AddIndex(
            model_name="caseservice",
            index=models.Index(fields=["service", "decided_at"], name="cases_decided"),
        ),
    ]
