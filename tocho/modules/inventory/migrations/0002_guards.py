from django.db import migrations

# What rules.MOVES says; tests/test_guards.py compares the two.
MOVES = """
  surveyed>analysed surveyed>state_request surveyed>abolished analysed>planned analysed>state_request analysed>abolished
  planned>building planned>analysed planned>state_request planned>abolished building>trial building>planned
  building>abolished trial>live trial>building trial>abolished live>improving live>retired improving>live
  improving>retired state_request>analysed state_request>abolished
""".split()

GUARD = f"""
CREATE FUNCTION inventory_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.state <> OLD.state AND NOT (
       OLD.state || '>' || NEW.state = ANY (ARRAY[{", ".join(f"'{move}'" for move in MOVES)}])) THEN
    RAISE EXCEPTION 'entry %: % does not follow on %', NEW.code, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.version_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM procedures_procedureversion v JOIN procedures_procedure p ON p.id = v.procedure_id
        WHERE v.id = NEW.version_id AND p.key = NEW.procedure_key) THEN
    RAISE EXCEPTION 'entry %: its version is none of procedure %', NEW.code, NEW.procedure_key
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER inventory_entry_guard BEFORE INSERT OR UPDATE ON inventory_procedureentry
  FOR EACH ROW EXECUTE FUNCTION inventory_entry_guard();
"""
UNGUARD = "DROP TRIGGER inventory_entry_guard ON inventory_procedureentry; DROP FUNCTION inventory_entry_guard();"


def refuse(name: str, events: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER inventory_entryversion_{name} BEFORE {events} ON inventory_entryversion"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        f"DROP TRIGGER inventory_entryversion_{name} ON inventory_entryversion",
    )


class Migration(migrations.Migration):
    """States follow on each other, a version belongs to the linked procedure, history is only added to."""

    dependencies = [
        ("inventory", "0001_initial"),
        ("ledger", "0002_append_only"),
        ("procedures", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        refuse("no_change", "UPDATE OR DELETE"),
        refuse("no_truncate", "TRUNCATE"),
    ]
