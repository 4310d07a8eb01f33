"""What 0001 to 0006 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION process_definition_refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'a published process is immutable: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $function$
"""
DROP_FUNCTIONS = """
DROP FUNCTION process_definition_refuse()
"""

TRIGGERS = """
CREATE TRIGGER process_definition_immutable BEFORE DELETE OR UPDATE ON process_definition FOR EACH ROW EXECUTE FUNCTION process_definition_refuse()
"""
DROP_TRIGGERS = """
DROP TRIGGER process_definition_immutable ON process_definition
"""


class Migration(migrations.Migration):

    replaces = [('process', '0001_initial'), ('process', '0002_immutable'), ('process', '0003_scopes_and_cycles'), ('process', '0004_notices'), ('process', '0005_times'), ('process', '0006_stopped_and_retried')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Definition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80)),
                ('version', models.PositiveIntegerField()),
                ('name', models.CharField(blank=True, max_length=200)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('xml', models.TextField()),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'version'), name='one_definition_per_version')],
            },
        ),
        migrations.CreateModel(
            name='Instance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('active', '進行中'), ('done', '終了'), ('cancelled', '取消済み')], default='active', max_length=10)),
                ('context', models.JSONField(default=dict)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=200)),
                ('definition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='process.definition')),
                ('calls', models.JSONField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['definition', '-id'], name='process_instance_definition')],
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id', 'definition'), name='one_instance_per_definition'), models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('subject_type', 'subject_id'), name='one_active_instance'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'active')), models.Q(models.Q(('state', 'active'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='instance_ended_or_active')],
            },
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('element_id', models.CharField(max_length=80)),
                ('via', models.CharField(blank=True, max_length=80)),
                ('fate', models.CharField(choices=[('here', 'いまここ'), ('passed', '済'), ('cancelled', '中断')], default='here', max_length=10)),
                ('arrived_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(null=True)),
                ('instance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='process.instance')),
                ('data', models.JSONField(null=True)),
                ('item', models.PositiveSmallIntegerField(null=True)),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='process.token')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('fate', 'here'), ('left_at__isnull', True)), models.Q(models.Q(('fate', 'here'), _negated=True), ('left_at__isnull', False)), _connector='OR'), name='token_here_or_left')],
            },
        ),
        migrations.CreateModel(
            name='Timer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('element_id', models.CharField(max_length=80)),
                ('due_at', models.DateTimeField()),
                ('queued_at', models.DateTimeField(null=True)),
                ('instance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='process.instance')),
                ('token', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='process.token')),
                ('left', models.SmallIntegerField(db_default=1, default=1)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('queued_at__isnull', True)), fields=['due_at'], name='process_timer_due')],
                'constraints': [models.UniqueConstraint(fields=('token', 'element_id'), name='one_timer_per_event')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('folded_title', models.CharField(max_length=400)),
                ('address', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('ready', '未着手'), ('claimed', '担当中'), ('done', '済'), ('cancelled', '取消済み')], default='ready', max_length=10)),
                ('due_on', models.DateField(null=True)),
                ('sort_on', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('due_on', models.Value('9999-12-31', output_field=models.DateField())), output_field=models.DateField())),
                ('ready_at', models.DateTimeField()),
                ('claimed_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.JSONField(default=dict)),
                ('element_id', models.CharField(blank=True, max_length=80)),
                ('claimed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instance', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='process.instance')),
                ('token', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='process.token')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['address', 'sort_on', 'id'], include=('kind', 'claimed_by', 'folded_title'), name='process_task_inbox'), models.Index(fields=['subject_type', 'subject_id'], name='process_task_subject'), models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_on', 'id'], name='process_task_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('state__in', ['ready', 'claimed'])), models.Q(('state__in', ['done', 'cancelled']), ('done_at__isnull', False)), _connector='OR'), name='task_open_or_done'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'claimed'), _negated=True), models.Q(('claimed_at__isnull', False), ('claimed_by__isnull', False)), _connector='OR'), name='claimed_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('element_id', ''), ('instance__isnull', True), ('token__isnull', True)), models.Q(('instance__isnull', False), ('token__isnull', False), models.Q(('element_id', ''), _negated=True)), _connector='OR'), name='task_of_process_or_of_module'), models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('token__isnull', True)), fields=('subject_type', 'subject_id', 'kind', 'address'), name='one_open_task_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('timer_id', models.BigIntegerField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.TextField()),
                ('failed_at', models.DateTimeField()),
                ('given_up_at', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('instance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='process.instance')),
                ('token', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='process.token')),
                ('retried_at', models.DateTimeField(null=True)),
                ('retried_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.CharField(blank=True, max_length=30)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('given_up_at__isnull', False), ('resolved_at__isnull', True)), fields=['unit', '-id'], name='process_incident_stopped'), models.Index(condition=models.Q(('retried_at__isnull', False)), fields=['-retried_at'], name='process_incident_retried')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('resolved_at__isnull', True)), fields=('token', 'timer_id'), name='one_open_incident_per_step', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='TaskNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('soon', '期限間近'), ('overdue', '期限超過'), ('escalated', '上司への通知')], max_length=10)),
                ('address', models.CharField(max_length=40)),
                ('told_at', models.DateTimeField()),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='process.task')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('step', 'escalated')), fields=['address'], name='process_notice_escalated')],
                'constraints': [models.UniqueConstraint(fields=('task', 'step'), name='one_notice_per_step'), models.CheckConstraint(condition=models.Q(('step__in', ['soon', 'overdue', 'escalated'])), name='notice_step_known')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
