"""Promise (a): a complete application of a kind that a rule decides, from opening the form to the page that says so.

Measured is the use of a facility (three steps, an address, a booked time), and beside it the course (four steps). All
that follows is counted too: the notice is composed and mailed, the case closed, everything sealed in the ledger.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bench.client import Browser
from bench.meter import report
from bench.server import City

PROMISE_MS = 60
Answers = Mapping[str, str | list[str]]
PERSON: Answers = {
    "applicant_name-family": "山田",
    "applicant_name-given": "花子",
    "applicant_name-family_kana": "ヤマダ",
    "applicant_name-given_kana": "ハナコ",
    "applicant_email": "hanako@mail.example",
    "applicant_phone": "03-5321-1111",
}
ADDRESS: Answers = {
    "applicant_address-postal_code": "163-8001",
    "applicant_address-prefecture": "東京都",
    "applicant_address-city": "新宿区",
    "applicant_address-town": "西新宿",
    "applicant_address-rest": "2-8-1",
}


@dataclass(frozen=True)
class Form:
    """What is typed into a procedure's steps; ``slot`` is the field for the booked time of ``resource``."""

    key: str
    resource: str
    slot: str
    steps: tuple[Answers, ...]


FACILITY = Form(
    "shisetsu-riyo",
    "plaza-hall",
    "slot",
    (
        {
            "facility": "plaza-hall",
            "people": "40",
            "purpose": "lecture",
            "purpose_detail": "講演会",
            "commercial": "no",
        },
        {"equipment": ["projector", "microphone"]},
        {"organisation_name": "見本の会", **PERSON, **ADDRESS},
    ),
)
COURSE = Form(
    "koza-uketsuke",
    "course-digital-basics",
    "session",
    (
        {"course": "course-digital-basics"},
        {"attendance": "online"},
        PERSON,
        {"online_support": ["captions"], "question": "資料は事前にもらえますか。"},
    ),
)


def add_places(resource_key: str, *, places: int) -> int:
    """A slot of tomorrow with room for everybody who will come; its id. One for each resource."""
    from django.utils import timezone

    from tocho.modules.bookings.models import Resource, Slot

    resource = Resource.objects.get(key=resource_key)
    starts_at = timezone.now() + timedelta(days=1)
    known = Slot.objects.filter(resource=resource, capacity=places, starts_at__gt=timezone.now()).first()
    return (
        known
        or Slot.objects.create(
            resource=resource,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            capacity=places,
            people=places,
        )
    ).id


class Applicant:
    """Somebody who goes through all the pages; remembers the status pages and the cookies that open them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.slot = str(add_places(form.resource, places=1_000_000))
        self.done: list[tuple[str, dict[str, str]]] = []

    def __call__(self, browser: Browser, number: int) -> None:
        browser.cookies = {}  # nobody has been here before
        procedure = f"/procedures/{self.form.key}/"
        moved = browser.submit(browser.get(procedure), f"{procedure}start/", {})
        for answers in self.form.steps:
            page = browser.get(moved.location)
            slot = {self.form.slot: self.slot} if f'name="{self.form.slot}"' in page.text else {}
            moved = browser.submit(page, moved.location, {**answers, **slot, "_next": "1"})
        review = browser.get(moved.location)
        moved = browser.submit(review, moved.location.replace("/review/", "/submit/"), {})
        status = browser.get(moved.location)
        if not re.search(r"\d{4}-\d{7}-\d", status.text):
            raise AssertionError("no receipt number on the status page")
        self.done.append((moved.location, dict(browser.cookies)))


def run(city: City, *, quick: bool) -> bool:
    applicant, participant = Applicant(FACILITY), Applicant(COURSE)
    city.warm(applicant)
    city.warm(participant)
    meter = city.meter()
    meter.measure_idle(5 if quick else 15)
    print("  idle: " + ", ".join(f"{name} {1000 * used:.1f} ms/s" for name, used in meter.idle.items()))
    course = meter.measure(participant, city.browsers(1), count=30 if quick else 100)
    print(course.detail("complete application for a course (4 steps)", bare=city.bare), flush=True)
    cost = meter.measure(applicant, city.browsers(1), count=40 if quick else 200)
    print(cost.detail("complete application for a facility (3 steps)", bare=city.bare), flush=True)
    return report("application", cost.total, "ms", PROMISE_MS)
