from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tocho.engines.process.bpmn import compile_process
from tocho.engines.process.move import Move
from tocho.engines.process.spec import Node, StepError
from tocho.engines.process.tokens import Fate, plain

from .factories import END, OTHER_END, START, boundary, bpmn, receive, service, user

PARALLEL = (START, "start -> fork", '<parallelGateway id="fork"/>', "fork -> a", "fork -> b")
JOINED = ("a -> join", "b -> join", '<parallelGateway id="join"/>', "join -> end", END)


def move_of(*elements: str, context: Mapping[str, Any] | None = None, messages: str = "", call: Any = None) -> Move:
    xml = bpmn(*elements, inputs=" ".join(context or ()), messages=messages)
    move = Move(compile_process(xml), context=context or {}, call=call or (lambda node, context: None))
    move.begin()
    return move


def places(move: Move) -> list[str]:
    return [token.element for token in move.tokens]


def leave(move: Move, element: str, **data: Any) -> None:
    move.leave(next(token for token in move.tokens if token.element == element), data)


def test_runs_to_the_first_rest_and_to_the_end() -> None:
    move = move_of(START, "start -> a", user("a"), "a -> end", END)
    assert places(move) == ["a"]
    leave(move, "a")
    assert move.finished
    assert [token.element for token in move.born] == ["start", "a", "end"]
    assert {token.fate for token in move.born} == {Fate.PASSED}


@pytest.mark.parametrize(("fee", "place"), [(400, "pay"), (0, "look"), (None, "look")])
def test_exclusive_gateway_takes_the_true_way_or_the_default(fee: int | None, place: str) -> None:
    gate = '<exclusiveGateway id="gate" default="gate_look"/>'
    move = move_of(
        *(START, "start -> gate", gate, "gate -> pay if fee > 0", "gate -> look"),
        *(user("pay"), user("look"), "pay -> end", "look -> end", END),
        context={"fee": fee},
    )
    assert places(move) == [place]


def test_no_way_out_of_a_gateway_is_an_error_with_its_element() -> None:
    gate = '<exclusiveGateway id="gate"/>'
    with pytest.raises(StepError, match=r"gate .*no condition holds"):
        move_of(
            START, "start -> gate", gate, "gate -> end if x = 1", "gate -> z if x = 2", END, OTHER_END, context={"x": 3}
        )


def test_parallel_join_waits_for_every_way_in() -> None:
    move = move_of(*PARALLEL, user("a"), user("b"), *JOINED)
    assert places(move) == ["a", "b"]
    leave(move, "b")
    assert places(move) == ["a", "join"]
    leave(move, "a")
    assert move.finished


def test_a_join_in_a_loop_counts_each_round_anew() -> None:
    head, gate = '<exclusiveGateway id="head"/>', '<exclusiveGateway id="gate" default="gate_end"/>'
    move = move_of(
        *(START, "start -> head", head, "head -> fork", *PARALLEL[2:], user("a"), user("b"), *JOINED[:3]),
        *("join -> ask", user("ask", outcome="more"), "ask -> gate", gate, "gate -> head if more", "gate -> end", END),
    )
    for _round in range(3):
        leave(move, "b")
        assert places(move) == ["a", "join"]
        leave(move, "a")
        leave(move, "ask", more=True)
    assert places(move) == ["a", "b"]


def test_terminate_takes_the_other_branch_away() -> None:
    stop = '<endEvent id="stop"><terminateEventDefinition/></endEvent>'
    move = move_of(*PARALLEL, user("a"), user("b"), "a -> stop", stop, "b -> end", END)
    leave(move, "a")
    assert move.finished
    assert [token.element for token in move.born if token.fate is Fate.CANCELLED] == ["b"]


def test_a_handler_writes_only_declared_names() -> None:
    seen = []

    def call(node: Node, context: Mapping[str, Any]) -> dict[str, Any]:
        seen.append((node.id, dict(context)))
        return {"auto": Decimal(1), "other": 2}

    move = move_of(
        START, "start -> s", service("s", "a.b", outcome="auto"), "s -> end", END, context={"x": 1}, call=call
    )
    assert seen == [("s", {"x": 1})]
    assert move.context == {"x": 1, "auto": 1}


def test_an_endless_automatic_loop_is_stopped() -> None:
    gate = '<exclusiveGateway id="gate" default="gate_s"/>'
    with pytest.raises(StepError, match="never come to rest"):
        move_of(START, "start -> s", service("s", "a.b"), "s -> gate", gate, "gate -> s", "gate -> end if 1 = 2", END)


WAIT = (START, "start -> wait", receive("wait", "paid", outcome="amount"), "wait -> end", END)


def test_a_message_moves_one_token_and_is_not_taken_twice() -> None:
    move = move_of(*WAIT, messages="paid")
    assert move.message("paid", {"amount": 400, "card": "secret"})
    assert not move.message("paid", {})
    assert move.finished
    assert move.context == {"amount": 400}


def test_interrupting_boundary_message_takes_the_token_away() -> None:
    back = (boundary("back", "wait", message="returned"), "back -> again", user("again"), "again -> wait")
    move = move_of(*WAIT, *back, messages="paid returned")
    assert move.message("returned", None)
    assert places(move) == ["again"]
    assert [(token.element, token.fate) for token in move.born][1:3] == [("wait", "cancelled"), ("back", "passed")]


def test_other_boundary_event_leaves_the_token() -> None:
    remind = (boundary("late", "wait", duration="P3B", cancel="false"), "late -> tell", user("tell"), "tell -> end")
    move = move_of(*WAIT, *remind, messages="paid")
    move.occur(move.tokens[0], "late")
    assert places(move) == ["wait", "tell"]
    leave(move, "tell")
    assert move.message("paid", None)
    assert move.finished


def test_event_gateway_goes_on_with_the_first_event() -> None:
    move = move_of(
        *(START, "start -> gate", '<eventBasedGateway id="gate"/>', "gate -> wait", "gate -> gone"),
        *(
            receive("wait", "paid"),
            receive("gone", "withdrawn"),
            "wait -> a",
            user("a"),
            "a -> end",
            "gone -> end",
            END,
        ),
        messages="paid withdrawn",
    )
    assert move.message("withdrawn", None)
    assert move.finished
    assert not move.message("paid", None)
    assert ("gone", "gate_gone") in [(token.element, token.via) for token in move.born]


def test_a_handler_that_sends_its_own_case_a_message() -> None:
    sent = []
    parts = (*PARALLEL, service("b", "a.b"), receive("a", "paid"), *JOINED)
    holder: list[Move] = []

    def call(node: Node, context: Mapping[str, Any]) -> None:
        sent.append(holder[0].message("paid", None))

    holder.append(Move(compile_process(bpmn(*parts, messages="paid")), context={}, call=call))
    holder[0].begin()
    assert sent == [True]
    assert holder[0].finished


def test_plain_values() -> None:
    assert plain({"on": date(2020, 12, 1), "n": [Decimal("2"), Decimal("2.5")]}) == {"on": "2020-12-01", "n": [2, 2.5]}
    with pytest.raises(TypeError, match="object"):
        plain(object())
