"""What 0001 to 0007 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('notices', '0001_initial'), ('notices', '0002_timestamps'), ('notices', '0003_delivery_and_batches'), ('notices', '0004_corrections'), ('notices', '0005_standingwish'), ('notices', '0006_batchrow_mended_by_alter_batchrow_state_and_more'), ('notices', '0007_seal_review')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('files', '0002_erased'),
        ('process', '0001_squashed_0006_stopped_and_retried'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'notice_template',
                'constraints': [models.UniqueConstraint(fields=('sha256',), name='notice_template_sha256')],
            },
        ),
        migrations.CreateModel(
            name='NoticeBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('once', models.CharField(max_length=60)),
                ('unit', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('facts', models.JSONField(default=list)),
                ('columns', models.JSONField(default=list)),
                ('office', models.CharField(max_length=100)),
                ('profile', models.CharField(choices=[('disposition', '職責証明書'), ('organisation', '組織の証明書'), ('none', '公印省略')], max_length=12)),
                ('decision_id', models.BigIntegerField(null=True)),
                ('state', models.CharField(choices=[('draft', '確認中'), ('review', '公印審査待ち'), ('running', '作成中'), ('paused', '一時停止'), ('done', '終わりました'), ('cancelled', '中止')], default='draft', max_length=10)),
                ('total', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sealed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'notice_batch',
                'indexes': [models.Index(models.F('unit'), models.F('id'), name='notice_batch_unit')],
                'constraints': [models.UniqueConstraint(fields=('once',), name='notice_batch_once'), models.CheckConstraint(condition=models.Q(models.Q(('profile', 'disposition'), _negated=True), ('decision_id__isnull', False), _connector='OR'), name='notice_batch_decided'), models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'review', 'cancelled')), ('profile', 'none'), ('sealed_by__isnull', False), _connector='OR'), name='notice_batch_seal_reviewed'), models.CheckConstraint(condition=models.Q(('sealed_by', None), models.Q(('sealed_by', models.F('made_by')), _negated=True), _connector='OR'), name='notice_batch_four_eyes')],
            },
        ),
        migrations.CreateModel(
            name='StandingWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(choices=[('electronic', '電子（このサイトとメール）'), ('post', '郵送')], max_length=10)),
                ('said_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'notice_standing_wish',
            },
        ),
        migrations.CreateModel(
            name='SealAuthorisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=80)),
                ('profile', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=200)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('basis', models.CharField(max_length=100)),
                ('reason', models.CharField(max_length=500)),
                ('given_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_because', models.CharField(blank=True, max_length=500)),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.noticetemplate')),
            ],
            options={
                'db_table': 'notice_seal_authorisation',
                'indexes': [models.Index(fields=['bureau', '-id'], name='seal_authorisation_bureau')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='seal_authorisation_period'), models.CheckConstraint(condition=models.Q(('profile__in', ('disposition', 'organisation'))), name='seal_authorisation_seal'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_because', ''), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), models.Q(('revoked_because', ''), _negated=True)), _connector='OR'), name='seal_authorisation_revoked'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('revoked_at', None)), expressions=[(models.Func(models.Func(models.F('bureau'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Func(models.F('bureau'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.Func(models.F('kind'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Func(models.F('kind'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.Func(models.F('profile'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Func(models.F('profile'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('template', 'template', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('starts_on', 'ends_on', models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='seal_authorisation_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=80)),
                ('decision_id', models.BigIntegerField(null=True)),
                ('state', models.CharField(choices=[('composed', '作成済み'), ('approved', '決定済み（署名待ち）'), ('sealed', '署名済み（送付待ち）'), ('released', '送付済み'), ('reached', '到達'), ('undelivered', '不達'), ('superseded', '訂正により差替え'), ('revoked', '取消し')], default='composed', max_length=12)),
                ('profile', models.CharField(choices=[('disposition', '職責証明書'), ('organisation', '組織の証明書'), ('none', '公印省略')], max_length=12)),
                ('unit', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('number', models.CharField(blank=True, max_length=100)),
                ('issuer', models.CharField(max_length=100)),
                ('issued_on', models.DateField()),
                ('data', models.JSONField()),
                ('recipient_email', models.EmailField(blank=True, max_length=254)),
                ('token', models.CharField(max_length=43)),
                ('code', models.CharField(max_length=14)),
                ('pdf_sha256', models.BinaryField(null=True)),
                ('signature_level', models.CharField(blank=True, max_length=5)),
                ('problem', models.TextField(blank=True)),
                ('composed_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('reached_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('recipient_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supersedes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='notices.notice')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.noticetemplate')),
                ('provable_until', models.DateTimeField(null=True)),
                ('renew_at', models.DateTimeField(null=True)),
                ('timestamp_hash', models.CharField(blank=True, max_length=10)),
                ('timestamped_at', models.DateTimeField(null=True)),
                ('served_on', models.DateField(null=True)),
                ('undelivered_because', models.CharField(blank=True, choices=[('mail', 'メールが届かなかった'), ('unopened', '開かれないまま期限を過ぎた'), ('returned', '郵便が戻ってきた'), ('office', '職員が不達とした')], max_length=10)),
                ('drafted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seal_reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seal_ground', models.CharField(blank=True, choices=[('review', '公印審査'), ('standing', '包括承認'), ('list', '名簿の公印審査'), ('former', '公印審査の記録を始める前')], max_length=8)),
                ('seal_returned', models.TextField(blank=True)),
                ('seal_task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='process.task')),
                ('authorisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.sealauthorisation')),
            ],
            options={
                'db_table': 'notice',
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id', 'kind', 'decision_id', 'supersedes'), name='notice_once', nulls_distinct=False), models.UniqueConstraint(fields=('token',), name='notice_token'), models.UniqueConstraint(fields=('code',), name='notice_code'), models.UniqueConstraint(fields=('pdf_sha256',), name='notice_pdf'), models.CheckConstraint(condition=models.Q(('state__in', ('composed', 'approved')), ('profile', 'none'), models.Q(('pdf_sha256__isnull', False), ('signed_at__isnull', False)), _connector='OR'), name='notice_sealed_before_it_leaves'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ('superseded', 'revoked'))), models.Q(models.Q(('state__in', ('superseded', 'revoked')), _negated=True), ('closed_at', None)), _connector='OR'), name='notice_closed_at'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'reached'), _negated=True), ('reached_at__isnull', False), _connector='OR'), name='notice_reached_at'), models.CheckConstraint(condition=models.Q(('seal_reviewed_by', None), ('drafted_by', None), models.Q(('seal_reviewed_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='notice_four_eyes'), models.CheckConstraint(condition=models.Q(('state__in', ('composed', 'approved')), ('profile', 'none'), models.Q(('seal_ground', ''), _negated=True), _connector='OR'), name='notice_seal_ground'), models.CheckConstraint(condition=models.Q(('seal_ground__in', ('', 'former')), models.Q(('seal_ground__in', ('review', 'list')), ('seal_reviewed_by__isnull', False)), models.Q(('authorisation__isnull', False), ('drafted_by', None), ('seal_ground', 'standing')), _connector='OR'), name='notice_seal_ground_holds')],
                'indexes': [models.Index(models.F('renew_at'), models.F('id'), condition=models.Q(('renew_at__isnull', False)), name='notice_renew_at'), models.Index(models.F('unit'), models.F('id'), name='notice_unit'), models.Index(models.F('released_at'), condition=models.Q(('state', 'released')), name='notice_unopened'), models.Index(models.F('unit'), models.F('id'), condition=models.Q(('problem', ''), _negated=True), name='notice_troubled'), models.Index(models.F('unit'), models.F('id'), condition=models.Q(('seal_ground', ''), ('seal_returned', ''), ('state__in', ('composed', 'approved')), models.Q(('profile', 'none'), _negated=True)), name='notice_awaits_seal'), models.Index(condition=models.Q(('authorisation__isnull', False)), fields=['authorisation', '-id'], name='notice_authorised')],
            },
        ),
        migrations.CreateModel(
            name='NoticeCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.BinaryField()),
                ('level', models.CharField(max_length=5)),
                ('made_at', models.DateTimeField()),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='notices.notice')),
            ],
            options={
                'db_table': 'notice_copy',
                'constraints': [models.UniqueConstraint(fields=('sha256',), name='notice_copy_sha256')],
            },
        ),
        migrations.CreateModel(
            name='BatchRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('values', models.JSONField()),
                ('state', models.CharField(choices=[('waiting', 'これから'), ('made', '作成済み'), ('failed', '作成できない'), ('mended', '直した（公印審査待ち）'), ('cancelled', '中止')], default='waiting', max_length=10)),
                ('problem', models.TextField(blank=True)),
                ('notice', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='notices.noticebatch')),
                ('mended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'notice_batch_row',
                'indexes': [models.Index(models.F('batch'), models.F('state'), models.F('number'), name='notice_batch_row_state')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='notice_batch_row_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'made'), _negated=True), ('notice__isnull', False), _connector='OR'), name='batch_row_made'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'mended'), _negated=True), ('mended_by__isnull', False), _connector='OR'), name='batch_row_mended')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ordinary', '普通郵便'), ('simple', '簡易書留'), ('recorded', '特定記録'), ('certified', '配達証明')], max_length=10)),
                ('number', models.CharField(blank=True, max_length=20)),
                ('posted_on', models.DateField()),
                ('returned_on', models.DateField(null=True)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='notices.notice')),
            ],
            options={
                'db_table': 'notice_posting',
                'constraints': [models.CheckConstraint(condition=models.Q(('returned_on', None), ('returned_on__gte', models.F('posted_on')), _connector='OR'), name='posting_returned_after'), models.UniqueConstraint(condition=models.Q(('returned_on', None)), fields=('notice',), name='posting_one_on_its_way')],
            },
        ),
    ]
