"""What is known of people is sealed; phone and e-mail are found by their hashes."""

from django.db import migrations, models

from onewindow.plumbing.sealing.fields import HashOf, SealedJSON, SealedText
from onewindow.plumbing.sealing.migrating import Seal


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_face_checks"), ("plumbing", "0005_data_keys")]

    operations = [
        migrations.RemoveConstraint("user", "identity_one_email"),
        migrations.RemoveConstraint("user", "identity_one_phone"),
        Seal(
            "User",
            {
                "email": SealedText(blank=True, hashed=True),
                "phone": SealedText(blank=True, hashed=True),
                "display_name": SealedJSON(default=dict),
            },
        ),
        migrations.AddConstraint("user", models.UniqueConstraint(HashOf("email"), name="identity_one_email")),
        migrations.AddConstraint("user", models.UniqueConstraint(HashOf("phone"), name="identity_one_phone")),
        Seal("Person", {"facts": SealedJSON(default=dict)}),
    ]
