"""The list of decisions: the same whether what is sought is common among the newest or must be looked up; paged."""

from datetime import timedelta

import pytest

from ..models import Decision, Wording
from ..permissions import visible_parts
from ..queries import lists
from ..queries.lists import Sought, visible_page
from .factories import AT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 1000], ids=["looked up", "walked"])
def office(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(lists, "WALKED", request.param)
    return make_office()


def decided(office: Office, subject_id: int, *, days: int = 0, **changes: object) -> Decision:
    decision = circulate(office, make_draft(office, subject_id, **changes))
    for name in ("deputy", "reviewer", "chief"):
        decision = approve(office, decision, name, at=AT + timedelta(days=days))
    return decision


def found(office: Office, name: str = "drafter", *, limit: int = 50, **sought: str) -> list[int]:
    """Ids of all pages one after the other, in their order."""
    keys: list[int] = []
    after: int | None = None
    while True:
        parts = visible_parts(getattr(office, name).id, at=AT)
        page = visible_page(parts, sought=Sought(**sought), after=after, limit=limit, on=AT.date())
        keys += [row.id for row in page.rows]
        if not page.next:
            return keys
        after = int(page.next)


def test_everything_a_list_is_narrowed_to(office: Office) -> None:
    first, last = decided(office, 1, title="備品の購入"), make_draft(office, 2, title="研修の実施")
    assert found(office) == [last.id, first.id]
    for name, value in (
        ("state", "decided"), ("decider", "chief"), ("q", "備品"), ("q", "備"), ("q", "第1号")
    ):  # fmt: skip
        assert found(office, **{name: value}) == [first.id], (name, value)
    assert found(office, drafter="drafter", category="certificate") == [last.id, first.id]
    assert found(office, state="decided", decider="deputy") == []
    assert found(office, "stranger", state="decided", decider="chief") == []
    assert found(office, "chief", decider="chief", q="備品") == [first.id]


def test_days_stand_in_their_order_and_are_paged(office: Office) -> None:
    late, early = decided(office, 1, days=3), decided(office, 2, days=1)
    middle = decided(office, 3, days=2)
    decided(office, 4, days=20)
    days = {"by": "decided", "since": "2020-11-20", "until": "2020-11-25"}
    for limit in (1, 2, 50):
        assert found(office, limit=limit, **days) == [late.id, middle.id, early.id]
    assert found(office, limit=1, state="decided", **days) == [late.id, middle.id, early.id]
    assert found(office, since="2020-11-21") == []


def test_pages_of_what_is_narrowed_miss_nothing(office: Office) -> None:
    keys = [make_draft(office, number).id for number in range(1, 8)]
    assert found(office, limit=2, q="納税", state="drafting") == keys[::-1]
    assert found(office, limit=3) == keys[::-1]


def test_who_decided_stands_with_the_decision(office: Office) -> None:
    assert decided(office, 1).decided_by_id == office.chief.id
    assert Wording.objects.count() == 1
