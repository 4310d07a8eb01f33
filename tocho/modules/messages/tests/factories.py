"""A section that answers, and one that has nothing to do with it."""

from dataclasses import dataclass

from tocho.core.accounts.models import User
from tocho.core.org.tests.factories import make_officer, make_post, make_unit

UNIT = "T-01-01-01"


@dataclass(frozen=True)
class Office:
    drafter: User
    stranger: User


def make_office() -> Office:
    division = make_unit("T-01-01", "徴収部", parent=make_unit("T-01", "主税局"))
    section, other = make_unit(UNIT, "徴収課", parent=division), make_unit("T-01-01-02", "計画課", parent=division)
    return Office(make_officer("drafter", make_post(section, "主事")), make_officer("other", make_post(other, "主事")))
