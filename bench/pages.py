"""Promise (c): the two pages that anybody may ask for at any time: the status of an application, and a verification."""

from bench.apply import FACILITY, Applicant
from bench.client import Browser
from bench.meter import Operation, report
from bench.server import City

PROMISE_MS = 6


def run(city: City, *, quick: bool) -> bool:
    from tocho.modules.notices.models import Notice

    applicant = Applicant(FACILITY)
    somebody = city.browsers(1)[0]
    applicant(somebody, 0)
    city.settle()
    status, cookies = applicant.done[-1]
    verify = f"/verify/{Notice.objects.latest('id').code}/"

    def look_at_status(browser: Browser, number: int) -> None:
        browser.cookies = dict(cookies)
        browser.get(status)

    def look_at_verification(browser: Browser, number: int) -> None:
        browser.cookies = {}
        browser.get(verify)

    kept = [
        _measure(city, "status_page", look_at_status, quick),
        _measure(city, "verification_page", look_at_verification, quick),
    ]
    return all(kept)


def _measure(city: City, name: str, operation: Operation, quick: bool) -> bool:
    city.warm(operation, 100)
    meter = city.meter()
    meter.measure_idle(5 if quick else 10)
    cost = meter.measure(operation, city.browsers(1), count=300 if quick else 1500)
    print(cost.detail(name.replace("_", " "), bare=city.bare), flush=True)
    return report(name, cost.total, "ms", PROMISE_MS)
