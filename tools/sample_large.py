"""`make sample-large`: the sample city with a million past applications, in minutes; `make run` then serves it."""

import os
import subprocess
import sys
import time

import psycopg

from tools.database import database
from tools.environment import PYTHON
from tools.settings import sample_city

COUNT = 1_000_000
BAR = 30


def main() -> None:
    count = int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else COUNT
    with database("postgresql") as url:
        environment = {**sample_city(url, port=8000), "LOG_LEVEL": "WARNING"}
        ready = subprocess.run([str(PYTHON), "-m", "tools.prepare"], env={**os.environ, **environment}, check=False)
        if ready.returncode:
            sys.exit(ready.returncode)
        os.environ.update(environment)
        _load(url, count)


def _load(url: str, count: int) -> None:
    import django

    django.setup()
    from tocho.engines.facts.actions.projection import project
    from tools import past

    started = time.monotonic()
    with psycopg.connect(url, autocommit=True) as sql:
        there = past.loaded(sql)
        if there < count:
            past.load(sql, count - there, told=lambda done, of: _show("過去の申請", done, of, started))
            print(flush=True)
            sql.execute("VACUUM decisions_decision")  # only then a search for titles reads their index and no rows
        _figures(project)
    print(f"  ✓ 過去の申請 {max(there, count):,} 件  {time.monotonic() - started:.0f} s", flush=True)


def _figures(project) -> None:  # type: ignore[no-untyped-def]
    """Count the entries into the figures, as the worker would."""
    from django.utils import timezone

    from tocho.core.ledger import api as ledger
    from tocho.engines.facts.models import CounterWatermark

    started, height = time.monotonic(), ledger.sealed_height()
    left = height - min(CounterWatermark.objects.values_list("height", flat=True), default=0)
    if left:
        project(at=timezone.now(), blocks=2, told=lambda done: _show("数字の集計", min(done, left), left, started))
        print(flush=True)


def _show(title: str, done: int, of: int, started: float) -> None:
    """One line that is written over: a bar, how many, how long still."""
    share = done / of
    left = (time.monotonic() - started) * (1 / share - 1)
    bar = ("█" * round(BAR * share)).ljust(BAR, "░")
    print(f"\r  {title} {bar} {done:,} / {of:,}  あと {left:.0f} s ", end="", flush=True)


if __name__ == "__main__":
    main()
