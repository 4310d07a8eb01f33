"""Counts as of any day, lists, files."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from tocho.modules.seals.facts import FACTS
from tocho.modules.seals.models import SealRequirement
from tocho.modules.seals.queries.listing import (
    Filters,
    file_columns,
    file_rows,
    filtered,
    nation_rows,
    requirement_page,
)
from tocho.modules.seals.queries.progress import class_rows, month_rows, progress
from tocho.modules.seals.queries.story import story

from .factories import AT, CULTURE, LAW, RULED, TODAY, World, make_seal, make_world, move, start_survey

pytestmark = pytest.mark.django_db
EARLY = datetime(2020, 11, 20, 1, tzinfo=UTC)
LATER = AT + timedelta(days=20)


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_past_is_counted_again(world: World) -> None:
    make_seal(world.tax, disposition="abolish", at=EARLY)
    make_seal(world.tax, **RULED, disposition="abolish", at=EARLY)
    start_survey(world.planner, number=2, as_of=date(2020, 12, 1))
    make_seal(world.culture, unit=CULTURE, **LAW, at=LATER)
    then, now = progress(on=TODAY), progress(on=LATER.date())
    assert (then.whole.count, now.whole.count) == (2, 3)
    assert (then.classes["abolished"].count, then.classes["to_abolish"].volume) == (1, 900)
    assert [(point.month, point.whole, point.abolished) for point in now.months] == [
        ("2020-10", 2, 0),
        ("2020-11", 2, 1),
        ("2020-12", 3, 1),
    ]
    assert [(line.name, line.whole) for line in now.bureaus] == [("主税局", 2), ("生活文化局", 1)]
    assert [each.whole for each in now.rounds] == [2, 3]  # what is answered until it closes counts for the round


def test_the_published_tables(world: World) -> None:
    make_seal(world.tax, disposition="abolish")
    make_seal(world.tax, **RULED)
    assert [row[2:] for row in class_rows(today=TODAY)] == [
        ("主税局", "廃止済", 1, 120),
        ("主税局", "区分なし", 1, 900),
    ]
    assert list(month_rows(today=TODAY)) == [("2020-10", 2, 0, 0.0), ("2020-11", 2, 1, 50.0)]
    assert [figure.compute() for figure in FACTS.figures if figure.id == "P2.seal_total"] == [2]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"q": "休暇"}, 1),
        ({"q": "ｷｭｳｶ"}, 0),
        ({"basis": "habit"}, 1),
        ({"disposition": "none"}, 2),
        ({"bureau": CULTURE}, 1),
        ({"state": "classified", "seal": "registered"}, 1),
    ],
)
def test_filters(world: World, filters: dict[str, str], count: int) -> None:
    make_seal(world.tax)
    make_seal(world.tax, **RULED)
    make_seal(world.culture, unit=CULTURE, **LAW)
    assert filtered(SealRequirement.objects.all(), Filters(**filters), on=TODAY).count() == count


@pytest.mark.parametrize("sort", ["", "volume"])
def test_pages_follow_each_other_without_gap(world: World, sort: str) -> None:
    made = [make_seal(world.tax, document=f"書類{n}", volume=n % 3 or None) for n in range(7)]
    seen, after = [], ""
    while True:
        page = requirement_page(SealRequirement.objects.all(), Filters(sort=sort, after=after), on=TODAY, limit=3)
        seen += [row.id for row in page.rows]
        if not (after := page.next):
            break
    assert sorted(seen) == sorted(each.pk for each in made)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("after", ["x", "1~", "~1", "9" * 30 + "~1"])
def test_a_strange_cursor_is_refused(world: World, after: str) -> None:
    with pytest.raises(ValueError):
        requirement_page(SealRequirement.objects.all(), Filters(after=after), on=TODAY)


def test_a_number_finds_its_affair(world: World) -> None:
    seal = make_seal(world.tax)
    assert filtered(SealRequirement.objects.all(), Filters(q=seal.number.lower()), on=TODAY).get() == seal


def test_files_have_the_columns_that_are_read(world: World) -> None:
    seal = make_seal(world.tax, is_main=True)
    row = dict(zip(file_columns(), next(iter(file_rows(SealRequirement.objects.all(), on=TODAY))), strict=True))
    assert row["事務番号"] == seal.number
    assert (row["印の種類"], row["主要手続"], row["年間件数"], row["担当部署"]) == (
        "認印",
        "〇",
        120,
        "主税局 徴収部 徴収課",
    )


def test_the_page_is_complete_in_english(world: World) -> None:
    make_seal(world.tax, disposition="abolish")
    with translation.override("en"):
        told = story(progress(on=TODAY))
    assert told.headline == "Of 1 affairs that need a seal, 1 have dropped it and 0 will"
    assert told.rows[0].title == "Abolished"


def test_what_is_taken_out_is_counted_no_more(world: World) -> None:
    seals = [make_seal(world.tax, document=f"書類{n}", disposition="abolish", at=EARLY) for n in range(2)]
    move(seals[0], world.tax, "removed", at=LATER)
    then, now = progress(on=EARLY.date()), progress(on=LATER.date())
    assert (then.whole.count, now.whole.count, now.classes["abolished"].count) == (2, 1, 1)
    assert [(point.whole, point.abolished) for point in now.months][-2:] == [(2, 2), (1, 1)]
    assert filtered(SealRequirement.objects.all(), Filters(), on=TODAY).get() == seals[1]
    assert filtered(SealRequirement.objects.all(), Filters(state="removed"), on=TODAY).get() == seals[0]


def test_what_is_kept_comes_up_on_its_day_of_review(world: World) -> None:
    seal = make_seal(world.tax, **RULED, disposition="certificate")
    move(seal, world.tax, "retained", retained_reason="表彰のため", review_on=TODAY + timedelta(days=9))
    rows = SealRequirement.objects.all()
    counts = [filtered(rows, Filters(state="review"), on=TODAY + timedelta(days=n)).count() for n in (8, 9)]
    assert counts == [0, 1]


def test_requests_to_the_nation_are_one_for_each_law(world: World) -> None:
    seals = [make_seal(world.tax, **{**LAW, "document": f"申請書{n}"}) for n in range(2)]
    for seal in seals:
        move(seal, world.tax, "state_request")
    (row,) = nation_rows(SealRequirement.objects.all())
    assert (row.law, row.affairs, row.papers) == ("見本法第5条", 2, sum(seal.volume or 0 for seal in seals))
