"""The keys that sign who somebody is are sealed under the data keys."""

from django.db import migrations

from onewindow.plumbing.sealing.migrating import SealTexts


class Migration(migrations.Migration):
    dependencies = [("signon", "0001_systems_and_logins"), ("plumbing", "0005_data_keys")]

    operations = [SealTexts("signon.SigningKey", "sealed", "oidc-signing-key")]
