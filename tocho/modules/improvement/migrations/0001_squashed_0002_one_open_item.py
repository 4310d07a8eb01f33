"""What 0001 to 0002 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('improvement', '0001_initial'), ('improvement', '0002_one_open_item')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Stumble',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('procedure', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('step', models.CharField(max_length=60)),
                ('question', models.CharField(max_length=120)),
                ('day', models.DateField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('procedure', 'version', 'step', 'question', 'day'), name='one_count_for_each_day')],
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('design_id', models.BigIntegerField()),
                ('revision', models.PositiveIntegerField()),
                ('procedure', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('unit', models.CharField(max_length=40)),
                ('opened_at', models.DateTimeField()),
                ('closes_on', models.DateField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('design_id',), name='one_open_trial_for_each_design')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('procedure', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('unit', models.CharField(max_length=40)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('rating', models.PositiveSmallIntegerField(choices=[(5, 'とてもよい'), (4, 'よい'), (3, 'ふつう'), (2, 'よくない'), (1, 'とてもよくない')])),
                ('words', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('new', '未読'), ('published', '公開'), ('withheld', '公開しない')], default='new', max_length=10)),
                ('written_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('trial', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='improvement.trial')),
            ],
            options={
                'indexes': [models.Index(fields=['procedure', '-id'], name='review_procedure'), models.Index(condition=models.Q(('state', 'new')), fields=['unit', 'procedure'], name='review_unit_new')],
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id'), name='one_review_for_each_subject'), models.CheckConstraint(condition=models.Q(('rating__gte', 1), ('rating__lte', 5)), name='rating_has_five_levels')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('trial', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='improvement.trial')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('trial', 'email'), name='invited_once')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('procedure', models.CharField(max_length=60)),
                ('procedure_title', models.CharField(max_length=200)),
                ('unit', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('open', '検討中'), ('planned', '予定'), ('done', '改善済み'), ('declined', '見送り')], default='open', max_length=10)),
                ('told', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviews', models.ManyToManyField(related_name='items', to='improvement.review')),
            ],
            options={
                'indexes': [models.Index(fields=['procedure', '-id'], name='item_procedure')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state__in', ['open', 'planned'])), models.Q(('settled_at__isnull', False), ('state__in', ['done', 'declined']), models.Q(('told', ''), _negated=True)), _connector='OR'), name='what_is_settled_is_told'), models.CheckConstraint(condition=models.Q(('settled_at', None), ('settled_at__gte', models.F('opened_at')), _connector='OR'), name='settled_after_opened'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('procedure', 'title'), name='one_open_item_of_a_title')],
            },
        ),
    ]
