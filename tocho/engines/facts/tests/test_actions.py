import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocho.core.jobs.testing import wait_until
from tocho.core.ledger.api import SYSTEM, Actor, Subject, erase_personal, seal
from tocho.core.ledger.api import append as append_entry
from tocho.core.ledger.api import verify as verify_ledger
from tocho.core.ledger.tests.factories import at_once
from tocho.engines.facts.api import (
    Counter,
    Facts,
    ReturnRefused,
    adjust,
    each,
    install,
    measurements,
    project,
    publish_month,
    record_return,
    verify_sums,
)
from tocho.engines.facts.models import CounterSum, CounterWatermark, IndicatorVersion, MonthlyReturn
from tocho.engines.facts.tests.factories import COUNTERS, FACTS, LATER, NOON, RATE, count, decide, make_bureaus

pytestmark = pytest.mark.django_db


def amount(counter: str = "test.decided", month: str = "2020-10") -> int:
    return sum(CounterSum.objects.filter(counter=counter, month=month).values_list("amount", flat=True))


def test_entries_are_counted_by_unit_and_month() -> None:
    decide("paper", unit="A", days=3)
    decide(unit="A", days=2)
    decide(unit="B", at=NOON + timedelta(days=12))
    count()
    found = {(row.counter, row.month, row.unit): row.amount for row in CounterSum.objects.all()}
    assert found["test.decided", "2020-10", "A"] == 2
    assert found["test.electronic", "2020-10", "A"] == 1
    assert found["test.days_sum", "2020-10", "A"] == 5
    assert found["test.decided", "2020-11", "B"] == 1
    assert verify_sums().ok


def test_what_is_not_sealed_does_not_count_yet() -> None:
    decide()
    assert project(at=NOON) == 0
    assert amount() == 0


def test_projecting_again_counts_nothing_twice() -> None:
    decide()
    count()
    assert project(at=NOON) == 0
    assert amount() == 1


MOMENTS = st.datetimes(
    NOON.replace(tzinfo=None) - timedelta(days=90), NOON.replace(tzinfo=None), timezones=st.just(NOON.tzinfo)
)
ACTS = st.tuples(st.sampled_from(["electronic", "paper"]), st.sampled_from("ABC"), MOMENTS, st.integers(0, 9))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(ACTS, max_size=5), max_size=6), st.integers(1, 3))
def test_incremental_sums_equal_recomputed_ones(batches: list[list[tuple]], blocks: int) -> None:  # type: ignore[type-arg]
    """Whatever happens in whatever order, sealed and folded in whatever portions."""
    for batch in batches:
        for medium, unit, at, days in batch:
            decide(medium, unit=unit, at=at, days=days)
        seal(at=NOON, limit=2)
        project(at=NOON, blocks=blocks)
    assert verify_sums().differences == ()


def test_a_changed_sum_is_found() -> None:
    decide(unit="A")
    count()
    CounterSum.objects.filter(counter="test.decided").update(amount=7)
    CounterSum.objects.filter(counter="test.electronic").delete()
    found = {(each.counter, each.stored, each.recomputed) for each in verify_sums().differences}
    assert found == {("test.decided", 7, 1), ("test.electronic", 0, 1)}


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_count_each_entry_once() -> None:
    for number in range(40):
        decide(unit=f"U{number % 7}")
    seal(at=NOON, limit=2)
    at_once([lambda: project(at=NOON, blocks=1)] * 4)
    assert amount() == 40
    assert verify_sums().ok


WORKER = """
import sys, django; django.setup()
from django.conf import settings; settings.DATABASES["default"]["NAME"] = sys.argv[1]
from tocho.engines.facts.api import install, project
from tocho.engines.facts.tests.factories import FACTS, NOON
install([FACTS])
print("ready", flush=True)
while True: project(at=NOON, blocks=1)
"""


def reached() -> int:
    found = CounterWatermark.objects.filter(counter="test.decided").values_list("height", flat=True)
    return next(iter(found), 0)


@pytest.mark.kills
@pytest.mark.django_db(transaction=True)
def test_a_projection_killed_at_any_moment_counts_each_entry_once() -> None:
    for number in range(150):
        decide(unit=f"U{number % 5}")
    seal(at=NOON, limit=1)
    for _kill in range(4):
        before = reached()
        database = str(connection.settings_dict["NAME"])
        worker = subprocess.Popen([sys.executable, "-c", WORKER, database], stdout=subprocess.PIPE)
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        wait_until(lambda before=before: reached() > min(before, 149))  # type: ignore[misc]
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    project(at=NOON)
    assert amount() == 150
    assert verify_sums().ok


def test_a_new_counter_counts_the_whole_past() -> None:
    decide()
    count()
    late_comer = Counter("test.new", "新しい数", {"test.decided"}, each())
    install([FACTS, Facts(counters=(late_comer,))])
    decide()
    count()
    assert amount("test.new") == amount("test.decided") == 2


def test_a_new_version_of_a_counter_counts_again() -> None:
    decide("paper")
    decide()
    count()
    changed = replace(COUNTERS[1], version=2, fold=each(lambda entry: entry.data["medium"] == "paper"))
    install([replace(FACTS, counters=(COUNTERS[0], changed, *COUNTERS[2:]))])
    project(at=NOON)
    assert amount("test.electronic") == 1
    install([FACTS])  # a worker that still runs the old code
    decide()
    count()
    assert amount("test.electronic") == 1
    assert CounterWatermark.objects.get(counter="test.electronic").version == 2


def test_an_entry_that_cannot_be_folded_stops_nothing_and_is_reported() -> None:
    bad = append_entry(subject=Subject("test", 1), kind="test.decided", actor=SYSTEM, at=NOON, data={"days": 1})
    decide(unit="A")
    count()
    assert (amount("test.decided"), amount("test.electronic")) == (2, 1)
    verdict = verify_sums()
    assert verdict.differences == ()
    assert [(counter, entry) for counter, entry, _text in verdict.faults] == [("test.electronic", bad.id)]
    assert not verdict.ok


def test_erasing_personal_data_leaves_chain_and_counts_intact() -> None:
    subject = Subject("test", 9)
    data = {"medium": "electronic", "days": 1}
    append_entry(subject=subject, kind="test.decided", actor=SYSTEM, at=NOON, data=data, personal={"name": "花子"})
    count()
    erase_personal(subject=subject, reason="法98条", actor=Actor(1), at=LATER)
    count()
    assert amount() == 1
    assert verify_sums().ok
    assert verify_ledger().ok


def test_a_correction_of_the_past_moves_last_month_and_says_so() -> None:
    make_bureaus()
    for medium in ("electronic", "electronic", "electronic", "paper"):
        decide(medium)
    count()
    assert publish_month(month="2020-10", at=LATER) > 0
    adjust(
        counter="test.electronic",
        unit="TAX-1",
        month="2020-10",
        amount=-1,
        reason="紙で決定したものを電子と登録",
        requester=Actor(1),
        approver=Actor(2),
        at=LATER,
    )
    count()
    (october,) = measurements(RATE.key, months=["2020-10"])
    assert (str(october.value), str(october.published), october.is_changed) == ("50.0", "75.000000", True)
    assert verify_sums().ok
    publish_month(month="2020-10", at=LATER)
    (october,) = measurements(RATE.key, months=["2020-10"])
    assert (str(october.published), october.is_changed) == ("50.000000", False)


def test_publishing_again_without_change_publishes_nothing() -> None:
    decide()
    count()
    assert publish_month(month="2020-10", at=LATER) > 0
    assert publish_month(month="2020-10", at=LATER) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"approver": Actor(1)}, "別の人"),
        ({"reason": " "}, "理由"),
        ({"amount": 0}, "補正する数"),
        ({"counter": "no.such"}, "集計されていません"),
    ],
)
def test_an_adjustment_needs_a_reason_and_four_eyes(change: dict[str, object], said: str) -> None:
    good = {"counter": "test.decided", "unit": "A", "month": "2020-10", "amount": 1, "reason": "もれ"}
    with pytest.raises(ReturnRefused, match=said):
        adjust(**good | {"requester": Actor(1), "approver": Actor(2), "at": NOON} | change)  # type: ignore[arg-type]


def returned(numerator: int = 744, denominator: int | None = 1000, month: str = "2020-10") -> int:
    return record_return(
        indicator_key=RATE.key,
        unit="TAX",
        month=month,
        counted=(numerator, denominator),
        certifier=Actor(5),
        at=LATER,
    )


def test_a_return_is_kept_once_and_corrected_by_a_revision() -> None:
    assert returned() == returned()
    assert returned(745) != returned(746)
    revisions = MonthlyReturn.objects.order_by("pk").values_list("revision", "numerator")
    assert list(revisions) == [(1, 744), (2, 745), (3, 746)]
    (october,) = measurements(RATE.key, months=["2020-10"])
    assert (october.source, str(october.value)) == ("returned", "74.6")


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((1001, 1000), "超えて"), ((1, None), "分母"), ((-1, 10), "0以上"), ((1, 2, "2020-13"), "2020-10")],
)
def test_an_impossible_return_is_refused(numbers: tuple[int, int | None], said: str) -> None:
    with pytest.raises(ReturnRefused, match=said):
        returned(*numbers)


@pytest.mark.django_db(transaction=True)
def test_returns_at_once_become_revisions_in_a_row() -> None:
    returned(1)
    at_once([lambda n=n: returned(n) for n in range(2, 6)])
    assert sorted(MonthlyReturn.objects.values_list("revision", flat=True)) == [1, 2, 3, 4, 5]


def test_a_changed_definition_becomes_the_next_version() -> None:
    returned()
    install([replace(FACTS, indicators=(replace(RATE, digits=2), *FACTS.indicators[1:]))])
    returned()
    versions = IndicatorVersion.objects.order_by("number")
    assert [(version.number, version.definition["digits"]) for version in versions] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("table", ["indicator_version", "monthly_return", "publication", "adjustment"])
def test_the_database_refuses_to_change_what_was_published(table: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM facts_{table}")
