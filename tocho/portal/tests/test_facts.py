"""The facts that the modules declare, installed as the platform installs them, and the sample city's returns."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from tocho.core.ledger.api import SYSTEM, Entry, Subject, append
from tocho.core.ledger.tasks import seal_waiting
from tocho.engines.facts import api as facts
from tocho.engines.facts.models import MonthlyReturn
from tocho.engines.facts.rules import contributions
from tocho.engines.facts.tasks import project_sealed, publish_last_month

OCTOBER = datetime(2020, 10, 20, 3, 0, tzinfo=UTC)
PEOPLE = {"decisions.decided_by_people": 1}  # by a rule it would be 0
RATE = "decisions.electronic_rate"
RETURNS = settings.BASE_DIR / "city" / "figures" / "returns-2020.csv"


def entry(kind: str, **data: object) -> Entry:
    subject = Subject("application", 1)
    return Entry(1, subject, 1, kind, SYSTEM, OCTOBER, OCTOBER, "A", data, None, b"", b"")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        (entry("decision.decided", medium="electronic"), {"decisions.decided": 1, "decisions.electronic": 1, **PEOPLE}),
        (entry("decision.decided", medium="paper"), {"decisions.decided": 1, **PEOPLE}),
        (entry("application.submitted", channel="online"), {"procedures.submitted": 1, "procedures.online": 1}),
        (
            entry("application.closed", processing_days=20, within_standard=False),
            {
                "procedures.closed": 1,
                "procedures.processing_days": 20,
                **{f"procedures.closed_within_{days}_days": 1 for days in (20, 30, 60)},
            },
        ),
    ],
)
def test_an_act_counts_where_it_should_and_nowhere_else(said: Entry, counted: dict[str, int]) -> None:
    counters = [each for each in facts.installed().counters.values() if said.kind in each.kinds]
    found = {each.key: sum(amount for _unit, _month, amount in contributions(each, said)) for each in counters}
    assert {key: amount for key, amount in found.items() if amount} == counted


@pytest.mark.django_db
def test_the_returns_reproduce_what_the_report_published() -> None:
    call_command("load_returns", stdout=StringIO())
    call_command("load_returns", stdout=StringIO())
    months = [f"2020-{month:02d}" for month in range(4, 11)]
    values = [str(each.value) for each in facts.measurements(RATE, months=months)]
    assert values == ["56.1", "58.0", "60.6", "63.7", "66.2", "69.5", "74.4"]
    assert MonthlyReturn.objects.filter(is_sample=True).count() == len(RETURNS.read_text().splitlines()) - 1
    assert {row["is_sample"] for row in csv.DictReader(RETURNS.open(encoding="utf-8"))} == {"true"}
    out = StringIO()
    call_command("facts", "figures", stdout=out)
    lines = [line.split("\t") for line in out.getvalue().splitlines()]
    assert len(lines) == 111
    assert [line for line in lines if line[0] == "P2.edecision_oct2020"] == [
        ["P2.edecision_oct2020", "74.4", "74.4", "ok"]
    ]


@pytest.mark.django_db
def test_the_later_returns_go_through_what_was_published() -> None:
    call_command("load_returns", stdout=StringIO())
    for _again in range(2):
        call_command("load_later_returns", until="2023-04", stdout=StringIO())
    published = {"2021-09": "94.8", "2021-12": "98.7", "2022-03": "99.2", "2023-03": "99.8", "2023-04": "99.8"}
    found = facts.measurements(RATE, months=sorted(published))
    assert {each.month: str(each.value) for each in found} == published
    assert MonthlyReturn.objects.filter(month__gt="2020-10").count() == 30 * 29
    assert not MonthlyReturn.objects.filter(is_sample=False).exists()
    page = facts.dashboard(RATE)
    assert page is not None
    assert [(year, both.main.value > 50) for year, both in page.years if both.main and both.main.value] == [
        (2020, True), (2021, True), (2022, True), (2023, True),
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_clock_seals_counts_and_publishes() -> None:
    data = {"medium": "electronic", "category": "x"}
    append(subject=Subject("decision", 1), kind="decision.decided", actor=SYSTEM, at=OCTOBER, data=data)
    fifth_of_november = int(datetime(2020, 11, 5, 0, 0, tzinfo=UTC).timestamp())
    seal_waiting(fifth_of_november)
    project_sealed(fifth_of_november)
    publish_last_month(fifth_of_november)
    (october,) = facts.measurements(RATE, months=["2020-10"])
    assert (october.value, october.published, october.is_changed) == (100, 100, False)
    assert october.published_at == datetime(2020, 11, 5, 0, 0, tzinfo=UTC)
