from importlib import import_module

from django.db import migrations, models

GUARDS = import_module("tocho.modules.decisions.migrations.0005_guards").GUARDS
STEP = GUARDS[GUARDS.index("CREATE FUNCTION decisions_step_guard") : GUARDS.index("CREATE TRIGGER decisions_step_guard")]
FROZEN = GUARDS[
    GUARDS.index("CREATE OR REPLACE FUNCTION decisions_decision_frozen") : GUARDS.index(
        "CREATE FUNCTION decisions_revision_frozen"
    )
]
ERASED = "EXISTS (SELECT FROM decisions_decision WHERE id = OLD.decision_id AND erased_at IS NOT NULL)"

# At the end of retention the words go and everything else stays: one act, once, and nothing but words.
ALLOW = f"""
{
    FROZEN.replace(
        "BEGIN",
        '''BEGIN
  IF OLD.erased_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'decision % was erased', OLD.id;
  END IF;
  IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND OLD.state IN ('decided', 'issued', 'completed',
      'issuance_cancelled', 'rejected', 'abandoned') AND NEW.title = '' AND NEW.body = '' AND NEW.reasons = ''
      AND NEW.note = '' AND NEW.brief = '[]'::jsonb
      AND to_jsonb(NEW) - '{title,body,reasons,note,brief,erased_at}'::text[]
        = to_jsonb(OLD) - '{title,body,reasons,note,brief,erased_at}'::text[] THEN
    RETURN NEW;
  END IF;''',
        1,
    )
}
{
    STEP.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
        "    IF OLD.acted_at IS NOT NULL THEN",
        f'''    IF NEW.opinion = '' AND to_jsonb(NEW) - 'opinion' = to_jsonb(OLD) - 'opinion' AND {ERASED} THEN
      RETURN NEW;
    END IF;
    IF OLD.acted_at IS NOT NULL THEN''',
        1,
    )
}
CREATE OR REPLACE FUNCTION decisions_revision_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.title = '' AND NEW.body = '' AND NEW.reasons = '' AND NEW.brief = '[]'::jsonb AND NEW.why = '' AND {ERASED}
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'revision % of decision % was put to those who answered it', OLD.number, OLD.decision_id;
END $$;
"""
FORBID = f"""
{FROZEN}
{STEP.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")}
CREATE OR REPLACE FUNCTION decisions_revision_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'revision % of decision % was put to those who answered it', OLD.number, OLD.decision_id;
END $$;
"""


class Migration(migrations.Migration):
    """What was decided is erased with its file (records), by one act that leaves number, days, stations and digest."""

    dependencies = [("decisions", "0005_guards")]
    operations = [
        migrations.AddField(
            model_name="decision",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(ALLOW, FORBID),
    ]
