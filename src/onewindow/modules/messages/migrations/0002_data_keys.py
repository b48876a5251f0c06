"""Messages that wait are sealed under the data keys."""

from django.db import migrations

from onewindow.plumbing.sealing.migrating import SealTexts


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("plumbing", "0005_data_keys")]

    operations = [SealTexts("letters.Message", "sealed", "messages")]
