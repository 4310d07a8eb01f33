"""What 0001 to 0017 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
import tocho.lib.ordered_json
import uuid
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION procedures_version_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'version % is published: publish a new one instead', OLD.id;
END $function$
"""
DROP_FUNCTIONS = """
DROP FUNCTION procedures_version_frozen()
"""

TRIGGERS = """
CREATE TRIGGER procedures_version_frozen BEFORE UPDATE ON procedures_procedureversion FOR EACH ROW EXECUTE FUNCTION procedures_version_frozen()
"""
DROP_TRIGGERS = """
DROP TRIGGER procedures_version_frozen ON procedures_procedureversion
"""


class Migration(migrations.Migration):

    replaces = [('procedures', '0001_initial'), ('procedures', '0002_published_is_frozen'), ('procedures', '0003_documents'), ('procedures', '0004_ordered_source'), ('procedures', '0005_version_readings'), ('procedures', '0006_application_last_step_and_more'), ('procedures', '0007_retention'), ('procedures', '0008_acting'), ('procedures', '0009_channels'), ('procedures', '0010_transit'), ('procedures', '0011_list_indexes'), ('procedures', '0012_moves'), ('procedures', '0013_signing_after'), ('procedures', '0014_erasure'), ('procedures', '0015_rounds'), ('procedures', '0016_round_index'), ('procedures', '0017_application_notice_by')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('mandates', '0001_squashed_0002_categories'),
    ]

    operations = [
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('popularity', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['-popularity', 'key'],
            },
        ),
        migrations.CreateModel(
            name='ProcedureVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('source', tocho.lib.ordered_json.OrderedJSONField()),
                ('digest', models.CharField(max_length=64)),
                ('unit', models.CharField(max_length=40)),
                ('process_definition_id', models.BigIntegerField()),
                ('published_at', models.DateTimeField()),
                ('procedure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='procedures.procedure')),
            ],
            options={
                'ordering': ['procedure_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('procedure', 'number'), name='one_version_per_number'), models.UniqueConstraint(fields=('procedure', 'digest'), name='one_version_per_content')],
            },
        ),
        migrations.CreateModel(
            name='VersionMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('definition_id', models.BigIntegerField()),
                ('requested_at', models.DateTimeField()),
                ('total', models.PositiveIntegerField()),
                ('last_id', models.BigIntegerField(default=0)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=list)),
                ('refused_count', models.PositiveIntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
                ('procedure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.procedure')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('procedure',), name='one_move_of_a_procedure_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('unit', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('draft', '下書き'), ('signing', '署名待ち'), ('fee_due', '納付待ち'), ('examining', '審査中'), ('correction', '補正中'), ('waiting_list', 'キャンセル待ち'), ('forwarding', '区市町村で確認中'), ('reporting', '報告待ち'), ('decision_pending', '決定手続中'), ('approved', '承認'), ('rejected', '不承認'), ('closed', '完結'), ('withdrawn', '取下げ'), ('lapsed', '署名がそろわず失効'), ('expired', '失効')], default='draft', max_length=20)),
                ('receipt_number', models.CharField(max_length=24, null=True, unique=True)),
                ('language', models.CharField(default='ja', max_length=8)),
                ('applicant_name', models.CharField(blank=True, max_length=200)),
                ('applicant_email', models.EmailField(blank=True, max_length=254)),
                ('answers', models.JSONField(default=dict)),
                ('computed', models.JSONField(default=dict)),
                ('checks', models.JSONField(default=list)),
                ('fee', models.PositiveIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, max_length=20)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('stopped_on', models.DateField(null=True)),
                ('stopped_days', models.PositiveSmallIntegerField(default=0)),
                ('closed_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.procedureversion')),
                ('last_step', models.CharField(blank=True, max_length=60)),
                ('erased_at', models.DateTimeField(null=True)),
                ('kept_until', models.DateField(null=True)),
                ('told_end_at', models.DateTimeField(null=True)),
                ('acting_as', models.CharField(choices=[('self', '本人として'), ('company', '会社として'), ('agent', '代理人として')], default='self', max_length=10)),
                ('channel', models.CharField(choices=[('online', 'オンライン'), ('counter', '窓口'), ('paper', '郵送・紙'), ('phone', '電話')], db_default='online', default='online', max_length=8)),
                ('filed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('erasure', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('round', models.PositiveSmallIntegerField(db_default=1, default=1)),
                ('notice_by', models.CharField(blank=True, choices=[('electronic', '電子（このサイトとメール）'), ('post', '郵送')], db_default='', default='', max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-id'], name='application_user'), models.Index(fields=['version', '-id'], name='application_version'), models.Index(condition=models.Q(('erased_at__isnull', True), ('kept_until__isnull', False)), fields=['kept_until', 'id'], name='application_kept_until'), models.Index(condition=models.Q(('closed_at__isnull', False), ('kept_until__isnull', True)), fields=['id'], name='application_unplanned'), models.Index(fields=['unit', '-id'], name='application_unit'), models.Index(fields=['unit', 'applicant_name'], name='application_name', opclasses=['text_ops', 'varchar_pattern_ops']), models.Index(condition=models.Q(('state__in', ['draft', 'signing'])), fields=['expires_at'], name='application_expiry'), models.Index(condition=models.Q(('erased_at__isnull', False)), fields=['erasure', 'id'], name='application_erasure'), models.Index(condition=models.Q(('state__in', ['signing', 'fee_due', 'examining', 'correction', 'waiting_list', 'forwarding', 'reporting', 'decision_pending'])), fields=['unit', 'due_on', 'id'], name='application_due'), models.Index(condition=models.Q(('round__gt', 1)), fields=['version', '-id'], name='application_round')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['draft', 'expired']), ('submitted_at__isnull', True)), models.Q(models.Q(('state__in', ['draft', 'expired']), _negated=True), ('due_on__isnull', False), ('receipt_number__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='submitted_with_number_and_due_date'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('answers', {}), ('applicant_email', ''), ('applicant_name', '')), _connector='OR'), name='erased_is_empty'), models.CheckConstraint(condition=models.Q(models.Q(('channel', 'online'), ('filed_by__isnull', True)), models.Q(('channel__in', ['counter', 'paper', 'phone']), ('filed_by__isnull', False)), _connector='OR'), name='filed_online_or_by_an_officer'), models.CheckConstraint(condition=models.Q(('stopped_on__isnull', False), models.Q(('state__in', ['correction', 'reporting']), _negated=True), _connector='OR'), name='clock_stands_in_correction')],
            },
        ),
        migrations.CreateModel(
            name='VersionReadings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.JSONField()),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='procedures.procedureversion')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.TextField()),
                ('fields', models.JSONField(default=list)),
                ('deadline_on', models.DateField()),
                ('requested_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('expired_at', models.DateTimeField(null=True)),
                ('answers_before', models.JSONField(default=dict)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='procedures.application')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('documents', models.JSONField(default=list)),
                ('answers', models.JSONField(db_default={}, default=dict)),
                ('part', models.CharField(blank=True, db_default='', default='', max_length=60)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True), ('expired_at__isnull', True)), fields=('application',), name='one_open_correction')],
            },
        ),
        migrations.CreateModel(
            name='RetentionHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('placed_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='procedures.application')),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('application',), name='one_hold_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Representation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent_label', models.CharField(max_length=200)),
                ('principal_name', models.CharField(max_length=100)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='representation', to='procedures.application')),
                ('mandate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mandates.mandate')),
            ],
        ),
        migrations.CreateModel(
            name='Transit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40)),
                ('received_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('opinion', models.CharField(blank=True, choices=[('supports', '支障なし'), ('conditions', '条件を付けることを求める'), ('concerns', '支障がある')], max_length=12)),
                ('words', models.TextField(blank=True)),
                ('forwarded_at', models.DateTimeField(null=True)),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='transit', to='procedures.application')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('forwarded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-id'], name='transit_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('forwarded_at__isnull', True), models.Q(('opinion', ''), _negated=True), _connector='OR'), name='forwarded_with_an_opinion')],
            },
        ),
        migrations.AddField(
            model_name='Procedure',
            name='current',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.procedureversion'),
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
