"""The database refuses what the rules refuse."""

from datetime import date
from importlib import import_module

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from tocho.core.ledger.api import Actor
from tocho.modules.seals import actions
from tocho.modules.seals.models import BureauReturn, RequirementVersion, SealRequirement, SealRule
from tocho.modules.seals.rules import MOVES

from .factories import AT, RULED, TAX, TODAY, World, certify, make_rule, make_seal, make_world, start_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_trigger_knows_the_same_moves() -> None:
    known = import_module("tocho.modules.seals.migrations.0004_guard_returns").MOVES
    assert set(known) == {f"{state}>{to}" for state, following in MOVES.items() for to in following}


def test_no_seal_falls_before_its_rule_is_amended(world: World) -> None:
    seal = make_seal(world.tax, **RULED, disposition="abolish")
    rows = SealRequirement.objects.filter(id=seal.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="abolished")
    rows.update(state="planned", rule=make_rule(world.tax), planned_on=date(2020, 12, 28))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="rule_amended")


def test_states_do_not_jump(world: World) -> None:
    seal = make_seal(world.tax, disposition="abolish")
    with pytest.raises(IntegrityError), transaction.atomic():
        SealRequirement.objects.filter(id=seal.pk).update(state="classified")


def test_history_is_only_added_to(world: World) -> None:
    make_seal(world.tax)
    with pytest.raises(DatabaseError), transaction.atomic():
        RequirementVersion.objects.update(state="abolished")
    with pytest.raises(DatabaseError), transaction.atomic():
        RequirementVersion.objects.all().delete()


def test_what_is_certified_amended_or_taken_out_stands(world: World) -> None:
    seal = make_seal(world.tax, disposition="abolish")
    certify(world, world.chief, TAX)
    returns = BureauReturn.objects.filter(bureau=TAX)
    rule = make_rule(world.tax)
    actions.amend_rule(rule_id=rule.pk, amended_on=TODAY, amendment="第1号", actor=Actor(user_id=world.tax.id), at=AT)
    for act in (
        lambda: returns.update(certifier="別の課長"),
        lambda: returns.update(bureau="R02-9999"),
        lambda: SealRule.objects.filter(id=rule.pk).update(amended_on=None, amendment=""),
        lambda: SealRequirement.objects.filter(id=seal.pk)._raw_delete(using="default"),
        lambda: returns._raw_delete(using="default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    start_survey(world.planner, number=2, as_of=date(2020, 12, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        returns.filter(survey=world.survey).update(certified_at=None, certifier="", digest="", count=0)


def test_nothing_begins_at_its_end(world: World) -> None:
    seal = make_seal(world.tax, **RULED, disposition="abolish")
    seal.pk, seal.state, seal.document = None, "abolished", "別の書類"
    with pytest.raises(IntegrityError), transaction.atomic():
        seal.save(force_insert=True)
