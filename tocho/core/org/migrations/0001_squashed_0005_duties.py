"""What 0001 to 0005 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION org_bump_revision()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    -- A fresh value, not a counter: a rolled-back change must not leave a number that the next change reuses.
    UPDATE org_revision SET version = gen_random_uuid();
    IF NOT FOUND THEN
        INSERT INTO org_revision (version) VALUES (gen_random_uuid());
    END IF;
    RETURN NULL;
END $function$;
CREATE FUNCTION org_check_parent()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    levels CONSTANT text[] := ARRAY['government', 'bureau', 'municipality', 'division', 'section'];
    own text; above text;
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT kind INTO own FROM org_orgunit WHERE id = NEW.unit_id;
    SELECT kind INTO above FROM org_orgunit WHERE id = NEW.parent_id;
    IF array_position(levels, above) >= array_position(levels, own) OR own = 'municipality' THEN
        RAISE EXCEPTION 'a % cannot belong to a %', own, above USING ERRCODE = 'check_violation',
            CONSTRAINT = 'unitversion_parent_higher';
    END IF;
    RETURN NEW;
END $function$
"""
DROP_FUNCTIONS = """
DROP FUNCTION org_check_parent(); DROP FUNCTION org_bump_revision()
"""

TRIGGERS = """
CREATE TRIGGER org_bump_revision AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON org_orgunit FOR EACH STATEMENT EXECUTE FUNCTION org_bump_revision();
CREATE TRIGGER org_bump_revision AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON org_unitversion FOR EACH STATEMENT EXECUTE FUNCTION org_bump_revision();
CREATE TRIGGER org_bump_revision AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON org_succession FOR EACH STATEMENT EXECUTE FUNCTION org_bump_revision();
CREATE TRIGGER org_bump_revision AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON org_post FOR EACH STATEMENT EXECUTE FUNCTION org_bump_revision();
CREATE TRIGGER org_bump_revision AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON org_postsuccession FOR EACH STATEMENT EXECUTE FUNCTION org_bump_revision();
CREATE TRIGGER org_check_parent BEFORE INSERT OR UPDATE ON org_unitversion FOR EACH ROW EXECUTE FUNCTION org_check_parent()
"""
DROP_TRIGGERS = """
DROP TRIGGER org_check_parent ON org_unitversion; DROP TRIGGER org_bump_revision ON org_postsuccession; DROP TRIGGER org_bump_revision ON org_post; DROP TRIGGER org_bump_revision ON org_succession; DROP TRIGGER org_bump_revision ON org_unitversion; DROP TRIGGER org_bump_revision ON org_orgunit
"""

REVISION = """
INSERT INTO org_revision (version) VALUES (gen_random_uuid())
"""
DROP_REVISION = """
TRUNCATE org_revision
"""


class Migration(migrations.Migration):

    replaces = [('org', '0001_initial'), ('org', '0002_guards'), ('org', '0003_municipalities'), ('org', '0004_proxies'), ('org', '0005_duties')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.UUIDField()),
            ],
            options={
                'db_table': 'org_revision',
            },
        ),
        migrations.CreateModel(
            name='OrgUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='組織コード')),
                ('kind', models.CharField(choices=[('government', '都'), ('municipality', '区市町村'), ('bureau', '局'), ('division', '部'), ('section', '課')], max_length=12, verbose_name='階層')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['government', 'municipality', 'bureau', 'division', 'section'])), name='orgunit_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='いつから')),
                ('ends_at', models.DateTimeField(verbose_name='いつまで')),
                ('reason', models.CharField(choices=[('travel', '出張'), ('leave', '休暇'), ('training', '研修'), ('other', 'その他')], max_length=12, verbose_name='理由')),
                ('source', models.CharField(choices=[('manual', '本人の登録'), ('leave', '休暇の申請'), ('travel', '旅行命令')], default='manual', max_length=12)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__in', ['travel', 'leave', 'training', 'other'])), name='absence_reason_known'), models.CheckConstraint(condition=models.Q(('source__in', ['manual', 'leave', 'travel'])), name='absence_source_known'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_period'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('cancelled_at__isnull', True)), expressions=[(models.Func('user', 'user', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.Func(models.F('source'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Func(models.F('source'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('starts_at', 'ends_at', function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='absence_no_overlap')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='職名')),
                ('rank', models.PositiveSmallIntegerField(choices=[(1, '主事'), (2, '主任'), (3, '課長代理'), (4, '課長'), (5, '部長'), (6, '局長'), (7, '副知事'), (8, '知事')], verbose_name='職層')),
                ('sole', models.BooleanField(default=True, verbose_name='一人の職')),
                ('serves_as', models.CharField(blank=True, choices=[('legal_review', '文書審査'), ('personnel', '人事'), ('records', '文書管理'), ('archives', '公文書館'), ('reform', '構造改革の推進'), ('operations', '情報基盤の運用')], max_length=40, verbose_name='特別な職務')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='並び順')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='org.orgunit')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('rank__in', [1, 2, 3, 4, 5, 6, 7, 8])), name='post_rank_known'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='post_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('unit', 'unit', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.Func(models.F('title'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Func(models.F('title'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('valid_from', 'valid_to', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='post_title_once_in_unit'), models.CheckConstraint(condition=models.Q(('serves_as__in', ['', 'legal_review', 'personnel', 'records', 'archives', 'reform', 'operations'])), name='post_duty_known')],
            },
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor'), name='succession_once'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='succession_other')],
            },
        ),
        migrations.CreateModel(
            name='UnitVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='並び順')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='org.orgunit')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='unitversion_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('unit', 'unit', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('valid_from', 'valid_to', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='unitversion_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.PositiveSmallIntegerField(choices=[(1, '本務'), (2, '兼務'), (3, '事務取扱'), (4, '職務代理')], default=1, verbose_name='発令区分')),
                ('sole', models.BooleanField(default=True)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='org.post')),
                ('basis', models.CharField(blank=True, default='', max_length=200, verbose_name='根拠')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='appointment_period'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('kind', 1)), expressions=[(models.Func('user', 'user', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('starts_on', 'ends_on', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='appointment_one_main_post'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('sole', True)), expressions=[(models.Func('post', 'post', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('starts_on', 'ends_on', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='appointment_sole_holder'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('user', 'user', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('post', 'post', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('starts_on', 'ends_on', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='appointment_post_once_a_person'), models.CheckConstraint(condition=models.Q(('kind__in', [1, 2, 3, 4])), name='appointment_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 4), _negated=True), models.Q(models.Q(('basis', ''), _negated=True), ('sole', False)), _connector='OR'), name='appointment_proxy_has_basis')],
            },
        ),
        migrations.CreateModel(
            name='PostSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.post')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor'), name='postsuccession_once'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='postsuccession_other')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        migrations.RunSQL(REVISION, DROP_REVISION),
    ]
