from datetime import date

import pytest

from tocho.modules.opinions.models import Verdict
from tocho.modules.opinions.rules import is_within, needs_words


@pytest.mark.parametrize(("day", "within"), [(29, True), (30, True), (31, False)])
def test_within(day: int, within: bool) -> None:
    assert is_within(answered_on=date(2020, 12, day), due_on=date(2020, 12, 30)) is within


def test_all_but_no_objection_need_words() -> None:
    assert [verdict for verdict in Verdict.values if not needs_words(verdict)] == ["none"]
