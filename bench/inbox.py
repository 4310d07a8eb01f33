"""Promise (d): the inbox of an officer at whose addresses 5,000 items wait, among 10,000 and among 1,000,000 cases;
the lists of cases and decisions, and the search in them, among 1,000,000.

The cases are those of `make sample-large` (`tools.past`), and 5,000 more that wait for the viewer; a few of the past
ones wait for the viewer's office, too.
"""

import time

from bench.client import Browser
from bench.meter import Cost, report
from bench.server import City
from tools import past

PROMISE_MS, PROMISE_GROWTH = 100, 1.5
VIEWER = "takahashi"
WAITING, FEW, MANY = 5_000, 10_000, 1_000_000
LISTS = {
    "cases": "/desk/cases/",
    "cases_due": "/desk/cases/?sort=due",
    "cases_name": "/desk/cases/?q=%E4%BD%90%E8%97%A4",  # 佐藤
    "cases_nothing": "/desk/cases/?q=2019-9999999-9",
    "decisions": "/desk/decisions/",
    "decisions_title": "/desk/decisions/?q=%E5%B1%8A%E5%87%BA",  # 届出
}


def generate(city: City, count: int, *, waiting: bool = False) -> None:
    """Write so many past cases; ``waiting``: all of them for the viewer's office, not yet examined."""
    started = time.monotonic()
    past.load(city.sql, count, told=lambda done, of: None, waiting=waiting)
    city.sql.execute("VACUUM decisions_decision")  # as `make sample-large` does
    print(f"  {count:,} cases generated, {time.monotonic() - started:.0f} s", flush=True)


def run(city: City, *, quick: bool) -> bool:
    generate(city, WAITING, waiting=True)
    generate(city, FEW - WAITING)
    city.settle(600)
    few = _measure(city, f"inbox among {FEW:,} cases", "/desk/", quick=quick, holds="1,000")
    many_cases = MANY // 10 if quick else MANY
    generate(city, many_cases - FEW)
    city.settle(1200)
    many = _measure(
        city, f"inbox, {WAITING:,} waiting among {many_cases:,} cases", "/desk/", quick=quick, holds="1,000"
    )
    kept = [
        report("inbox_p95", many.percentile(95), "ms", PROMISE_MS),
        report("inbox_growth", many.percentile(95) / few.percentile(95), "times", PROMISE_GROWTH),
    ]
    for name, path in LISTS.items():
        cost = _measure(city, f"list {name} among {many_cases:,} cases", path, quick=quick)
        kept.append(report(f"list_{name}_p95", cost.percentile(95), "ms", PROMISE_MS))
    return all(kept)


def _measure(city: City, name: str, path: str, *, quick: bool, holds: str = "") -> Cost:
    browsers = city.browsers(2)
    for browser in browsers:
        browser.sign_in(VIEWER)

    def look(browser: Browser, number: int) -> None:
        if holds not in browser.get(path).text:
            raise AssertionError(f"{path} does not hold {holds}")

    meter = city.meter()
    meter.measure(look, browsers, count=40)
    cost = meter.measure(look, browsers, count=100 if quick else 500)
    print(cost.detail(name, bare=city.bare), flush=True)
    return cost
