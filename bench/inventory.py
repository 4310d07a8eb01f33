"""Promise (h): an inventory of 30,000 procedures, all 46 columns filled, from an Excel file; and the list of them.

By the real path: the file stored, read and compared by the worker's job, confirmed, written by its second job.
"""

import random
import secrets
import time
from io import BytesIO
from typing import Any

from bench.client import Browser
from bench.meter import report
from bench.server import City

PROMISE_SECONDS, PROMISE_LIST_MS = 60, 100
ROWS = 30_000
OFFICES = ("R02-0600", "R02-0700", "R02-1100", "R02-1200", "R02-1600")


def run(city: City, *, quick: bool) -> bool:
    count = ROWS // 10 if quick else ROWS
    seconds = _import(_survey(count), city)
    print(f"  imported {count:,} rows in {seconds:.1f} s: {count / seconds:.0f} rows a second", flush=True)
    kept = report("inventory_import", seconds * ROWS / count, "s", PROMISE_SECONDS)
    somebody = city.browsers(1)[0]
    somebody.sign_in("koike_staff")

    def look(browser: Browser, number: int) -> None:
        browser.get(f"/desk/inventory/?sort=volume&bureau={OFFICES[number % len(OFFICES)]}")

    meter = city.meter()
    meter.measure(look, [somebody], count=10)
    cost = meter.measure(look, [somebody], count=50 if quick else 200)
    print(cost.detail("list of procedures", bare=city.bare), flush=True)
    return report("inventory_list_p95", cost.percentile(95), "ms", PROMISE_LIST_MS) and kept


def _survey(count: int) -> bytes:
    from tocho.lib.csvfile import excel_file
    from tocho.modules.inventory.definitions import codebook

    chance = random.Random(count)  # the same file each time
    columns = [column for column in codebook().columns if not column.local] + [codebook().by_key["unit"]]
    rows = ([_cell(column, number, chance) for column in columns] for number in range(count))
    return excel_file([column.ja for column in columns], rows).read()


def _cell(column: Any, number: int, chance: random.Random) -> str | int:
    if column.key in ("code", "unit"):
        return f"BENCH-{number:06d}" if column.key == "code" else chance.choice(OFFICES)
    if column.kind == "number":
        return chance.randrange(5_000, 90_000) if column.key == "volume" else chance.randrange(5_000)
    if column.codes:
        return str(chance.choice(column.codes).cell)
    return f"{column.ja}の例、第{number % 700}号"


def _import(content: bytes, city: City) -> float:
    """Seconds from the chosen file to the last row written, without the pause of the person who confirms."""
    from django.utils import timezone

    from tocho.core.files import api as files
    from tocho.core.ledger.api import SYSTEM
    from tocho.modules.inventory import actions

    at, started = timezone.now(), time.perf_counter()
    stored = files.store(BytesIO(content), name="survey.xlsx", by=SYSTEM, at=at)
    run = actions.start_import(
        file_id=stored.id,
        effective_on=timezone.localdate(),
        default_unit=OFFICES[0],
        once=secrets.token_hex(8),
        actor=SYSTEM,
        at=at,
    )
    _await(run, "checked")
    actions.confirm_import(run_id=run.id, actor=SYSTEM, at=at)
    _await(run, "applied")
    return time.perf_counter() - started


def _await(run: Any, state: str) -> None:
    while run.state != state:
        assert run.state in ("reading", "checked", "applying"), (run.state, run.problem)
        time.sleep(0.05)
        run.refresh_from_db()
