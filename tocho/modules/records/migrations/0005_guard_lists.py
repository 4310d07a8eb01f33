from importlib import import_module
from typing import Any

from django.db import migrations

first: Any = import_module("tocho.modules.records.migrations.0002_guards")

# What rules.LIST_MOVES and rules.RECEIVED_MOVES say; tests/test_guards.py compares them.
LIST_MOVES = "drafting>proposed drafting>withdrawn proposed>withdrawn proposed>agreed agreed>done".split()
RECEIVED_MOVES = "received>registered registered>assigned assigned>handled".split()


def words(names: Any) -> str:
    return ", ".join(f"'{name}'" for name in names)


FILE = f"""
CREATE OR REPLACE FUNCTION records_file_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[{words(first.MOVES)}])) THEN
    RAISE EXCEPTION 'file %: % does not follow on %', NEW.id, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'extended' AND NEW.ends_on <= OLD.ends_on THEN
    RAISE EXCEPTION 'file %: it is kept no longer than before', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'closed' AND EXISTS (
       SELECT FROM records_document WHERE file_id = NEW.id AND dated_on > NEW.closed_on) THEN
    RAISE EXCEPTION 'file %: it was closed before its last document', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state IN ({words(first.HELD_BACK)}) AND EXISTS (
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
END $$;
CREATE TRIGGER records_file_begins BEFORE INSERT ON records_recordfile
  FOR EACH ROW EXECUTE FUNCTION records_file_guard();
"""

DOCUMENT = """
CREATE OR REPLACE FUNCTION records_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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
END $$;
DROP TRIGGER records_document_guard ON records_document;
CREATE TRIGGER records_document_guard BEFORE INSERT OR UPDATE ON records_document
  FOR EACH ROW EXECUTE FUNCTION records_document_guard();
"""

HOLD = """
CREATE FUNCTION records_hold_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT state INTO now FROM records_recordfile WHERE id = NEW.file_id FOR NO KEY UPDATE;  -- waits for an end
    IF now IN ('transferred', 'disposed') THEN
      RAISE EXCEPTION 'file %: it has ended', NEW.file_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.released_at IS NOT NULL OR (NEW.file_id, NEW.ground, NEW.reason, NEW.placed_at)
       IS DISTINCT FROM (OLD.file_id, OLD.ground, OLD.reason, OLD.placed_at) THEN
    RAISE EXCEPTION 'hold %: it is released once, nothing else', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_hold_guard BEFORE INSERT OR UPDATE ON records_hold
  FOR EACH ROW EXECUTE FUNCTION records_hold_guard();
"""

LIST = f"""
CREATE FUNCTION records_list_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'drafting' THEN
      RAISE EXCEPTION 'list: it begins as a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[{words(LIST_MOVES)}])) THEN
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
END $$;
CREATE TRIGGER records_list_guard BEFORE INSERT OR UPDATE ON records_disposallist
  FOR EACH ROW EXECUTE FUNCTION records_list_guard();

CREATE FUNCTION records_item_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
CREATE TRIGGER records_item_guard BEFORE INSERT OR UPDATE ON records_disposalitem
  FOR EACH ROW EXECUTE FUNCTION records_item_guard();
"""

RECEIVED = f"""
CREATE FUNCTION records_received_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[{words(RECEIVED_MOVES)}])) THEN
    RAISE EXCEPTION 'received %: % does not follow on %', NEW.id, NEW.state, OLD.state
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_received_guard BEFORE INSERT OR UPDATE ON records_receiveddocument
  FOR EACH ROW EXECUTE FUNCTION records_received_guard();
"""
UNGUARD = """
DROP TRIGGER records_received_guard ON records_receiveddocument; DROP FUNCTION records_received_guard();
DROP TRIGGER records_item_guard ON records_disposalitem; DROP FUNCTION records_item_guard();
DROP TRIGGER records_list_guard ON records_disposallist; DROP FUNCTION records_list_guard();
DROP TRIGGER records_hold_guard ON records_hold; DROP FUNCTION records_hold_guard();
DROP TRIGGER records_file_begins ON records_recordfile;
"""
KEPT = ("records_disposallist", "records_disposalitem", "records_receiveddocument")


class Migration(migrations.Migration):
    """Who agreed to what stands: lists, their items, holds, periods and what arrived change as the rules say."""

    dependencies = [
        ("records", "0004_whole_ends"),
    ]
    operations = [
        migrations.RunSQL(FILE + DOCUMENT + HOLD + LIST + RECEIVED, UNGUARD),
        *(first.keep(table, "no_delete", "DELETE") for table in KEPT),
        *(first.keep(table, "no_truncate", "TRUNCATE") for table in KEPT),
    ]
