
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
            ],
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
            ],
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
            ],
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
            ],
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.UniqueConstraint(fields=('subject_type', 'subject_id', 'definition'), name='one_instance_per_definition'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('subject_type', 'subject_id'), name='one_active_instance'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'active')), models.Q(models.Q(('state', 'active'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='instance_ended_or_active'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fate', 'here'), ('left_at__isnull', True)), models.Q(models.Q(('fate', 'here'), _negated=True), ('left_at__isnull', False)), _connector='OR'), name='token_here_or_left'),
        ),
        migrations.AddIndex(
            model_name='timer',
            index=models.Index(condition=models.Q(('queued_at__isnull', True)), fields=['due_at'], name='process_timer_due'),
        ),
        migrations.AddConstraint(
            model_name='timer',
            constraint=models.UniqueConstraint(fields=('token', 'element_id'), name='one_timer_per_event'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['address', 'sort_on', 'id'], include=('kind', 'claimed_by', 'folded_title'), name='process_task_inbox'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['subject_type', 'subject_id'], name='process_task_subject'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('state__in', ['ready', 'claimed'])), models.Q(('state__in', ['done', 'cancelled']), ('done_at__isnull', False)), _connector='OR'), name='task_open_or_done'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'claimed'), _negated=True), models.Q(('claimed_at__isnull', False), ('claimed_by__isnull', False)), _connector='OR'), name='claimed_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('element_id', ''), ('instance__isnull', True), ('token__isnull', True)), models.Q(('instance__isnull', False), ('token__isnull', False), models.Q(('element_id', ''), _negated=True)), _connector='OR'), name='task_of_process_or_of_module'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('token__isnull', True)), fields=('subject_type', 'subject_id', 'kind', 'address'), name='one_open_task_of_a_kind'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('given_up_at__isnull', False), ('resolved_at__isnull', True)), fields=['-given_up_at'], name='process_incident_open'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('resolved_at__isnull', True)), fields=('token', 'timer_id'), name='one_open_incident_per_step', nulls_distinct=False),
        ),
    ]
