from django.db import migrations

# What rules.MOVES and rules.HELD_BACK say; tests/test_guards.py compares them.
MOVES = """
  current>closed closed>retained closed>current retained>due due>extended due>disposal_review extended>due
  disposal_review>due disposal_review>extended disposal_review>transfer_candidate disposal_review>disposed
  transfer_candidate>transferred
""".split()
HELD_BACK = ("disposal_review", "disposed", "transfer_candidate", "transferred")

GUARD = f"""
CREATE FUNCTION records_file_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = OLD.state THEN
    IF OLD.state IN ('transferred', 'disposed') THEN
      RAISE EXCEPTION 'file %: it has ended', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[{", ".join(f"'{move}'" for move in MOVES)}])) THEN
    RAISE EXCEPTION 'file %: % does not follow on %', NEW.id, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state IN ({", ".join(f"'{state}'" for state in HELD_BACK)}) AND EXISTS (
       SELECT FROM records_hold WHERE file_id = NEW.id AND released_at IS NULL) THEN
    RAISE EXCEPTION 'file %: it is held', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state IN ('disposed', 'transfer_candidate') AND NOT EXISTS (
       SELECT FROM records_disposalitem i JOIN records_disposallist l ON l.id = i.list_id
        WHERE i.file_id = NEW.id AND l.state = 'agreed') THEN
    RAISE EXCEPTION 'file %: nobody agreed to that', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_file_guard BEFORE UPDATE ON records_recordfile
  FOR EACH ROW EXECUTE FUNCTION records_file_guard();

CREATE FUNCTION records_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM records_recordfile WHERE id = NEW.file_id AND state = 'current') THEN
    RAISE EXCEPTION 'file % takes no documents', NEW.file_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_document_guard BEFORE INSERT OR UPDATE OF file_id ON records_document
  FOR EACH ROW EXECUTE FUNCTION records_document_guard();
"""
UNGUARD = """
DROP TRIGGER records_document_guard ON records_document; DROP FUNCTION records_document_guard();
DROP TRIGGER records_file_guard ON records_recordfile; DROP FUNCTION records_file_guard();
"""


def keep(table: str, name: str, event: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        f"DROP TRIGGER {table}_{name} ON {table}",
    )


KEPT = ("records_recordfile", "records_document", "records_hold")


class Migration(migrations.Migration):
    """States follow on each other, a hold holds, two people end a file, tombstones stay."""

    dependencies = [
        ("records", "0001_initial"),
        ("ledger", "0002_append_only"),
    ]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        *(keep(table, "no_delete", "DELETE") for table in KEPT),
        *(keep(table, "no_truncate", "TRUNCATE") for table in KEPT),
    ]
