from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tocho.core.ledger.api import SYSTEM, Entry, Subject, append, seal
from tocho.core.org.tests.factories import make_unit
from tocho.engines.facts.api import Baseline, Counter, Facts, Indicator, at_most, each, project, total

NOON = datetime(2020, 10, 20, 3, 0, tzinfo=UTC)  # noon in Tokyo
LATER = NOON + timedelta(days=20)

RATE = Indicator(
    key="test.rate",
    title="電子決定率",
    unit_of_measure="%",
    numerator="test.electronic",
    denominator="test.decided",
    digits=1,
    targets={2020: 80, 2021: 100},
    baseline=Baseline("2016年度", Decimal("12.3")),
)
CASES = Indicator(key="test.cases", title="決定件数", unit_of_measure="件", numerator="test.decided")
DAYS = Indicator(
    key="test.days",
    title="平均処理日数",
    unit_of_measure="日",
    numerator="test.days_sum",
    denominator="test.decided",
    digits=1,
    targets={2020: 5},
    good="down",
    spread=((1, "test.days_1"), (5, "test.days_5")),
)
COUNTERS = (
    Counter("test.decided", "決定", {"test.decided"}, each()),
    Counter("test.electronic", "電子", {"test.decided"}, each(lambda entry: entry.data["medium"] == "electronic")),
    Counter("test.days_sum", "日数", {"test.decided"}, total("days")),
    Counter("test.days_1", "1日以内", {"test.decided"}, at_most("days", 1)),
    Counter("test.days_5", "5日以内", {"test.decided"}, at_most("days", 5)),
)
FACTS = Facts(counters=COUNTERS, indicators=(RATE, CASES, DAYS))


def decide(
    medium: str = "electronic", *, unit: str = "TAX-1", at: datetime = NOON, days: int = 1, **data: Any
) -> Entry:
    """One decision of a unit, recorded but not yet sealed."""
    data = {"medium": medium, "days": days} | data
    return append(subject=Subject("test", 1), kind="test.decided", actor=SYSTEM, at=at, unit=unit, data=data)


def count(at: datetime = NOON) -> None:
    """Seal and fold everything."""
    seal(at=at)
    project(at=at)


def make_bureaus() -> None:
    """主税局 with two sections, 建設局 with one."""
    for code, name in (("TAX", "主税局"), ("ROAD", "建設局")):
        bureau = make_unit(code, name, position=1 if code == "TAX" else 2)
        division = make_unit(f"{code}-0", "総務部", parent=bureau)
        make_unit(f"{code}-1", "総務課", parent=division)
        make_unit(f"{code}-2", "経理課", parent=division)
