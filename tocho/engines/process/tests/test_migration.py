"""Running cases move to a new version where what they stand on is the same; otherwise they stay, with the reason."""

from datetime import timedelta

import pytest

from tocho.core.ledger.api import SYSTEM
from tocho.engines.process import api
from tocho.engines.process.models import Instance, Timer

from .factories import AT, END, OTHER_END, START, boundary, bpmn, current, new_subject, repeated, started, user

pytestmark = pytest.mark.django_db
OLD = bpmn(START, "start -> a", user("a"), "a -> b", user("b"), "b -> end", END, inputs="fee")
NEW = bpmn(
    *(START, "start -> a", user("a"), "a -> c", user("c"), "c -> b", user("b"), "b -> end", END),
    *(boundary("late", "a", duration="P5D"), "late -> z", OTHER_END),
    inputs="fee",
)


def publish(xml: bytes) -> int:
    return api.publish(xml, at=AT)


def test_a_case_goes_on_in_the_new_version() -> None:
    subject = started(OLD, {"fee": 1})
    target = publish(NEW)
    later = AT + timedelta(days=1)
    before = api.migrate(subject, to_definition_id=target, at=later)
    assert before != target
    assert api.migrate(subject, to_definition_id=target, at=later) == target
    assert Timer.objects.get().due_at == AT + timedelta(days=5)  # counted from its arrival at a
    (task,) = api.tasks_of(subject)
    api.complete_task(task.id, outcome={}, actor=SYSTEM, at=later)
    assert current(subject) == ("c",)
    assert not Timer.objects.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (NEW.replace(b'id="a"', b'id="x"').replace(b'"a"', b'"x"'), "この段階がありません"),
        (NEW.replace(b"test.work", b"test.other", 1), "作業が違います"),
        (NEW.replace(b'tocho:inputs="fee"', b'tocho:inputs="fee office"'), "新しい版が使う値がありません: office"),
        (bpmn(START, "start -> a", repeated(user("a"), times="2"), "a -> end", END, inputs="fee"), "種類が違います"),
        (bpmn(START, "start -> a", user("a"), "a -> end", END, inputs="fee", key="other"), "別の手続の流れ"),
    ],
)  # fmt: skip
def test_what_keeps_a_case_where_it_is(change: bytes, reason: str) -> None:
    subject = started(OLD, {"fee": 1})
    target = publish(change)
    with pytest.raises(api.CannotMove, match=reason):
        api.migrate(subject, to_definition_id=target, at=AT)
    assert current(subject) == ("a",)
    assert Instance.objects.get(subject_id=subject.id).definition_id != target


def test_the_preview_counts_who_can_move_and_says_what_keeps_the_others() -> None:
    first, second = started(OLD, {"fee": 1}), started(OLD, {"fee": 2})
    done = started(OLD, {"fee": 3})
    for subject in (second, done):
        api.complete_task(api.tasks_of(subject)[0].id, outcome={}, actor=SYSTEM, at=AT)
    api.complete_task(api.tasks_of(done)[0].id, outcome={}, actor=SYSTEM, at=AT)
    target = publish(bpmn(START, "start -> a", user("a"), "a -> end", END, inputs="fee"))
    preview = api.migration_preview(target)
    assert (preview.total, preview.movable) == (2, 1)
    assert [(one.element_id, one.count) for one in preview.obstacles] == [("b", 1)]
    assert api.migrate(first, to_definition_id=target, at=AT)
    assert api.migration_preview(target).total == 1


def test_a_case_that_has_ended_or_never_ran_does_not_move() -> None:
    target = publish(NEW)
    with pytest.raises(api.CannotMove, match="もう終わって"):
        api.migrate(new_subject(), to_definition_id=target, at=AT)
