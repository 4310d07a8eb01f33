"""What 0001 to 0002 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
import tocho.lib.ordered_json
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('designer', '0001_initial'), ('designer', '0002_ordered_source')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Design',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('unit', models.CharField(max_length=40)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('source', tocho.lib.ordered_json.OrderedJSONField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('base_number', models.PositiveSmallIntegerField(null=True)),
                ('state', models.CharField(choices=[('draft', '作成中'), ('in_review', '確認待ち'), ('approved', '承認済み'), ('returned', '差戻し'), ('published', '公開済み'), ('discarded', '取りやめ')], default='draft', max_length=12)),
                ('exceptions', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('requested_at', models.DateTimeField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('approved_revision', models.PositiveIntegerField(null=True)),
                ('remark', models.TextField(blank=True)),
                ('publish_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('published_number', models.PositiveSmallIntegerField(null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-changed_at', '-id'], name='design_unit'), models.Index(condition=models.Q(('state', 'approved')), fields=['publish_at'], name='design_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'returned', 'in_review', 'approved'])), fields=('key',), name='one_open_design_per_procedure'), models.CheckConstraint(condition=models.Q(('reviewer__isnull', True), models.Q(('reviewer', models.F('requested_by')), _negated=True), _connector='OR'), name='nobody_approves_the_own_design'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'published']), _negated=True), models.Q(('approved_revision', models.F('revision')), ('requested_by__isnull', False), ('reviewer__isnull', False)), _connector='OR'), name='approved_as_it_stands'), models.CheckConstraint(condition=models.Q(('publish_at__isnull', True), ('state__in', ['approved', 'published']), _connector='OR'), name='only_what_is_approved_is_planned'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_number__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', True), ('published_number__isnull', True)), _connector='OR'), name='published_as_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('part', models.CharField(max_length=80)),
                ('source', tocho.lib.ordered_json.OrderedJSONField()),
                ('at', models.DateTimeField()),
                ('back_to', models.PositiveIntegerField(null=True)),
                ('design', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='designer.design')),
                ('editor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['design_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('design', 'number'), name='one_revision_per_number')],
            },
        ),
    ]
