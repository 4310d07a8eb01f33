"""Promise (k): lists of files, documents and what arrived, among 1,000,000 documents, and all they can be narrowed to:
for a clerk, for who looks after a bureau's documents, and for the archive, which sees what comes to it from everywhere.

Every fifth file is of the clerk's office, the rest of all others; a tenth of the files waits for the archive. Written
by SQL, without ledger entries: only read here.
"""

import time
from urllib.parse import quote

import psycopg

from bench.client import Browser
from bench.meter import Cost, report
from bench.server import City

PROMISE_MS = 100
CLERK, KEEPER, ARCHIVIST = "takahashi", "suzuki", "mori"
FILES, ARRIVED, MANY, CHUNK, BASE = 20_000, 200_000, 1_000_000, 100_000, 1_000_000_000
WORDS = ("研修", "会場", "印刷", "様式", "備品", "相談会", "点検", "講師", "広報紙", "委託")
RARE = "耐震補強"  # of one document in 7,919
PREPARE = """
    CREATE TEMPORARY TABLE bench_office AS
    SELECT row_number() OVER (ORDER BY code <> %(unit)s, code) - 1 AS place, code
      FROM (SELECT DISTINCT unit.code FROM org_orgunit unit JOIN org_post post ON post.unit_id = unit.id) held"""
STATES = """(ARRAY['current', 'current', 'current', 'current', 'current', 'current', 'closed', 'closed', 'retained',
    'retained', 'retained', 'retained', 'retained', 'due', 'due', 'extended', 'disposal_review', 'transfer_candidate',
    'disposed', 'disposed'])[1 + f / 5 %% 20]"""
PLACE = "CASE WHEN f %% 5 = 0 THEN 0 ELSE 1 + f %% (SELECT count(*) - 1 FROM bench_office) END"
MAKE_FILES = f"""
    INSERT INTO records_recordfile (id, unit, fiscal_year, number, title, classification_id, retention, state,
        is_automatic, opened_on, closed_on, starts_on, ends_on, ended_on, receipt, sample_note, search_text, changed_at)
    SELECT %(base)s + f, code, 2001 + f %% 20, 100000 + f, title, class.id, 'y5', state, false, '2001-04-01',
        shut, shut, shut, CASE state WHEN 'disposed' THEN shut END, '', '見本', title, now()
      FROM generate_series(1, %(files)s) f
      CROSS JOIN LATERAL (SELECT {STATES} AS state, (%(words)s::text[])[1 + f / 7 %% 10] || 'のつづり（' || f || '）'
                          AS title) said
      CROSS JOIN LATERAL (SELECT CASE WHEN state <> 'current' THEN '2020-03-31'::date END AS shut) day
      JOIN bench_office ON place = {PLACE}
      JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS whole
              FROM records_classification) class ON class.n = f %% class.whole"""
MAKE_DOCUMENTS = """
    INSERT INTO records_document (id, file_id, unit, kind, subject_type, number, title, dated_on, digest, entered_at,
        gone_at, search_text)
    SELECT %(base)s + n, file.id, file.unit, (ARRAY['decision', 'decision', 'notice', 'received', 'other'])[1 + n %% 5],
        '', '2比第' || n || '号', CASE WHEN gone IS NULL THEN said.title ELSE '' END,
        '2001-04-01'::date + (n * 7000 / %(many)s)::int, '', now(), gone,
        CASE WHEN gone IS NULL THEN said.title ELSE '' END
      FROM generate_series(%(low)s::bigint, %(high)s::bigint) n
      JOIN records_recordfile file ON file.id = %(base)s + 1 + (n * 7919) %% %(files)s
      CROSS JOIN LATERAL (SELECT CASE file.state WHEN 'disposed' THEN now() END AS gone) ended
      CROSS JOIN LATERAL (SELECT CASE WHEN n %% 7919 = 0 THEN %(rare)s ELSE (%(words)s::text[])[1 + n / 7 %% 10] END
                          || 'について（' || n || '）' AS title) said"""
MAKE_DOCUMENT_WORDS = """
    INSERT INTO records_documentwords (document_id, tokens)
    SELECT id, CASE WHEN (id - %(base)s) %% 7919 = 0 THEN %(rare_tokens)s::tsvector
                    ELSE (%(tokens)s::text[])[1 + (id - %(base)s) / 7 %% 10]::tsvector END
      FROM records_document WHERE gone_at IS NULL AND id BETWEEN %(base)s + %(low)s AND %(base)s + %(high)s"""
MAKE_FILE_WORDS = """
    INSERT INTO records_filewords (file_id, tokens)
    SELECT id, (%(tokens)s::text[])[1 + (id - %(base)s) / 7 %% 10]::tsvector
      FROM records_recordfile WHERE id > %(base)s"""
MAKE_ARRIVED = f"""
    INSERT INTO records_receiveddocument (id, unit, fiscal_year, number, title, sender, channel, arrived_on, state,
        assigned_unit, handling, once, changed_at)
    SELECT %(base)s + f, code, CASE WHEN state <> 'received' THEN 2020 END, CASE WHEN state <> 'received' THEN f END,
        (%(words)s::text[])[1 + f / 7 %% 10] || 'の申出（' || f || '）', '見本太郎',
        (ARRAY['post', 'counter', 'mail', 'online'])[1 + f %% 4], '2015-04-01'::date + f / 100, state,
        CASE WHEN state IN ('assigned', 'handled') THEN code ELSE '' END,
        CASE state WHEN 'handled' THEN '済' ELSE '' END, 'bench-' || f, now()
      FROM generate_series(1, %(arrived)s) f
      CROSS JOIN LATERAL (SELECT CASE WHEN f %% 997 = 0 THEN 'received' WHEN f %% 50 = 0 THEN 'assigned'
                                 ELSE 'handled' END AS state) said
      JOIN bench_office ON place = {PLACE}"""
MAKE_ARRIVED_WORDS = """
    INSERT INTO records_receivedwords (received_id, tokens)
    SELECT id, (%(tokens)s::text[])[1 + (id - %(base)s) / 7 %% 10]::tsvector
      FROM records_receiveddocument WHERE id > %(base)s"""
TABLES = ("recordfile", "document", "documentwords", "filewords", "receiveddocument", "receivedwords")
DOCUMENTS = {
    "all": "",
    "word": "q=相談会",
    "words_rare": f"q={RARE}",
    "nothing": "q=どこにもない言葉",
    "days": "first=2015-01-01&last=2015-03-31",
    "kind": "kind=notice",
    "class": "classification={class}",
    "office": "unit={unit}&kind=received",
    "together": f"q={RARE}&kind=decision&classification={{class}}&first=2005-01-01&last=2019-12-31",
}
FILED = {
    "all": "",
    "word": "q=相談会",
    "state": "state=due",
    "year": "year=2010",
    "class": "classification={class}",
    "held": "held=yes",
    "nothing": "q=どこにもない言葉",
}
ARRIVALS = {
    "all": "",
    "word": "q=相談会",
    "state": "state=received",
    "channel": "kind=mail&first=2016-01-01&last=2016-02-01",
}
PAGES = {"documents/": ("documents", DOCUMENTS), "": ("files", FILED), "received/": ("received", ARRIVALS)}
WHOLE = {CLERK: "clerk", KEEPER: "keeper", ARCHIVIST: "archive"}


def run(city: City, *, quick: bool) -> bool:
    values = generate(city, MANY // 10 if quick else MANY)
    kept = []
    for person, who in WHOLE.items():
        for path, (name, lists) in PAGES.items():
            for asked, query in lists.items():
                cost = _measure(city, person, f"{path}?{query.format(**values)}", f"{who} {name} {asked}", quick=quick)
                kept.append(report(f"records_{who}_{name}_{asked}_p95", cost.percentile(95), "ms", PROMISE_MS))
    return all(kept)


def _measure(city: City, person: str, path: str, name: str, *, quick: bool) -> Cost:
    browsers = city.browsers(2)
    for browser in browsers:
        browser.sign_in(person)

    def look(browser: Browser, number: int) -> None:
        if "</html>" not in browser.get(f"/desk/records/{quote(path, safe='/?=&')}").text:
            raise AssertionError(f"{path}: no page")

    meter = city.meter()
    meter.measure(look, browsers, count=10)
    cost = meter.measure(look, browsers, count=40 if quick else 120)
    print(cost.detail(f"records: {name}", bare=city.bare), flush=True)
    return cost


def generate(city: City, many: int) -> dict[str, str]:
    """Write files, documents and what arrived; what the lists are narrowed to."""
    from django.utils import timezone

    from tocho.core.accounts.models import User
    from tocho.core.org import api as org
    from tocho.engines.search import api as search

    started, sql = time.monotonic(), city.sql
    clerk = User.objects.get(username=CLERK)
    unit = org.posts_of(clerk.id, at=timezone.now())[0].unit_code
    values = {"unit": unit, "base": BASE, "files": FILES, "arrived": ARRIVED, "many": many, "words": list(WORDS)}
    values |= {"tokens": [search.tokens_of(f"{word}について", word) for word in WORDS], "rare": RARE}
    values["rare_tokens"] = search.tokens_of(f"{RARE}について", RARE)
    sql.execute("DROP TABLE IF EXISTS bench_office")
    sql.execute(PREPARE, values)
    _write(sql, (MAKE_FILES, MAKE_FILE_WORDS, MAKE_ARRIVED, MAKE_ARRIVED_WORDS), values)
    for first in range(1, many + 1, CHUNK):
        span = {**values, "low": first, "high": min(first + CHUNK - 1, many)}
        _write(sql, (MAKE_DOCUMENTS, MAKE_DOCUMENT_WORDS), span)
    for table in TABLES:
        sql.execute(f"VACUUM ANALYZE records_{table}")
    row = sql.execute("SELECT code FROM records_classification ORDER BY id LIMIT 1").fetchone()
    print(f"  {many:,} documents in {FILES:,} files generated, {time.monotonic() - started:.0f} s", flush=True)
    return {"unit": unit, "class": str(row[0]) if row else ""}


def _write(sql: psycopg.Connection, statements: tuple[str, ...], values: dict[str, object]) -> None:
    with sql.transaction():
        sql.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            sql.execute(statement, values)
