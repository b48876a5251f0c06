from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def name_issuers(apps, schema_editor):
    """Say of what was issued which organisation did: that of its service."""
    services = apps.get_model("cases", "CaseService").objects.filter(case=OuterRef("case"), service=OuterRef("service"))
    own = Coalesce(Subquery(services.values("organisation")[:1]), models.Value(""))
    apps.get_model("cases", "Output").objects.filter(organisation="").update(organisation=own)


class Migration(migrations.Migration):
    """What an organisation issued last is found without reading what the others did."""

    dependencies = [("cases", "0013_queue_exports")]

    operations = [
        migrations.AddField(
            model_name="output", name="organisation", field=models.CharField(db_default="", default="", max_length=200)
        ),
        migrations.RunPython(name_issuers, migrations.RunPython.noop, elidable=False),
        migrations.AddIndex(
            model_name="output", index=models.Index(fields=["organisation", "-issued_at", "number"], name="cases_issued")
        ),
    ]
