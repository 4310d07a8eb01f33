"""The ready shapes: each can be published as it is, once it has a name, a key and an office."""

import pytest

from tocho.core.ledger.api import SYSTEM
from tocho.modules.decisions.tests.factories import UNIT, make_office
from tocho.modules.designer.definitions import problems, renamed, shape, shapes
from tocho.modules.procedures import api as procedures

from .factories import AT

NAMES = [one.name for one in shapes()]


def test_the_five_shapes_are_there() -> None:
    assert NAMES == ["certificate", "permit", "booking", "subsidy", "notification"]


@pytest.mark.parametrize("name", NAMES)
def test_a_shape_has_no_fault_and_speaks_english(name: str) -> None:
    source = shape(name)
    assert source is not None
    assert [one for one in problems(source) if one.is_error] == []
    assert source["facts"]["title"]["en"]
    assert source["form"]["title"]["en"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.django_db
def test_a_shape_is_publishable_with_key_title_and_office(name: str) -> None:
    make_office()
    source = shape(name)
    assert source is not None
    made = renamed(source, key=f"atarashii-{name}", title="新しい手続", office=UNIT)
    assert procedures.publish(source=made, actor=SYSTEM, at=AT) == 1
