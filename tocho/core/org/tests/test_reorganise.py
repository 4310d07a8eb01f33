"""戦略政策情報推進本部 becomes デジタルサービス局 on 2021-04-01."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.org import api
from tocho.core.org.actions import Abolish, Change, Establish, Move, Rename, ReorganisationRefused, reorganise
from tocho.core.org.models import OrgUnit, Post, Rank, UnitKind
from tocho.core.org.tests.factories import make_officer, make_post, make_unit

pytestmark = pytest.mark.django_db
BEFORE = datetime(2020, 11, 20, 1, tzinfo=UTC)
ON = date(2021, 4, 1)
AFTER = datetime(2021, 4, 1, 1, tzinfo=UTC)


@dataclass
class Headquarters:
    unit: OrgUnit
    division: OrgUnit
    post: Post
    chief: User
    clerk: User


@pytest.fixture
def headquarters() -> Headquarters:
    unit = make_unit("R02-0300", "戦略政策情報推進本部")
    division = make_unit("R02-0300-03", "ICT推進部", parent=unit)
    post = make_post(unit, "本部長", Rank.BUREAU_CHIEF)
    clerk = make_post(division, "主事")
    return Headquarters(unit, division, post, make_officer("miyasaka", post), make_officer("clerk", clerk))


DIGITAL: list[Change] = [
    Establish(
        "R03-0300",
        "デジタルサービス局",
        UnitKind.BUREAU,
        predecessors=("R02-0300",),
        titles={"本部長": "局長"},
    ),
    Move("R02-0300-03", "R03-0300"),
    Rename("R02-0300-03", "デジタルサービス推進部"),
    Abolish("R02-0300"),
]


def test_reorganise_carries_people_and_addresses_over(headquarters: Headquarters) -> None:
    reorganise(changes=DIGITAL, on=ON, actor=ledger.SYSTEM, at=BEFORE)
    chief = headquarters.chief.id
    assert [post.label for post in api.posts_of(chief, at=BEFORE)] == ["戦略政策情報推進本部長"]
    assert [post.label for post in api.posts_of(chief, at=AFTER)] == ["デジタルサービス局長"]
    addresses = api.addresses_of(chief, at=AFTER)
    assert {f"unit:{headquarters.unit.id}", f"post:{headquarters.post.id}"} < set(addresses)
    assert api.may_act(chief, f"post:{headquarters.post.id}", at=AFTER)
    assert len(api.addresses_of(chief, at=BEFORE)) == 2
    assert api.unit_codes_of(chief, at=AFTER) == {"R02-0300", "R03-0300"}
    assert api.unit_codes_of(chief, at=BEFORE) == {"R02-0300"}


def test_reorganise_shows_each_day_its_own_structure(headquarters: Headquarters) -> None:
    reorganise(changes=DIGITAL, on=ON, actor=ledger.SYSTEM, at=BEFORE)
    last_day = date(2021, 3, 31)
    assert api.unit("R02-0300-03", on=last_day).full_name == "戦略政策情報推進本部 ICT推進部"
    moved = api.unit("R02-0300-03", on=ON)
    assert (moved.full_name, moved.bureau_code) == ("デジタルサービス局 デジタルサービス推進部", "R03-0300")
    assert [unit.name for unit in api.bureaus(on=last_day)] == ["戦略政策情報推進本部"]
    assert [unit.name for unit in api.bureaus(on=ON)] == ["デジタルサービス局"]
    assert [unit.code for unit in api.successors_of("R02-0300", on=ON)] == ["R03-0300"]
    with pytest.raises(api.UnknownUnit):
        api.unit("R02-0300", on=ON)
    assert [post.label for post in api.posts_of(headquarters.clerk.id, at=AFTER)] == [
        "デジタルサービス局 デジタルサービス推進部 主事"
    ]


def test_reorganise_is_recorded_for_each_unit(headquarters: Headquarters) -> None:
    reorganise(changes=DIGITAL, on=ON, actor=ledger.Actor(user_id=headquarters.chief.id), at=BEFORE)
    entries = ledger.entries_of(ledger.Subject("unit", headquarters.division.id))
    assert [entry.kind for entry in entries] == ["org.unit_moved", "org.unit_renamed"]
    (ended,) = ledger.entries_of(ledger.Subject("unit", headquarters.unit.id))
    assert (ended.kind, ended.unit, ended.data) == ("org.unit_abolished", "R02-0300", {"on": "2021-04-01"})


def test_a_chain_of_successions_is_followed(headquarters: Headquarters) -> None:
    reorganise(changes=DIGITAL, on=ON, actor=ledger.SYSTEM, at=BEFORE)
    again: list[Change] = [
        Establish("R08-0300", "行政局", UnitKind.BUREAU, predecessors=("R03-0300",)),
        Move("R02-0300-03", "R08-0300"),
        Abolish("R03-0300"),
    ]
    reorganise(changes=again, on=date(2026, 4, 1), actor=ledger.SYSTEM, at=AFTER)
    later = datetime(2026, 4, 1, 1, tzinfo=UTC)
    assert api.may_act(headquarters.chief.id, f"unit:{headquarters.unit.id}", at=later)
    assert [unit.code for unit in api.successors_of("R02-0300", on=date(2026, 4, 1))] == ["R08-0300"]


def test_a_merger_keeps_the_first_chief(headquarters: Headquarters) -> None:
    other = make_unit("R02-0400", "総務局")
    second = make_officer("second", make_post(other, "本部長", Rank.BUREAU_CHIEF))
    merged: list[Change] = [
        Establish("R03-0001", "合同局", UnitKind.BUREAU, predecessors=("R02-0300", "R02-0400")),
        Move("R02-0300-03", "R03-0001"),
        Abolish("R02-0300"),
        Abolish("R02-0400"),
    ]
    reorganise(changes=merged, on=ON, actor=ledger.SYSTEM, at=BEFORE)
    assert len(api.posts_of(headquarters.chief.id, at=AFTER)) == 1
    assert api.posts_of(second.id, at=AFTER) == ()
    assert api.may_act(headquarters.chief.id, f"unit:{other.id}", at=AFTER)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Abolish("R02-0300"), "ICT推進部"),
        (Rename("R99", "ない局"), "R99"),
        (Establish("R02-0300-03", "重複", UnitKind.DIVISION), "使われて"),
        (Move("R02-0300-03", "R99"), "R99"),
    ],
)
def test_reorganise_refuses_and_changes_nothing(headquarters: Headquarters, change: Change, reason: str) -> None:
    with pytest.raises(ReorganisationRefused, match=reason):
        reorganise(changes=[Rename("R02-0300", "新しい名前"), change], on=ON, actor=ledger.SYSTEM, at=BEFORE)
    api.distrust()
    assert api.unit("R02-0300", on=ON).name == "戦略政策情報推進本部"


def test_reorganise_refuses_the_past_and_plans_out_of_order(headquarters: Headquarters) -> None:
    rename: list[Change] = [Rename("R02-0300", "新しい名前")]
    with pytest.raises(ReorganisationRefused, match="過去"):
        reorganise(changes=rename, on=date(2020, 11, 19), actor=ledger.SYSTEM, at=BEFORE)
    reorganise(changes=rename, on=ON, actor=ledger.SYSTEM, at=BEFORE)
    with pytest.raises(ReorganisationRefused, match="予定"):
        reorganise(changes=rename, on=date(2021, 1, 1), actor=ledger.SYSTEM, at=BEFORE)
