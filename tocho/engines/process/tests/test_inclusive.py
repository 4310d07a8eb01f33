"""Inclusive gateways: as many ways as conditions hold, and a join that waits for just those."""

import pytest

from tocho.engines.process.bpmn import compile_process
from tocho.engines.process.spec import ProcessError, StepError

from .factories import END, OTHER_END, START, bpmn, user
from .test_move import leave, move_of, places


def gateway(key: str, default: str = "") -> str:
    return f'<inclusiveGateway id="{key}"' + (f' default="{default}"' if default else "") + "/>"


SPLIT = (
    *(START, "start -> split", gateway("split", "split_c"), "split -> a if x > 0", "split -> b if x > 1", "split -> c"),
    *(user("a"), user("b"), user("c"), "a -> join", "b -> join", "c -> join", gateway("join"), "join -> d", user("d")),
    *("d -> end", END),
)


@pytest.mark.parametrize(("x", "ways"), [(0, ["c"]), (1, ["a"]), (2, ["a", "b"])])
def test_takes_every_way_that_holds_and_joins_just_those(x: int, ways: list[str]) -> None:
    move = move_of(*SPLIT, context={"x": x})
    assert places(move) == ways
    for way in ways:
        assert "d" not in places(move)
        leave(move, way)
    assert places(move) == ["d"]


def test_no_way_and_no_default_is_an_error() -> None:
    split = (START, "start -> split", gateway("split"), "split -> a if x > 0", "split -> b if x > 1")
    with pytest.raises(StepError, match="no condition holds"):
        move_of(*split, user("a"), user("b"), "a -> end", "b -> z", END, OTHER_END, context={"x": 0})


def test_join_does_not_wait_for_a_branch_that_ended_elsewhere() -> None:
    turn = '<exclusiveGateway id="turn" default="turn_join"/>'
    move = move_of(
        *(START, "start -> fork", '<parallelGateway id="fork"/>', "fork -> a", "fork -> b", user("a", outcome="out")),
        *(user("b"), "a -> turn", turn, "turn -> z if out", "turn -> join", OTHER_END, "b -> join", gateway("join")),
        *("join -> d", user("d"), "d -> end", END),
    )
    leave(move, "b")
    assert places(move) == ["a", "join"]
    leave(move, "a", out=True)
    assert places(move) == ["d"]


def test_waits_for_a_branch_with_a_choice_in_it() -> None:
    gates = ('<exclusiveGateway id="p" default="p_c"/>', '<exclusiveGateway id="q"/>')
    move = move_of(
        *(START, "start -> split", gateway("split", "split_a"), "split -> join if x > 0", "split -> b if x > 1"),
        *("split -> a", user("a"), "a -> join", user("b", outcome="y"), "b -> p", *gates, "p -> q if y", "p -> c"),
        *(user("c"), "c -> q", "q -> join", gateway("join"), "join -> d", user("d"), "d -> end", END),
        context={"x": 2},
    )
    leave(move, "b", y=False)
    assert places(move) == ["join", "c"]
    leave(move, "c")
    assert places(move) == ["d"]


def test_join_in_a_loop_counts_each_round_anew() -> None:
    head, gate = '<exclusiveGateway id="head"/>', '<exclusiveGateway id="gate" default="gate_end"/>'
    move = move_of(
        *(START, "start -> head", head, "head -> ask", user("ask", outcome="x"), "ask -> split"),
        *(gateway("split", "split_c"), "split -> a if x > 0", "split -> b if x > 1", "split -> c"),
        *(user("a"), user("b"), user("c"), "a -> join", "b -> join", "c -> join", gateway("join"), "join -> more"),
        *(user("more", outcome="again"), "more -> gate", gate, "gate -> head if again", "gate -> end", END),
    )
    for x, ways in ((2, "ba"), (1, "a"), (0, "c"), (2, "ab")):
        leave(move, "ask", x=x)
        for way in ways:
            leave(move, way)
        leave(move, "more", again=True)
    assert places(move) == ["ask"]


def test_joins_that_wait_for_each_other_are_refused() -> None:
    xml = bpmn(
        *(START, "start -> fork", '<parallelGateway id="fork"/>', "fork -> a", "fork -> b", user("a"), user("b")),
        *("a -> one", "b -> two", gateway("one"), gateway("two"), "one -> c", user("c"), "two -> d", user("d")),
        *('<exclusiveGateway id="p" default="p_two"/>', '<exclusiveGateway id="q" default="q_one"/>', "c -> p"),
        *("p -> two", "p -> end if 1 = 1", "d -> q", "q -> one", "q -> z if 1 = 1", END, OTHER_END),
    )
    with pytest.raises(ProcessError, match="待ち続ける") as refusal:
        compile_process(xml)
    assert {problem.element for problem in refusal.value.problems} <= {"one", "two"}


def test_a_parallel_join_behind_an_inclusive_split_is_refused() -> None:
    xml = bpmn(
        *SPLIT[:9],
        *("a -> join", "b -> join", "c -> end", '<parallelGateway id="join"/>', "join -> end", END),
        inputs="x",
    )
    with pytest.raises(ProcessError, match="待ち続ける") as refusal:
        compile_process(xml)
    assert refusal.value.element == "join"
