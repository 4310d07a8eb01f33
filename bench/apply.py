"""Promise (a): a complete application for a course, from opening the form to the status page that says "decided"."""

import re
from datetime import timedelta

from bench.client import Browser
from bench.meter import Cost, report
from bench.server import City

PROMISE_MS = 60
PROCEDURE = "/procedures/koza-uketsuke/"
PERSON = {
    "applicant_name-family": "山田",
    "applicant_name-given": "花子",
    "applicant_name-family_kana": "ヤマダ",
    "applicant_name-given_kana": "ハナコ",
    "applicant_email": "hanako@mail.example",
    "applicant_phone": "03-5321-1111",
}


def add_seats(resource_key: str, *, seats: int) -> int:
    """A slot of tomorrow with room for everybody who will come; its id."""
    from django.utils import timezone

    from tocho.modules.bookings.models import Resource, Slot

    resource = Resource.objects.get(key=resource_key)
    starts_at = timezone.now() + timedelta(days=1)
    return Slot.objects.create(
        resource=resource, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), capacity=seats, people=seats
    ).id


class Applicant:
    """Somebody who goes through all the pages; remembers the status pages."""

    def __init__(self) -> None:
        self.slot = add_seats("course-digital-basics", seats=1_000_000)
        self.done: list[tuple[str, dict[str, str]]] = []  # status page and the cookies that open it

    def __call__(self, browser: Browser, number: int) -> None:
        browser.cookies = {}  # nobody has been here before
        page = browser.get(PROCEDURE)
        moved = browser.submit(page, f"{PROCEDURE}start/", {})
        for values in (
            {"session": str(self.slot), "attendance": "online"},
            PERSON,
            {"online_support": ["captions"], "question": "資料は事前にもらえますか。"},
        ):
            page = browser.get(moved.location)
            moved = browser.submit(page, moved.location, {**values, "_next": "1"})
        review = browser.get(moved.location)
        moved = browser.submit(review, moved.location.replace("/review/", "/submit/"), {})
        status = browser.get(moved.location)
        if not re.search(r"\d{4}-\d{7}-\d", status.text):
            raise AssertionError("no receipt number on the status page")
        self.done.append((moved.location, dict(browser.cookies)))


def run(city: City, *, quick: bool) -> bool:
    applicant = Applicant()
    city.warm(applicant)
    meter = city.meter()
    meter.measure_idle(5 if quick else 15)
    print("  idle: " + ", ".join(f"{name} {1000 * used:.1f} ms/s" for name, used in meter.idle.items()))
    cost: Cost = meter.measure(applicant, city.browsers(), count=40 if quick else 200)
    print(cost.detail("complete application", bare=city.bare), flush=True)
    return report("application", cost.total, "ms", PROMISE_MS)
