"""Whom a mandate names is sealed, and second factors lie under the data keys.

Apart from the next migration, because PostgreSQL changes no table whose rows were changed twice in one transaction.
"""

from django.db import migrations

from onewindow.plumbing.sealing.fields import SealedText
from onewindow.plumbing.sealing.migrating import Seal, SealTexts


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_sealed"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        Seal("MandateRow", {"receiver_name": SealedText(blank=True)}),
        SealTexts("mfa.Authenticator", "data", "second-factor"),
    ]
