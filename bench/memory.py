"""Promise (f): web server and worker together, after they have done everything that they can do."""

from bench.apply import FACILITY, Applicant
from bench.meter import report
from bench.notices import issue
from bench.server import City

PROMISE_MB = 450


def run(city: City, *, quick: bool) -> bool:
    city.set_workers(1)
    city.warm(Applicant(FACILITY), 40)
    issue(20)
    city.settle()
    meter = city.meter()
    used = {group: meter.memory(group) for group in ("web", "worker")}
    print("  memory (PSS): " + " + ".join(f"{group} {size:.0f} MB" for group, size in used.items()), flush=True)
    return report("memory", sum(used.values()), "MB", PROMISE_MB)
