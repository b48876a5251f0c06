"""Who of the national provider logs in to which account."""

import django.db.models.deletion
import onewindow.plumbing.sealing.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0009_sealed_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='NationalIdentity',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('issuer', models.CharField(max_length=200)),
                ('subject', onewindow.plumbing.sealing.fields.SealedText(hashed=True)),
                ('linked_at', models.DateTimeField()),
                ('used_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='national_identities', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'issuer'), name='identity_one_national_identity'), models.UniqueConstraint(onewindow.plumbing.sealing.fields.HashOf('subject'), name='identity_one_national_subject')],
            },
        ),
    ]
