from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a case was filed, and in which help at a counter a draft was begun."""

    dependencies = [("cases", "0010_by_machine")]

    operations = [
        migrations.AddField(model_name="draft", name="assistance", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="case", name="assistance", field=models.UUIDField(null=True)),
        migrations.AddField(
            model_name="case", name="channel", field=models.CharField(db_default="online", default="online", max_length=16)
        ),
    ]
