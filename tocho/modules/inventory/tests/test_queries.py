"""Lists without gaps, counts as of a day, and the figures of the report from the sample city's records."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor
from tocho.core.org.tests.factories import make_unit
from tocho.engines.facts import api as facts
from tocho.modules.inventory import actions
from tocho.modules.inventory.facts import FACTS
from tocho.modules.inventory.models import EntryVersion, ProcedureEntry
from tocho.modules.inventory.queries.listing import SORTS, Filters, entry_page
from tocho.modules.inventory.queries.roadmap import last_day, main_rows, month_rows, roadmap, roadmap_rows
from tocho.modules.inventory.queries.story import story

from .factories import AT, CULTURE, TAX, TODAY, World, make_entry, make_world, move, table, take

pytestmark = pytest.mark.django_db
CITY = Path(settings.BASE_DIR, "city")


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize("sort", SORTS)
def test_every_page_of_every_order_together_is_the_whole_list_once(world: World, sort: str) -> None:
    for number in range(11):
        volume, completes = (None, None) if number % 3 else (number // 2, 20211 + number % 2)
        make_entry(f"A-{number:02d}", world.tax, name=f"手続{number % 4}", volume=volume, completes=completes)
    seen: list[str] = []
    filters = Filters(sort=sort)
    while True:
        page = entry_page(ProcedureEntry.objects.all(), filters, on=TODAY, limit=4)
        seen += [row.code for row in page.rows]
        if not page.next:
            break
        filters = Filters(sort=sort, after=page.next)
    assert (len(seen), len(set(seen)), page.count) == (11, 11, 11)


@pytest.mark.parametrize(
    ("filters", "codes"),
    [
        ({"q": "納税　証明"}, ["A-1"]),
        ({"q": "a-2"}, ["A-2"]),
        ({"bureau": CULTURE}, ["A-2"]),
        ({"state": "analysed"}, ["A-1"]),
        ({"authority": "national"}, ["A-2"]),
        ({"main": "yes"}, ["A-1"]),
        ({"quarter": "20204"}, ["A-2"]),
        ({"online": "1"}, ["A-2"]),
        ({"q": "100%"}, []),
    ],
)
def test_filters(world: World, filters: dict[str, str], codes: list[str]) -> None:
    move(make_entry("A-1", world.tax, name="納税証明書の交付", is_main=True), world.tax, "analysed")
    make_entry("A-2", world.tax, unit=CULTURE, authority="national", completes=20204, online_status="1")
    page = entry_page(ProcedureEntry.objects.all(), Filters(**filters), on=TODAY)
    assert [row.code for row in page.rows] == codes


def test_a_roadmap_of_an_earlier_day_does_not_know_what_came_later(world: World) -> None:
    early = datetime(2020, 9, 1, 1, tzinfo=UTC)
    one = make_entry("A-1", world.tax, at=early, is_main=True, volume=300, kind="1")
    make_entry("A-2", world.tax, at=early, is_main=True, volume=100, kind="1", completes=20204)
    make_entry("A-3", world.tax, at=early, volume=100, kind="1")
    ground = {"system_name": "x", "system_url": "https://x.example/", "certifier": "課長"}
    move(one, world.tax, "analysed", "planned", "building", "trial", starts=20201, completes=20204)
    move(one, world.tax, "live", **ground)
    now, then = roadmap(on=TODAY), roadmap(on=date(2020, 9, 30))
    assert (now.statuses["done"].count, then.statuses["done"].count, then.main.count) == (1, 0, 2)
    assert (now.main.share_of(now.permits), now.by_year_end) == (80, 2)
    assert [(point.month, point.live.count) for point in now.months] == [("2020-09", 0), ("2020-10", 0), ("2020-11", 1)]
    assert last_day(today=date(2030, 1, 1)) == TODAY
    assert roadmap(on=early.date() - timedelta(days=1)).main.count == 0


def test_rows_of_the_published_views_fit_their_columns(world: World) -> None:
    make_entry("A-1", world.tax, is_main=True, volume=300, kind="1")
    columns = {view.key: len(view.columns) for view in FACTS.views}
    for key, rows in (
        ("inventory.roadmap", roadmap_rows(today=TODAY)),
        ("inventory.online_rate", month_rows(today=TODAY)),
        ("inventory.main_procedures", main_rows(today=TODAY)),
    ):
        found = list(rows)
        assert found
        assert {len(row) for row in found} == {columns[key]}


def test_figures_say_nothing_without_records(world: World) -> None:
    assert {figure.compute() for figure in FACTS.figures} == {None}


@pytest.fixture
def sample_city(db: None) -> None:
    codes = set()
    for name in ("main.csv", "others.csv"):
        with (CITY / "inventory" / name).open(encoding="utf-8") as file:
            codes |= {(row["担当部署コード"], row["担当部署"]) for row in csv.DictReader(file)}
    for position, (code, name) in enumerate(sorted({*codes, ("R02-0300", "戦略政策情報推進本部")})):
        make_unit(code, name, kind="bureau", position=position)
    call_command("load_inventory", verbosity=0)


def test_the_reports_figures_come_out_of_the_sample_citys_records(sample_city: None) -> None:
    from tocho.engines.facts.rules import rounded

    with (CITY / "figures" / "published.csv").open(encoding="utf-8") as file:
        published = {row["id"]: int(row["value"]) for row in csv.DictReader(file) if row["id"].startswith("P3.")}
    computed = {figure.id: int(rounded(figure.compute() or 0, figure.digits)) for figure in FACTS.figures}
    assert {key: computed.get(key) for key in published if key in computed} == {
        key: value for key, value in published.items() if key in computed
    }
    assert len(computed) == 16


def test_the_sample_tells_its_story_and_loads_once(sample_city: None) -> None:
    page = story(roadmap(on=last_day(today=date(2030, 1, 1))))
    assert page.headline.startswith("主要169手続のうち36手続がデジタル化済み、年間の件数では45%")
    assert [row.count for row in page.rows] == [36, 11, 72, 119, 40, 10, 169]
    assert [row.volume for row in page.rows][:3] == ["約500万件", "約20万件", "約450万件"]
    before = EntryVersion.objects.count()
    call_command("load_inventory", verbosity=0)
    assert EntryVersion.objects.count() == before


def test_the_online_rate_adds_up_to_what_the_roadmap_counts(world: World) -> None:
    """Added, moved, edited, given away, imported, ended: every act says what it adds, and the sums are the counts."""
    ready = {"starts": 20203, "completes": 20204, "system_name": "eLTAX", "certifier": "総務課長"}
    ready["system_url"] = "https://www.eltax.lta.go.jp/"
    steps = ("analysed", "planned", "building", "trial", "live")
    first, second, third, other = (
        make_entry(f"A-{number}", world.tax, is_main=number < 4, volume=100 * number) for number in range(1, 5)
    )
    for entry in (first, second, other):
        move(entry, world.tax, *steps, **ready)
    move(second, world.tax, "retired")
    actor = Actor(user_id=world.planner.id)
    actions.assign_entries(entry_ids=[first.id], values={"unit": CULTURE}, reason="移管", actor=actor, at=AT)
    head = ("手続ID", "手続名", "総手続件数", "手続類型", "担当部署コード", "主要手続")
    rows = (("A-3", third.name, "700", "1", TAX, "〇"), ("A-5", "新しい届出", "40", "1", TAX, "〇"))
    take(table(head, *rows), world.planner, once="1")
    ledger.seal(at=AT)
    facts.project(at=AT)
    point = roadmap(on=TODAY).months[-1]
    assert (point.live.count, point.live.volume, point.whole.count, point.whole.volume) == (1, 100, 3, 840)
    for key, part, whole in (("online_share", 1, 3), ("online_volume_share", 100, 840)):
        (found,) = facts.measurements(f"inventory.{key}", months=["2020-11"])
        assert (found.numerator, found.denominator) == (part, whole)
    by_bureau = facts.measurements("inventory.online_share", months=["2020-11"], unit="*")
    assert {each.unit: (each.numerator, each.denominator) for each in by_bureau} == {TAX: (0, 2), CULTURE: (1, 1)}
    assert facts.verify_sums().ok
