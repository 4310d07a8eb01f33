"""The staff's pages: everybody with a post sees, a bureau edits its own, the reform team all."""

import pytest

from tocho.lib.csvfile import BOM
from tocho.modules.inventory.models import ProcedureEntry
from tocho.ui.testing import Pages

from .factories import CULTURE, World, make_entry, make_world, move

pytestmark = pytest.mark.django_db
LIST = "/desk/inventory/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def entry(world: World) -> ProcedureEntry:
    return make_entry(
        "A-1", world.tax, name="納税証明書の交付", volume=60491, is_main=True, starts=20202, completes=20204
    )


def test_the_list_shows_filters_and_exports(page: Pages, world: World, entry: ProcedureEntry) -> None:
    found = page.get(LIST, user=world.culture, queries=14)
    assert found.h1 == "手続棚卸"
    assert ("納税証明書の交付" in found, "2021年1〜3月" in found, "60,491" in found) == (True, True, True)
    assert "当てはまる手続はありません" in page.get(LIST + "?q=旅券")
    assert page.get(LIST + "?after=x").location == LIST
    content = b"".join(page.get(LIST + "procedures.csv?q=納税").streaming_content)
    assert content.startswith(BOM)
    assert "納税証明書の交付" in content.decode("utf-8-sig").splitlines()[1]
    assert page.get(LIST + "procedures.xlsx").status == 200
    assert page.get(LIST + "procedures.pdf").status == 404
    old = b"".join(page.get(LIST + "procedures.csv?encoding=cp932").streaming_content)
    assert old.decode("cp932").startswith("手続ID,")


@pytest.mark.parametrize("path", ["", "new/", "procedures.csv", "imports/", "assign/"])
def test_residents_have_no_business_here(page: Pages, world: World, path: str) -> None:
    assert page.get(LIST + path, user=world.resident).status == 403


@pytest.mark.parametrize("path", ["", "1/", "new/", "procedures.csv", "imports/", "imports/1/"])
def test_nobody_without_signing_in(page: Pages, path: str) -> None:
    assert "/accounts/login/" in page.get(LIST + path).location


def test_an_entry_shows_all_columns_in_words_and_its_history(page: Pages, world: World, entry: ProcedureEntry) -> None:
    move(entry, world.tax, "analysed")
    found = page.get(f"{LIST}{entry.id}/", user=world.culture, queries=16)
    for words in (
        "手続と根拠（2 / 7項目）",
        "情報システム(事務処理)",
        "2020年度第4四半期",
        "調査済 → 分析済",
        "高橋 健一",
    ):
        assert words in found
    assert "計画済にする" not in found


def test_those_who_may_edit_are_offered_the_next_steps(page: Pages, world: World, entry: ProcedureEntry) -> None:
    found = page.get(f"{LIST}{entry.id}/", user=world.planner)
    assert found.links["分析済にする"].endswith("/move/analysed/")
    assert page.get(f"{LIST}999999/").status == 404


@pytest.mark.parametrize("path", ["edit/basis/", "move/analysed/"])
def test_another_bureau_may_not_change_it(page: Pages, world: World, entry: ProcedureEntry, path: str) -> None:
    assert page.get(f"{LIST}{entry.id}/{path}", user=world.culture).status == 403
    assert page.post(f"{LIST}{entry.id}/{path}", {}).status == 403


@pytest.mark.parametrize("path", ["edit/nothing/", "move/live/", "move/nowhere/"])
def test_steps_and_groups_that_are_not_there(page: Pages, world: World, entry: ProcedureEntry, path: str) -> None:
    assert page.get(f"{LIST}{entry.id}/{path}", user=world.tax).status == 404


@pytest.mark.parametrize(
    "group", ["basis", "parties", "online", "means", "volume", "papers", "users", "plan", "system"]
)
def test_each_group_is_edited_on_a_page_of_its_own(
    page: Pages, world: World, entry: ProcedureEntry, group: str
) -> None:
    url = f"{LIST}{entry.id}/edit/{group}/"
    form = page.get(url, user=world.tax, queries=16)
    sent = {
        **form.fields,
        "name": entry.name,
        "unit": entry.unit,
        "authority": "own",
        "starts": 20202,
        "completes": 20204,
    }
    assert page.post(url, sent).location == f"{LIST}{entry.id}/"


def test_what_was_typed_stays_when_it_is_refused(page: Pages, world: World, entry: ProcedureEntry) -> None:
    url = f"{LIST}{entry.id}/edit/volume/"
    sent = {**page.get(url, user=world.tax).fields, "volume": "10", "volume_online": "11"}
    refused = page.post(url, sent)
    assert (refused.status, refused.fields["volume_online"]) == (422, "11")
    assert "総手続件数（10）より多くなっています" in refused
    assert page.post(url, {**sent, "volume_online": "9", "reason": "訂正"}).status == 302
    assert "訂正" in page.get(f"{LIST}{entry.id}/")


def test_moving_asks_first_and_says_what_is_missing(page: Pages, world: World, entry: ProcedureEntry) -> None:
    move(entry, world.tax, "analysed", "planned", "building", "trial")
    url = f"{LIST}{entry.id}/move/live/"
    form = page.get(url, user=world.tax, queries=14)
    assert form.h1 == "「納税証明書の交付」を公開中にしますか"
    refused = page.post(url, {**form.fields, "reason": "試行を終えた"})
    assert (refused.status, "公開された版が要ります" in refused) == (422, True)
    sent = {
        **form.fields,
        "reason": "試行を終えた",
        "system_name": "eLTAX",
        "system_url": "https://www.eltax.lta.go.jp/",
    }
    assert page.post(url, sent).status == 422
    assert page.post(url, {**sent, "is_certified": "on"}).status == 302
    entry.refresh_from_db()
    assert (entry.state, entry.certifier) == ("live", "主税局 徴収部 徴収課主事") or entry.certifier.startswith(
        "主税局"
    )


def test_an_end_is_announced(page: Pages, world: World, entry: ProcedureEntry) -> None:
    assert "元に戻せません" in page.get(f"{LIST}{entry.id}/move/abolished/", user=world.tax)


def test_several_are_changed_together_but_not_those_of_others(page: Pages, world: World, entry: ProcedureEntry) -> None:
    other = make_entry("A-2", world.culture, unit=CULTURE)
    url = f"{LIST}assign/?entry={entry.id}&entry={other.id}"
    form = page.get(url, user=world.tax, queries=14)
    assert ("選んだ手続 1件" in form, "ほかの局の手続が1件" in form) == (True, True)
    assert page.post(f"{LIST}assign/", {"entry": [entry.id, other.id], "completes": 20211}).location == LIST
    entry.refresh_from_db()
    other.refresh_from_db()
    assert (entry.completes, other.completes) == (20211, None)
    assert page.post(f"{LIST}assign/", {"entry": [entry.id]}).status == 422
    assert "手続が選ばれていません" in page.get(f"{LIST}assign/")


def test_a_procedure_is_added_by_hand(page: Pages, world: World) -> None:
    sent = {"code": "N-1", "name": "新しい届出", "unit": "R02-0600"}
    added = page.post(f"{LIST}new/", sent, user=world.tax)
    assert "新しい届出" in page.get(added.location)
    assert page.post(f"{LIST}new/", sent).status == 422
    assert page.post(f"{LIST}new/", {**sent, "code": "N-2", "unit": CULTURE}).status == 422
