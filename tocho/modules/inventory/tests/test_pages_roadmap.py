"""The public page: the finding first, any day from the records, nothing needed to read it."""

import pytest
from django.utils import translation

from tocho.modules.inventory.queries.roadmap import roadmap
from tocho.modules.inventory.queries.story import story
from tocho.ui.testing import Pages

from .factories import TODAY, World, make_entry, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_everybody_reads_the_roadmap(page: Pages, world: World) -> None:
    make_entry("A-1", world.tax, is_main=True, volume=1200, kind="1", starts=20204, completes=20211)
    found = page.get("/roadmap/", queries=14)
    assert found.h1.startswith("主要1手続のうち0手続がデジタル化済み")
    for words in ("2020年11月20日現在", "主税局", "約1,200件", "4〜6月"):
        assert words in found
    assert page.get("/roadmap/?on=2020-11-20").status == 200


def test_without_records_it_says_so(page: Pages, db: None) -> None:
    assert "まだ棚卸の記録がありません" in page.get("/roadmap/")


@pytest.mark.parametrize("on", ["x", "2999-01-01", "1999-01-01"])
def test_days_without_records_lead_to_the_last_one(page: Pages, world: World, on: str) -> None:
    make_entry("A-1", world.tax, is_main=True)
    assert page.get(f"/roadmap/?on={on}").location == "/roadmap/"


def test_it_is_complete_in_english(world: World) -> None:
    make_entry("A-1", world.tax, is_main=True, volume=1200, kind="1", completes=20211)
    with translation.override("en"):
        told = story(roadmap(on=TODAY))
    assert told.headline == "0 of 1 main procedures are digitised; by yearly cases, 0% can be applied for online"
    assert told.heads == (("Fiscal 2021", ("months 4–6",)),)


@pytest.mark.parametrize("key", ["inventory.roadmap", "inventory.online_rate", "inventory.main_procedures"])
def test_its_data_are_published(page: Pages, world: World, key: str) -> None:
    make_entry("A-1", world.tax, is_main=True, volume=1200, kind="1")
    assert page.get(f"/data/{key}/", queries=20).status == 200
    assert page.get(f"/data/{key}.csv").status == 200
