from django.db import migrations

# What rules.MOVES says; tests/test_guards.py compares the two.
MOVES = """
  surveyed>classified surveyed>abolished classified>planned classified>abolished classified>retained
  classified>state_request planned>rule_amended planned>classified planned>retained rule_amended>abolished
  rule_amended>planned retained>classified state_request>classified state_request>retained surveyed>removed
  classified>removed planned>removed rule_amended>removed retained>removed state_request>removed abolished>removed
""".split()

REQUIREMENT = f"""
CREATE OR REPLACE FUNCTION seals_requirement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE amended date;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM seals_sealrequirement WHERE id = NEW.id) THEN RETURN NEW; END IF;  -- ON CONFLICT UPDATE
    IF NEW.state NOT IN ('surveyed', 'classified')
       AND NOT (NEW.state = 'abolished' AND NEW.basis IN ('habit', 'none')) THEN
      RAISE EXCEPTION 'seal: it does not begin as %', NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'removed' THEN
    RAISE EXCEPTION 'seal %: it was taken out', NEW.id USING ERRCODE = 'check_violation';
  END IF;
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
CREATE TRIGGER seals_requirement_begins BEFORE INSERT ON seals_sealrequirement
  FOR EACH ROW EXECUTE FUNCTION seals_requirement_guard();
"""

RETURN = """
CREATE FUNCTION seals_return_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.survey_id, NEW.bureau) IS DISTINCT FROM (OLD.survey_id, OLD.bureau) THEN
    RAISE EXCEPTION 'return %: whose it is does not change', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.certified_at IS NOT NULL AND NEW.certified_at IS NOT NULL THEN
    RAISE EXCEPTION 'return %: certified once, until it is opened again', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM seals_sealsurvey mine JOIN seals_sealsurvey later ON later.number > mine.number
              WHERE mine.id = NEW.survey_id) THEN
    RAISE EXCEPTION 'return %: a later round has begun', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER seals_return_guard BEFORE UPDATE ON seals_bureaureturn
  FOR EACH ROW EXECUTE FUNCTION seals_return_guard();
"""

RULE = """
CREATE FUNCTION seals_rule_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.code <> OLD.code OR (OLD.amended_on IS NOT NULL
     AND (NEW.amended_on, NEW.amendment) IS DISTINCT FROM (OLD.amended_on, OLD.amendment)) THEN
    RAISE EXCEPTION 'rule %: its amendment stands', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER seals_rule_guard BEFORE UPDATE ON seals_sealrule
  FOR EACH ROW EXECUTE FUNCTION seals_rule_guard();
"""
UNGUARD = """
DROP TRIGGER seals_rule_guard ON seals_sealrule; DROP FUNCTION seals_rule_guard();
DROP TRIGGER seals_return_guard ON seals_bureaureturn; DROP FUNCTION seals_return_guard();
DROP TRIGGER seals_requirement_begins ON seals_sealrequirement;
"""
KEPT = ("seals_sealrequirement", "seals_bureaureturn", "seals_sealsurvey", "seals_sealrule")


def keep(table: str, event: str) -> migrations.RunSQL:
    name = f"{table}_no_{event.lower()}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    """What is certified, amended or taken out stands; nothing begins at its end; nothing is deleted."""

    dependencies = [
        ("seals", "0003_removed"),
    ]
    operations = [
        migrations.RunSQL(REQUIREMENT + RETURN + RULE, UNGUARD),
        *(keep(table, event) for table in KEPT for event in ("DELETE", "TRUNCATE")),
    ]
