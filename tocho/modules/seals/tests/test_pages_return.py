"""Answers, their certificates, files, rules and the public page."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import timezone

from tocho.modules.seals.models import BureauReturn, SealRequirement
from tocho.ui.testing import Pages

from .factories import CULTURE, HEAD, RULED, TAX, World, line, make_rule, make_seal, make_world, table

pytestmark = pytest.mark.django_db
DESK = "/desk/seals/"


@pytest.fixture
def world() -> World:
    return make_world()


def upload(content: bytes) -> BytesIO:
    file = BytesIO(content)
    file.name = "survey.csv"
    return file


def test_a_bureau_answers_by_file(page: Pages, world: World) -> None:
    wrong = table(HEAD, line("申請", 印の種類="はんこ"))
    start = page.post(DESK + "import/", {"bureau": TAX, "file": upload(wrong)}, user=world.tax)
    found = page.get(start.location)
    assert ("誤りがあるので、取り込めません" in found, "はんこ" in found) == (True, True)
    assert page.post(start.location, {}).status == 422
    right = page.post(DESK + "import/", {"bureau": TAX, "file": upload(table(HEAD, line("申請")))}).location
    assert "新しく加わります" in page.get(right, queries=20)
    assert page.get(right, user=world.chief).status == 404  # the link is the uploader's
    assert page.post(right, {}, user=world.tax).location == f"{DESK}?bureau={TAX}"
    assert SealRequirement.objects.get().affair == "申請"
    assert "変わる内容はありません" in page.get(right)
    assert page.get(DESK + "import/forged/").status == 404


def test_nobody_answers_for_another_bureau(page: Pages, world: World) -> None:
    found = page.post(DESK + "import/", {"bureau": CULTURE, "file": upload(b"x")}, user=world.tax)
    assert found.status == 422


def test_only_a_chief_of_the_bureau_certifies(page: Pages, world: World) -> None:
    make_seal(world.tax, disposition="abolish")
    path = f"{DESK}returns/{world.survey.id}/{TAX}/certify/"
    assert [page.post(path, {}, user=user).status for user in (world.tax, world.culture, world.planner)] == [403] * 3
    assert "この回答を認証する" in page.get(DESK + "returns/", user=world.chief, queries=14)
    own = f"{DESK}returns/{BureauReturn.objects.get(bureau=TAX).pk}/"
    assert page.post(path, {}).location == own
    assert (
        "主税局 徴収課長" in page.get(DESK + "returns/") or "徴収課" in BureauReturn.objects.get(bureau=TAX).certifier
    )
    assert page.get(path).status == 405


def test_the_reform_team_opens_it_again_with_a_reason(page: Pages, world: World) -> None:
    make_seal(world.tax, disposition="abolish")
    page.post(f"{DESK}returns/{world.survey.id}/{TAX}/certify/", {}, user=world.chief)
    path = f"{DESK}returns/{world.survey.id}/{TAX}/reopen/"
    assert page.get(path, user=world.culture).status == 403
    assert page.post(path, {"reason": ""}, user=world.planner).status == 422
    page.post(path, {"reason": "誤記"})
    assert BureauReturn.objects.get(bureau=TAX).certified_at is None


def test_the_reform_team_starts_a_round(page: Pages, world: World) -> None:
    path = DESK + "returns/new/"
    assert page.get(path, user=world.tax).status == 403
    sent = {"title": "第二次 押印実態調査", "as_of": "2020-10-01", "closes_on": "2021-01-31"}
    assert "基準日" in page.post(path, sent, user=world.planner)
    page.post(path, {**sent, "as_of": "2020-12-31"})
    assert page.get(DESK + "returns/").h1 == "第二次 押印実態調査"


def test_a_rule_is_planned_amended_and_its_seals_fall(page: Pages, world: World) -> None:
    rule = make_rule(world.tax)
    seal = make_seal(world.tax, **RULED, disposition="abolish", rule=rule.id)
    path = f"{DESK}rules/{rule.id}/"
    form = page.get(path + "edit/", user=world.tax).fields
    sent = {**form, "kind": "regulation", "field": "personnel", "unit": TAX, "planned_on": "2020-12-28"}
    assert page.post(path + "edit/", sent).location == path
    day = timezone.localdate().isoformat()
    assert page.post(path + "amend/", {"amendment": "", "amended_on": day}).status == 422
    page.post(path + "amend/", {"amendment": "規則第100号", "amended_on": day})
    assert "押印をやめる" in page.get(path, queries=14)
    assert page.post(path + "drop/", {}, user=world.culture).location == path
    seal.refresh_from_db()
    assert seal.state == "rule_amended"  # another bureau's seals stay
    page.post(path + "drop/", {}, user=world.tax)
    seal.refresh_from_db()
    assert seal.state == "abolished"
    assert page.get(path + "edit/", user=world.culture).status == 403


def test_rules_by_field(page: Pages, world: World) -> None:
    make_rule(world.tax)
    make_rule(world.tax, "ZAIMU-001", name="契約に関する規則", field="finance", planned_on=date(2021, 3, 31))
    found = page.get(DESK + "rules/?field=finance", user=world.culture, queries=14)
    assert ("契約に関する規則" in found, "休暇に関する規則" in found) == (True, False)
    again = {"code": "ZAIMU-001", "name": "別", "kind": "law", "field": "other", "unit": TAX}
    assert "もう使われています" in page.post(DESK + "rules/new/", again, user=world.tax)


def test_everybody_reads_the_progress(page: Pages, world: World) -> None:
    make_seal(world.tax, disposition="abolish")
    found = page.get("/seals/", queries=14)
    assert found.h1 == "押印を要する1の事務のうち1で押印をやめ、0でこれからやめます"
    assert ("主税局" in found, "第1次 押印実態調査" in found) == (True, True)
    assert page.get("/seals/?on=2999-01-01").location == "/seals/"
    assert page.get("/data/seals.classes.csv").status == 200


def test_without_records_it_says_so(page: Pages, db: None) -> None:
    assert "まだ調査の記録がありません" in page.get("/seals/")


def test_return_detail_says_how_far_a_bureau_is(page: Pages, world: World) -> None:
    make_seal(world.tax)
    path = f"{DESK}returns/{BureauReturn.objects.get(bureau=TAX).pk}/"
    assert "区分のない事務を見る" in page.get(path, user=world.culture, queries=14)
    assert page.get(path, user=world.resident).status == 403
    page.client.logout()
    assert "/accounts/login/" in page.get(path).location
    assert (page.get(DESK + "returns/0/", user=world.tax).status, page.post(path, {}).status) == (404, 405)


def test_rule_correct_asks_for_a_reason_and_keeps_what_stood_there(page: Pages, world: World) -> None:
    rule = make_rule(world.tax)
    path = f"{DESK}rules/{rule.pk}/"
    assert page.get(path + "correct/", user=world.tax).location == path
    page.post(path + "amend/", {"amendment": "第1号", "amended_on": "2020-11-02"})
    given = {"amendment": "第1号", "amended_on": "2020-11-12"}
    assert page.post(path + "correct/", given).status == 422
    assert page.post(path + "correct/", {**given, "reason": "公布の日だった"}).location == path
    shown = page.get(path)
    assert ("公布の日だった" in shown, "訂正された" in shown) == (True, True)
    assert page.get(path + "correct/", user=world.culture).status == 403
