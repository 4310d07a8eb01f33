from importlib import import_module
from typing import Any

from django.db import migrations

first: Any = import_module("tocho.modules.records.migrations.0002_guards")
lists: Any = import_module("tocho.modules.records.migrations.0005_guard_lists")

# What rules.REQUEST_MOVES says; tests/test_guards.py compares the two.
REQUEST_MOVES = "open>decided open>withdrawn decided>closed".split()

FILL = """
ALTER TABLE records_document DISABLE TRIGGER records_document_guard;
UPDATE records_document d SET unit = f.unit FROM records_recordfile f WHERE f.id = d.file_id AND d.unit <> f.unit;
ALTER TABLE records_document ENABLE TRIGGER records_document_guard;
"""
DOCUMENT = lists.DOCUMENT.split("DROP TRIGGER")[0].replace(
    "BEGIN\n",
    """BEGIN
  IF NEW.unit IS DISTINCT FROM (SELECT unit FROM records_recordfile WHERE id = NEW.file_id) THEN
    RAISE EXCEPTION 'document %: it is of the office of its file', NEW.id USING ERRCODE = 'check_violation';
  END IF;
""",
    1,
)
HOLD = (
    lists.HOLD.split("CREATE TRIGGER")[0]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace("(NEW.file_id, NEW.ground, NEW.reason, NEW.placed_at)", "(NEW.file_id, NEW.ground, NEW.reason, NEW.placed_at, NEW.unit, NEW.request_id)")
    .replace("(OLD.file_id, OLD.ground, OLD.reason, OLD.placed_at)", "(OLD.file_id, OLD.ground, OLD.reason, OLD.placed_at, OLD.unit, OLD.request_id)")
)
LINK = """
CREATE FUNCTION records_link_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL OR (NEW.received_id, NEW.subject_type, NEW.subject_id, NEW.linked_at)
       IS DISTINCT FROM (OLD.received_id, OLD.subject_type, OLD.subject_id, OLD.linked_at) THEN
    RAISE EXCEPTION 'link %: it ends once, nothing else', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_link_guard BEFORE UPDATE ON records_receivedlink
  FOR EACH ROW EXECUTE FUNCTION records_link_guard();

CREATE FUNCTION records_reader_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.read_at IS NOT NULL OR (NEW.received_id, NEW.user_id, NEW.asked_at)
       IS DISTINCT FROM (OLD.received_id, OLD.user_id, OLD.asked_at) THEN
    RAISE EXCEPTION 'reader %: it is read once, nothing else', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_reader_guard BEFORE UPDATE ON records_receivedreader
  FOR EACH ROW EXECUTE FUNCTION records_reader_guard();
"""
REQUEST = f"""
CREATE FUNCTION records_request_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF NEW.due_on <> OLD.due_on
     AND (OLD.state <> 'open' OR NEW.due_on < OLD.due_on OR OLD.extension_reason <> '' OR NEW.extension_reason = '')
  THEN
    RAISE EXCEPTION 'request %: its time is extended once, for a reason', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state <> 'open' AND (NEW.title, NEW.outcome, NEW.decided_on, NEW.decision)
       IS DISTINCT FROM (OLD.title, OLD.outcome, OLD.decided_on, OLD.decision) THEN
    RAISE EXCEPTION 'request %: it is decided', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = OLD.state THEN RETURN NEW; END IF;
  IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[{lists.words(REQUEST_MOVES)}])) THEN
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
END $$;
CREATE TRIGGER records_request_guard BEFORE INSERT OR UPDATE ON records_disclosurerequest
  FOR EACH ROW EXECUTE FUNCTION records_request_guard();

CREATE FUNCTION records_request_item_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
CREATE TRIGGER records_request_item_guard BEFORE INSERT OR UPDATE ON records_disclosureitem
  FOR EACH ROW EXECUTE FUNCTION records_request_item_guard();
"""
UNGUARD = """
DROP TRIGGER records_request_item_guard ON records_disclosureitem; DROP FUNCTION records_request_item_guard();
DROP TRIGGER records_request_guard ON records_disclosurerequest; DROP FUNCTION records_request_guard();
DROP TRIGGER records_reader_guard ON records_receivedreader; DROP FUNCTION records_reader_guard();
DROP TRIGGER records_link_guard ON records_receivedlink; DROP FUNCTION records_link_guard();
"""
KEPT = (
    "records_disclosurerequest",
    "records_disclosureitem",
    "records_disclosuresearch",
    "records_receivedlink",
    "records_receivedreader",
)
PIECE = 1000


def make_findable(apps: Any, schema_editor: Any) -> None:
    """The words of what is there already, so that the first search finds it."""
    from tocho.engines.search.tokens import Vector

    def tokens(*texts: str) -> str:
        vector = Vector()
        for text in texts:
            vector.add(text, "A")
        return vector.literal()

    for name, words, key, texts in (
        ("RecordFile", "FileWords", "file_id", lambda row: (row.search_text,)),
        ("Document", "DocumentWords", "document_id", lambda row: (row.number, row.title)),
        ("ReceivedDocument", "ReceivedWords", "received_id", lambda row: (row.title, row.sender)),
    ):
        rows, made = apps.get_model("records", name).objects.order_by("id"), []
        model = apps.get_model("records", words)
        for row in rows.iterator(chunk_size=PIECE):
            made.append(model(**{key: row.pk}, tokens=tokens(*texts(row))))
            if len(made) == PIECE:
                model.objects.bulk_create(made)
                made = []
        model.objects.bulk_create(made)


class Migration(migrations.Migration):
    """What is answered to a request stands; documents are of the office of their file; all of it can be searched."""

    dependencies = [
        ("records", "0006_disclosure_and_links"),
    ]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(DOCUMENT + HOLD, migrations.RunSQL.noop),
        migrations.RunSQL(LINK + REQUEST, UNGUARD),
        *(first.keep(table, "no_delete", "DELETE") for table in KEPT),
        *(first.keep(table, "no_truncate", "TRUNCATE") for table in KEPT),
        first.keep("records_disclosuresearch", "no_update", "UPDATE"),
        migrations.RunPython(make_findable, migrations.RunPython.noop),
    ]
