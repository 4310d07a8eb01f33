"""Promise (j): the list of decisions, and what it is narrowed to, among 1,000,000 decisions of people; what that costs
more than among 10,000.

Every fifth is of the viewer's office; those are drafted by its staff and decided by three chiefs, one of them for a
short time. The rest is spread over the city. Written by SQL, without ledger entries: only read here.
"""

import time
from datetime import timedelta
from statistics import median
from urllib.parse import quote

import psycopg

from bench.client import Browser
from bench.meter import Cost, report
from bench.server import City

PROMISE_MS, PROMISE_GROWTH = 100, 1.5
VIEWER = "takahashi"
FEW, MANY, CHUNK, BASE = 10_000, 1_000_000, 100_000, 1_000_000_000
KINDS = ("certificate", "permit", "contract", "subsidy")
WORDS = ("研修", "会場", "印刷", "様式", "備品", "相談会", "点検", "講師", "広報紙", "委託")
PREPARE = """
    CREATE TEMPORARY TABLE bench_seat AS
    SELECT row_number() OVER (ORDER BY unit.code <> %(unit)s, post.id) - 1 AS seat, unit.code AS unit, post.id AS post,
        held.user_id AS person
      FROM org_post post JOIN org_orgunit unit ON unit.id = post.unit_id
      JOIN LATERAL (SELECT user_id FROM org_appointment WHERE post_id = post.id ORDER BY id LIMIT 1) held ON true
     ORDER BY unit.code <> %(unit)s, post.id LIMIT 2000"""
DECISIONS = """
    INSERT INTO decisions_decision (id, state, category, facts, outcome, title, body, brief, reasons, subject_type,
        subject_id, unit, symbol, fiscal_year, number, revision, circuit, branch, medium, paper_reason, relation, power,
        collapses, asked_back, note, article, why, by_rule, drafter_id, drafter_post_id, decided_by_id, content_digest,
        drafted_at, circulated_at, decided_at)
    SELECT %(base)s + n, CASE WHEN n %% 997 = 0 THEN 'rejected' WHEN n %% 50 = 0 THEN 'decided' ELSE 'completed' END,
        (%(kinds)s::text[])[1 + n %% 4], '{"amount": 40000}', 'approve',
        (%(words)s::text[])[1 + n / 7 %% 10] || 'の実施について（' || n || '）', '別紙のとおり実施してよろしいか。',
        '[]', '', 'decision', %(base)s + n, seat.unit, '比', 2020, n, 1, 1, 0, 'electronic', '', '', 'standing', false,
        false, '', '見本の値', '', '', seat.person, seat.post,
        CASE WHEN n %% 5 > 0 THEN other.person WHEN n %% 7919 = 0 THEN chief.third ELSE chief.first END, '', at, at, at
      FROM generate_series(%(low)s::bigint, %(high)s::bigint) n
      CROSS JOIN LATERAL (SELECT now() - (%(last)s - n) * interval '10 years' / (%(last)s - %(from)s + 1) AS at) day
      JOIN bench_seat seat ON seat.seat = CASE WHEN n %% 5 = 0 THEN n / 5 %% 3 ELSE 3 + n %% 1997 END
      JOIN bench_seat other ON other.seat = 3 + (n * 7) %% 1997
      CROSS JOIN (SELECT max(person) FILTER (WHERE seat = 0) AS first, max(person) FILTER (WHERE seat = 1999) AS third
                    FROM bench_seat) chief"""
STEPS = """
    INSERT INTO decisions_step (decision_id, circuit, revision, stage, needed, kind, state, post_id, deputies,
        acted_by_id, acted_post_id, capacity, evidence, opinion, activated_at, acted_at)
    SELECT decision.id, 1, 1, 1, 0, 'decide', CASE state WHEN 'rejected' THEN 'rejected' ELSE 'approved' END, seat.post,
        '{}', seat.person, seat.post, 'holder', '{}', '', decided_at, decided_at
      FROM decisions_decision decision
      JOIN bench_seat seat ON seat.seat = CASE WHEN number %% 5 > 0 THEN 3 + (number * 7) %% 1997
                                               WHEN number %% 7919 = 0 THEN 1999 ELSE 0 END
     WHERE decision.id BETWEEN %(base)s + %(low)s AND %(base)s + %(high)s"""
TOKENS = """
    INSERT INTO decisions_wording (decision_id, tokens)
    SELECT id, (%(tokens)s::text[])[1 + number / 7 %% 10]::tsvector FROM decisions_decision
     WHERE id BETWEEN %(base)s + %(low)s AND %(base)s + %(high)s"""
LISTS = {
    "all": "",
    "state": "state=completed",
    "state_rare": "state=rejected",
    "state_none": "state=on_hold",
    "category": "category=permit",
    "drafter": "drafter={third}",
    "drafter_surname": "drafter=鈴木",  # hundreds of them, hardly one within reach
    "decider": "decider={first}",
    "decider_rare": "decider={third}",
    "decided_days": "by=decided&since={since}&until={until}",
    "drafted_days": "since={since}&until={until}",
    "number": "q=4567",
    "title": "q=相談会",
    "nothing": "q=どこにもない言葉",
    "together": "state=rejected&category=permit&decider={first}&by=decided&since={since}&until={until}",
    "together_rare": "state=rejected&decider={third}&drafter={first}",
}


def run(city: City, *, quick: bool) -> bool:
    from django.utils import timezone

    from tocho.core.accounts.models import User
    from tocho.core.org import api as org

    at = timezone.now()
    viewer = User.objects.get(username=VIEWER)
    unit = org.posts_of(viewer.id, at=at)[0].unit_code
    values = generate(city.sql, 1, FEW, unit=unit)
    on = org.office_day(at)
    values |= {"since": (on - timedelta(days=4 * 365)).isoformat(), "until": (on - timedelta(days=1400)).isoformat()}
    few = {name: _measure(city, name, query.format(**values), FEW, quick=quick) for name, query in LISTS.items()}
    many = MANY // 10 if quick else MANY
    generate(city.sql, FEW + 1, many, unit=unit)
    kept, growth = [], []
    for name, query in LISTS.items():
        cost = _measure(city, name, query.format(**values), many, quick=quick)
        kept.append(report(f"decisions_{name}_p95", cost.percentile(95), "ms", PROMISE_MS))
        growth.append(cost.percentile(95) / few[name].percentile(95))
    kept.append(report("decisions_growth", median(growth), "times", PROMISE_GROWTH))
    print(f"  the most that one of them grows: {max(growth):.1f} times", flush=True)
    return all(kept)


def _measure(city: City, name: str, query: str, count: int, *, quick: bool) -> Cost:
    browsers = city.browsers(2)
    for browser in browsers:
        browser.sign_in(VIEWER)

    def look(browser: Browser, number: int) -> None:
        if "decision-q" not in browser.get(f"/desk/decisions/?{quote(query, safe='=&')}").text:
            raise AssertionError(f"{query}: no list")

    meter = city.meter()
    meter.measure(look, browsers, count=20)
    cost = meter.measure(look, browsers, count=60 if quick else 200)
    print(cost.detail(f"decisions {name} among {count:,}", bare=city.bare), flush=True)
    return cost


def generate(sql: psycopg.Connection, low: int, high: int, *, unit: str) -> dict[str, str]:
    """Write the decisions numbered low to high; who decides in the viewer's office, by name."""
    from tocho.engines.search import api as search

    started, values = time.monotonic(), {"unit": unit, "base": BASE, "kinds": list(KINDS), "words": list(WORDS)}
    values |= {
        "from": low,
        "last": high,
        "tokens": [search.tokens_of(f"{word}の実施について", "実施") for word in WORDS],
    }
    sql.execute("DROP TABLE IF EXISTS bench_seat")
    sql.execute(PREPARE, values)
    for first in range(low, high + 1, CHUNK):
        span = {**values, "low": first, "high": min(first + CHUNK - 1, high)}
        with sql.transaction():
            sql.execute("SET LOCAL session_replication_role = replica")
            for statement in (DECISIONS, STEPS, TOKENS):
                sql.execute(statement, span)
    sql.execute("VACUUM ANALYZE decisions_decision")
    sql.execute("VACUUM ANALYZE decisions_step")
    sql.execute("VACUUM ANALYZE decisions_wording")
    names: dict[int, str] = dict(
        sql.execute(
            "SELECT seat, display_name FROM bench_seat JOIN accounts_user ON accounts_user.id = person"
            " WHERE seat IN (0, 1999)"
        ).fetchall()
    )
    print(f"  decisions {low:,} to {high:,} generated, {time.monotonic() - started:.0f} s", flush=True)
    return {"first": names[0], "third": names[1999]}
