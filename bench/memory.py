"""Promise (f): web server and worker together, after they have done everything that they can do.

The web processes have drafted notices, too: rendering loads fonts and a compiler, which do not stay there.
"""

from bench.apply import FACILITY, Applicant
from bench.client import Browser
from bench.decide import DRAFTER, Cases
from bench.meter import report
from bench.notices import issue
from bench.server import City

PROMISE_MB = 450


def run(city: City, *, quick: bool) -> bool:
    city.set_workers(1)
    city.warm(Applicant(FACILITY), 40)
    _draft(city)
    issue(20)
    city.settle()
    meter = city.meter()
    used = {group: meter.memory(group) for group in ("web", "worker")}
    print("  memory (PSS): " + " + ".join(f"{group} {size:.0f} MB" for group, size in used.items()), flush=True)
    return report("memory", sum(used.values()), "MB", PROMISE_MB)


def _draft(city: City) -> None:
    """Look at the notice of a case before it is decided, in every web process."""
    path = f"/desk/cases/{Cases().begin()}/annex/"
    browsers = city.browsers(4)
    for browser in browsers:
        browser.sign_in(DRAFTER)

    def look(browser: Browser, number: int) -> None:
        browser.get(path)

    city.meter().measure(look, browsers, count=40)
