"""What 0001 to 0023 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

# At the end of retention the words go and everything else stays: one act, once, and nothing but words.
#
# Who used a symbol first keeps it; another office that shared it gets one of its own with its next number.
FUNCTIONS = """
CREATE FUNCTION decisions_decision_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.erased_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'decision % was erased', OLD.id;
  END IF;
  IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND OLD.state IN ('decided', 'issued', 'completed',
      'issuance_cancelled', 'rejected', 'abandoned') AND NEW.title = '' AND NEW.body = '' AND NEW.reasons = ''
      AND NEW.note = '' AND NEW.brief = '[]'::jsonb
      AND to_jsonb(NEW) - '{title,body,reasons,note,brief,erased_at}'::text[]
        = to_jsonb(OLD) - '{title,body,reasons,note,brief,erased_at}'::text[] THEN
    RETURN NEW;
  END IF;
  IF OLD.decided_at IS NOT NULL AND ROW(NEW.title, NEW.body, NEW.outcome, NEW.reasons, NEW.decided_at, NEW.content_digest,
      NEW.symbol, NEW.fiscal_year, NEW.number, NEW.category, NEW.subject_type, NEW.subject_id, NEW.brief, NEW.revision,
      NEW.circuit, NEW.medium, NEW.relates_to_id, NEW.relation, NEW.drafter_id, NEW.power)
    IS DISTINCT FROM ROW(OLD.title, OLD.body, OLD.outcome, OLD.reasons, OLD.decided_at, OLD.content_digest,
      OLD.symbol, OLD.fiscal_year, OLD.number, OLD.category, OLD.subject_type, OLD.subject_id, OLD.brief, OLD.revision,
      OLD.circuit, OLD.medium, OLD.relates_to_id, OLD.relation, OLD.drafter_id, OLD.power) THEN
    RAISE EXCEPTION 'decision % is decided: its content cannot change', OLD.id;
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION decisions_authority_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'authority table % is in force: load a new version instead', OLD.id;
END $function$;
CREATE FUNCTION decisions_step_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  pending CONSTANT text[] := ARRAY['waiting', 'active'];
  answers text[];
  own bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.opinion = '' AND to_jsonb(NEW) - 'opinion' = to_jsonb(OLD) - 'opinion' AND EXISTS (SELECT FROM decisions_decision WHERE id = OLD.decision_id AND erased_at IS NOT NULL) THEN
      RETURN NEW;
    END IF;
    IF OLD.acted_at IS NOT NULL THEN
      RAISE EXCEPTION 'station % has answered: its answer cannot change', OLD.id;
    END IF;
    IF NEW.state <> OLD.state THEN
      IF NOT OLD.state = ANY(pending) THEN
        RAISE EXCEPTION 'station % ended as %', OLD.id, OLD.state;
      END IF;
      answers := CASE NEW.kind
        WHEN 'decide' THEN ARRAY['active', 'approved', 'approved_with_opinion', 'acted_by_deputy', 'rejected', 'returned',
                                 'superseded']
        WHEN 'inform' THEN ARRAY['active', 'read', 'superseded']
        WHEN 'post_review' THEN ARRAY['active', 'post_reviewed', 'superseded']
        WHEN 'consult' THEN ARRAY['active', 'approved', 'approved_with_opinion', 'objected', 'returned', 'pulled_up',
                                  'deferred_to_post_review', 'spared', 'superseded']
        WHEN 'line_review' THEN ARRAY['active', 'approved', 'approved_with_opinion', 'returned', 'pulled_up',
                                      'deferred_to_post_review', 'spared', 'superseded']
        ELSE ARRAY['active', 'approved', 'approved_with_opinion', 'returned', 'spared', 'superseded']
      END;
      IF NOT NEW.state = ANY(answers) THEN
        RAISE EXCEPTION 'station % (%) cannot become % from %', OLD.id, NEW.kind, NEW.state, OLD.state;
      END IF;
    END IF;
    IF ROW(NEW.decision_id, NEW.circuit, NEW.kind, NEW.post_id, NEW.deputies, NEW.stands_for_id)
        IS DISTINCT FROM ROW(OLD.decision_id, OLD.circuit, OLD.kind, OLD.post_id, OLD.deputies, OLD.stands_for_id) THEN
      RAISE EXCEPTION 'station % is asked for one thing of one post', OLD.id;
    END IF;
  END IF;
  IF NEW.acted_by_id IS NOT NULL AND NEW.kind <> 'inform' THEN
    SELECT drafter_id INTO own FROM decisions_decision WHERE id = NEW.decision_id;
    IF own = NEW.acted_by_id THEN
      RAISE EXCEPTION 'nobody answers for the own draft (decision %)', NEW.decision_id;
    END IF;
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION decisions_decision_moves()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  allowed text[] := CASE OLD.state
    WHEN 'drafting' THEN ARRAY['circulating', 'abandoned', 'decided']
    WHEN 'circulating' THEN ARRAY['on_hold', 'returned', 'pulled_back', 'decided', 'rejected', 'abandoned']
    WHEN 'on_hold' THEN ARRAY['circulating', 'pulled_back', 'abandoned']
    WHEN 'returned' THEN ARRAY['drafting', 'abandoned']
    WHEN 'pulled_back' THEN ARRAY['drafting', 'abandoned']
    WHEN 'decided' THEN ARRAY['issued', 'completed', 'issuance_cancelled']
    WHEN 'issued' THEN ARRAY['completed']
    ELSE ARRAY[]::text[]
  END;
BEGIN
  IF NOT NEW.state = ANY(allowed) THEN
    RAISE EXCEPTION 'decision % cannot become % from %', OLD.id, NEW.state, OLD.state;
  END IF;
  IF NEW.state = 'decided' THEN
    IF OLD.state = 'drafting' AND NEW.medium <> 'paper' THEN
      RAISE EXCEPTION 'decision % has not circulated', OLD.id;
    END IF;
    IF NOT EXISTS (
      SELECT FROM decisions_step WHERE decision_id = NEW.id AND circuit = NEW.circuit AND kind = 'decide'
        AND state IN ('approved', 'approved_with_opinion', 'acted_by_deputy') AND revision = NEW.revision
    ) THEN
      RAISE EXCEPTION 'decision % is not decided: its decider has not answered', NEW.id;
    END IF;
    IF EXISTS (
      SELECT FROM decisions_step WHERE decision_id = NEW.id AND circuit = NEW.circuit AND state IN ('waiting', 'active')
        AND kind IN ('line_review', 'legal_check', 'consult', 'decide')
    ) THEN
      RAISE EXCEPTION 'decision % is not decided: a station has still to answer', NEW.id;
    END IF;
  END IF;
  IF NEW.state = 'completed' AND EXISTS (
    SELECT FROM decisions_step WHERE decision_id = NEW.id AND kind = 'post_review' AND state IN ('waiting', 'active')
  ) THEN
    RAISE EXCEPTION 'decision % is not complete: somebody has still to look at it', NEW.id;
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION decisions_revision_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NEW.title = '' AND NEW.body = '' AND NEW.reasons = '' AND NEW.brief = '[]'::jsonb AND NEW.why = '' AND EXISTS (SELECT FROM decisions_decision WHERE id = OLD.decision_id AND erased_at IS NOT NULL)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'revision % of decision % was put to those who answered it', OLD.number, OLD.decision_id;
END $function$;
CREATE FUNCTION decisions_delegation_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF ROW(NEW.from_post_id, NEW.to_post_id, NEW.categories, NEW.basis, NEW.starts_on)
    IS DISTINCT FROM ROW(OLD.from_post_id, OLD.to_post_id, OLD.categories, OLD.basis, OLD.starts_on)
    OR OLD.revoked_on IS NOT NULL THEN
    RAISE EXCEPTION 'delegation % is registered: end it and register another', OLD.id;
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION decisions_reservation_kept()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'number % stays in the register', OLD.number;
END $function$;
CREATE FUNCTION decisions_change_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'change % of the authority table was looked at as it is: draft another', OLD.id;
END $function$
"""
DROP_FUNCTIONS = """
DROP FUNCTION decisions_change_frozen(); DROP FUNCTION decisions_reservation_kept(); DROP FUNCTION decisions_delegation_frozen(); DROP FUNCTION decisions_revision_frozen(); DROP FUNCTION decisions_decision_moves(); DROP FUNCTION decisions_step_guard(); DROP FUNCTION decisions_authority_frozen(); DROP FUNCTION decisions_decision_frozen()
"""

TRIGGERS = """
CREATE TRIGGER decisions_decision_frozen BEFORE UPDATE ON decisions_decision FOR EACH ROW EXECUTE FUNCTION decisions_decision_frozen();
CREATE TRIGGER decisions_authority_frozen BEFORE UPDATE OF xml, digest, effective_from ON decisions_authoritytable FOR EACH ROW EXECUTE FUNCTION decisions_authority_frozen();
CREATE TRIGGER decisions_step_guard BEFORE INSERT OR UPDATE ON decisions_step FOR EACH ROW EXECUTE FUNCTION decisions_step_guard();
CREATE TRIGGER decisions_decision_moves BEFORE UPDATE ON decisions_decision FOR EACH ROW WHEN (((old.state)::text IS DISTINCT FROM (new.state)::text)) EXECUTE FUNCTION decisions_decision_moves();
CREATE TRIGGER decisions_revision_frozen BEFORE UPDATE ON decisions_revision FOR EACH ROW EXECUTE FUNCTION decisions_revision_frozen();
CREATE TRIGGER decisions_delegation_frozen BEFORE UPDATE ON decisions_delegation FOR EACH ROW EXECUTE FUNCTION decisions_delegation_frozen();
CREATE TRIGGER decisions_reservation_kept BEFORE DELETE ON decisions_numberreservation FOR EACH ROW EXECUTE FUNCTION decisions_reservation_kept();
CREATE TRIGGER decisions_change_frozen BEFORE UPDATE OF xml, digest, effective_from, drafted_by_id, base_id, keeps_pending ON decisions_authoritychange FOR EACH ROW EXECUTE FUNCTION decisions_change_frozen()
"""
DROP_TRIGGERS = """
DROP TRIGGER decisions_change_frozen ON decisions_authoritychange; DROP TRIGGER decisions_reservation_kept ON decisions_numberreservation; DROP TRIGGER decisions_delegation_frozen ON decisions_delegation; DROP TRIGGER decisions_revision_frozen ON decisions_revision; DROP TRIGGER decisions_decision_moves ON decisions_decision; DROP TRIGGER decisions_step_guard ON decisions_step; DROP TRIGGER decisions_authority_frozen ON decisions_authoritytable; DROP TRIGGER decisions_decision_frozen ON decisions_decision
"""


class Migration(migrations.Migration):

    replaces = [('decisions', '0001_initial'), ('decisions', '0002_decided_is_frozen'), ('decisions', '0003_stages'), ('decisions', '0004_engine'), ('decisions', '0005_guards'), ('decisions', '0006_erased'), ('decisions', '0007_titles_in_the_index'), ('decisions', '0008_inbox'), ('decisions', '0009_wording'), ('decisions', '0010_words_of_the_past'), ('decisions', '0011_drafting'), ('decisions', '0012_authority_changes'), ('decisions', '0013_cancelled_once'), ('decisions', '0014_decided_by'), ('decisions', '0015_who_decided'), ('decisions', '0016_list_indexes'), ('decisions', '0017_raised'), ('decisions', '0018_raised_index'), ('decisions', '0019_authority_trials'), ('decisions', '0020_own_symbols'), ('decisions', '0021_authority_sheets'), ('decisions', '0022_pending_matters'), ('decisions', '0023_merged_sheets')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('org', '0001_squashed_0005_duties'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuthorityTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('xml', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('effective_from', models.DateField()),
                ('keeps_pending', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-effective_from', '-id'],
                'constraints': [models.UniqueConstraint(fields=('digest', 'effective_from'), name='one_authority_table_per_day')],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('symbol', models.CharField(max_length=20)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('symbol', 'fiscal_year'), name='one_series_per_symbol_and_year')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('basis', models.CharField(max_length=200)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('revoked_on', models.DateField(null=True)),
                ('registered_at', models.DateTimeField()),
                ('from_post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.post')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.post')),
            ],
            options={
                'ordering': ['-starts_on', '-id'],
                'indexes': [models.Index(fields=['from_post', 'starts_on'], name='delegation_from')],
                'constraints': [models.CheckConstraint(condition=models.Q(('from_post', models.F('to_post')), _negated=True), name='delegated_to_another_post'), models.CheckConstraint(condition=models.Q(('basis', ''), _negated=True), name='delegation_has_its_basis'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='delegation_period')],
            },
        ),
        migrations.CreateModel(
            name='NumberReservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('symbol', models.CharField(max_length=20)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('unit', models.CharField(max_length=40)),
                ('purpose', models.CharField(max_length=200)),
                ('reserved_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('given_up_at', models.DateTimeField(null=True)),
                ('given_up_why', models.CharField(blank=True, max_length=200)),
                ('reserved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('given_up_at__isnull', True), ('used_at__isnull', True)), fields=['unit', 'id'], name='reservation_open')],
                'constraints': [models.UniqueConstraint(fields=('symbol', 'fiscal_year', 'number'), name='one_reservation_per_number'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('given_up_at__isnull', True), _connector='OR'), name='used_or_given_up'), models.CheckConstraint(condition=models.Q(('given_up_at__isnull', True), models.Q(('given_up_why', ''), _negated=True), _connector='OR'), name='given_up_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('once', models.CharField(max_length=64)),
                ('stations', models.JSONField(default=list)),
                ('left_out', models.JSONField(default=dict)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['user', '-id'], name='batch_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('user', 'once'), name='one_batch_a_confirmation')],
            },
        ),
        migrations.CreateModel(
            name='DraftTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=100)),
                ('values', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('unit', 'name'), name='one_template_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='TypedDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=40)),
                ('values', models.JSONField(default=dict)),
                ('kept_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'place'), name='one_typed_draft_a_place')],
            },
        ),
        migrations.CreateModel(
            name='DocumentSymbol',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40, unique=True)),
                ('symbol', models.CharField(max_length=20, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('drafting', '起案中'), ('circulating', '回付中'), ('on_hold', '保留'), ('returned', '差戻し'), ('pulled_back', '引戻し'), ('decided', '決定済'), ('issued', '施行済'), ('completed', '完結'), ('issuance_cancelled', '施行取消'), ('rejected', '否決'), ('abandoned', '廃案')], default='drafting', max_length=20)),
                ('category', models.CharField(max_length=40)),
                ('facts', models.JSONField(default=dict)),
                ('outcome', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('brief', models.JSONField(default=list)),
                ('reasons', models.TextField(blank=True)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('unit', models.CharField(max_length=40)),
                ('symbol', models.CharField(max_length=20)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('revision', models.PositiveSmallIntegerField(default=1)),
                ('medium', models.CharField(choices=[('electronic', '電子'), ('paper', '書面')], default='electronic', max_length=10)),
                ('article', models.CharField(max_length=300)),
                ('why', models.TextField(blank=True)),
                ('by_rule', models.CharField(blank=True, max_length=300)),
                ('content_digest', models.CharField(blank=True, max_length=64)),
                ('drafted_at', models.DateTimeField()),
                ('circulated_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('issued_at', models.DateTimeField(null=True)),
                ('authority', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.authoritytable')),
                ('drafter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drafter_post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.post')),
                ('asked_back', models.BooleanField(default=False)),
                ('branch', models.PositiveSmallIntegerField(default=0)),
                ('circuit', models.PositiveSmallIntegerField(default=1)),
                ('collapses', models.BooleanField(default=False)),
                ('completed_at', models.DateTimeField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('note', models.TextField(blank=True, default='')),
                ('paper_reason', models.CharField(blank=True, choices=[('outside_form', '外部の定める様式・原本が紙に限られる'), ('large_drawing', '大判の図面など、画面で確かめられない'), ('system_down', 'システムが使えず、急ぐ'), ('disaster', '災害等の緊急の対応'), ('law', '法令が書面による決定を求める')], default='', max_length=20)),
                ('power', models.CharField(choices=[('own', '権限者による決定'), ('standing', '専決'), ('delegated', '委任による決定')], default='standing', max_length=12)),
                ('relates_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='decisions.decision')),
                ('relation', models.CharField(blank=True, choices=[('cancel', '取消し'), ('change', '変更'), ('cancel_issuance', '施行の取消し')], default='', max_length=20)),
                ('delegation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.delegation')),
                ('erased_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='decision_subject'), models.Index(fields=['unit', '-id'], include=('title',), name='decision_unit'), models.Index(condition=models.Q(('state__in', ['drafting', 'circulating', 'on_hold', 'returned', 'pulled_back', 'issuance_cancelled', 'rejected', 'abandoned'])), fields=['state', '-id'], name='decision_state'), models.Index(fields=['category', '-id'], name='decision_category'), models.Index(fields=['drafter', '-id'], name='decision_drafter'), models.Index(condition=models.Q(('decided_by__isnull', False)), fields=['decided_by', '-id'], name='decision_decider'), models.Index(fields=['number'], name='decision_number'), models.Index(fields=['-drafted_at', '-id'], name='decision_drafted'), models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['-decided_at', '-id'], name='decision_decided')],
                'constraints': [models.UniqueConstraint(fields=('symbol', 'fiscal_year', 'number'), name='one_decision_per_number'), models.CheckConstraint(condition=models.Q(('drafter__isnull', False), models.Q(('by_rule', ''), _negated=True), _connector='OR'), name='a_person_drafts_or_a_rule_decides'), models.UniqueConstraint(condition=models.Q(('state__in', ['drafting', 'circulating', 'on_hold', 'returned', 'pulled_back'])), fields=('subject_type', 'subject_id'), name='one_open_decision_per_subject'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('state__in', ['decided', 'issued', 'completed', 'issuance_cancelled', 'rejected'])), models.Q(models.Q(('state__in', ['decided', 'issued', 'completed', 'issuance_cancelled', 'rejected']), _negated=True), ('decided_at__isnull', True)), _connector='OR'), name='decided_at_with_the_decision'), models.CheckConstraint(condition=models.Q(models.Q(('medium', 'electronic'), ('paper_reason', '')), models.Q(('medium', 'paper'), models.Q(('paper_reason', ''), _negated=True)), _connector='OR'), name='paper_has_its_reason'), models.CheckConstraint(condition=models.Q(models.Q(('relates_to__isnull', True), ('relation', '')), models.Q(('relates_to__isnull', False), models.Q(('relation', ''), _negated=True)), _connector='OR'), name='a_relation_says_to_what'), models.CheckConstraint(condition=models.Q(models.Q(('power', 'delegated'), _negated=True), ('delegation__isnull', False), _connector='OR'), name='delegated_by_a_delegation'), models.UniqueConstraint(condition=models.Q(('relation', 'cancel'), ('state__in', ['decided', 'issued', 'completed'])), fields=('relates_to',), name='cancelled_once')],
            },
        ),
        migrations.CreateModel(
            name='AuthorityChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('xml', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('effective_from', models.DateField()),
                ('why', models.CharField(max_length=300)),
                ('drafted_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enacted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('table', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.authoritytable')),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.authoritytable')),
                ('keeps_pending', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('enacted_by__isnull', True), models.Q(('enacted_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='authority_changed_by_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('enacted_by__isnull', True), ('table__isnull', True)), models.Q(('enacted_by__isnull', False), ('table__isnull', False), ('withdrawn_at__isnull', True)), _connector='OR'), name='authority_change_ends_once')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveSmallIntegerField()),
                ('file_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='decisions.decision')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('legal_check', '審査'), ('line_review', '審議'), ('consult', '協議'), ('decide', '決定'), ('inform', '供覧'), ('post_review', '後閲')], max_length=12)),
                ('state', models.CharField(choices=[('waiting', '未着'), ('active', '未処理'), ('approved', '承認'), ('approved_with_opinion', '意見付き承認'), ('objected', '異議'), ('returned', '差戻し'), ('rejected', '否決'), ('acted_by_deputy', '代決済'), ('deferred_to_post_review', '後閲待ち'), ('pulled_up', '引上げ済'), ('post_reviewed', '後閲済'), ('read', '閲覧済'), ('spared', '不要'), ('superseded', '効力なし')], default='waiting', max_length=24)),
                ('task_id', models.BigIntegerField(null=True)),
                ('opinion', models.TextField(blank=True)),
                ('activated_at', models.DateTimeField(null=True)),
                ('acted_at', models.DateTimeField(null=True)),
                ('acted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='decisions.decision')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.post')),
                ('stage', models.PositiveSmallIntegerField()),
                ('acted_post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.post')),
                ('capacity', models.CharField(blank=True, choices=[('holder', '本務'), ('concurrent', '兼務'), ('acting_post', '事務取扱'), ('duty_proxy', '職務代理'), ('deputy', '代決'), ('collapsed', '同一人'), ('paper', '書面')], default='', max_length=12)),
                ('circuit', models.PositiveSmallIntegerField(default=1)),
                ('deputies', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('deputy_task_id', models.BigIntegerField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('evidence', models.JSONField(default=dict)),
                ('needed', models.PositiveSmallIntegerField(default=0)),
                ('stands_for', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.step')),
                ('raised_to', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.post')),
            ],
            options={
                'indexes': [models.Index(fields=['post', '-id'], name='step_post'), models.Index(condition=models.Q(('kind', 'post_review'), ('state', 'active')), fields=['post', 'id'], name='step_post_review'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('kind', 'decide'), ('state', 'active')), fields=['deputies'], name='step_deputies'), models.Index(condition=models.Q(('state', 'active')), fields=['post', 'due_on', 'id'], name='step_open'), models.Index(fields=['post', '-decision'], name='step_route'), models.Index(condition=models.Q(('raised_to__isnull', False)), fields=['raised_to', 'due_on', 'id'], name='step_raised')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'decide'), models.Q(('state__in', ['superseded', 'returned']), _negated=True)), fields=('decision', 'circuit'), name='exactly_one_decider'), models.CheckConstraint(condition=models.Q(models.Q(('acted_by__isnull', True), ('state__in', ['waiting', 'active', 'superseded', 'spared', 'deferred_to_post_review', 'pulled_up'])), models.Q(models.Q(('state__in', ['waiting', 'active', 'superseded', 'spared', 'deferred_to_post_review', 'pulled_up']), _negated=True), ('acted_at__isnull', False), ('acted_by__isnull', False)), _connector='OR'), name='who_acted_stands_with_the_act'), models.CheckConstraint(condition=models.Q(('kind', 'decide'), models.Q(('state__in', ['acted_by_deputy', 'rejected']), _negated=True), _connector='OR'), name='only_a_decision_is_deputised'), models.CheckConstraint(condition=models.Q(models.Q(('capacity', 'deputy'), ('state', 'acted_by_deputy')), models.Q(models.Q(('state', 'acted_by_deputy'), _negated=True), models.Q(('capacity', 'deputy'), _negated=True)), _connector='OR'), name='a_deputy_acts_as_deputy'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['deferred_to_post_review', 'pulled_up']), _negated=True), ('kind__in', ['line_review', 'consult']), _connector='OR'), name='only_review_and_consultation_are_passed_over'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'objected'), _negated=True), ('kind', 'consult'), _connector='OR'), name='the_consulted_object'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'post_review'), ('stands_for__isnull', False)), models.Q(('kind', 'post_review'), _negated=True), _connector='OR'), name='a_post_review_stands_for_a_station'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'post_reviewed'), _negated=True), ('kind', 'post_review'), _connector='OR'), models.Q(models.Q(('state', 'read'), _negated=True), ('kind', 'inform'), _connector='OR')), name='reviewed_after_and_read_by_whom'), models.CheckConstraint(condition=models.Q(('raised_to__isnull', True), ('kind', 'post_review'), _connector='OR'), name='only_a_post_review_is_raised')],
                'ordering': ['stage', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('reasons', models.TextField(blank=True)),
                ('outcome', models.CharField(max_length=20)),
                ('brief', models.JSONField(default=list)),
                ('content_digest', models.CharField(max_length=64)),
                ('is_major', models.BooleanField(default=True)),
                ('why', models.TextField(blank=True)),
                ('made_at', models.DateTimeField()),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='decisions.decision')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('decision', 'number'), name='one_content_per_revision')],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='decisions.decision')),
                ('tokens', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['tokens'], name='wording_tokens')],
            },
        ),
        migrations.CreateModel(
            name='AuthorityTrial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('total', models.PositiveIntegerField(null=True)),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('last_id', models.BigIntegerField(default=0)),
                ('tally', models.JSONField(default=dict)),
                ('done_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.authoritytable')),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trials', to='decisions.authoritychange')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('change',), name='one_trial_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='AuthoritySheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('xml', models.TextField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('begun_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('discarded_at', models.DateTimeField(null=True)),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.authoritytable')),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.authoritychange')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.authoritychange')),
                ('editor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conflicts', models.JSONField(default=list)),
                ('since', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ['-changed_at', '-id'],
                'constraints': [models.UniqueConstraint(models.F('editor'), models.F('base'), django.db.models.functions.comparison.Coalesce(models.F('corrects'), models.Value(0)), condition=models.Q(('change__isnull', True), ('discarded_at__isnull', True)), name='one_open_sheet_of_a_person'), models.CheckConstraint(condition=models.Q(('change__isnull', True), ('discarded_at__isnull', True), _connector='OR'), name='authority_sheet_ends_once')],
            },
        ),
        migrations.CreateModel(
            name='RouteShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(max_length=40)),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('before_rank', models.PositiveSmallIntegerField()),
                ('after_rank', models.PositiveSmallIntegerField()),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('count', models.PositiveIntegerField(default=0)),
                ('trial', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='decisions.authoritytrial')),
            ],
            options={
                'ordering': ['-count', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SheetRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('xml', models.TextField()),
                ('at', models.DateTimeField()),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='decisions.authoritysheet')),
            ],
            options={
                'ordering': ['sheet_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('sheet', 'number'), name='one_sheet_revision_per_number')],
            },
        ),
        migrations.CreateModel(
            name='ShiftedDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.decision')),
                ('shift', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='decisions.routeshift')),
                ('trial', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='decisions.authoritytrial')),
            ],
            options={
                'indexes': [models.Index(fields=['shift', '-decision'], name='decisions_of_a_shift')],
                'constraints': [models.UniqueConstraint(fields=('trial', 'decision'), name='decision_once_in_a_trial')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
