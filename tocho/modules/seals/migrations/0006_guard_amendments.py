from importlib import import_module
from typing import Any

from django.db import migrations

before: Any = import_module("tocho.modules.seals.migrations.0004_guard_returns")

FILL = """
INSERT INTO seals_ruleamendment (rule_id, amended_on, amendment, reason, recorded_at, ledger_entry_id)
SELECT r.id, r.amended_on, r.amendment, '', COALESCE(e.at, r.changed_at), COALESCE(e.id, 0)
  FROM seals_sealrule r
  LEFT JOIN LATERAL (SELECT id, at FROM ledger_entry
                      WHERE subject_type = 'seal_rule' AND subject_id = r.id AND kind = 'seals.rule_amended'
                      ORDER BY id DESC LIMIT 1) e ON true
 WHERE r.amended_on IS NOT NULL ORDER BY r.id;
"""
RULE = """
CREATE OR REPLACE FUNCTION seals_rule_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.code <> OLD.code THEN
    RAISE EXCEPTION 'rule %: its number stands', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.amended_on, NEW.amendment) IS NOT DISTINCT FROM (OLD.amended_on, OLD.amendment) THEN
    RETURN NEW;
  END IF;
  SELECT amended_on, amendment INTO last FROM seals_ruleamendment WHERE rule_id = NEW.id ORDER BY id DESC LIMIT 1;
  IF (NEW.amended_on, NULLIF(NEW.amendment, '')) IS DISTINCT FROM (last.amended_on, last.amendment) THEN
    RAISE EXCEPTION 'rule %: its amendment is what was recorded last', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER seals_rule_begins BEFORE INSERT ON seals_sealrule FOR EACH ROW EXECUTE FUNCTION seals_rule_guard();
"""
KEPT = "seals_ruleamendment"


def refuse(event: str) -> migrations.RunSQL:
    name = f"{KEPT}_no_{event.lower()}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE {event} ON {KEPT} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        f"DROP TRIGGER {name} ON {KEPT}",
    )


class Migration(migrations.Migration):
    """The day of an amendment changes by another entry only, and what was entered stays."""

    dependencies = [
        ("seals", "0005_amendments"),
    ]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(
            RULE,
            "DROP TRIGGER seals_rule_begins ON seals_sealrule;"
            + before.RULE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").split("CREATE TRIGGER")[0],
        ),
        *(refuse(event) for event in ("UPDATE", "DELETE", "TRUNCATE")),
    ]
