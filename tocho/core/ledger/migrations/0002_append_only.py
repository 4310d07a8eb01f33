from django.db import migrations

# One call of this function is one append: it takes the chain's head, so that acts on one subject queue up, and writes the
# entry, its personal part and its place in the sealer's queue. In the database, because only there the previous digest is
# known without a second round trip, and because its plans are kept for the session.
APPEND = """
CREATE FUNCTION ledger_append(
    a_type text, a_id bigint, a_kind text, a_user bigint, a_post bigint, a_for bigint, a_at timestamptz, a_unit text,
    a_data text, a_content bytea, a_personal_digest bytea, a_salt bytea, a_personal text,
    OUT o_id bigint, OUT o_seq integer, OUT o_previous bytea, OUT o_digest bytea, OUT o_recorded_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    genesis CONSTANT bytea := decode(repeat('00', 32), 'hex');
BEGIN
    o_recorded_at := clock_timestamp();
    INSERT INTO ledger_chain AS head (subject_type, subject_id, seq, previous, digest)
    VALUES (a_type, a_id, 1, genesis, sha256(genesis || int4send(1) || timestamptz_send(o_recorded_at) || a_content))
    ON CONFLICT (subject_type, subject_id) DO UPDATE SET
        seq = head.seq + 1,
        previous = head.digest,
        digest = sha256(head.digest || int4send(head.seq + 1) || timestamptz_send(o_recorded_at) || a_content)
    RETURNING head.seq, head.previous, head.digest INTO o_seq, o_previous, o_digest;
    INSERT INTO ledger_entry (
        subject_type, subject_id, seq, kind, user_id, post_id, acting_for_id, at, recorded_at, unit, data,
        personal_digest, previous, digest
    ) VALUES (
        a_type, a_id, o_seq, a_kind, a_user, a_post, a_for, a_at, o_recorded_at, a_unit, a_data,
        a_personal_digest, o_previous, o_digest
    ) RETURNING id INTO o_id;
    INSERT INTO ledger_unsealed (entry_id) VALUES (o_id);
    IF a_salt IS NOT NULL THEN
        INSERT INTO ledger_personal (entry_id, salt, data) VALUES (o_id, a_salt, a_personal);
    END IF;
END $$
"""

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""

# Personal data may go, but only by erase_personal, which says in the ledger that and why it did.
REFUSE_UNLESS_ERASING = """
CREATE FUNCTION ledger_refuse_unless_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('tocho.ledger_erasing', true) IS DISTINCT FROM 'yes' THEN
        RAISE EXCEPTION 'personal data is erased by erase_personal only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""


def trigger(table: str, name: str, events: str, function: str = "ledger_refuse") -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_{name} BEFORE {events} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {table}_{name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND, "DROP FUNCTION ledger_append"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION ledger_refuse"),
        migrations.RunSQL(REFUSE_UNLESS_ERASING, "DROP FUNCTION ledger_refuse_unless_erasing"),
        trigger("ledger_entry", "no_change", "UPDATE OR DELETE"),
        trigger("ledger_entry", "no_truncate", "TRUNCATE"),
        trigger("ledger_block", "no_change", "UPDATE OR DELETE"),
        trigger("ledger_block", "no_truncate", "TRUNCATE"),
        trigger("ledger_chain", "no_delete", "DELETE"),
        trigger("ledger_chain", "no_truncate", "TRUNCATE"),
        trigger("ledger_personal", "no_change", "UPDATE"),
        trigger("ledger_personal", "erase_only", "DELETE", "ledger_refuse_unless_erasing"),
        trigger("ledger_personal", "no_truncate", "TRUNCATE"),
    ]
