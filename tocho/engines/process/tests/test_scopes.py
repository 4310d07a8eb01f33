"""Repeated activities, sub-processes, calls, errors and escalations: in memory, without rows."""

from collections.abc import Mapping
from typing import Any

import pytest

from tocho.engines.process.bpmn import compile_process
from tocho.engines.process.calls import linked
from tocho.engines.process.move import Move, Thrown
from tocho.engines.process.spec import Node, ProcessError, StepError
from tocho.engines.process.tokens import Token

from .factories import END, OTHER_END, START, boundary, bpmn, call, inside, repeated, service, user
from .test_move import leave, move_of, places

ASK = repeated(user("ask", outcome="agree"), collection="units", item="unit", results="answers")
ASKED = (START, "start -> ask", ASK, "ask -> end", END)
BEGIN = '<startEvent id="s"/>'
ERROR = '<error id="e" errorCode="full"/><escalation id="s" escalationCode="late"/>'


def instances(move: Move, element: str) -> list[Token]:
    return [token for token in move.tokens if token.element == element and token.item is not None]


def test_one_task_for_each_element_of_a_list() -> None:
    move = move_of(*ASKED, context={"units": ["a", "b", "c"]})
    assert [token.data for token in instances(move, "ask")] == [
        {"loopCounter": number, "unit": unit} for number, unit in ((1, "a"), (2, "b"), (3, "c"))
    ]
    for token in reversed(instances(move, "ask")):
        move.leave(token, {"agree": token.item != 1, "other": 1})
    assert move.finished
    assert move.context["answers"] == [
        {"unit": "a", "agree": True}, {"unit": "b", "agree": False}, {"unit": "c", "agree": True}
    ]  # fmt: skip
    assert "agree" not in move.context


def test_n_of_m_takes_the_others_away() -> None:
    until = "count(answers[agree = true]) >= 2"
    ask = repeated(user("ask", outcome="agree"), collection="units", item="unit", results="answers", until=until)
    move = move_of(START, "start -> ask", ask, "ask -> d", user("d"), "d -> end", END, context={"units": list("abcd")})
    for agree in (True, False, True):
        move.leave(instances(move, "ask")[0], {"agree": agree})
    assert places(move) == ["d"]
    assert [one["unit"] for one in move.context["answers"]] == ["a", "b", "c"]


def test_one_after_the_other_until_enough() -> None:
    ask = repeated(user("ask"), times="3", sequential="true", until="numberOfCompletedInstances = 2")
    move = move_of(START, "start -> ask", ask, "ask -> end", END)
    for number in (1, 2):
        (token,) = instances(move, "ask")
        assert token.data == {"loopCounter": number}
        move.leave(token, None)
    assert move.finished


@pytest.mark.parametrize("units", [[], None])
def test_an_empty_list_is_passed_and_no_list_is_an_error(units: list[str] | None) -> None:
    if units is None:
        with pytest.raises(StepError, match="instead of a list"):
            move_of(*ASKED, context={"units": None})
    else:
        move = move_of(*ASKED, context={"units": units})
        assert move.finished
        assert move.context["answers"] == []


def test_boundary_of_a_repeated_task_takes_all_away() -> None:
    stop = (boundary("stop", "ask", message="stopped"), "stop -> z", OTHER_END)
    move = move_of(*ASKED, *stop, messages="stopped", context={"units": ["a", "b"]})
    assert move.message("stopped", None)
    assert move.finished


SUB = inside("sub", BEGIN, "s -> fork", '<parallelGateway id="fork"/>', "fork -> a", "fork -> b",
             user("a", outcome="x"), user("b"), "a -> y", '<endEvent id="y"/>', "b -> w",
             '<endEvent id="w"/>')  # fmt: skip
WITH_SUB = (START, "start -> sub", SUB, "sub -> d", user("d"), "d -> end", END)


def test_a_sub_process_ends_when_nothing_is_left_in_it() -> None:
    move = move_of(*WITH_SUB)
    assert places(move) == ["sub", "a", "b"]
    leave(move, "a", x=7)
    leave(move, "b")
    assert places(move) == ["d"]
    assert move.context == {"x": 7}


def test_interrupting_a_sub_process_empties_it() -> None:
    move = move_of(*WITH_SUB, boundary("stop", "sub", message="stopped"), "stop -> z", OTHER_END, messages="stopped")
    leave(move, "a")
    assert move.message("stopped", None)
    assert move.finished


def test_terminate_ends_only_its_sub_process() -> None:
    sub = SUB.replace('<endEvent id="y"/>', '<endEvent id="y"><terminateEventDefinition/></endEvent>')
    move = move_of(START, "start -> sub", sub, "sub -> d", user("d"), "d -> end", END)
    leave(move, "a")
    assert places(move) == ["d"]


def test_a_repeated_sub_process_keeps_the_values_of_each_round() -> None:
    sub = inside("sub", BEGIN, "s -> a", user("a", outcome="x"), "a -> gate",
                 '<exclusiveGateway id="gate" default="gate_y"/>', "gate -> b if x > 1", "gate -> y", user("b"),
                 "b -> y", '<endEvent id="y"/>')  # fmt: skip
    sub = repeated(sub, collection="units", item="unit", results="answers")
    move = move_of(START, "start -> sub", sub, "sub -> end", END, context={"units": ["p", "q"]})
    first, second = [token for token in move.tokens if token.element == "a"]
    move.leave(second, {"x": 2})
    move.leave(first, {"x": 1})
    assert [token.element for token in move.tokens if token.element in "ab"] == ["b"]
    leave(move, "b")
    assert move.context == {"units": ["p", "q"], "answers": [{"unit": "p", "x": 1}, {"unit": "q", "x": 2}]}


FAIL = inside("sub", BEGIN, "s -> a", user("a", outcome="x"), "a -> gate",
              '<exclusiveGateway id="gate" default="gate_y"/>', "gate -> bad if x = 1", "gate -> late if x = 2",
              "gate -> y", '<endEvent id="y"/>', '<endEvent id="bad"><errorEventDefinition errorRef="e"/></endEvent>',
              '<endEvent id="late"><escalationEventDefinition escalationRef="s"/></endEvent>')  # fmt: skip
ON_ERROR = '<boundaryEvent id="on_error" attachedToRef="sub"><errorEventDefinition errorRef="e"/></boundaryEvent>'
ON_LATE = (
    '<boundaryEvent id="on_late" attachedToRef="sub" cancelActivity="false">'
    '<escalationEventDefinition escalationRef="s"/></boundaryEvent>'
)


@pytest.mark.parametrize(("x", "after"), [(0, ["d"]), (1, ["mend"]), (2, ["tell", "d"])])
def test_errors_and_escalations_reach_the_boundary(x: int, after: list[str]) -> None:
    xml = bpmn(
        *(START, "start -> sub", FAIL, "sub -> d", user("d"), "d -> end", END, ON_ERROR, "on_error -> mend"),
        *(user("mend"), "mend -> z", OTHER_END, ON_LATE, "on_late -> tell", user("tell"), "tell -> z"),
        beside=[ERROR],
    )
    move = Move(compile_process(xml), context={}, call=lambda node, context: None)
    move.begin()
    leave(move, "a", x=x)
    assert places(move) == after


def test_an_error_that_nobody_catches_is_refused() -> None:
    with pytest.raises(ProcessError, match=r"bad.*エラー「full」を受ける"):
        compile_process(bpmn(START, "start -> sub", FAIL, "sub -> end", END, beside=[ERROR]))


def test_a_handler_throws_an_error_by_its_code() -> None:
    def handle(node: Node, context: Mapping[str, Any]) -> Thrown:
        return Thrown("full")

    caught = ON_ERROR.replace('"sub"', '"book"')
    book = (START, "start -> book", service("book", "a.b"), "book -> end", END)
    xml = bpmn(*book, caught, "on_error -> wait", user("wait"), "wait -> z", OTHER_END, beside=[ERROR])
    move = Move(compile_process(xml), context={}, call=handle)
    move.begin()
    assert places(move) == ["wait"]
    with pytest.raises(StepError, match="nobody catches the error 'full'"):
        move_of(*book, call=handle)


INNER = bpmn(START, "start -> look", user("look", outcome="fit"), "look -> end", END, inputs="what more?", key="inner")
OUTER = (START, "start -> c", call("c", "inner", give="what = fee + 1", take="good = fit"), "c -> d", user("d"))


def called(*elements: str, context: Mapping[str, Any]) -> Move:
    spec = compile_process(bpmn(*elements, inputs=" ".join(context)))
    move = Move(linked(spec, {"inner": compile_process(INNER)}), context=context, call=lambda node, given: None)
    move.begin()
    return move


def test_a_call_sees_what_it_is_given_and_gives_back_what_is_taken() -> None:
    move = called(*OUTER, "d -> end", END, context={"fee": 3})
    assert places(move) == ["c", "c/look"]
    assert move.context_of(move.tokens[-1]) == {"what": 4}
    leave(move, "c/look", fit="yes")
    assert places(move) == ["d"]
    assert move.context == {"fee": 3, "good": "yes"}


def test_a_repeated_call_gathers_what_each_gives_back() -> None:
    each = repeated(call("c", "inner", give="what = unit", take="good = fit"), collection="units", item="unit",
                    results="answers")  # fmt: skip
    move = called(START, "start -> c", each, "c -> end", END, context={"units": ["p", "q"]})
    for number, token in enumerate([token for token in move.tokens if token.element == "c/look"]):
        move.leave(token, {"fit": number})
    assert move.context["answers"] == [{"unit": "p", "good": 0}, {"unit": "q", "good": 1}]


def test_steps_of_a_sub_process_stand_in_its_place() -> None:
    spec = compile_process(bpmn(*WITH_SUB))
    assert sorted(node.id for node in spec.steps[:2]) == ["a", "b"]
    assert spec.steps[2].id == "d"
    assert spec.certain == {"d"}
