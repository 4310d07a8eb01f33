import time
from datetime import timedelta

import pytest

from tocho.engines.process.bpmn import compile_process
from tocho.engines.process.spec import HumanWork, Kind, ProcessError

from .factories import END, HEAD, OTHER_END, START, boundary, bpmn, receive, service, timer, user

GATE = '<exclusiveGateway id="gate"/>'


def refused(*elements: str, inputs: str = "", messages: str = "") -> ProcessError:
    with pytest.raises(ProcessError) as caught:
        compile_process(bpmn(*elements, inputs=inputs, messages=messages))
    return caught.value


def test_reads_a_user_task() -> None:
    task = user("look", address="office", due="P3B", title="title", outcome="result")
    spec = compile_process(bpmn(START, "start -> look", task, "look -> end", END, inputs="office title?"))
    node = spec.nodes["look"]
    assert isinstance(node.work, HumanWork)
    assert node.work.kind == "test.work"
    assert node.work.address({"office": "unit:7"}) == "unit:7"
    assert node.work.due is not None
    assert node.work.due.business_days == 3
    assert (node.outcome, spec.inputs, spec.optional) == ({"result"}, {"office"}, {"title"})


def test_reads_events() -> None:
    spec = compile_process(
        bpmn(
            *(START, "start -> wait", receive("wait", "paid"), "wait -> end", END),
            *(boundary("late", "wait", duration="PT36H"), "late -> end"),
            *(boundary("gone", "wait", message="withdrawn", cancel="false"), "gone -> end"),
            messages="paid withdrawn",
        )
    )
    assert spec.listeners["wait"] == {"paid": "wait", "withdrawn": "gone"}
    assert spec.timers["wait"] == ("late",)
    late = spec.nodes["late"].timer
    assert late is not None
    assert late.span == timedelta(hours=36)
    assert (spec.nodes["late"].interrupting, spec.nodes["gone"].interrupting) == (True, False)


def test_drawing_is_accepted_and_terminate_is_read() -> None:
    spec = compile_process(
        bpmn(
            '<laneSet id="lanes"><lane id="lane"><flowNodeRef>start</flowNodeRef></lane></laneSet>',
            "<documentation>説明</documentation>",
            *('<startEvent id="start" name="申請&#10;到達"/>', "start -> end"),
            '<endEvent id="end"><terminateEventDefinition/></endEvent>',
            '<textAnnotation id="note"><text>注</text></textAnnotation>',
        )
    )
    assert spec.nodes["end"].kind is Kind.TERMINATE
    assert spec.nodes["start"].name == "申請 到達"


ONE = (START, "start -> end", END)
CYCLE = (
    timer(date="x")
    .replace("timeDate", "timeCycle")
    .join(('<intermediateCatchEvent id="c">', "</intermediateCatchEvent>"))
)
DEFAULT = '<exclusiveGateway id="gate" default="x"/>'
REFUSALS = [
    (('<scriptTask id="s"/>', *ONE), "s", 3, "「scriptTask」は使えません"),
    (('<subProcess id="s"/>', *ONE), "s", 3, "startEvent をちょうど一つ"),
    (('<complexGateway id="s"/>', *ONE), "s", 3, "「complexGateway」は使えません"),
    (('<adHocSubProcess id="d"/>', *ONE), "d", 3, "「adHocSubProcess」は使えません"),
    (('<callActivity id="c"/>', *ONE), "c", 3, "calledElement"),
    ((*ONE, '<startEvent id="t"><timerEventDefinition/></startEvent>'), "t", 6, "ここでは「timerEventDefinition」"),
    ((*ONE, '<serviceTask id="s" tocho:handlr="a.b"/>'), "s", 6, "tocho:handlr はここでは使えません"),
    ((*ONE, '<serviceTask id="s" tocho:handler="rm -rf"/>'), "s", 6, "tocho:handler に"),
    ((*ONE, service("s", "a.b", background="yes")), "s", 6, "true か false"),
    ((*ONE, '<userTask id="u" tocho:kind="a.b"/>'), "u", 6, "tocho:address"),
    ((*ONE, user("u", address="offise")), "u", 6, "式の「offise」は"),
    ((*ONE, user("u", address="(1")), "u", 6, "式が読めません"),
    ((*ONE, '<userTask id="u" startQuantity="2"/>'), "u", 6, 'startQuantity="2" は使えません'),
    ((*ONE, '<userTask id="u"><multiInstanceLoopCharacteristics/></userTask>'), "u", 6, "の一つで定めて"),
    ((*ONE, '<receiveTask id="r"/>'), "r", 6, "messageRef"),
    ((*ONE, '<intermediateCatchEvent id="c"/>'), "c", 6, "ちょうど一つ"),
    ((*ONE, '<intermediateCatchEvent id="c"><signalEventDefinition/></intermediateCatchEvent>'), "c", 6, "signalEvent"),
    ((*ONE, CYCLE), "c", 6, "timeCycle"),
    ((*ONE, '<endEvent id="end"/>'), "end", 6, "同じ id が5行目にも"),
    ((*ONE, f'<endEvent id="{"x" * 81}"/>'), "x" * 81, 6, "80文字まで"),
    ((START, END), "start", 3, "次へ進む流れ"),
    ((END,), "test", 2, "startEvent はちょうど一つ"),
    ((*ONE, OTHER_END), "z", 6, "ここへ来る道がありません"),
    ((START, "start -> a", user("a"), "a -> a"), "start", 3, "終了イベントへ行く道がありません"),
    ((START, "start -> nowhere"), "start_nowhere", 4, "sourceRef と targetRef"),
    ((*ONE, "end -> start"), "start", 3, "ここへ入る流れ"),
    ((START, "start -> end", "start -> z", END, OTHER_END), "start", 3, "分岐はゲートウェイ"),
    ((START, "start -> end if 1 = 1", END), "start", 3, "条件は書けません"),
    ((START, "start -> gate", GATE, "gate -> end", "gate -> z", END, OTHER_END), "gate", 5, "条件を書くか"),
    ((START, "start -> gate", DEFAULT, "gate -> end", END), "gate", 5, "default は"),
    ((*ONE, boundary("b", "start", duration="P1D"), "b -> end"), "b", 6, "付けられるのは userTask、"),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "element", "line", "reason"), REFUSALS)
def test_outside_the_subset(elements: tuple[str, ...], element: str, line: int, reason: str) -> None:
    error = refused(*elements)
    found = [problem for problem in error.problems if reason in problem.reason]
    assert [(problem.element, problem.line) for problem in found[:1]] == [(element, line)], error.problems
    assert f"{line}行目 要素「{element}」: " in found[0].message


def test_says_how_many_more_faults_there_are() -> None:
    error = refused('<scriptTask id="s"/>', *ONE, '<callActivity id="c"/>')
    assert [problem.element for problem in error.problems] == ["s", "c"]
    assert error.message.endswith("（ほか1件）")


def test_event_gateway_needs_events_of_its_own() -> None:
    gate = '<eventBasedGateway id="gate"/>'
    error = refused(START, "start -> gate", gate, "gate -> a", user("a"), "a -> end", END)
    assert {problem.element for problem in error.problems} == {"gate"}
    assert len(error.problems) == 2


def test_join_that_would_wait_for_ever() -> None:
    error = refused(
        *(START, "start -> gate", '<exclusiveGateway id="gate" default="gate_b"/>', "gate -> a if x = 1", "gate -> b"),
        *(user("a"), user("b"), "a -> join", "b -> join", '<parallelGateway id="join"/>', "join -> end", END),
        inputs="x",
    )
    assert (error.element, error.line) == ("join", 12)
    assert "待ち続ける" in error.reason


def test_join_after_a_fork_and_a_loop_is_sound() -> None:
    spec = compile_process(
        bpmn(
            *(START, "start -> fork", '<parallelGateway id="fork"/>', "fork -> a", "fork -> b", user("a", outcome="x")),
            *("a -> gate", '<exclusiveGateway id="gate" default="gate_join"/>', "gate -> a if x = 1", "gate -> join"),
            *(user("b"), "b -> join", '<parallelGateway id="join"/>', "join -> end", END),
        )
    )
    assert [node.id for node in spec.steps] == ["a", "b"]


XML_ATTACKS = [
    (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "DOCTYPE"),
    (b'<!DOCTYPE lol [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>', "DOCTYPE"),
    (b"<broken", "XMLとして読めません"),
    (b"", "XMLとして読めません"),
    (b"<html/>", "definitions ではありません"),
    ('<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"), "UTF-8"),
    (b'<?xml version="1.0" encoding="Shift_JIS"?><a/>', "UTF-8"),
    (b"x" * 2_000_001, "大きすぎます"),
    (HEAD.encode() + b"</definitions>", "process はちょうど一つ"),
]


@pytest.mark.parametrize(("source", "reason"), XML_ATTACKS)
def test_hostile_or_wrong_xml(source: bytes, reason: str) -> None:
    with pytest.raises(ProcessError, match=reason):
        compile_process(source)


def test_two_pools_are_refused() -> None:
    pools = '<collaboration id="c"><participant id="p"/><participant id="q"/></collaboration>'
    source = bpmn(START, "start -> end", END).replace(b"<process", pools.encode() + b"<process", 1)
    with pytest.raises(ProcessError, match="プールは一つ"):
        compile_process(source)


def test_timer_text_that_is_neither_duration_nor_feel() -> None:
    waits = f'<intermediateCatchEvent id="c">{timer(duration="P1M-")}</intermediateCatchEvent>'
    error = refused(START, "start -> c", waits, "c -> end", END)
    assert error.element == "c"


def test_steps_are_listed_in_the_order_of_the_process() -> None:
    xml = bpmn(END, service("last", "a.b"), "b -> last", "last -> end", START, user("b"), "start -> b")
    assert [node.id for node in compile_process(xml).steps] == ["b", "last"]


def test_a_huge_file_is_read_in_time_that_grows_with_its_size() -> None:
    gates = [f'<exclusiveGateway id="g{number}"/>' for number in range(8000)]
    flows = [f"g{number} -> g{number + 1}" for number in range(7999)]
    started = time.process_time()
    compile_process(bpmn(START, *gates, "start -> g0", *flows, "g7999 -> end", END))
    assert time.process_time() - started < 5  # it was twelve when each element looked at each other
