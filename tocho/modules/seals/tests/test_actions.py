"""What bureaus do to the survey, and what is recorded of it."""

from datetime import UTC, date, datetime

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.modules.seals import actions
from tocho.modules.seals.actions import SealRefused
from tocho.modules.seals.models import BureauReturn, RequirementVersion, SealRequirement

from .factories import (
    AT,
    CULTURE,
    HEAD,
    LAW,
    RULED,
    SECTION,
    TAX,
    TODAY,
    World,
    certify,
    line,
    make_rule,
    make_seal,
    make_world,
    move,
    start_survey,
    table,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def by(world: World) -> Actor:
    return Actor(user_id=world.tax.id)


def test_a_habit_named_to_go_is_gone_at_once(world: World) -> None:
    seal = make_seal(world.tax, disposition="abolish")
    assert seal.state == "abolished"
    entry = ledger.entries_of(Subject("seal_requirement", seal.pk))[0]
    assert (entry.kind, entry.unit, entry.data["abolished"], entry.data["new"]) == ("seals.added", TAX, 1, 1)


def test_the_same_paper_is_counted_once(world: World) -> None:
    make_seal(world.tax)
    with pytest.raises(SealRefused, match="もう登録されています"):
        make_seal(world.tax)
    other = make_seal(world.tax, document="別の書類")
    with pytest.raises(SealRefused, match="もう登録されています"):
        edit(world, other, document="出席報告書")


def edit(world: World, seal: SealRequirement, *, seen: int | None = None, **values: object) -> SealRequirement:
    last = RequirementVersion.objects.filter(requirement=seal).latest("id").id
    return actions.edit_requirement(
        requirement_id=seal.pk, values=values, seen=last if seen is None else seen, actor=by(world), at=AT
    )


def test_editing_needs_what_was_seen_and_nothing_changed_is_no_act(world: World) -> None:
    seal = make_seal(world.tax)
    first = RequirementVersion.objects.get().id
    edit(world, seal, volume=120)
    assert RequirementVersion.objects.count() == 1
    edit(world, seal, volume=130)
    with pytest.raises(SealRefused, match="ほかの人が先に直しました"):
        edit(world, seal, seen=first, volume=140)


def test_several_are_classified_together_or_not_at_all(world: World) -> None:
    seals = [make_seal(world.tax, document=f"書類{n}", basis="habit") for n in range(2)]
    ruled = make_seal(world.tax, **RULED)
    ids = [each.pk for each in (*seals, ruled)]
    with pytest.raises(SealRefused, match=seals[0].number):
        change(world, ids, disposition="by_law")
    assert not SealRequirement.objects.exclude(disposition="").exists()
    assert change(world, ids, disposition="abolish") == 3
    assert [each.state for each in SealRequirement.objects.order_by("id")] == ["abolished", "abolished", "classified"]
    entries = ledger.entries_of(Subject("seal_survey", world.survey.id))
    assert (entries[-1].kind, entries[-1].data["requirements"], entries[-1].data["abolished"]) == ("seals.edited", 3, 2)


def change(world: World, ids: list[int], **values: object) -> int:
    return actions.change_requirements(requirement_ids=ids, values=values, reason="", actor=by(world), at=AT)


def test_a_seal_falls_with_its_rule(world: World) -> None:
    rule = make_rule(world.tax)
    seal = make_seal(world.tax, **RULED, disposition="abolish", rule=rule.id)
    actions.edit_rule(rule_id=rule.id, values={"planned_on": date(2020, 12, 28)}, actor=by(world), at=AT)
    seal.refresh_from_db()
    assert (seal.state, seal.planned_on) == ("planned", date(2020, 12, 28))
    with pytest.raises(SealRefused, match="改正を先に"):
        actions.drop_seals_of_rule(rule_id=rule.id, units=None, actor=by(world), at=AT)
    for _click in range(2):
        actions.amend_rule(rule_id=rule.id, amended_on=TODAY, amendment="規則第100号", actor=by(world), at=AT)
    seal.refresh_from_db()
    assert seal.state == "rule_amended"
    assert actions.drop_seals_of_rule(rule_id=rule.id, units=frozenset({"other"}), actor=by(world), at=AT) == 0
    assert actions.drop_seals_of_rule(rule_id=rule.id, units=None, actor=by(world), at=AT) == 1
    kinds = [entry.kind for entry in ledger.entries_of(Subject("seal_rule", rule.id))]
    assert kinds.count("seals.rule_amended") == 1
    assert kinds[-1] == "seals.moved"


def test_an_amendment_is_named_and_not_of_tomorrow(world: World) -> None:
    rule = make_rule(world.tax)
    with pytest.raises(SealRefused, match="番号"):
        actions.amend_rule(rule_id=rule.id, amended_on=TODAY, amendment=" ", actor=by(world), at=AT)
    with pytest.raises(SealRefused, match="先の日付"):
        actions.amend_rule(rule_id=rule.id, amended_on=date(2020, 12, 1), amendment="規則", actor=by(world), at=AT)


def test_what_a_law_demands_becomes_a_request_to_the_nation(world: World) -> None:
    from tocho.modules.seals.api import nation_requests

    seal = move(make_seal(world.tax, **LAW), world.tax, "state_request")
    assert [(each.number, each.law) for each in nation_requests()] == [(seal.number, "見本法第5条")]


def test_a_retained_seal_says_why_and_until_when(world: World) -> None:
    seal = make_seal(world.tax, affair="表彰", disposition="certificate")
    with pytest.raises(SealRefused, match="見直す日"):
        move(seal, world.tax, "retained")
    move(seal, world.tax, "retained", retained_reason="儀礼として意味がある", review_on=date(2021, 11, 20))
    assert seal.state == "retained"


def test_a_certified_answer_is_closed_until_it_is_opened_again(world: World) -> None:
    seal = make_seal(world.tax)
    with pytest.raises(SealRefused, match="区分のない事務が1件"):
        certify(world, world.chief, TAX)
    edit(world, seal, disposition="abolish")
    for _click in range(2):
        certify(world, world.chief, TAX)
    answer = BureauReturn.objects.get(bureau=TAX)
    assert (answer.count, len(answer.digest)) == (1, 64)
    for act in (lambda: make_seal(world.tax, document="別"), lambda: edit(world, seal, volume=1)):
        with pytest.raises(SealRefused, match="認証済み"):
            act()
    make_seal(world.culture, unit=CULTURE)  # another bureau is free
    actions.reopen_return(survey_id=world.survey.id, bureau=TAX, reason="誤記", actor=by(world), at=AT)
    edit(world, seal, volume=1)
    kinds = [entry.kind for entry in ledger.entries_of(Subject("seal_survey", world.survey.id))]
    assert kinds == ["seals.survey_opened", "seals.certified", "seals.reopened"]


def test_a_new_round_asks_again_and_old_certificates_stay(world: World) -> None:
    edit(world, make_seal(world.tax), disposition="abolish")
    certify(world, world.chief, TAX)
    with pytest.raises(SealRefused, match="基準日"):
        start_survey(world.planner, number=2)
    start_survey(world.planner, number=2, as_of=date(2020, 11, 30))
    make_seal(world.tax, document="見落とした書類")
    assert BureauReturn.objects.filter(bureau=TAX, certified_at__isnull=False).count() == 1


def take(world: World, content: bytes) -> actions.Reading:
    return actions.import_file(content, bureau=TAX, actor=by(world), at=AT)


def test_a_file_is_taken_over_whole_and_the_same_again_changes_nothing(world: World) -> None:
    content = table(HEAD, line("補助金の申請", 区分="廃止予定", 年間件数="1,200"), line("減免の申請", 主要手続="〇"))
    assert len(take(world, content).new) == 2
    assert take(world, content).unchanged == 2
    first = SealRequirement.objects.get(affair="補助金の申請")
    assert (first.state, first.volume, first.unit) == ("classified", 1200, SECTION)
    changed = take(world, table(HEAD, line("補助金等の申請", 事務番号=first.number, 区分="廃止予定")))
    assert [each.requirement.pk for _row, each in changed.changes] == [first.pk]
    entries = [entry for entry in ledger.entries_of(Subject("seal_survey", world.survey.id)) if "import" in entry.kind]
    assert [entry.data["requirements"] for entry in entries] == [2, 1]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"印の種類": "はんこ"}, "印の種類"),
        ({"担当部署コード": CULTURE}, "担当部署コード"),
        ({"事務番号": "S-99999"}, "事務番号"),
        ({"根拠の条項": ""}, "根拠の条項"),
        ({"印の種類": ""}, "印の種類"),
    ],
)
def test_one_wrong_cell_and_nothing_is_taken_over(world: World, cells: dict[str, str], column: str) -> None:
    content = table(HEAD, line("正しい事務"), line("誤った事務", **cells))
    reading = actions.read_file(content, bureau=TAX, at=AT)
    assert [(fault.row, fault.column) for fault in reading.faults] == [(3, column)]
    with pytest.raises(SealRefused, match="3行目"):
        take(world, content)
    assert not SealRequirement.objects.exists()


def test_the_same_row_twice_is_a_mistake(world: World) -> None:
    reading = actions.read_file(table(HEAD, line("申請"), line("申請")), bureau=TAX, at=AT)
    assert "2行目と同じ" in reading.faults[0].reason
    first, second = make_seal(world.tax), make_seal(world.tax, document="別")
    content = table(("事務番号", "事務名", "書類", "印の種類"), (second.number, first.affair, first.document, "認印"))
    assert first.number in actions.read_file(content, bureau=TAX, at=AT).faults[0].reason


@pytest.mark.parametrize("content", [b"", b"\xff\xff", b"PK\x03\x04broken", "列,列\n1,2".encode()])
def test_no_table_says_what_to_do(world: World, content: bytes) -> None:
    with pytest.raises(SealRefused):
        take(world, content)


def test_without_a_survey_nothing_is_entered(world: World) -> None:
    with pytest.raises(SealRefused, match="まだ始まっていません"):
        make_seal(world.tax, at=datetime(2020, 1, 1, tzinfo=UTC))


def test_an_older_round_stands(world: World) -> None:
    certify(world, world.chief, TAX)
    start_survey(world.planner, number=2, as_of=date(2020, 12, 1))
    given = {"survey_id": world.survey.id, "actor": by(world), "at": AT}
    with pytest.raises(SealRefused, match="次の回"):
        actions.reopen_return(bureau=TAX, reason="直す", **given)
    with pytest.raises(SealRefused, match="次の回"):
        certify(world, world.chief, "R02-0700")


def test_what_is_taken_out_can_come_again_and_needs_an_open_answer(world: World) -> None:
    seal = make_seal(world.tax, disposition="abolish")
    certify(world, world.chief, TAX)
    with pytest.raises(SealRefused, match="認証済み"):
        move(seal, world.tax, "removed")
    actions.reopen_return(survey_id=world.survey.id, bureau=TAX, reason="二重", actor=by(world), at=AT)
    move(seal, world.tax, "removed")
    with pytest.raises(SealRefused, match="対象外"):
        edit(world, seal, document="別")
    assert make_seal(world.tax).pk != seal.pk


def test_a_request_to_the_nation_rests_on_a_law_until_it_is_taken_back(world: World) -> None:
    seal = move(make_seal(world.tax, **LAW), world.tax, "state_request")
    with pytest.raises(SealRefused, match="国へ要望したもの"):
        edit(world, seal, basis="ordinance")
    edit(world, move(seal, world.tax, "classified"), basis="ordinance", disposition="adjusting")


def test_what_came_to_a_rule_late_falls_with_it(world: World) -> None:
    rule = make_rule(world.tax)
    late = make_seal(world.tax, **RULED, disposition="abolish", rule=rule.pk)
    day = date(2020, 11, 1)
    actions.amend_rule(rule_id=rule.pk, amended_on=day, amendment="規則第1号", actor=by(world), at=AT)
    late.refresh_from_db()
    assert late.state == "rule_amended"
    assert [version.state for version in late.versions.order_by("effective_on", "id")][-1] == "rule_amended"
    with pytest.raises(SealRefused, match="改正の予定"):
        edit(world, late, disposition="adjusting")


def test_a_file_without_the_kind_of_seal_tells_two_seals_of_a_paper_apart(world: World) -> None:
    seals = [make_seal(world.tax, seal=kind) for kind in ("private", "official")]
    rows = [[each.number, each.affair, each.document, "90"] for each in seals]
    content = table(["事務番号", "事務名", "書類", "年間件数"], *rows)
    reading = actions.read_file(content, bureau=TAX, at=AT)
    assert (len(reading.changed), reading.faults) == (2, [])
