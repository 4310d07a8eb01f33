"""Promise (d): the inbox of an officer at whose addresses 5,000 items wait, among 10,000 and among 1,000,000 cases.

The cases are written by SQL straight into the tables of the applications, their processes, tokens and tasks.
"""

import time

from bench.client import Browser
from bench.meter import Cost, report
from bench.server import City

PROMISE_MS, PROMISE_GROWTH = 100, 1.5
VIEWER = "takahashi"
WAITING, FEW, MANY = 5_000, 10_000, 1_000_000
FIRST = 1_000_000_000  # ids of the generated cases begin here
OPEN = f"(n <= {WAITING} OR n %% 20 = 0)"  # the viewer's, and one in twenty of all others
STATEMENTS = (
    f"""
    INSERT INTO procedures_application (id, public_id, version_id, unit, state, receipt_number, language,
        applicant_name, applicant_email, answers, computed, checks, fee, outcome, created_at, submitted_at, due_on,
        stopped_days, closed_at)
    SELECT {FIRST} + n, gen_random_uuid(), %(version)s, %(unit)s, CASE WHEN {OPEN} THEN 'examining' ELSE 'closed' END,
        'B' || n, 'ja', '山田 花子', 'hanako@mail.example', '{{"applicant_kind": "individual", "copies": 1}}', '{{}}',
        '[]', 0, CASE WHEN {OPEN} THEN '' ELSE 'approve' END, at, at, at::date + 14, 0,
        CASE WHEN {OPEN} THEN NULL ELSE at + interval '3 days' END
      FROM cases""",
    f"""
    INSERT INTO process_instance (id, definition_id, subject_type, subject_id, state, context, started_at, ended_at,
        ended_reason)
    SELECT {FIRST} + n, %(definition)s, 'application', {FIRST} + n, CASE WHEN {OPEN} THEN 'active' ELSE 'done' END,
        '{{"fee": 0, "office": "unit:1"}}', at, CASE WHEN {OPEN} THEN NULL ELSE at + interval '3 days' END, ''
      FROM cases""",
    f"""
    INSERT INTO process_token (id, instance_id, element_id, via, fate, arrived_at, left_at)
    SELECT {FIRST} + n, {FIRST} + n, 'examine', 'to_examine', CASE WHEN {OPEN} THEN 'here' ELSE 'passed' END, at,
        CASE WHEN {OPEN} THEN NULL ELSE at + interval '2 days' END
      FROM cases""",
    f"""
    INSERT INTO process_task (id, kind, subject_type, subject_id, title, folded_title, address, state, due_on,
        ready_at, done_at, outcome, instance_id, token_id, element_id)
    SELECT {FIRST} + n, 'procedures.examine', 'application', {FIRST} + n,
        '納税証明書交付 2020-' || n, '納税証明書交付 2020-' || n,
        CASE WHEN n <= {WAITING} OR n %% 3 = 0 THEN %(address)s ELSE 'unit:' || (n %% 900 + 100000) END,
        CASE WHEN {OPEN} THEN 'ready' ELSE 'done' END, at::date + 14, at,
        CASE WHEN {OPEN} THEN NULL ELSE at + interval '2 days' END, '{{}}', {FIRST} + n, {FIRST} + n, 'examine'
      FROM cases WHERE n <= {WAITING} OR n %% 60 != 0""",
)
CASES = """WITH cases AS (
    SELECT n, now() - (n %% 400) * interval '1 day' AS at FROM generate_series(%(low)s::int, %(high)s::int) n)"""


def generate(city: City, low: int, high: int) -> None:
    """Write the cases from ``low`` to ``high``: of the first 5,000 each waits for the viewer's unit, of the others some
    wait elsewhere, and the rest are closed, many of them by the viewer's unit."""
    from django.utils import timezone

    from tocho.core.accounts.models import User
    from tocho.core.org import api as org
    from tocho.modules.procedures.models import ProcedureVersion

    viewer = User.objects.get(username=VIEWER)
    post = org.posts_of(viewer.id, at=timezone.now())[0]
    version = ProcedureVersion.objects.get(procedure__key="nozei-shomei")
    values = {
        "low": low,
        "high": high,
        "version": version.id,
        "definition": version.process_definition_id,
        "unit": post.unit_code,
        "address": f"unit:{post.unit_id}",
    }
    started = time.monotonic()
    with city.sql.transaction():
        # Keys to rows that the same statements make: a million look-ups each would measure nothing.
        city.sql.execute("SET LOCAL session_replication_role = replica")
        for statement in STATEMENTS:
            city.sql.execute(CASES + statement, values)
    city.sql.execute("ANALYZE")
    print(f"  {high - low + 1:,} cases generated, {time.monotonic() - started:.0f} s", flush=True)


def run(city: City, *, quick: bool) -> bool:
    generate(city, 1, FEW)
    few = _measure(city, f"inbox, {WAITING:,} waiting among {FEW:,} cases", quick)
    many_cases = MANY // 10 if quick else MANY
    generate(city, FEW + 1, many_cases)
    many = _measure(city, f"inbox, {WAITING:,} waiting among {many_cases:,} cases", quick)
    fast = report("inbox_p95", many.percentile(95), "ms", PROMISE_MS)
    flat = report("inbox_growth", many.percentile(95) / few.percentile(95), "times", PROMISE_GROWTH)
    return fast and flat


def _measure(city: City, name: str, quick: bool) -> Cost:
    browsers = city.browsers()
    for browser in browsers:
        browser.sign_in(VIEWER)

    def look(browser: Browser, number: int) -> None:
        if "1,000" not in browser.get("/desk/").text:
            raise AssertionError("the inbox is not full")

    meter = city.meter()
    meter.measure(look, browsers, count=40)
    cost = meter.measure(look, browsers, count=100 if quick else 500)
    print(cost.detail(name, bare=city.bare), flush=True)
    return cost
