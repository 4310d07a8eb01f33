from django.db import migrations

# What rules.MOVES says; tests/test_guards.py compares the two.
MOVES = "draft>published draft>cancelled published>held published>cancelled".split()

GUARD = f"""
CREATE FUNCTION events_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND NOT (
       OLD.state || '>' || NEW.state = ANY (ARRAY[{", ".join(f"'{move}'" for move in MOVES)}])) THEN
    RAISE EXCEPTION 'event %: % does not follow on %', NEW.id, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER events_event_guard BEFORE UPDATE OF state ON events_event
  FOR EACH ROW EXECUTE FUNCTION events_event_guard();
"""
UNGUARD = "DROP TRIGGER events_event_guard ON events_event; DROP FUNCTION events_event_guard();"


class Migration(migrations.Migration):
    """The states of an event follow on each other."""

    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
