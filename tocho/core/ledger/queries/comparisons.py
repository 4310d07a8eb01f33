"""Entries against blocks, heads and personal data: each query finds nothing in a whole ledger."""

# ruff: noqa: S608  every query is put together from the constants of this file

from typing import NamedTuple

from tocho.core.ledger.rules import ERASED


class Comparison(NamedTuple):
    """``name`` and ``text`` of the problem; the text takes the columns of the rows that ``sql`` finds."""

    name: str
    text: str
    sql: str


SEALED = """
    WITH sealed AS (
        SELECT b.height, place.entry_id, place.digest, place.position
        FROM ledger_block b, unnest(b.entry_ids, b.digests) WITH ORDINALITY AS place(entry_id, digest, position)
    )
"""

COMPARISONS = (
    Comparison(
        "missing",
        "entry id {1} of block {0} is missing",
        f"""{SEALED}
        SELECT s.height, s.entry_id
        FROM sealed s LEFT JOIN ledger_entry e ON e.id = s.entry_id WHERE e.id IS NULL""",
    ),
    Comparison(
        "reordered",
        "{2}:{3} entry {4} (id {1}) stands in the place of another one, which is now id {5}",
        f"""{SEALED}
        SELECT s.height, e.id, e.subject_type, e.subject_id, e.seq, other.id
        FROM sealed s JOIN ledger_entry e ON e.id = s.entry_id JOIN ledger_entry other ON other.digest = s.digest
        WHERE e.digest <> s.digest""",
    ),
    Comparison(
        "altered",
        "{2}:{3} entry {4} (id {1}) was rewritten after it was sealed in block {0}",
        f"""{SEALED}
        SELECT s.height, e.id, e.subject_type, e.subject_id, e.seq
        FROM sealed s JOIN ledger_entry e ON e.id = s.entry_id
        WHERE e.digest <> s.digest AND NOT EXISTS (SELECT FROM ledger_entry other WHERE other.digest = s.digest)""",
    ),
    Comparison(
        "reordered",
        "{1}:{2} entry {3} is sealed after entry {4}",
        f"""{SEALED}
        SELECT * FROM (
            SELECT s.height, e.subject_type, e.subject_id, e.seq,
                lag(e.seq) OVER (PARTITION BY e.subject_type, e.subject_id ORDER BY s.height, s.position) AS before
            FROM sealed s JOIN ledger_entry e ON e.id = s.entry_id
        ) neighbours WHERE before >= seq""",
    ),
    Comparison(
        "unsealed",
        "{0}:{1} entry {2} (id {3}) is in no block and does not wait for one",
        f"""{SEALED}
        SELECT e.subject_type, e.subject_id, e.seq, e.id FROM ledger_entry e
        WHERE NOT EXISTS (SELECT FROM ledger_unsealed u WHERE u.entry_id = e.id)
        AND NOT EXISTS (SELECT FROM sealed s WHERE s.entry_id = e.id)""",
    ),
    Comparison(
        "missing",
        "entry id {0} waits for the sealer and is missing",
        """SELECT u.entry_id FROM ledger_unsealed u LEFT JOIN ledger_entry e ON e.id = u.entry_id WHERE e.id IS NULL""",
    ),
    Comparison(
        "chain",
        "{0}:{1} should end with entry {2}, but ends with entry {3}",
        """
        SELECT COALESCE(c.subject_type, e.subject_type), COALESCE(c.subject_id, e.subject_id),
            COALESCE(c.seq, 0), COALESCE(e.seq, 0)
        FROM ledger_chain c FULL JOIN (
            SELECT DISTINCT ON (subject_type, subject_id) subject_type, subject_id, seq, digest
            FROM ledger_entry ORDER BY subject_type, subject_id, seq DESC
        ) e ON e.subject_type = c.subject_type AND e.subject_id = c.subject_id
        WHERE c.seq IS DISTINCT FROM e.seq OR c.digest IS DISTINCT FROM e.digest""",
    ),
    Comparison(
        "personal",
        "{0}:{1} entry {2}: the personal data is not what was recorded",
        """
        SELECT e.subject_type, e.subject_id, e.seq FROM ledger_personal p JOIN ledger_entry e ON e.id = p.entry_id
        WHERE e.personal_digest IS DISTINCT FROM sha256(p.salt || convert_to(p.data, 'UTF8'))""",
    ),
    Comparison(
        "personal",
        "{0}:{1} entry {2}: the personal data is missing, and no erasure is recorded",
        f"""
        SELECT e.subject_type, e.subject_id, e.seq
        FROM ledger_entry e LEFT JOIN ledger_personal p ON p.entry_id = e.id
        WHERE e.personal_digest IS NOT NULL AND p.entry_id IS NULL AND NOT EXISTS (
            SELECT FROM ledger_entry x WHERE x.subject_type = e.subject_type AND x.subject_id = e.subject_id
            AND x.kind = '{ERASED}' AND x.seq > e.seq
        )""",
    ),
)
