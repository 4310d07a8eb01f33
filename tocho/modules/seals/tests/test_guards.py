"""The database refuses what the rules refuse."""

from datetime import date
from importlib import import_module

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from tocho.modules.seals.models import RequirementVersion, SealRequirement
from tocho.modules.seals.rules import MOVES

from .factories import RULED, World, make_rule, make_seal, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_trigger_knows_the_same_moves() -> None:
    known = import_module("tocho.modules.seals.migrations.0002_guards").MOVES
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
