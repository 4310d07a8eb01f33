"""What 0001 to 0008 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What rules.MOVES and rules.HELD_BACK say; tests/test_guards.py compares them.
#
# What rules.LIST_MOVES and rules.RECEIVED_MOVES say; tests/test_guards.py compares them.
#
# What rules.REQUEST_MOVES says; tests/test_guards.py compares the two.
FUNCTIONS = """
CREATE FUNCTION records_file_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE wanted text := '';
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'current' THEN
      RAISE EXCEPTION 'file: it begins as current' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state IN ('transferred', 'disposed') THEN
    RAISE EXCEPTION 'file %: it has ended', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.unit, NEW.fiscal_year, NEW.number, NEW.classification_id, NEW.retention, NEW.opened_on, NEW.is_automatic)
     IS DISTINCT FROM
     (OLD.unit, OLD.fiscal_year, OLD.number, OLD.classification_id, OLD.retention, OLD.opened_on, OLD.is_automatic)
     OR (OLD.package_id IS NOT NULL AND NEW.package_id IS DISTINCT FROM OLD.package_id) THEN
    RAISE EXCEPTION 'file %: what it is does not change', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.closed_on, NEW.starts_on, NEW.ends_on) IS DISTINCT FROM (OLD.closed_on, OLD.starts_on, OLD.ends_on)
     AND NOT (OLD.state || '>' || NEW.state IN ('current>closed', 'closed>current')
              OR (NEW.state = 'extended' AND OLD.state <> 'extended' AND NEW.ends_on > OLD.ends_on
                  AND (NEW.closed_on, NEW.starts_on) = (OLD.closed_on, OLD.starts_on))) THEN
    RAISE EXCEPTION 'file %: its period stands', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.title <> OLD.title AND OLD.state <> 'current' THEN
    RAISE EXCEPTION 'file %: it is closed', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = OLD.state THEN RETURN NEW; END IF;
  IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY['current>closed', 'closed>retained', 'closed>current', 'retained>due', 'due>extended', 'due>disposal_review', 'extended>due', 'disposal_review>due', 'disposal_review>extended', 'disposal_review>transfer_candidate', 'disposal_review>disposed', 'transfer_candidate>transferred'])) THEN
    RAISE EXCEPTION 'file %: % does not follow on %', NEW.id, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'extended' AND NEW.ends_on <= OLD.ends_on THEN
    RAISE EXCEPTION 'file %: it is kept no longer than before', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'closed' AND EXISTS (
       SELECT FROM records_document WHERE file_id = NEW.id AND dated_on > NEW.closed_on) THEN
    RAISE EXCEPTION 'file %: it was closed before its last document', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state IN ('disposal_review', 'disposed', 'transfer_candidate', 'transferred') AND EXISTS (
       SELECT FROM records_hold WHERE file_id = NEW.id AND released_at IS NULL) THEN
    RAISE EXCEPTION 'file %: it is held', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  wanted := CASE WHEN NEW.state = 'disposed' THEN 'dispose' WHEN NEW.state = 'transfer_candidate' THEN 'transfer'
                 WHEN NEW.state = 'extended' AND OLD.state = 'disposal_review' THEN 'extend' ELSE '' END;
  IF wanted <> '' AND NOT EXISTS (
       SELECT FROM records_disposalitem i JOIN records_disposallist l ON l.id = i.list_id
        WHERE i.file_id = NEW.id AND i.is_open AND i.outcome = wanted AND l.state = 'agreed'
          AND (wanted <> 'extend' OR i.extend_until = NEW.ends_on)) THEN
    RAISE EXCEPTION 'file %: nobody agreed to that', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_document_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NEW.unit IS DISTINCT FROM (SELECT unit FROM records_recordfile WHERE id = NEW.file_id) THEN
    RAISE EXCEPTION 'document %: it is of the office of its file', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.gone_at IS NOT NULL THEN
      RAISE EXCEPTION 'document %: it is gone', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.kind, NEW.number, NEW.dated_on, NEW.digest, NEW.entered_at)
       IS DISTINCT FROM (OLD.kind, OLD.number, OLD.dated_on, OLD.digest, OLD.entered_at) THEN
      RAISE EXCEPTION 'document %: what it is does not change', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.gone_at IS NOT NULL AND NOT EXISTS (
         SELECT FROM records_recordfile WHERE id = NEW.file_id AND state IN ('transferred', 'disposed')) THEN
      RAISE EXCEPTION 'document %: its file has not ended', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.file_id = OLD.file_id THEN RETURN NEW; END IF;
    IF NOT EXISTS (SELECT FROM records_recordfile a JOIN records_recordfile b ON a.unit = b.unit
                    WHERE a.id = OLD.file_id AND a.state = 'current' AND b.id = NEW.file_id) THEN
      RAISE EXCEPTION 'document %: its file lets it go nowhere', NEW.id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF NOT EXISTS (SELECT FROM records_recordfile WHERE id = NEW.file_id AND state = 'current') THEN
    RAISE EXCEPTION 'file % takes no documents', NEW.file_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_hold_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE now text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT state INTO now FROM records_recordfile WHERE id = NEW.file_id FOR NO KEY UPDATE;  -- waits for an end
    IF now IN ('transferred', 'disposed') THEN
      RAISE EXCEPTION 'file %: it has ended', NEW.file_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.released_at IS NOT NULL OR (NEW.file_id, NEW.ground, NEW.reason, NEW.placed_at, NEW.unit, NEW.request_id)
       IS DISTINCT FROM (OLD.file_id, OLD.ground, OLD.reason, OLD.placed_at, OLD.unit, OLD.request_id) THEN
    RAISE EXCEPTION 'hold %: it is released once, nothing else', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_list_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'drafting' THEN
      RAISE EXCEPTION 'list: it begins as a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY['drafting>proposed', 'drafting>withdrawn', 'proposed>withdrawn', 'proposed>agreed', 'agreed>done'])) THEN
    RAISE EXCEPTION 'list %: % does not follow on %', NEW.id, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.unit, NEW.made_at) IS DISTINCT FROM (OLD.unit, OLD.made_at)
     OR ((NEW.proposed_by_id, NEW.proposed_at) IS DISTINCT FROM (OLD.proposed_by_id, OLD.proposed_at)
         AND OLD.state || '>' || NEW.state <> 'drafting>proposed')
     OR ((NEW.agreed_by_id, NEW.agreed_at) IS DISTINCT FROM (OLD.agreed_by_id, OLD.agreed_at)
         AND OLD.state || '>' || NEW.state <> 'proposed>agreed') THEN
    RAISE EXCEPTION 'list %: who proposed and agreed stands', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'done' AND OLD.state <> 'done' AND EXISTS (
       SELECT FROM records_disposalitem WHERE list_id = NEW.id AND is_open) THEN
    RAISE EXCEPTION 'list %: not all is carried out', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_item_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE now text;
BEGIN
  SELECT state INTO now FROM records_disposallist WHERE id = NEW.list_id FOR SHARE;  -- waits for who agrees
  IF TG_OP = 'INSERT' THEN
    IF now <> 'drafting' OR NOT EXISTS (
         SELECT FROM records_recordfile f JOIN records_disposallist l ON l.unit = f.unit
          WHERE f.id = NEW.file_id AND l.id = NEW.list_id AND f.state = 'due') THEN
      RAISE EXCEPTION 'list % takes no such file', NEW.list_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.list_id, NEW.file_id) IS DISTINCT FROM (OLD.list_id, OLD.file_id) OR (NEW.is_open AND NOT OLD.is_open)
     OR ((NEW.outcome, NEW.extend_until, NEW.reason) IS DISTINCT FROM (OLD.outcome, OLD.extend_until, OLD.reason)
         AND now <> 'drafting')
     OR ((NEW.done_at, NEW.problem) IS DISTINCT FROM (OLD.done_at, OLD.problem) AND now <> 'agreed') THEN
    RAISE EXCEPTION 'item %: what was proposed stands', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_received_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'received' THEN
      RAISE EXCEPTION 'received: it begins with its arrival' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.gone_at IS NOT NULL OR (NEW.unit, NEW.arrived_on, NEW.channel, NEW.once)
       IS DISTINCT FROM (OLD.unit, OLD.arrived_on, OLD.channel, OLD.once)
     OR (OLD.number IS NOT NULL AND (NEW.fiscal_year, NEW.number) IS DISTINCT FROM (OLD.fiscal_year, OLD.number)) THEN
    RAISE EXCEPTION 'received %: what it is does not change', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY['received>registered', 'registered>assigned', 'assigned>handled'])) THEN
    RAISE EXCEPTION 'received %: % does not follow on %', NEW.id, NEW.state, OLD.state
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_link_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.ended_at IS NOT NULL OR (NEW.received_id, NEW.subject_type, NEW.subject_id, NEW.linked_at)
       IS DISTINCT FROM (OLD.received_id, OLD.subject_type, OLD.subject_id, OLD.linked_at) THEN
    RAISE EXCEPTION 'link %: it ends once, nothing else', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_reader_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.read_at IS NOT NULL OR (NEW.received_id, NEW.user_id, NEW.asked_at)
       IS DISTINCT FROM (OLD.received_id, OLD.user_id, OLD.asked_at) THEN
    RAISE EXCEPTION 'reader %: it is read once, nothing else', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_request_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' THEN
      RAISE EXCEPTION 'request: it begins open' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state IN ('closed', 'withdrawn') OR (NEW.unit, NEW.fiscal_year, NEW.number, NEW.requested_on, NEW.once)
       IS DISTINCT FROM (OLD.unit, OLD.fiscal_year, OLD.number, OLD.requested_on, OLD.once) THEN
    RAISE EXCEPTION 'request %: what it is does not change', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.correction_days <> OLD.correction_days AND (OLD.state <> 'open' OR OLD.extension_reason <> ''
       OR NEW.correction_days < OLD.correction_days
       OR NEW.due_on - OLD.due_on <> NEW.correction_days - OLD.correction_days) THEN
    RAISE EXCEPTION 'request %: days of a correction move its time limit', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.due_on <> OLD.due_on AND NEW.correction_days = OLD.correction_days
     AND (OLD.state <> 'open' OR NEW.due_on < OLD.due_on OR OLD.extension_reason <> '' OR NEW.extension_reason = '')
  THEN
    RAISE EXCEPTION 'request %: its time is extended once, for a reason', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state <> 'open' AND (NEW.title, NEW.outcome, NEW.decided_on, NEW.decision)
       IS DISTINCT FROM (OLD.title, OLD.outcome, OLD.decided_on, OLD.decision) THEN
    RAISE EXCEPTION 'request %: it is decided', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = OLD.state THEN RETURN NEW; END IF;
  IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY['open>decided', 'open>withdrawn', 'decided>closed'])) THEN
    RAISE EXCEPTION 'request %: % does not follow on %', NEW.id, NEW.state, OLD.state
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'decided' AND EXISTS (
       SELECT FROM records_disclosureitem WHERE request_id = NEW.id AND verdict = 'open') THEN
    RAISE EXCEPTION 'request %: not every document is judged', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state IN ('closed', 'withdrawn') AND EXISTS (
       SELECT FROM records_hold WHERE request_id = NEW.id AND released_at IS NULL) THEN
    RAISE EXCEPTION 'request %: it still holds files', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION records_request_item_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE now text;
BEGIN
  SELECT state INTO now FROM records_disclosurerequest WHERE id = NEW.request_id FOR SHARE;  -- waits for who decides
  IF TG_OP = 'INSERT' THEN
    IF now <> 'open' THEN
      RAISE EXCEPTION 'request %: it is decided', NEW.request_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.request_id, NEW.document_id, NEW.added_at) IS DISTINCT FROM (OLD.request_id, OLD.document_id, OLD.added_at)
     OR (now <> 'open' AND (NEW.verdict, NEW.exemption, NEW.note) IS DISTINCT FROM
         (OLD.verdict, OLD.exemption, OLD.note)) THEN
    RAISE EXCEPTION 'item %: what was decided stands', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$
"""
DROP_FUNCTIONS = """
DROP FUNCTION records_request_item_guard(); DROP FUNCTION records_request_guard(); DROP FUNCTION records_reader_guard(); DROP FUNCTION records_link_guard(); DROP FUNCTION records_received_guard(); DROP FUNCTION records_item_guard(); DROP FUNCTION records_list_guard(); DROP FUNCTION records_hold_guard(); DROP FUNCTION records_document_guard(); DROP FUNCTION records_file_guard()
"""

TRIGGERS = """
CREATE TRIGGER records_file_guard BEFORE UPDATE ON records_recordfile FOR EACH ROW EXECUTE FUNCTION records_file_guard();
CREATE TRIGGER records_recordfile_no_delete BEFORE DELETE ON records_recordfile FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_document_no_delete BEFORE DELETE ON records_document FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_hold_no_delete BEFORE DELETE ON records_hold FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_recordfile_no_truncate BEFORE TRUNCATE ON records_recordfile FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_document_no_truncate BEFORE TRUNCATE ON records_document FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_hold_no_truncate BEFORE TRUNCATE ON records_hold FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_file_begins BEFORE INSERT ON records_recordfile FOR EACH ROW EXECUTE FUNCTION records_file_guard();
CREATE TRIGGER records_document_guard BEFORE INSERT OR UPDATE ON records_document FOR EACH ROW EXECUTE FUNCTION records_document_guard();
CREATE TRIGGER records_hold_guard BEFORE INSERT OR UPDATE ON records_hold FOR EACH ROW EXECUTE FUNCTION records_hold_guard();
CREATE TRIGGER records_list_guard BEFORE INSERT OR UPDATE ON records_disposallist FOR EACH ROW EXECUTE FUNCTION records_list_guard();
CREATE TRIGGER records_item_guard BEFORE INSERT OR UPDATE ON records_disposalitem FOR EACH ROW EXECUTE FUNCTION records_item_guard();
CREATE TRIGGER records_received_guard BEFORE INSERT OR UPDATE ON records_receiveddocument FOR EACH ROW EXECUTE FUNCTION records_received_guard();
CREATE TRIGGER records_disposallist_no_delete BEFORE DELETE ON records_disposallist FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disposalitem_no_delete BEFORE DELETE ON records_disposalitem FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_receiveddocument_no_delete BEFORE DELETE ON records_receiveddocument FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disposallist_no_truncate BEFORE TRUNCATE ON records_disposallist FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disposalitem_no_truncate BEFORE TRUNCATE ON records_disposalitem FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_receiveddocument_no_truncate BEFORE TRUNCATE ON records_receiveddocument FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_link_guard BEFORE UPDATE ON records_receivedlink FOR EACH ROW EXECUTE FUNCTION records_link_guard();
CREATE TRIGGER records_reader_guard BEFORE UPDATE ON records_receivedreader FOR EACH ROW EXECUTE FUNCTION records_reader_guard();
CREATE TRIGGER records_request_guard BEFORE INSERT OR UPDATE ON records_disclosurerequest FOR EACH ROW EXECUTE FUNCTION records_request_guard();
CREATE TRIGGER records_request_item_guard BEFORE INSERT OR UPDATE ON records_disclosureitem FOR EACH ROW EXECUTE FUNCTION records_request_item_guard();
CREATE TRIGGER records_disclosurerequest_no_delete BEFORE DELETE ON records_disclosurerequest FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disclosureitem_no_delete BEFORE DELETE ON records_disclosureitem FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disclosuresearch_no_delete BEFORE DELETE ON records_disclosuresearch FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_receivedlink_no_delete BEFORE DELETE ON records_receivedlink FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_receivedreader_no_delete BEFORE DELETE ON records_receivedreader FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disclosurerequest_no_truncate BEFORE TRUNCATE ON records_disclosurerequest FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disclosureitem_no_truncate BEFORE TRUNCATE ON records_disclosureitem FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disclosuresearch_no_truncate BEFORE TRUNCATE ON records_disclosuresearch FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_receivedlink_no_truncate BEFORE TRUNCATE ON records_receivedlink FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_receivedreader_no_truncate BEFORE TRUNCATE ON records_receivedreader FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER records_disclosuresearch_no_update BEFORE UPDATE ON records_disclosuresearch FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()
"""
DROP_TRIGGERS = """
DROP TRIGGER records_disclosuresearch_no_update ON records_disclosuresearch; DROP TRIGGER records_receivedreader_no_truncate ON records_receivedreader; DROP TRIGGER records_receivedlink_no_truncate ON records_receivedlink; DROP TRIGGER records_disclosuresearch_no_truncate ON records_disclosuresearch; DROP TRIGGER records_disclosureitem_no_truncate ON records_disclosureitem; DROP TRIGGER records_disclosurerequest_no_truncate ON records_disclosurerequest; DROP TRIGGER records_receivedreader_no_delete ON records_receivedreader; DROP TRIGGER records_receivedlink_no_delete ON records_receivedlink; DROP TRIGGER records_disclosuresearch_no_delete ON records_disclosuresearch; DROP TRIGGER records_disclosureitem_no_delete ON records_disclosureitem; DROP TRIGGER records_disclosurerequest_no_delete ON records_disclosurerequest; DROP TRIGGER records_request_item_guard ON records_disclosureitem; DROP TRIGGER records_request_guard ON records_disclosurerequest; DROP TRIGGER records_reader_guard ON records_receivedreader; DROP TRIGGER records_link_guard ON records_receivedlink; DROP TRIGGER records_receiveddocument_no_truncate ON records_receiveddocument; DROP TRIGGER records_disposalitem_no_truncate ON records_disposalitem; DROP TRIGGER records_disposallist_no_truncate ON records_disposallist; DROP TRIGGER records_receiveddocument_no_delete ON records_receiveddocument; DROP TRIGGER records_disposalitem_no_delete ON records_disposalitem; DROP TRIGGER records_disposallist_no_delete ON records_disposallist; DROP TRIGGER records_received_guard ON records_receiveddocument; DROP TRIGGER records_item_guard ON records_disposalitem; DROP TRIGGER records_list_guard ON records_disposallist; DROP TRIGGER records_hold_guard ON records_hold; DROP TRIGGER records_document_guard ON records_document; DROP TRIGGER records_file_begins ON records_recordfile; DROP TRIGGER records_hold_no_truncate ON records_hold; DROP TRIGGER records_document_no_truncate ON records_document; DROP TRIGGER records_recordfile_no_truncate ON records_recordfile; DROP TRIGGER records_hold_no_delete ON records_hold; DROP TRIGGER records_document_no_delete ON records_document; DROP TRIGGER records_recordfile_no_delete ON records_recordfile; DROP TRIGGER records_file_guard ON records_recordfile
"""


class Migration(migrations.Migration):

    replaces = [('records', '0001_initial'), ('records', '0002_guards'), ('records', '0003_categories'), ('records', '0004_whole_ends'), ('records', '0005_guard_lists'), ('records', '0006_disclosure_and_links'), ('records', '0007_guard_requests'), ('records', '0008_correction_of_requests')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('files', '0002_erased'),
        ('ledger', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Classification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('retention', models.CharField(choices=[('under_1', '1年未満'), ('y1', '1年'), ('y3', '3年'), ('y5', '5年'), ('y10', '10年'), ('y30', '30年'), ('long', '長期')], max_length=8)),
                ('is_historical', models.BooleanField(default=False)),
                ('ground', models.CharField(blank=True, max_length=200)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('categories', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='DisposalList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('drafting', '作成中'), ('proposed', '協議中'), ('agreed', '同意済'), ('done', '実施済'), ('withdrawn', '取りやめ')], default='drafting', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('proposed_at', models.DateTimeField(null=True)),
                ('agreed_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task_id', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('agreed_by__isnull', True), models.Q(('proposed_by__isnull', False), models.Q(('agreed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='disposal_by_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['agreed', 'done']), _negated=True), models.Q(('agreed_by__isnull', False), ('proposed_by__isnull', False)), _connector='OR'), name='disposal_agreed'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'proposed'), _negated=True), ('proposed_by__isnull', False), _connector='OR'), name='disposal_proposed_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40)),
                ('fiscal_year', models.PositiveSmallIntegerField(null=True)),
                ('number', models.PositiveIntegerField(null=True)),
                ('title', models.CharField(max_length=200)),
                ('sender', models.CharField(max_length=200)),
                ('channel', models.CharField(choices=[('post', '郵送'), ('counter', '窓口'), ('mail', '電子メール'), ('online', 'オンライン')], max_length=8)),
                ('arrived_on', models.DateField()),
                ('state', models.CharField(choices=[('received', '到達'), ('registered', '収受済'), ('assigned', '配布済'), ('handled', '処理済')], default='received', max_length=10)),
                ('assigned_unit', models.CharField(blank=True, max_length=40)),
                ('handling', models.TextField(blank=True)),
                ('once', models.CharField(max_length=60, unique=True)),
                ('changed_at', models.DateTimeField()),
                ('stored', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('gone_at', models.DateTimeField(null=True)),
                ('task_id', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-id'], name='received_unit'), models.Index(fields=['assigned_unit', '-id'], name='received_assigned_unit'), models.Index(fields=['unit', 'state', '-id'], name='received_unit_state'), models.Index(fields=['assigned_unit', 'state', '-id'], name='received_assigned_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('unit', 'fiscal_year', 'number'), name='received_number'), models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', True), ('state', 'received')), models.Q(models.Q(('state', 'received'), _negated=True), ('fiscal_year__isnull', False), ('number__isnull', False)), _connector='OR'), name='received_numbered'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['assigned', 'handled']), _negated=True), models.Q(('assigned_unit', ''), _negated=True), _connector='OR'), name='received_assigned'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'handled'), _negated=True), models.Q(('handling', ''), _negated=True), ('gone_at__isnull', False), _connector='OR'), name='received_handled'), models.CheckConstraint(condition=models.Q(models.Q(('gone_at__isnull', True), models.Q(('title', ''), _negated=True)), models.Q(('gone_at__isnull', False), ('handling', ''), ('sender', ''), ('state', 'handled'), ('title', '')), _connector='OR'), name='received_gone_says_nothing')],
            },
        ),
        migrations.CreateModel(
            name='RecordFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('retention', models.CharField(choices=[('under_1', '1年未満'), ('y1', '1年'), ('y3', '3年'), ('y5', '5年'), ('y10', '10年'), ('y30', '30年'), ('long', '長期')], max_length=8)),
                ('state', models.CharField(choices=[('current', '現用'), ('closed', '完結'), ('retained', '保存中'), ('due', '期間満了'), ('extended', '保存延長'), ('disposal_review', '廃棄協議中'), ('transfer_candidate', '移管予定'), ('transferred', '公文書館へ移管'), ('disposed', '廃棄済')], default='current', max_length=20)),
                ('is_automatic', models.BooleanField(default=False)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(null=True)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('receipt', models.CharField(blank=True, max_length=100)),
                ('sample_note', models.CharField(blank=True, max_length=200)),
                ('search_text', models.TextField()),
                ('changed_at', models.DateTimeField()),
                ('classification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.classification')),
                ('package', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-id'], name='recordfile_unit'), models.Index(fields=['state', 'ends_on'], name='recordfile_due'), models.Index(fields=['unit', 'state', '-id'], name='recordfile_unit_state'), models.Index(fields=['unit', 'classification', '-id'], name='recordfile_unit_class'), models.Index(fields=['unit', 'fiscal_year', '-id'], name='recordfile_unit_year')],
                'constraints': [models.UniqueConstraint(fields=('unit', 'fiscal_year', 'number'), name='recordfile_number'), models.CheckConstraint(condition=models.Q(models.Q(('closed_on__isnull', True), ('ends_on__isnull', True), ('starts_on__isnull', True), ('state', 'current')), models.Q(models.Q(('state', 'current'), _negated=True), ('closed_on__isnull', False), ('ends_on__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='recordfile_closed_has_a_period'), models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', False), ('state__in', ['transferred', 'disposed'])), models.Q(models.Q(('state__in', ['transferred', 'disposed']), _negated=True), ('ended_on__isnull', True)), _connector='OR'), name='recordfile_ended'), models.UniqueConstraint(condition=models.Q(('is_automatic', True), ('state', 'current')), fields=('unit', 'fiscal_year', 'classification'), name='recordfile_one_automatic'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'transferred'), _negated=True), models.Q(models.Q(('receipt', ''), _negated=True), ('package__isnull', False)), _connector='OR'), name='recordfile_handed_over_whole'), models.CheckConstraint(condition=models.Q(('closed_on__isnull', True), models.Q(('closed_on__gte', models.F('opened_on')), ('ends_on__gte', models.F('starts_on')), ('starts_on__gte', models.F('closed_on'))), _connector='OR'), name='recordfile_period')],
            },
        ),
        migrations.CreateModel(
            name='DisclosureRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=300)),
                ('requested_on', models.DateField()),
                ('due_on', models.DateField()),
                ('extension_reason', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('open', '対応中'), ('decided', '決定済'), ('closed', '完結'), ('withdrawn', '取下げ')], default='open', max_length=10)),
                ('outcome', models.CharField(blank=True, choices=[('full', '全部開示'), ('partial', '一部開示'), ('none', '非開示'), ('absent', '不存在'), ('refused', '存否応答拒否'), ('rejected', '却下')], max_length=8)),
                ('decided_on', models.DateField(null=True)),
                ('decision', models.CharField(blank=True, max_length=100)),
                ('once', models.CharField(max_length=60, unique=True)),
                ('changed_at', models.DateTimeField()),
                ('received', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.receiveddocument')),
                ('correction_days', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-id'], name='disclosure_unit'), models.Index(fields=['state', 'due_on'], name='disclosure_due')],
                'constraints': [models.UniqueConstraint(fields=('unit', 'fiscal_year', 'number'), name='disclosure_number'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='disclosure_named'), models.CheckConstraint(condition=models.Q(('due_on__gt', models.F('requested_on'))), name='disclosure_due_later'), models.CheckConstraint(condition=models.Q(models.Q(('decided_on__isnull', True), ('outcome', ''), ('state__in', ['open', 'withdrawn'])), models.Q(('decided_on__isnull', False), ('state__in', ['decided', 'closed']), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='disclosure_decided')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('linked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('linked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='records.receiveddocument')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['subject_type', 'subject_id'], name='receivedlink_subject')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('received', 'subject_type', 'subject_id'), name='receivedlink_once')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=200)),
                ('address', models.CharField(max_length=60)),
                ('asked_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('task_id', models.BigIntegerField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='records.receiveddocument')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-id'], name='receivedreader_user')],
                'constraints': [models.UniqueConstraint(fields=('received', 'user'), name='receivedreader_once')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedWords',
            fields=[
                ('received', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='records.receiveddocument')),
                ('tokens', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['tokens'], name='receivedwords_tokens')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('disclosure', '開示請求'), ('litigation', '訴訟・審査請求'), ('audit', '監査・検査')], max_length=12)),
                ('reason', models.CharField(max_length=300)),
                ('placed_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
                ('release_reason', models.CharField(blank=True, max_length=300)),
                ('placed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='records.recordfile')),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='records.disclosurerequest')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('released_at', None)), fields=['file'], name='hold_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('release_reason', ''), ('released_at__isnull', True)), models.Q(('released_at__isnull', False), models.Q(('release_reason', ''), _negated=True)), _connector='OR'), name='hold_released_with_a_reason'), models.UniqueConstraint(condition=models.Q(('released_at', None)), fields=('file', 'request'), name='hold_once_for_a_request')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('decision', '起案文書'), ('notice', '通知'), ('received', '収受文書'), ('other', 'その他の文書')], max_length=10)),
                ('subject_type', models.CharField(blank=True, max_length=40)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('number', models.CharField(blank=True, max_length=100)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('dated_on', models.DateField()),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('entered_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
                ('search_text', models.TextField(blank=True)),
                ('stored', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='records.recordfile')),
                ('unit', models.CharField(max_length=40)),
            ],
            options={
                'indexes': [models.Index(fields=['file', 'id'], name='document_file'), models.Index(fields=['unit', '-id'], name='document_unit'), models.Index(fields=['unit', 'kind', '-id'], name='document_unit_kind'), models.Index(fields=['unit', '-dated_on', '-id'], name='document_unit_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('subject_id__isnull', False)), fields=('subject_type', 'subject_id'), name='document_filed_once'), models.CheckConstraint(condition=models.Q(models.Q(('gone_at__isnull', True), models.Q(('title', ''), _negated=True)), models.Q(('gone_at__isnull', False), ('search_text', ''), ('title', '')), _connector='OR'), name='document_gone_says_nothing')],
            },
        ),
        migrations.CreateModel(
            name='DisposalItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('dispose', '廃棄する'), ('transfer', '公文書館へ移管する'), ('extend', '保存を延長する')], max_length=10)),
                ('extend_until', models.DateField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('is_open', models.BooleanField(default=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='records.disposallist')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.recordfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('file',), name='disposal_one_open_list'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'extend'), _negated=True), models.Q(('extend_until__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='disposal_extended_until_when')],
            },
        ),
        migrations.CreateModel(
            name='DisclosureSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked', models.JSONField()),
                ('found', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='searches', to='records.disclosurerequest')),
            ],
            options={
                'indexes': [models.Index(fields=['request', '-id'], name='disclosuresearch_request')],
            },
        ),
        migrations.CreateModel(
            name='FileWords',
            fields=[
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='records.recordfile')),
                ('tokens', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['tokens'], name='filewords_tokens')],
            },
        ),
        migrations.CreateModel(
            name='DisclosureItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('open', '未定'), ('disclose', '開示'), ('partial', '一部開示'), ('withhold', '非開示'), ('apart', '対象外')], default='open', max_length=10)),
                ('exemption', models.CharField(blank=True, choices=[('1', '1号\u3000法令秘情報'), ('2', '2号\u3000個人に関する情報'), ('3', '3号\u3000事業活動情報'), ('4', '4号\u3000犯罪の予防・捜査等情報'), ('5', '5号\u3000審議・検討・協議情報'), ('6', '6号\u3000行政運営情報'), ('7', '7号\u3000任意提供情報')], max_length=2)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('added_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.document')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='records.disclosurerequest')),
            ],
            options={
                'indexes': [models.Index(fields=['document'], name='disclosureitem_document')],
                'constraints': [models.UniqueConstraint(fields=('request', 'document'), name='disclosureitem_once'), models.CheckConstraint(condition=models.Q(models.Q(('verdict__in', ['partial', 'withhold']), models.Q(('exemption', ''), _negated=True)), models.Q(models.Q(('verdict__in', ['partial', 'withhold']), _negated=True), ('exemption', '')), _connector='OR'), name='disclosureitem_withheld_on_a_ground')],
            },
        ),
        migrations.CreateModel(
            name='DocumentWords',
            fields=[
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='records.document')),
                ('tokens', django.contrib.postgres.search.SearchVectorField()),
                ('read_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['tokens'], name='documentwords_tokens')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
