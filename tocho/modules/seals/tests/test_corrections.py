"""An amendment entered wrongly is entered again; bureaus that are late are told until they certify."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from tocho.core.ledger.api import Actor
from tocho.core.notify.models import Message
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.modules.seals import actions
from tocho.modules.seals.models import BureauReturn, RuleAmendment, SealRule
from tocho.modules.seals.queries.progress import counts, progress, rule_counts

from .factories import AT, CULTURE, RULED, TAX, World, certify, make_rule, make_seal, make_world

pytestmark = pytest.mark.django_db
FIRST, RIGHT = date(2020, 11, 20), date(2020, 11, 24)
THEN = datetime(2020, 11, 26, 1, tzinfo=UTC)
LATE = datetime(2020, 12, 28, 1, tzinfo=UTC)  # a Monday, after the round has closed


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def rule(world: World) -> SealRule:
    """A rule whose amendment was entered four days too early, its seal dropped the same day."""
    rule, actor = make_rule(world.tax), Actor(user_id=world.tax.id)
    make_seal(world.tax, **RULED, disposition="abolish", rule=rule.pk)
    actions.edit_rule(rule_id=rule.pk, values={"planned_on": FIRST}, actor=actor, at=AT)
    actions.amend_rule(rule_id=rule.pk, amended_on=FIRST, amendment="第1号", actor=actor, at=AT)
    assert actions.drop_seals_of_rule(rule_id=rule.pk, units=None, actor=actor, at=AT) == 1
    return rule


def correct(world: World, rule: SealRule, day: date = RIGHT, **said: str) -> SealRule:
    given = {"amendment": "第1号", "reason": "公布の日を入れていた", **said}
    return actions.correct_amendment(
        rule_id=rule.pk, amended_on=day, actor=Actor(user_id=world.tax.id), at=THEN, **given
    )


def amended(on: date, known: date | None) -> int:
    return next(each.amended for each in rule_counts(on=on, known=known) if each.field == "personnel")


def test_a_corrected_day_is_counted_and_the_former_count_can_be_had_again(world: World, rule: SealRule) -> None:
    between = date(2020, 11, 22)
    assert counts(on=between)[0]["abolished"].count == 1
    correct(world, rule)
    correct(world, rule)  # a double click
    assert [row.amended_on for row in RuleAmendment.objects.order_by("id")] == [FIRST, RIGHT]
    assert [counts(on=day)[0]["abolished"].count for day in (between, RIGHT)] == [0, 1]
    assert counts(on=between, known=between)[0]["abolished"].count == 1
    personnel = [
        {each.field: each.amended for each in rule_counts(on=between, known=known)} for known in (None, between)
    ]
    assert [found["personnel"] for found in personnel] == [0, 1]
    assert (progress(on=between).corrections, progress(on=THEN.date()).corrections) == (1, 0)
    assert {point.month: point.abolished for point in progress(on=THEN.date()).months}["2020-11"] == 1


def test_what_cannot_be_corrected(world: World, rule: SealRule) -> None:
    for day, said, field in (
        (RIGHT, {"reason": " "}, "reason"),
        (RIGHT, {"amendment": ""}, "amendment"),
        (date(2030, 1, 1), {}, "amended_on"),
    ):
        with pytest.raises(actions.SealRefused) as refused:
            correct(world, rule, day, **said)
        assert refused.value.problems[0][0] == field
    with pytest.raises(actions.SealRefused):
        correct(world, make_rule(world.tax, "JINJI-002"))


def test_the_database_takes_no_other_day(world: World, rule: SealRule) -> None:
    for act in (
        lambda: SealRule.objects.filter(id=rule.pk).update(amended_on=RIGHT),
        lambda: SealRule.objects.filter(id=rule.pk).update(amended_on=None, amendment=""),
        lambda: RuleAmendment.objects.update(amended_on=RIGHT),
        lambda: RuleAmendment.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_late_bureaus_are_told_once_a_day_until_they_certify(world: World) -> None:
    make_seal(world.tax, disposition="abolish")
    assert actions.remind_late(at=AT) == 0
    assert (actions.remind_late(at=LATE), actions.remind_late(at=LATE)) == (3, 0)
    assert set(Message.objects.values_list("to_user_id", flat=True)) == {
        world.chief.pk,
        world.culture.pk,
        world.planner.pk,
    }
    own = org.addresses_of(world.chief.pk, at=LATE)
    assert [row.kind for row in process.inbox(own).rows] == ["seals.certify"]
    certify(world, world.chief, TAX, at=LATE)
    assert not process.inbox(own).rows
    assert actions.remind_late(at=LATE + timedelta(days=7)) == 2
    assert BureauReturn.objects.get(bureau=CULTURE).reminded_on == date(2021, 1, 4)
    assert actions.remind_late(at=datetime(2021, 1, 9, 1, tzinfo=UTC)) == 0  # closed
