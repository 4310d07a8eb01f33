from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tocho.core.ledger.api import SYSTEM, Actor, Subject, append
from tocho.core.org.models import OrgUnit, Succession, UnitVersion
from tocho.core.org.tests.factories import make_officer, make_post, make_unit, make_user
from tocho.engines.facts import api as facts
from tocho.engines.facts.api import Counter, Facts, Indicator, total
from tocho.engines.facts.models import CounterSum
from tocho.engines.facts.tests.factories import DAYS, FACTS, LATER, NOON, RATE, count, decide, make_bureaus

pytestmark = pytest.mark.django_db


def by_bureau(month: str = "2020-10") -> dict[str, tuple[str, int, int | None]]:
    found = facts.measurements(RATE.key, months=[month], unit="*")
    return {each.unit: (each.unit_name, each.numerator, each.denominator) for each in found}


def test_sections_roll_up_to_their_bureaus_in_official_order() -> None:
    make_bureaus()
    decide(unit="ROAD-1")
    decide("paper", unit="TAX-1")
    decide(unit="TAX-2")
    count()
    assert by_bureau() == {"TAX": ("主税局", 1, 2), "ROAD": ("建設局", 1, 1)}
    assert list(by_bureau()) == ["TAX", "ROAD"]
    (everything,) = facts.measurements(RATE.key, months=["2020-10"])
    assert (everything.unit, str(everything.value)) == ("", "66.7")


def split_tax_bureau() -> None:
    """On 1 April 2021 主税局 becomes 税務局 (its first section) and 資産税局 (its second)."""
    day = date(2021, 4, 1)
    for code, name in (("LEVY", "税務局"), ("LAND", "資産税局")):
        bureau = make_unit(code, name, since=day)
        make_unit(f"{code}-1", "総務課", parent=bureau, since=day)
        Succession.objects.create(
            predecessor=OrgUnit.objects.get(code="TAX"), successor=OrgUnit.objects.get(code=code), on=day
        )
    UnitVersion.objects.filter(unit__code__startswith="TAX").update(valid_to=day)


def test_a_bureau_that_is_split_keeps_its_past() -> None:
    """Before the day the old bureau counts, from it on the new ones; nothing old is divided by guess."""
    make_bureaus()
    split_tax_bureau()
    decide(unit="TAX-1")
    decide(unit="LEVY-1", at=NOON + timedelta(days=200))
    decide(unit="LAND-1", at=NOON + timedelta(days=200))
    count(at=NOON)
    assert by_bureau("2020-10") == {"TAX": ("主税局", 1, 1)}
    assert by_bureau("2021-05") == {"LEVY": ("税務局", 1, 1), "LAND": ("資産税局", 1, 1)}
    months = ["2020-10", "2021-05"]
    assert [each.month for each in facts.measurements(RATE.key, months=months, unit="LEVY")] == ["2021-05"]
    assert [each.month for each in facts.measurements(RATE.key, months=months, unit="TAX")] == ["2020-10"]


def test_a_sole_successor_continues_the_series() -> None:
    """戦略政策情報推進本部 → デジタル局."""
    make_bureaus()
    day = date(2021, 4, 1)
    make_unit("DIGITAL", "デジタル局", since=day)
    road, digital = OrgUnit.objects.get(code="ROAD"), OrgUnit.objects.get(code="DIGITAL")
    Succession.objects.create(predecessor=road, successor=digital, on=day)
    UnitVersion.objects.filter(unit__code__startswith="ROAD").update(valid_to=day)
    decide(unit="ROAD-1")
    decide(unit="DIGITAL", at=NOON + timedelta(days=200))
    count()
    found = facts.measurements(RATE.key, months=["2020-10", "2021-05"], unit="DIGITAL")
    assert [(each.month, each.unit_name) for each in found] == [("2020-10", "デジタル局"), ("2021-05", "デジタル局")]


def test_units_that_the_organisation_does_not_know_count_for_the_whole_only() -> None:
    decide(unit="NO-SUCH")
    decide(unit="")
    count()
    assert by_bureau() == {"-": ("局に属さないもの", 2, 2)}
    (everything,) = facts.measurements(RATE.key, months=["2020-10"])
    assert everything.denominator == 2


def test_measured_and_returned_stand_beside_each_other() -> None:
    make_bureaus()
    decide(unit="TAX-1")
    count()
    facts.record_return(
        indicator_key=RATE.key,
        unit="TAX",
        month="2020-10",
        counted=(744, 1000),
        certifier=SYSTEM,
        at=LATER,
        note="見本",
    )
    found = facts.measurements(RATE.key, months=["2020-10"])
    assert [(each.source, str(each.value), each.note) for each in found] == [
        ("measured", "100.0", ""),
        ("returned", "74.4", "見本"),
    ]


def test_a_late_entry_moves_a_published_month_and_is_marked_late() -> None:
    make_bureaus()
    decide("paper")
    count()
    facts.publish_month(month="2020-10", at=LATER)
    decide(at=NOON - timedelta(days=2))
    count()
    (october,) = facts.measurements(RATE.key, months=["2020-10"])
    assert (str(october.value), october.is_changed) == ("50.0", True)
    page = facts.trace(RATE.key, unit="TAX", month="2020-10")
    assert [row.is_late for row in page.rows] == [True, True]  # recorded in the year of this test, for October 2020


def test_a_figure_leads_to_its_entries_and_corrections() -> None:
    make_bureaus()
    mine, paper = decide(), decide("paper")
    decide(unit="ROAD-1")
    decide(at=NOON - timedelta(days=30))
    facts.adjust(
        counter="test.decided",
        unit="TAX-1",
        month="2020-10",
        amount=2,
        reason="もれ",
        requester=Actor(1),
        approver=Actor(2),
        at=LATER,
    )
    count()
    page = facts.trace(RATE.key, unit="TAX", month="2020-10")
    assert [(row.numerator, row.denominator) for row in page.rows] == [(0, 2), (1, 1), (0, 1)]
    assert [row.entry.id for row in page.rows[1:]] == [mine.id, paper.id]
    (october,) = facts.measurements(RATE.key, months=["2020-10"], unit="TAX")
    assert sum(row.denominator for row in page.rows) == october.denominator == 4


def test_the_entries_behind_a_figure_are_paged() -> None:
    make_bureaus()
    ids = [decide().id for _ in range(5)]
    count()
    first = facts.trace(RATE.key, unit="", month="2020-10", limit=3)
    rest = facts.trace(RATE.key, unit="", month="2020-10", limit=3, after=first.next or 0)
    assert [row.entry.id for row in (*first.rows, *rest.rows)] == ids
    assert rest.next is None


def test_who_may_look_behind_a_figure() -> None:
    make_bureaus()
    section = OrgUnit.objects.get(code="TAX-1")
    of_bureau = make_officer("tax", make_post(section, "主事"))
    of_other = make_officer("road", make_post(OrgUnit.objects.get(code="ROAD-1"), "主事"))
    of_reform = make_officer("reform", make_post(OrgUnit.objects.get(code="ROAD-2"), "主事", serves_as="reform"))
    resident = make_user("hanako", kind="resident")
    may = {
        user.username: (facts.can_trace(user, unit="TAX", at=NOON), facts.can_trace(user, at=NOON))
        for user in (of_bureau, of_other, of_reform, resident)
    }
    assert may == {"tax": (True, False), "road": (False, False), "reform": (True, True), "hanako": (False, False)}


def test_the_spread_behind_a_mean() -> None:
    for days in (0, 1, 4, 9):
        decide(days=days)
    count()
    assert facts.spread_of(DAYS.key, months=["2020-10"]) == ([(1, 2), (5, 3)], 4)


def test_a_table_is_kept_until_a_figure_changes(django_assert_num_queries: object) -> None:
    decide()
    count()
    view = facts.view_of(RATE.key)
    assert view
    first = facts.table_of(view)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert facts.table_of(view).rows == first.rows
    decide("paper")
    count(at=LATER)
    assert next(row["value"] for row in facts.table_of(view).records()) != next(row["value"] for row in first.records())


def test_the_catalogue_has_a_view_of_each_indicator() -> None:
    assert [view.key for view in facts.catalogue()] == [indicator.key for indicator in FACTS.indicators]
    assert facts.view_of("no.such") is None


def test_the_command_verifies_the_sums() -> None:
    decide()
    count()
    out = StringIO()
    call_command("facts", "verify", stdout=out)
    assert out.getvalue().startswith("ok: 5 sums")
    CounterSum.objects.filter(counter="test.decided").update(amount=9)
    with pytest.raises(CommandError, match="1 differences"):
        call_command("facts", "verify", stdout=out)
    assert "test.decided 2020-10 TAX-1: stored 9, entries say 1" in out.getvalue()


def test_the_command_compares_figures_with_the_report(tmp_path: Path) -> None:
    published = tmp_path / "figures.csv"
    published.write_text("id,value\nP2.a,74.4\nP2.b,10\n", encoding="utf-8")
    right = facts.Figure("P2.a", "電子決定率", lambda: RATE.targets[2020] - 5.6, digits=1)  # type: ignore[operator]
    facts.install([facts.Facts(figures=(right,))])
    out = StringIO()
    call_command("facts", "figures", file=published, stdout=out)
    assert out.getvalue().splitlines() == ["P2.a\t74.4\t74.4\tok", "P2.b\t10\t-\tnot covered"]
    facts.install([facts.Facts(figures=(facts.Figure("P2.b", "", lambda: 11),))])
    with pytest.raises(CommandError, match="1 figures differ"):
        call_command("facts", "figures", file=published, stdout=out)


STOCK = Indicator(
    key="test.stock",
    title="在庫の率",
    unit_of_measure="%",
    numerator="test.plus",
    denominator="test.all",
    digits=1,
    cumulative=True,
)
STOCKED = Facts(
    counters=(
        Counter("test.plus", "増減", {"test.stocked"}, total("plus")),
        Counter("test.all", "全体", {"test.stocked"}, total("all")),
    ),
    indicators=(STOCK,),
)


def stock(plus: int, whole: int, *, unit: str = "TAX-1", at: datetime = NOON) -> None:
    data = {"plus": plus, "all": whole}
    append(subject=Subject("test", 2), kind="test.stocked", actor=SYSTEM, at=at, unit=unit, data=data)


def stocked() -> None:
    """Ten in October; one online; in December one goes offline again and two come in another bureau."""
    make_bureaus()
    facts.install([FACTS, STOCKED])
    stock(1, 10)
    stock(3, 0, at=NOON + timedelta(days=5))
    stock(-1, 0, at=NOON + timedelta(days=61))
    stock(2, 2, unit="ROAD-1", at=NOON + timedelta(days=61))
    count(at=NOON + timedelta(days=70))


def test_what_is_cumulative_adds_up_over_the_months_without_gaps() -> None:
    stocked()
    months = facts.months_with_values(STOCK.key)
    assert months == ["2020-10", "2020-11", "2020-12"]
    found = facts.measurements(STOCK.key, months=months)
    assert [(each.numerator, each.denominator) for each in found] == [(4, 10), (4, 10), (5, 12)]
    each_bureau = facts.measurements(STOCK.key, months=months[-1:], unit="*")
    assert [(each.unit, each.numerator, each.denominator) for each in each_bureau] == [("TAX", 3, 10), ("ROAD", 2, 2)]
    (shown,) = [each for each in facts.overview() if each.indicator.key == STOCK.key]
    assert [(month, both.main.numerator) for month, both in shown.series if both.main] == [
        ("2020-10", 4), ("2020-12", 5),
    ]  # fmt: skip
    assert shown.now.main is not None
    assert (shown.month, shown.now.main.numerator, str(shown.now.main.value)) == ("2020-12", 5, "41.7")


def test_behind_a_cumulative_value_stand_all_entries_up_to_its_month() -> None:
    stocked()
    assert [row.numerator for row in facts.trace(STOCK.key, unit="", month="2020-12").rows] == [1, 3, -1, 2]
    assert [row.numerator for row in facts.trace(STOCK.key, unit="TAX", month="2020-11").rows] == [1, 3]
