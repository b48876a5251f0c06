"""How each source behaves and how often it is asked, known to all processes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0008_enquiries"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceState",
            fields=[
                ("resource", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("rests_until", models.FloatField(null=True)),
                ("paid_until", models.FloatField(default=0)),
            ],
        ),
    ]
