from django.db import migrations

COUNT_CIRCUITS = """
UPDATE decisions_step SET circuit = revision WHERE circuit <> revision;
UPDATE decisions_decision SET circuit = revision WHERE circuit <> revision;
"""
GUARDS = """
CREATE FUNCTION decisions_step_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  pending CONSTANT text[] := ARRAY['waiting', 'active'];
  answers text[];
  own bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.acted_at IS NOT NULL THEN
      RAISE EXCEPTION 'station % has answered: its answer cannot change', OLD.id;
    END IF;
    IF NEW.state <> OLD.state THEN
      IF NOT OLD.state = ANY(pending) THEN
        RAISE EXCEPTION 'station % ended as %', OLD.id, OLD.state;
      END IF;
      answers := CASE NEW.kind
        WHEN 'decide' THEN ARRAY['active', 'approved', 'approved_with_opinion', 'acted_by_deputy', 'rejected', 'returned',
                                 'superseded']
        WHEN 'inform' THEN ARRAY['active', 'read', 'superseded']
        WHEN 'post_review' THEN ARRAY['active', 'post_reviewed', 'superseded']
        WHEN 'consult' THEN ARRAY['active', 'approved', 'approved_with_opinion', 'objected', 'returned', 'pulled_up',
                                  'deferred_to_post_review', 'spared', 'superseded']
        WHEN 'line_review' THEN ARRAY['active', 'approved', 'approved_with_opinion', 'returned', 'pulled_up',
                                      'deferred_to_post_review', 'spared', 'superseded']
        ELSE ARRAY['active', 'approved', 'approved_with_opinion', 'returned', 'spared', 'superseded']
      END;
      IF NOT NEW.state = ANY(answers) THEN
        RAISE EXCEPTION 'station % (%) cannot become % from %', OLD.id, NEW.kind, NEW.state, OLD.state;
      END IF;
    END IF;
    IF ROW(NEW.decision_id, NEW.circuit, NEW.kind, NEW.post_id, NEW.deputies, NEW.stands_for_id)
        IS DISTINCT FROM ROW(OLD.decision_id, OLD.circuit, OLD.kind, OLD.post_id, OLD.deputies, OLD.stands_for_id) THEN
      RAISE EXCEPTION 'station % is asked for one thing of one post', OLD.id;
    END IF;
  END IF;
  IF NEW.acted_by_id IS NOT NULL AND NEW.kind <> 'inform' THEN
    SELECT drafter_id INTO own FROM decisions_decision WHERE id = NEW.decision_id;
    IF own = NEW.acted_by_id THEN
      RAISE EXCEPTION 'nobody answers for the own draft (decision %)', NEW.decision_id;
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decisions_step_guard BEFORE INSERT OR UPDATE ON decisions_step
  FOR EACH ROW EXECUTE FUNCTION decisions_step_guard();

CREATE FUNCTION decisions_decision_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed text[] := CASE OLD.state
    WHEN 'drafting' THEN ARRAY['circulating', 'abandoned', 'decided']
    WHEN 'circulating' THEN ARRAY['on_hold', 'returned', 'pulled_back', 'decided', 'rejected', 'abandoned']
    WHEN 'on_hold' THEN ARRAY['circulating', 'pulled_back', 'abandoned']
    WHEN 'returned' THEN ARRAY['drafting', 'abandoned']
    WHEN 'pulled_back' THEN ARRAY['drafting', 'abandoned']
    WHEN 'decided' THEN ARRAY['issued', 'completed', 'issuance_cancelled']
    WHEN 'issued' THEN ARRAY['completed']
    ELSE ARRAY[]::text[]
  END;
BEGIN
  IF NOT NEW.state = ANY(allowed) THEN
    RAISE EXCEPTION 'decision % cannot become % from %', OLD.id, NEW.state, OLD.state;
  END IF;
  IF NEW.state = 'decided' THEN
    IF OLD.state = 'drafting' AND NEW.medium <> 'paper' THEN
      RAISE EXCEPTION 'decision % has not circulated', OLD.id;
    END IF;
    IF NOT EXISTS (
      SELECT FROM decisions_step WHERE decision_id = NEW.id AND circuit = NEW.circuit AND kind = 'decide'
        AND state IN ('approved', 'approved_with_opinion', 'acted_by_deputy') AND revision = NEW.revision
    ) THEN
      RAISE EXCEPTION 'decision % is not decided: its decider has not answered', NEW.id;
    END IF;
    IF EXISTS (
      SELECT FROM decisions_step WHERE decision_id = NEW.id AND circuit = NEW.circuit AND state IN ('waiting', 'active')
        AND kind IN ('line_review', 'legal_check', 'consult', 'decide')
    ) THEN
      RAISE EXCEPTION 'decision % is not decided: a station has still to answer', NEW.id;
    END IF;
  END IF;
  IF NEW.state = 'completed' AND EXISTS (
    SELECT FROM decisions_step WHERE decision_id = NEW.id AND kind = 'post_review' AND state IN ('waiting', 'active')
  ) THEN
    RAISE EXCEPTION 'decision % is not complete: somebody has still to look at it', NEW.id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decisions_decision_moves BEFORE UPDATE ON decisions_decision
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION decisions_decision_moves();

CREATE OR REPLACE FUNCTION decisions_decision_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.decided_at IS NOT NULL AND ROW(NEW.title, NEW.body, NEW.outcome, NEW.reasons, NEW.decided_at, NEW.content_digest,
      NEW.symbol, NEW.fiscal_year, NEW.number, NEW.category, NEW.subject_type, NEW.subject_id, NEW.brief, NEW.revision,
      NEW.circuit, NEW.medium, NEW.relates_to_id, NEW.relation, NEW.drafter_id, NEW.power)
    IS DISTINCT FROM ROW(OLD.title, OLD.body, OLD.outcome, OLD.reasons, OLD.decided_at, OLD.content_digest,
      OLD.symbol, OLD.fiscal_year, OLD.number, OLD.category, OLD.subject_type, OLD.subject_id, OLD.brief, OLD.revision,
      OLD.circuit, OLD.medium, OLD.relates_to_id, OLD.relation, OLD.drafter_id, OLD.power) THEN
    RAISE EXCEPTION 'decision % is decided: its content cannot change', OLD.id;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION decisions_revision_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'revision % of decision % was put to those who answered it', OLD.number, OLD.decision_id;
END $$;
CREATE TRIGGER decisions_revision_frozen BEFORE UPDATE ON decisions_revision
  FOR EACH ROW EXECUTE FUNCTION decisions_revision_frozen();

CREATE FUNCTION decisions_delegation_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ROW(NEW.from_post_id, NEW.to_post_id, NEW.categories, NEW.basis, NEW.starts_on)
    IS DISTINCT FROM ROW(OLD.from_post_id, OLD.to_post_id, OLD.categories, OLD.basis, OLD.starts_on)
    OR OLD.revoked_on IS NOT NULL THEN
    RAISE EXCEPTION 'delegation % is registered: end it and register another', OLD.id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decisions_delegation_frozen BEFORE UPDATE ON decisions_delegation
  FOR EACH ROW EXECUTE FUNCTION decisions_delegation_frozen();

CREATE FUNCTION decisions_reservation_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'number % stays in the register', OLD.number;
END $$;
CREATE TRIGGER decisions_reservation_kept BEFORE DELETE ON decisions_numberreservation
  FOR EACH ROW EXECUTE FUNCTION decisions_reservation_kept();
"""
NO_GUARDS = """
DROP TRIGGER decisions_step_guard ON decisions_step;
DROP FUNCTION decisions_step_guard();
DROP TRIGGER decisions_decision_moves ON decisions_decision;
DROP FUNCTION decisions_decision_moves();
DROP TRIGGER decisions_revision_frozen ON decisions_revision;
DROP FUNCTION decisions_revision_frozen();
DROP TRIGGER decisions_delegation_frozen ON decisions_delegation;
DROP FUNCTION decisions_delegation_frozen();
DROP TRIGGER decisions_reservation_kept ON decisions_numberreservation;
DROP FUNCTION decisions_reservation_kept();
"""


class Migration(migrations.Migration):
    """The database is the last guard: answers stay, states move as the law has them, nothing is decided by silence."""

    dependencies = [("decisions", "0004_engine")]
    operations = [
        migrations.RunSQL(COUNT_CIRCUITS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
