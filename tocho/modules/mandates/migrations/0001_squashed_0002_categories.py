"""What 0001 to 0002 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('mandates', '0001_acting'), ('mandates', '0002_categories')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('principal_kind', models.CharField(choices=[('person', '個人'), ('company', '事業者')], max_length=10)),
                ('principal_name', models.CharField(max_length=100)),
                ('principal_email', models.EmailField(blank=True, max_length=254)),
                ('principal_address', models.CharField(blank=True, max_length=200)),
                ('agent_kind', models.CharField(choices=[('family', '家族'), ('scrivener', '行政書士'), ('staff', '会社の担当者'), ('other', 'その他')], max_length=10)),
                ('agent_name', models.CharField(max_length=100)),
                ('agent_email', models.EmailField(max_length=254)),
                ('registration_number', models.CharField(blank=True, max_length=20)),
                ('procedures', models.JSONField(default=list)),
                ('may_pass_on', models.BooleanField(default=False)),
                ('starts_on', models.DateField()),
                ('last_on', models.DateField()),
                ('state', models.CharField(choices=[('offered', '代理人の返事待ち'), ('asked', '本人の確認待ち'), ('in_force', '有効'), ('declined', '辞退'), ('revoked', '解除'), ('ended', '期間満了')], max_length=10)),
                ('made_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('over_at', models.DateTimeField(null=True)),
                ('code_digest', models.CharField(blank=True, max_length=64)),
                ('code_made_at', models.DateTimeField(null=True)),
                ('code_on_paper', models.BooleanField(default=False)),
                ('code_tries', models.PositiveSmallIntegerField(default=0)),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('over_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('passed_on_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mandates.mandate')),
                ('principal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('categories', models.JSONField(db_default=[], default=list)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['agent', 'state'], name='mandate_agent'), models.Index(fields=['principal', 'state'], name='mandate_principal'), models.Index(condition=models.Q(('state', 'in_force')), fields=['last_on'], name='mandate_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('starts_on'))), name='mandate_period'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'in_force'), _negated=True), models.Q(('agent__isnull', False), ('answered_at__isnull', False)), _connector='OR'), name='mandate_in_force_was_accepted'), models.CheckConstraint(condition=models.Q(models.Q(('agent_kind', 'scrivener'), _negated=True), models.Q(('registration_number', ''), _negated=True), _connector='OR'), name='scrivener_is_registered'), models.CheckConstraint(condition=models.Q(('principal__isnull', True), ('agent__isnull', True), models.Q(('principal', models.F('agent')), _negated=True), _connector='OR'), name='nobody_is_their_own_agent')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('mandate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='mandates.mandate')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
