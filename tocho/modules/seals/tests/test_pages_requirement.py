"""The staff's pages: everybody with a post sees, a bureau changes its own, the reform team all."""

from datetime import date

import pytest

from tocho.lib.csvfile import BOM
from tocho.modules.seals.models import SealRequirement
from tocho.ui.testing import Pages

from .factories import AT, CULTURE, LAW, RULED, SECTION, World, make_seal, make_world, move

pytestmark = pytest.mark.django_db
LIST = "/desk/seals/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def seal(world: World) -> SealRequirement:
    return make_seal(world.tax)


def test_the_list_shows_filters_and_exports(page: Pages, world: World, seal: SealRequirement) -> None:
    found = page.get(LIST, user=world.culture, queries=14)
    assert found.h1 == "押印の調査"
    assert ("会議出席の報告" in found, "認印" in found, "調査済" in found) == (True, True, True)
    assert "当てはまる事務はありません" in page.get(LIST + "?q=旅券")
    assert page.get(LIST + "?after=x").location == LIST
    content = b"".join(page.get(LIST + "seals.csv?q=会議").streaming_content)
    assert content.startswith(BOM)
    assert "会議出席の報告" in content.decode("utf-8-sig").splitlines()[1]
    assert page.get(LIST + "seals.xlsx").status == 200
    assert page.get(LIST + "seals.pdf").status == 404


@pytest.mark.parametrize("path", ["", "new/", "seals.csv", "import/", "change/", "rules/", "returns/", "nation/"])
def test_residents_have_no_business_here(page: Pages, world: World, path: str) -> None:
    assert page.get(LIST + path, user=world.resident).status == 403


@pytest.mark.parametrize("path", ["", "1/", "new/", "seals.csv", "rules/1/", "returns/"])
def test_nobody_without_signing_in(page: Pages, path: str) -> None:
    assert "/accounts/login/" in page.get(LIST + path).location


def test_a_requirement_shows_itself_and_its_history(page: Pages, world: World, seal: SealRequirement) -> None:
    found = page.get(f"{LIST}{seal.pk}/", user=world.culture, queries=14)
    for words in ("出席報告書", "真意の確認", "調査に加えた（調査済）", "高橋 健一", seal.number):
        assert words in found
    assert "内容と区分を直す" not in found
    assert page.get(f"{LIST}999999/", user=world.tax).status == 404


def test_adding_keeps_what_was_typed(page: Pages, world: World) -> None:
    sent = {"unit": SECTION, "affair": "休暇の申請", "document": "休暇届", "direction": "internal", "seal": "private"}
    found = page.post(LIST + "new/", {**sent, "basis": "regulation"}, user=world.tax)
    assert found.status == 422
    assert ("名前と条項を書いてください" in found, found.fields["affair"]) == (True, "休暇の申請")
    added = page.post(LIST + "new/", {**sent, "basis": "regulation", "basis_text": "規則第3条"})
    assert page.get(added.location).h1 == "休暇の申請"


def test_another_bureau_cannot_change_it(page: Pages, world: World, seal: SealRequirement) -> None:
    assert page.get(f"{LIST}{seal.pk}/edit/", user=world.culture).status == 403
    assert "ほかの局の事務が1件" in page.get(f"{LIST}change/?seal={seal.pk}")
    assert page.get(f"{LIST}{seal.pk}/edit/", user=world.planner).status == 200


def test_editing_names_the_class(page: Pages, world: World, seal: SealRequirement) -> None:
    found = page.get(f"{LIST}{seal.pk}/edit/", user=world.tax, queries=14)
    sent = {"unit": SECTION, "direction": "internal", "seal": "private", "basis": "habit", "disposition": "abolish"}
    assert page.post(f"{LIST}{seal.pk}/edit/", {**found.fields, **sent}).location == f"{LIST}{seal.pk}/"
    seal.refresh_from_db()
    assert seal.state == "abolished"


def test_several_move_together(page: Pages, world: World) -> None:
    seals = [make_seal(world.tax, **{**LAW, "document": f"申請書{n}"}) for n in range(2)]
    chosen = "&".join(f"seal={each.pk}" for each in seals)
    found = page.get(f"{LIST}move/state_request/?{chosen}", user=world.tax)
    assert seals[1].number in found
    sent = {"seal": [each.pk for each in seals], "effective_on": found.fields["effective_on"]}
    assert page.post(f"{LIST}move/state_request/", sent).status == 422
    assert page.post(f"{LIST}move/state_request/", {**sent, "reason": "10月に要望"}).location == LIST
    assert "見本法第5条" in page.get(LIST + "nation/", queries=14)
    assert "許可の申請" in page.get(LIST + "?state=state_request&q=見本法第5条")
    assert page.get(f"{LIST}move/sold/").status == 404


def test_a_refusal_names_the_affair(page: Pages, world: World) -> None:
    seal = make_seal(world.tax, **RULED, disposition="abolish")
    sent = {"seal": seal.pk, "effective_on": "2020-11-20", "reason": "早く"}
    found = page.post(f"{LIST}move/abolished/", sent, user=world.tax)
    assert (found.status, f"{seal.number}　規定に根拠のある押印" in found) == (422, True)


def test_what_is_gone_has_no_next_step(page: Pages, world: World, seal: SealRequirement) -> None:
    gone = make_seal(world.culture, unit=CULTURE, disposition="abolish", at=AT)
    assert "次の段階へ進める" not in page.get(f"{LIST}{gone.pk}/", user=world.planner)
    ruled = make_seal(world.tax, affair="表彰", disposition="certificate")
    assert "存続にする" in page.get(f"{LIST}{ruled.pk}/").links
    move(ruled, world.tax, "retained", retained_reason="儀礼", review_on=date(2999, 1, 1))
    assert "2999年1月1日" in page.get(f"{LIST}{ruled.pk}/")
