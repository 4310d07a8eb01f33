"""What 0001 to 0002 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('opinions', '0001_initial'), ('opinions', '0002_asked_by_the_flow')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('process', '0001_squashed_0006_stopped_and_retried'),
    ]

    operations = [
        migrations.CreateModel(
            name='Inquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('unit', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('question', models.TextField()),
                ('brief', models.JSONField(default=list)),
                ('due_on', models.DateField()),
                ('asked_at', models.DateTimeField()),
                ('once', models.CharField(max_length=64)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['unit', '-id'], name='inquiry_of_unit')],
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id', 'once'), name='one_inquiry_for_each_form')],
            },
        ),
        migrations.CreateModel(
            name='InquiryFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('inquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='opinions.inquiry')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40)),
                ('verdict', models.CharField(blank=True, choices=[('none', '異議なし'), ('remark', '意見あり'), ('objection', '支障あり'), ('unconcerned', '所管外')], max_length=12)),
                ('text', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('inquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='opinions.inquiry')),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='process.task')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['unit', '-id'], name='opinion_of_unit')],
                'constraints': [models.UniqueConstraint(fields=('inquiry', 'unit'), name='one_opinion_for_each_unit'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('verdict', '')), models.Q(models.Q(('verdict', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False), ('withdrawn_at', None)), _connector='OR'), name='opinion_answered_or_not'), models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'none', 'remark', 'objection', 'unconcerned'])), name='opinion_verdict_known')],
            },
        ),
        migrations.CreateModel(
            name='OpinionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('opinion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='opinions.opinion')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
