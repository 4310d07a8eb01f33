"""What 0001 to 0003 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

# What rules.MOVES says; tests/test_guards.py compares the two.
FUNCTIONS = """
CREATE FUNCTION events_event_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NEW.state <> OLD.state AND NOT (
       OLD.state || '>' || NEW.state = ANY (ARRAY['draft>published', 'draft>cancelled', 'published>held', 'published>cancelled'])) THEN
    RAISE EXCEPTION 'event %: % does not follow on %', NEW.id, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$
"""
DROP_FUNCTIONS = """
DROP FUNCTION events_event_guard()
"""

TRIGGERS = """
CREATE TRIGGER events_event_guard BEFORE UPDATE OF state ON events_event FOR EACH ROW EXECUTE FUNCTION events_event_guard()
"""
DROP_TRIGGERS = """
DROP TRIGGER events_event_guard ON events_event
"""


class Migration(migrations.Migration):

    replaces = [('events', '0001_initial'), ('events', '0002_guards'), ('events', '0003_survey_and_easy')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('bookings', '0001_initial'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, null=True, unique=True)),
                ('unit', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('title_en', models.CharField(blank=True, max_length=200)),
                ('summary', models.CharField(max_length=300)),
                ('summary_en', models.CharField(blank=True, max_length=500)),
                ('body', models.TextField(blank=True)),
                ('body_en', models.TextField(blank=True)),
                ('audience', models.CharField(choices=[('public', 'どなたでも'), ('companies', '企業・団体向け'), ('staff', '職員向け')], default='public', max_length=10)),
                ('way', models.CharField(choices=[('online', 'オンライン'), ('hybrid', '会場とオンライン'), ('onsite', '会場')], default='online', max_length=10)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('capacity', models.PositiveIntegerField(null=True)),
                ('has_waiting_list', models.BooleanField(default=True)),
                ('question', models.CharField(blank=True, max_length=200)),
                ('question_en', models.CharField(blank=True, max_length=300)),
                ('live_url', models.CharField(blank=True, max_length=500)),
                ('recording_url', models.CharField(blank=True, max_length=500)),
                ('recording_for', models.CharField(choices=[('public', 'だれでも見られる'), ('registered', '申し込んだ人だけが見られる')], default='public', max_length=10)),
                ('recording_until', models.DateField(null=True)),
                ('state', models.CharField(choices=[('draft', '下書き'), ('published', '公開済み'), ('held', '終了'), ('cancelled', '中止')], default='draft', max_length=10)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('online_count', models.PositiveIntegerField(null=True)),
                ('onsite_count', models.PositiveIntegerField(default=0)),
                ('recording_views', models.PositiveIntegerField(default=0)),
                ('reminded', models.PositiveSmallIntegerField(default=0)),
                ('cancel_reason', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('slot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bookings.slot')),
                ('asked_at', models.DateTimeField(null=True)),
                ('body_easy', models.TextField(blank=True)),
                ('question_easy', models.CharField(blank=True, max_length=300)),
                ('summary_easy', models.CharField(blank=True, max_length=500)),
                ('title_easy', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'draft'), _negated=True), fields=['starts_at', 'id'], name='event_public'), models.Index(fields=['unit', '-starts_at', '-id'], name='event_unit'), models.Index(condition=models.Q(('asked_at', None), models.Q(('state', 'draft'), _negated=True)), fields=['ends_at'], name='event_to_ask')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='event_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('capacity', None), ('capacity__gte', 1), _connector='OR'), name='event_has_room'), models.CheckConstraint(condition=models.Q(('way', 'online'), models.Q(('place', ''), _negated=True), _connector='OR'), name='event_has_its_place'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('published_at', None), ('state', 'draft')), models.Q(('ended_at', None), ('published_at__isnull', False), ('slot__isnull', False), ('state', 'published')), models.Q(('ended_at__isnull', False), ('published_at__isnull', False), ('slot__isnull', False), ('state', 'held')), models.Q(('ended_at__isnull', False), ('state', 'cancelled')), _connector='OR'), name='event_state_with_its_moments')],
            },
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_public', models.BooleanField(default=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='events.event')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('event', 'file'), name='one_material_for_each_file')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('organisation', models.CharField(blank=True, max_length=200)),
                ('people', models.PositiveSmallIntegerField(default=1)),
                ('answer', models.TextField(blank=True)),
                ('language', models.CharField(default='ja', max_length=8)),
                ('state', models.CharField(choices=[('confirmed', '申込み済み'), ('waiting', 'キャンセル待ち'), ('cancelled', '取消し')], default='waiting', max_length=10)),
                ('once', models.CharField(max_length=64, unique=True)),
                ('registered_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('attended_at', models.DateTimeField(null=True)),
                ('watched_at', models.DateTimeField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='events.event')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['event', 'id'], name='registration_event'), models.Index(condition=models.Q(('user__isnull', False)), fields=['user', '-id'], name='registration_user')],
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), models.Q(('email', ''), _negated=True)), fields=('event', 'email', 'name'), name='registered_once_for_an_event'), models.CheckConstraint(condition=models.Q(('people__gte', 1), ('people__lte', 10)), name='register_one_to_ten'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('state', 'cancelled')), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_at', None)), _connector='OR'), name='registration_cancelled_with_its_moment')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
