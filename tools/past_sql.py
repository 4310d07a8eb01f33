"""The statements of ``tools.past``: one table of cases for each portion, from which all other rows follow.

``h2`` … ``h5`` are numbers that look drawn by lot and are the same each time. Digests of ledger entries are those of
``core.ledger.rules``, which the verification computes again from the rows.
"""

NO_RECEIPT = "0000-0000000-0"  # stands for the receipt number among the words of a procedure
BODY = "標記について、決定してよろしいか。"

PREPARE = (
    "DROP TABLE IF EXISTS past_kind, past_day, past_case",
    """CREATE TEMPORARY TABLE past_kind (number int, version bigint, key text, title text, folded text,
        unit text, unit_id bigint, standard int, online float, words text)""",
    "CREATE TEMPORARY TABLE past_day (on_day date PRIMARY KEY, rank int, opened bool)",  # rank: open days up to it
)

CASES = """
CREATE TEMPORARY TABLE past_case AS
WITH lots AS (
    -- ids follow the days, as they do in life; a permutation spreads the procedures over them
    SELECT n, kind.*,
        (hashint8extended(n, 2) & 2147483647)::int AS h2, (hashint8extended(n, 3) & 2147483647)::int AS h3,
        (hashint8extended(n, 4) & 2147483647)::int AS h4, (hashint8extended(n, 5) & 2147483647)::int AS h5
      FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS n
      JOIN past_kind kind ON kind.number = width_bucket((n * 7919 %% %(count)s + 1)::int, %(firsts)s::int[])
), arrived AS (
    SELECT lots.*, on_day, rank,
        (on_day + interval '8 hours' + h2 %% 46800 * interval '1 second') AT TIME ZONE 'Asia/Tokyo' AS submitted_at,
        -- most within the standard period, one in fifty late
        CASE WHEN %(waiting)s::bool THEN 100 WHEN h4 %% 50 = 0 THEN standard + 1 + h3 %% 10
             ELSE h3 %% (standard + 1) END AS took
      FROM lots JOIN past_day
        ON on_day = (%(at)s::timestamptz AT TIME ZONE 'Asia/Tokyo')::date - 1
                  - ((%(count)s - n) * CASE WHEN %(waiting)s::bool THEN 60 ELSE %(days)s END / %(count)s)::int
), ended AS (
    SELECT arrived.*, due.on_day AS due_on,
        greatest(submitted_at + (600 + h2 %% 3600) * interval '1 second',
            CASE WHEN took > 0 THEN
                (done.on_day + interval '9 hours' + h5 %% 28800 * interval '1 second') AT TIME ZONE 'Asia/Tokyo' END
        ) AS closed_at
      FROM arrived
      JOIN past_day due ON due.rank = arrived.rank + standard AND due.opened
      LEFT JOIN past_day done ON done.rank = arrived.rank + took AND done.opened
), told AS (
    SELECT ended.*, closed_at IS NULL OR closed_at > %(at)s::timestamptz AS is_open, h5 %% 100 = 0 AS is_withdrawn,
        CASE WHEN h4 %% 33 = 0 THEN 'reject' ELSE 'approve' END AS outcome,
        extract(year FROM on_day - interval '3 months')::int AS year,
        nextval('procedures_application_id_seq') AS id, nextval('process_instance_id_seq') AS instance_id,
        nextval('process_token_id_seq') AS token_id, nextval('process_task_id_seq') AS task_id,
        nextval('decisions_decision_id_seq') AS decision_id
      FROM ended ORDER BY n
), numbered AS (
    SELECT told.*, year || lpad(id::text, 7, '0') AS digits FROM told
)
SELECT numbered.*, NOT is_open AND NOT is_withdrawn AS is_decided,
    year || '-' || lpad(id::text, 7, '0') || '-' || (10 - (SELECT sum(substr(digits, length(digits) - i + 1, 1)::int
        * CASE WHEN i %% 2 = 1 THEN 3 ELSE 1 END) FROM generate_series(1, length(digits)) i) %% 10) %% 10 AS receipt,
    ('{佐藤,鈴木,高橋,田中,伊藤,渡辺,山本,中村,小林,加藤,吉田,山田,佐々木,山口,松本,井上}'::text[])
        [1 + h2 %% 16] AS family,
    ('{陽菜,結衣,美咲,さくら,葵,蓮,大翔,悠真,翔太,健太,明,誠,和子,幸子,由美,恵子}'::text[])[1 + h3 %% 16] AS given
  FROM numbered"""

# Rows by model: column → what it holds, and from where. Other columns that must not be empty hold the model's default.
ENDED = "CASE WHEN is_open THEN NULL ELSE closed_at END"
ROWS: tuple[tuple[str, dict[str, str], str], ...] = (
    (
        "procedures.Application",
        {
            "id": "id",
            "public_id": "gen_random_uuid()",
            "version_id": "version",
            "unit": "unit",
            "state": "CASE WHEN is_open THEN 'examining' WHEN is_withdrawn THEN 'withdrawn' ELSE 'closed' END",
            "receipt_number": "receipt",
            "applicant_name": "family || ' ' || given",
            "answers": """jsonb_build_object('applicant_name', jsonb_build_object('family', family, 'given', given,
                'family_kana', '', 'given_kana', ''))""",
            "outcome": "CASE WHEN is_decided THEN outcome ELSE '' END",
            "created_at": "submitted_at",
            "submitted_at": "submitted_at",
            "due_on": "due_on",
            "closed_at": ENDED,
        },
        "FROM past_case",
    ),
    (
        "process.Instance",
        {
            "id": "past.instance_id",
            "definition_id": "version.process_definition_id",
            "subject_type": "'application'",
            "subject_id": "past.id",
            "state": "CASE WHEN is_open THEN 'active' WHEN is_withdrawn THEN 'cancelled' ELSE 'done' END",
            "context": "jsonb_build_object('fee', 0, 'office', 'unit:' || unit_id, 'title', title || ' ' || receipt)",
            "started_at": "submitted_at",
            "ended_at": ENDED,
            "ended_reason": "CASE WHEN is_withdrawn AND NOT is_open THEN 'withdrawn' ELSE '' END",
        },
        "FROM past_case past JOIN procedures_procedureversion version ON version.id = past.version",
    ),
    (
        "process.Token",
        {
            "id": "token_id",
            "instance_id": "instance_id",
            "element_id": "'examine'",
            "via": "'run_checks_to_examine'",
            "fate": "CASE WHEN is_open THEN 'here' WHEN is_withdrawn THEN 'cancelled' ELSE 'passed' END",
            "arrived_at": "submitted_at",
            "left_at": ENDED,
        },
        "FROM past_case",
    ),
    (
        "process.Task",
        {
            "id": "task_id",
            "kind": "'procedures.examine'",
            "subject_type": "'application'",
            "subject_id": "id",
            "title": "title || ' ' || receipt",
            "folded_title": "folded || ' ' || receipt",
            "address": "'unit:' || unit_id",
            "state": "CASE WHEN is_open THEN 'ready' WHEN is_withdrawn THEN 'cancelled' ELSE 'done' END",
            "due_on": "due_on",
            "ready_at": "submitted_at",
            "done_at": ENDED,
            "instance_id": "instance_id",
            "token_id": "token_id",
            "element_id": "'examine'",
        },
        "FROM past_case",
    ),
    (
        "decisions.Decision",
        {
            "id": "decision_id",
            "state": "'issued'",
            "category": "'past'",
            "outcome": "outcome",
            "title": "said.title",
            "body": "body",
            "reasons": "reasons",
            "subject_type": "'application'",
            "subject_id": "id",
            "unit": "unit",
            "symbol": "'見本'",
            "fiscal_year": "year",
            "number": "decision_id",
            "article": "'見本の値'",
            "by_rule": "'過去の申請（見本）'",
            "content_digest": """encode(sha256(convert_to('{"attachments":[],"body":' || to_json(body)
                || ',"brief":[],"outcome":"' || outcome || '","reasons":' || to_json(reasons) || ',"title":'
                || to_json(said.title) || '}', 'UTF8')), 'hex')""",
            "drafted_at": "closed_at",
            "decided_at": "closed_at",
            "issued_at": "closed_at",
        },
        f"""FROM (SELECT decision_id, outcome, id, unit, year, closed_at,
                title || 'について（' || receipt || '）' AS title, '{BODY}' AS body,
                CASE WHEN outcome = 'reject' THEN '要件に合わないため（見本）' ELSE '' END AS reasons
              FROM past_case WHERE is_decided) said""",
    ),
    (
        "decisions.Wording",
        {"decision_id": "decision_id", "tokens": f"replace(words, '{NO_RECEIPT}', receipt)::tsvector"},
        "FROM past_case WHERE is_decided",
    ),
)

# One entry: what was said, as canonical JSON, and its digests; moments in microseconds since 2000-01-01.
ENTRIES = """
    WITH acts AS (
        SELECT 'application' AS type, id, 1 AS seq, 'application.submitted' AS kind, submitted_at AS at, unit,
            '{"channel":"' || CASE WHEN h5 % 1000 < online * 1000 THEN 'online' ELSE 'counter' END
                || '","procedure":"' || key || '"}' AS data
          FROM past_case
        UNION ALL
        SELECT 'application', id, 2, CASE WHEN is_withdrawn THEN 'application.withdrawn' ELSE 'application.closed' END,
            closed_at, unit, CASE WHEN is_withdrawn THEN '{"procedure":"' || key || '","reason_given":false}'
            ELSE '{"outcome":"' || outcome || '","procedure":"' || key || '","processing_days":' || took
                || ',"within_standard":' || (took <= standard) || '}' END
          FROM past_case WHERE NOT is_open
        UNION ALL
        SELECT 'decision', decision_id, 1, 'decision.decided', closed_at, unit,
            '{"category":"past","medium":"electronic","outcome":"' || outcome || '","rule":"past"}'
          FROM past_case WHERE is_decided
    ), hashed AS (
        SELECT acts.*, sha256(convert_to('["' || type || '",' || id || ',"' || kind || '",'
            || ((extract(epoch FROM at) * 1000000)::bigint - 946684800000000) || ',null,null,null,"' || unit
            || '",null,' || data || ']', 'UTF8')) AS content
          FROM acts
    ), firsts AS (
        SELECT hashed.*, decode(repeat('00', 32), 'hex') AS previous, sha256(decode(repeat('00', 32), 'hex')
            || int4send(1) || timestamptz_send(now()) || content) AS digest
          FROM hashed WHERE seq = 1
    ), all_of_them AS (
        SELECT * FROM firsts
        UNION ALL
        SELECT second.*, first.digest, sha256(first.digest || int4send(2) || timestamptz_send(now()) || second.content)
          FROM hashed second JOIN firsts first ON first.type = second.type AND first.id = second.id
         WHERE second.seq = 2
    ), heads AS (
        INSERT INTO ledger_chain (subject_type, subject_id, seq, previous, digest)
        SELECT DISTINCT ON (type, id) type, id, seq, previous, digest FROM all_of_them ORDER BY type, id, seq DESC
    ), written AS (
        INSERT INTO ledger_entry (subject_type, subject_id, seq, kind, at, recorded_at, unit, data, previous, digest)
        SELECT type, id, seq, kind, at, now(), unit, data, previous, digest FROM all_of_them ORDER BY at RETURNING id
    )
    INSERT INTO ledger_unsealed (entry_id) SELECT id FROM written"""
