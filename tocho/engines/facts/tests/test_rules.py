from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.core.ledger.api import SYSTEM, Entry, Subject
from tocho.engines.facts.api import Column, Counter, Facts, FactsError, each, install, quantile, sentence, total
from tocho.engines.facts.rules import contributions, month_of, publishable, rounded, target_of, value_of
from tocho.engines.facts.tests.factories import CASES, COUNTERS, DAYS, RATE
from tocho.lib.csvfile import Value


def entry(at: datetime, *, recorded_at: datetime | None = None, kind: str = "test.decided", **data: object) -> Entry:
    return Entry(
        id=1,
        subject=Subject("test", 1),
        seq=1,
        kind=kind,
        actor=SYSTEM,
        at=at,
        recorded_at=recorded_at or at,
        unit="A",
        data=data,  # type: ignore[arg-type]
        personal_digest=None,
        previous=b"",
        digest=b"",
    )


def test_months_change_at_midnight_in_tokyo() -> None:
    midnight = datetime(2020, 10, 31, 15, tzinfo=UTC)
    assert month_of(entry(midnight)) == "2020-11"
    assert month_of(entry(midnight - timedelta(microseconds=1))) == "2020-10"


def test_a_clock_that_runs_ahead_carries_nothing_into_the_next_month() -> None:
    now = datetime(2020, 10, 31, 12, tzinfo=UTC)
    assert month_of(entry(now + timedelta(days=2), recorded_at=now)) == "2020-10"
    assert month_of(entry(now - timedelta(days=40), recorded_at=now)) == "2020-09"  # late, not wrong


def test_an_adjustment_names_counter_unit_and_month_itself() -> None:
    october = datetime(2020, 10, 1, tzinfo=UTC)
    correction = entry(october, kind="facts.adjusted", counter="test.decided", month="2020-04", amount=-3)
    assert contributions(COUNTERS[0], correction) == [("A", "2020-04", -3)]
    assert contributions(COUNTERS[1], correction) == []


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [(744, 1000, "74.4"), (1, 3, "33.3"), (2, 3, "66.7"), (0, 5, "0.0"), (1, 2000, "0.1"), (49, 100_000, "0.0")],
)
def test_shares_are_rounded_half_up(numerator: int, denominator: int, value: str) -> None:
    assert str(value_of(RATE, numerator, denominator)) == value


def test_sums_and_means_and_nothing() -> None:
    assert value_of(CASES, 1234, None) == 1234
    assert value_of(DAYS, 25, 10) == Decimal("2.5")
    assert value_of(RATE, 0, 0) is None


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6), st.integers(0, 4))
def test_rounding_is_that_of_decimal_without_its_intermediate_step(above: int, below: int, digits: int) -> None:
    exact = rounded(Fraction(above, below), digits)
    assert abs(Fraction(exact) - Fraction(above, below)) <= Fraction(1, 2 * 10**digits)
    if below in {1, 2, 4, 5, 8, 10}:
        assert exact == (Decimal(above) / below).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def test_a_year_without_target_keeps_the_last() -> None:
    assert target_of(RATE, "2020-03") is None
    assert [target_of(RATE, month) for month in ("2020-04", "2021-03", "2021-04", "2030-01")] == [80, 80, 100, 100]


@pytest.mark.parametrize(
    ("indicator", "value", "target", "said"),
    [
        (RATE, "74.4", 80, "電子決定率は74.4%、目標80%まであと5.6ポイント"),
        (RATE, "80.0", 80, "電子決定率は80.0%、目標80%を達成"),
        (RATE, "74.4", None, "電子決定率は74.4%"),
        (RATE, None, 80, "電子決定率は、まだ記録がありません"),
        (DAYS, "5.0", 5, "平均処理日数は5.0日、目標5日を達成"),
        (DAYS, "6.2", 5, "平均処理日数は6.2日、目標5日を1.2日超えています"),
        (CASES, "11000", 12000, "決定件数は11,000件、目標12,000件まであと1,000件"),
    ],
)
def test_the_finding_is_a_sentence(indicator: object, value: str | None, target: int | None, said: str) -> None:
    number = Decimal(value) if value else None
    assert sentence(indicator, number, Decimal(target) if target else None) == said  # type: ignore[arg-type]


def test_a_median_is_the_first_limit_that_holds_half() -> None:
    counts = [(1, 3), (3, 5), (5, 9)]
    assert quantile(counts, 10, Fraction(1, 2)) == 3
    assert quantile(counts, 10, Fraction(95, 100)) is None
    assert quantile(counts, 0, Fraction(1, 2)) is None


COLUMNS = (
    Column("month", "月"),
    Column("name", "氏名", policy="drop"),
    Column("age", "年齢", policy="generalise", generalise=lambda age: f"{int(str(age)) // 10 * 10}代"),
    Column("count", "件数", "integer", policy="suppress", k=10, within=("month",)),
    Column("rate", "率", "number", policy="suppress", by="count", within=("month",)),
)


def test_columns_are_published_by_their_policies() -> None:
    rows: list[list[Value]] = [["10月", "花子", 34, 500, 1], ["10月", "太郎", 41, 0, 2], ["10月", "次郎", 58, 20, 3]]
    columns, published = publishable(COLUMNS, rows)
    assert [column.key for column in columns] == ["month", "age", "count", "rate"]
    assert published == [["10月", "30代", 500, 1], ["10月", "40代", 0, 2], ["10月", "50代", 20, 3]]


def test_one_suppressed_count_hides_a_second_one_too() -> None:
    rows: list[list[Value]] = [
        ["10月", "", 34, 500, 1],
        ["10月", "", 41, 9, 2],
        ["10月", "", 58, 20, 3],
        ["11月", "", 9, 30, 4],
    ]
    _columns, published = publishable(COLUMNS, rows)
    assert [row[2:] for row in published] == [[500, 1], [None, None], [None, None], [30, 4]]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([500, 1, 1], [None, None, None]),  # 502 less 500 would tell both
        ([500, 30, 1, 1], [500, None, None, None]),
        ([500, 6, 5], [500, None, None]),
        ([500, 0, 20], [500, 0, 20]),
        ([3], [None]),
    ],
)
def test_hidden_counts_cannot_be_told_from_the_total(counts: list[int], shown: list[int | None]) -> None:
    _columns, published = publishable(COLUMNS, [["10月", "", 34, count, 0] for count in counts])
    assert [row[2] for row in published] == shown


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts(counters=(COUNTERS[0], COUNTERS[0])), "declared twice"),
        (Facts(indicators=(CASES,)), "nobody declares"),
        (Facts(counters=COUNTERS, indicators=(replace(RATE, denominator=None),)), "without a denominator"),
    ],
)
def test_declarations_that_cannot_work_are_refused(facts: Facts, said: str) -> None:
    with pytest.raises(FactsError, match=said):
        install([facts])


def test_a_sum_needs_a_whole_number() -> None:
    counter = Counter("test.days", "日数", {"test.decided"}, total("days"))
    with pytest.raises(TypeError, match="not a whole number"):
        contributions(counter, entry(datetime(2020, 10, 1, tzinfo=UTC), days="3"))
    assert contributions(Counter("c", "", {"k"}, each()), entry(datetime(2020, 10, 1, tzinfo=UTC)))
