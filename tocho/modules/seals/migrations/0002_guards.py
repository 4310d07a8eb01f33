from django.db import migrations

# What rules.MOVES says; tests/test_guards.py compares the two.
MOVES = """
  surveyed>classified surveyed>abolished classified>planned classified>abolished classified>retained
  classified>state_request planned>rule_amended planned>classified planned>retained rule_amended>abolished
  rule_amended>planned retained>classified state_request>classified state_request>retained
""".split()

GUARD = f"""
CREATE FUNCTION seals_requirement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE amended date;
BEGIN
  IF NEW.state = OLD.state THEN RETURN NEW; END IF;
  IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[{", ".join(f"'{move}'" for move in MOVES)}])) THEN
    RAISE EXCEPTION 'seal %: % does not follow on %', NEW.id, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'abolished' AND OLD.state <> 'rule_amended' AND NEW.basis NOT IN ('habit', 'none') THEN
    RAISE EXCEPTION 'seal %: rests on a rule that is not amended', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'rule_amended' THEN
    SELECT amended_on INTO amended FROM seals_sealrule WHERE id = NEW.rule_id;
    IF amended IS NULL THEN
      RAISE EXCEPTION 'seal %: its rule is not amended', NEW.id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER seals_requirement_guard BEFORE UPDATE ON seals_sealrequirement
  FOR EACH ROW EXECUTE FUNCTION seals_requirement_guard();
"""
UNGUARD = "DROP TRIGGER seals_requirement_guard ON seals_sealrequirement; DROP FUNCTION seals_requirement_guard();"


def refuse(name: str, events: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER seals_version_{name} BEFORE {events} ON seals_requirementversion"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        f"DROP TRIGGER seals_version_{name} ON seals_requirementversion",
    )


class Migration(migrations.Migration):
    """States follow on each other, no seal falls before its rule is amended, history is only added to."""

    dependencies = [
        ("seals", "0001_initial"),
        ("ledger", "0002_append_only"),
    ]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        refuse("no_change", "UPDATE OR DELETE"),
        refuse("no_truncate", "TRUNCATE"),
    ]
