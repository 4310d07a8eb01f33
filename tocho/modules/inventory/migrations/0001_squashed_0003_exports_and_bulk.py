"""What 0001 to 0003 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

# What rules.MOVES says; tests/test_guards.py compares the two.
FUNCTIONS = """
CREATE FUNCTION inventory_entry_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.state <> OLD.state AND NOT (
       OLD.state || '>' || NEW.state = ANY (ARRAY['surveyed>analysed', 'surveyed>state_request', 'surveyed>abolished', 'analysed>planned', 'analysed>state_request', 'analysed>abolished', 'planned>building', 'planned>analysed', 'planned>state_request', 'planned>abolished', 'building>trial', 'building>planned', 'building>abolished', 'trial>live', 'trial>building', 'trial>abolished', 'live>improving', 'live>retired', 'improving>live', 'improving>retired', 'state_request>analysed', 'state_request>abolished'])) THEN
    RAISE EXCEPTION 'entry %: % does not follow on %', NEW.code, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.version_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM procedures_procedureversion v JOIN procedures_procedure p ON p.id = v.procedure_id
        WHERE v.id = NEW.version_id AND p.key = NEW.procedure_key) THEN
    RAISE EXCEPTION 'entry %: its version is none of procedure %', NEW.code, NEW.procedure_key
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$
"""
DROP_FUNCTIONS = """
DROP FUNCTION inventory_entry_guard()
"""

TRIGGERS = """
CREATE TRIGGER inventory_entry_guard BEFORE INSERT OR UPDATE ON inventory_procedureentry FOR EACH ROW EXECUTE FUNCTION inventory_entry_guard();
CREATE TRIGGER inventory_entryversion_no_change BEFORE DELETE OR UPDATE ON inventory_entryversion FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER inventory_entryversion_no_truncate BEFORE TRUNCATE ON inventory_entryversion FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()
"""
DROP_TRIGGERS = """
DROP TRIGGER inventory_entryversion_no_truncate ON inventory_entryversion; DROP TRIGGER inventory_entryversion_no_change ON inventory_entryversion; DROP TRIGGER inventory_entry_guard ON inventory_procedureentry
"""


class Migration(migrations.Migration):

    replaces = [('inventory', '0001_initial'), ('inventory', '0002_guards'), ('inventory', '0003_exports_and_bulk')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('ledger', '0002_append_only'),
        ('procedures', '0001_squashed_0017_application_notice_by'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField()),
                ('default_unit', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('reading', '確認中'), ('checked', '確認済'), ('refused', '誤りあり'), ('applying', '取込中'), ('applied', '取込済'), ('discarded', '取りやめ')], default='reading', max_length=12)),
                ('encoding', models.CharField(blank=True, max_length=20)),
                ('problem', models.TextField(blank=True)),
                ('row_count', models.PositiveIntegerField(default=0)),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('new_count', models.PositiveIntegerField(default=0)),
                ('changed_count', models.PositiveIntegerField(default=0)),
                ('unchanged_count', models.PositiveIntegerField(default=0)),
                ('error_count', models.PositiveIntegerField(default=0)),
                ('milliseconds', models.PositiveIntegerField(default=0)),
                ('seen_version', models.BigIntegerField(default=0)),
                ('uploaded_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('once', models.CharField(max_length=40, unique=True)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['checked', 'applying', 'applied']), _negated=True), models.Q(('error_count', 0), ('problem', '')), _connector='OR'), name='applied_without_errors')],
            },
        ),
        migrations.CreateModel(
            name='ProcedureEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('law', models.CharField(blank=True, max_length=300)),
                ('kind', models.CharField(blank=True, max_length=4)),
                ('online_status', models.CharField(blank=True, max_length=2)),
                ('volume', models.BigIntegerField(null=True)),
                ('volume_online', models.BigIntegerField(null=True)),
                ('volume_offline', models.BigIntegerField(null=True)),
                ('survey', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('surveyed', '調査済'), ('analysed', '分析済'), ('planned', '計画済'), ('building', '構築中'), ('trial', '試行中'), ('live', '公開中'), ('improving', '改善中'), ('retired', '終了'), ('abolished', '手続廃止'), ('state_request', '国へ要望')], default='surveyed', max_length=16)),
                ('authority', models.CharField(choices=[('own', '都の権限'), ('national', '国への働きかけ'), ('municipal', '区市町村経由'), ('abolished', '廃止')], default='own', max_length=12)),
                ('is_main', models.BooleanField(default=False)),
                ('unit', models.CharField(max_length=40)),
                ('method', models.CharField(blank=True, max_length=12)),
                ('starts', models.IntegerField(null=True)),
                ('completes', models.IntegerField(null=True)),
                ('bpr_before', models.TextField(blank=True)),
                ('bpr_after', models.TextField(blank=True)),
                ('procedure_key', models.CharField(blank=True, max_length=60)),
                ('system_name', models.CharField(blank=True, max_length=200)),
                ('system_url', models.CharField(blank=True, max_length=300)),
                ('certifier', models.CharField(blank=True, max_length=200)),
                ('sample_note', models.CharField(blank=True, max_length=200)),
                ('search_text', models.TextField()),
                ('changed_at', models.DateTimeField()),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.procedureversion')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'code'], name='entry_unit'), models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('volume', -1), descending=True), models.F('code'), name='entry_volume'), models.Index(django.db.models.functions.comparison.Coalesce('completes', 99999), models.F('code'), name='entry_completes')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['surveyed', 'analysed', 'planned', 'building', 'trial', 'live', 'improving', 'retired', 'abolished', 'state_request'])), name='entry_state_known'), models.CheckConstraint(condition=models.Q(('authority__in', ['own', 'national', 'municipal', 'abolished'])), name='entry_authority_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['live', 'improving']), _negated=True), ('version__isnull', False), models.Q(models.Q(('system_name', ''), _negated=True), models.Q(('system_url', ''), _negated=True), models.Q(('certifier', ''), _negated=True)), _connector='OR'), name='entry_live_has_ground'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['planned', 'building', 'trial']), _negated=True), models.Q(('completes__isnull', False), ('starts__isnull', False)), _connector='OR'), name='entry_scheduled'), models.CheckConstraint(condition=models.Q(('starts__isnull', True), ('completes__isnull', True), ('completes__gte', models.F('starts')), _connector='OR'), name='entry_quarters_in_order'), models.CheckConstraint(condition=models.Q(('volume__isnull', True), ('volume_online__isnull', True), ('volume_online__lte', models.F('volume')), _connector='OR'), name='entry_volume_parts'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True), models.Q(('unit', ''), _negated=True)), name='entry_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='BulkChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry_ids', models.JSONField()),
                ('values', models.JSONField()),
                ('reason', models.TextField()),
                ('total', models.PositiveIntegerField()),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('changed_count', models.PositiveIntegerField(default=0)),
                ('refused_count', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=list)),
                ('post_id', models.BigIntegerField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('once', models.CharField(max_length=40, unique=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('done_count__lte', models.F('total'))), name='bulk_within_its_total')],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filters', models.JSONField()),
                ('form', models.CharField(choices=[('csv', 'CSV (UTF-8)'), ('cp932', 'CSV (Shift_JIS)'), ('xlsx', 'Excel')], max_length=8)),
                ('row_count', models.PositiveIntegerField()),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('ready_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('expired_at', models.DateTimeField(null=True)),
                ('once', models.CharField(max_length=40, unique=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('expired_at', None), ('file__isnull', False)), fields=['expires_at'], name='export_expiry')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('expires_at', None), ('file', None), ('ready_at', None)), models.Q(('expires_at__isnull', False), ('file__isnull', False), ('ready_at__isnull', False)), _connector='OR'), name='export_ready_with_its_file')],
            },
        ),
        migrations.CreateModel(
            name='ImportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('error', '誤り'), ('new', '新しい手続'), ('changed', '変わる手続')], max_length=8)),
                ('row', models.PositiveIntegerField()),
                ('code', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(blank=True, max_length=300)),
                ('column', models.CharField(blank=True, max_length=60)),
                ('value', models.CharField(blank=True, max_length=200)),
                ('reason', models.TextField(blank=True)),
                ('changes', models.JSONField(default=dict)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.importrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'outcome', 'id'], name='importline_run')],
            },
        ),
        migrations.CreateModel(
            name='EntryVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('state', models.CharField(max_length=16)),
                ('authority', models.CharField(max_length=12)),
                ('is_main', models.BooleanField()),
                ('unit', models.CharField(max_length=40)),
                ('kind', models.CharField(blank=True, max_length=4)),
                ('volume', models.BigIntegerField(null=True)),
                ('starts', models.IntegerField(null=True)),
                ('completes', models.IntegerField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('changes', models.JSONField(default=dict)),
                ('ledger_entry_id', models.BigIntegerField(null=True)),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.importrun')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='inventory.procedureentry')),
            ],
            options={
                'indexes': [models.Index(fields=['entry', '-effective_on', '-id'], name='entryversion_as_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ledger_entry_id__isnull', False), ('run__isnull', True)), models.Q(('ledger_entry_id__isnull', True), ('run__isnull', False)), _connector='OR'), name='entryversion_by_one_act')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
