from django.db import migrations

FREEZE = """
CREATE FUNCTION decisions_decision_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.decided_at IS NOT NULL AND ROW(NEW.title, NEW.body, NEW.outcome, NEW.reasons, NEW.decided_at, NEW.content_digest,
      NEW.symbol, NEW.fiscal_year, NEW.number, NEW.category, NEW.subject_type, NEW.subject_id)
    IS DISTINCT FROM ROW(OLD.title, OLD.body, OLD.outcome, OLD.reasons, OLD.decided_at, OLD.content_digest,
      OLD.symbol, OLD.fiscal_year, OLD.number, OLD.category, OLD.subject_type, OLD.subject_id) THEN
    RAISE EXCEPTION 'decision % is decided: its content cannot change', OLD.id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decisions_decision_frozen BEFORE UPDATE ON decisions_decision
  FOR EACH ROW EXECUTE FUNCTION decisions_decision_frozen();
CREATE FUNCTION decisions_authority_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'authority table % is in force: load a new version instead', OLD.id;
END $$;
CREATE TRIGGER decisions_authority_frozen BEFORE UPDATE OF xml, digest, effective_from ON decisions_authoritytable
  FOR EACH ROW EXECUTE FUNCTION decisions_authority_frozen();
"""
THAW = """
DROP TRIGGER decisions_decision_frozen ON decisions_decision;
DROP FUNCTION decisions_decision_frozen();
DROP TRIGGER decisions_authority_frozen ON decisions_authoritytable;
DROP FUNCTION decisions_authority_frozen();
"""


class Migration(migrations.Migration):
    """The database is the last guard: what was decided, and the rule it was decided by, cannot be edited."""

    dependencies = [("decisions", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
