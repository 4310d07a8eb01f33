from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.improvement import actions
from tocho.modules.improvement.actions import NewTrial, Reviewed
from tocho.modules.improvement.models import Item, Review, Trial

UNIT = "T-01-01"
AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """An officer of the procedure's office, and one of another."""

    drafter: User
    stranger: User


def make_office() -> Office:
    bureau = make_unit("T-01", "主税局")
    section, other = make_unit(UNIT, "徴収課", parent=bureau), make_unit("T-01-02", "計画課", parent=bureau)
    return Office(
        make_officer("drafter", make_post(section, "主事")), make_officer("stranger", make_post(other, "主事"))
    )


def about(number: int = 1, **changes: Any) -> Reviewed:
    known = {"procedure": "mihon", "version": 1, "title": "見本の申請", "unit": UNIT}
    return Reviewed(**{**known, "subject": Subject("application", number), **changes})


def review(number: int = 1, rating: int = 4, words: str = "", **changes: Any) -> Review:
    actions.give_review(about=about(number, **changes), rating=rating, words=words, actor=Actor(), at=AT)
    return Review.objects.get(subject_id=number, subject_type="application")


def item(office: Office, **changes: Any) -> Item:
    known: dict[str, Any] = {"procedure": "mihon", "procedure_title": "見本の申請", "unit": UNIT, "title": "説明を短く"}
    return actions.open_item(**{**known, **changes}, actor=Actor(user_id=office.drafter.id), at=AT)


def trial(office: Office, *emails: str, days: int = 7) -> Trial:
    closes_on = (AT + timedelta(days=days)).date()
    new = NewTrial(design_id=1, revision=3, procedure="mihon", title="見本の申請", unit=UNIT, closes_on=closes_on)
    return actions.open_trial(
        new=new, emails=emails, path_of="/try/{}/".format, actor=Actor(user_id=office.drafter.id), at=AT
    )
