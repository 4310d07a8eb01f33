from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Subject
from tocho.engines.process import api

AT = datetime(2020, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))  # a Friday; Monday 23 November is a holiday
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:tocho="https://virtual-tocho.example/bpmn" targetNamespace="https://virtual-tocho.example/test">'
)
_numbers = count(1)


def bpmn(*elements: str, inputs: str = "", messages: str = "", key: str = "test", beside: Sequence[str] = ()) -> bytes:
    """A BPMN file; each element is XML, or a flow ``a -> b`` or ``a -> b if condition``; it begins on line 2.
    ``beside``: XML before the process."""
    rows = [HEAD, *(f'<message id="m_{name}" name="{name}"/>' for name in messages.split()), *beside]
    rows.append(f'<process id="{key}" name="試験" isExecutable="true" tocho:inputs="{inputs}">')
    rows += [flow(element) if " -> " in element else element for element in elements]
    return "\n".join([*rows, "</process></definitions>"]).encode()


def flow(text: str) -> str:
    ways, _if, condition = text.partition(" if ")
    source, target = ways.split(" -> ")
    inner = f"<conditionExpression><![CDATA[{condition}]]></conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def user(key: str, *, address: str = '"unit:1"', **extensions: str) -> str:
    more = "".join(f' tocho:{name}="{value}"' for name, value in extensions.items())
    return f"""<userTask id="{key}" name="{key}" tocho:kind="test.work" tocho:address='{address}'{more}/>"""


def repeated(xml: str, **loop: str) -> str:
    """An element made to repeat: ``collection``, ``item``, ``results``, ``times``, ``until``, ``sequential``."""
    own = "".join(f" tocho:{name}='{loop[name]}'" for name in ("collection", "item", "results") if name in loop)
    order = f' isSequential="{loop.get("sequential", "false")}"'
    inner = f"<loopCardinality>{loop['times']}</loopCardinality>" if "times" in loop else ""
    inner += f"<completionCondition><![CDATA[{loop['until']}]]></completionCondition>" if "until" in loop else ""
    loops = f"<multiInstanceLoopCharacteristics{order}{own}>{inner}</multiInstanceLoopCharacteristics>"
    if xml.endswith("/>"):
        return f"{xml.removesuffix('/>')}>{loops}</{xml[1:].partition(' ')[0]}>"
    head, sign, tail = xml.rpartition("</")
    return head + loops + sign + tail


def inside(key: str, *elements: str) -> str:
    """A sub-process; its elements as those of ``bpmn``."""
    rows = (flow(element) if " -> " in element else element for element in elements)
    return f'<subProcess id="{key}" name="{key}">{"".join(rows)}</subProcess>'


def call(key: str, process: str, **extensions: str) -> str:
    more = "".join(f" tocho:{name}='{value}'" for name, value in extensions.items())
    return f'<callActivity id="{key}" name="{key}" calledElement="{process}"{more}/>'


def service(key: str, handler: str, **extensions: str) -> str:
    more = "".join(f' tocho:{name}="{value}"' for name, value in extensions.items())
    return f'<serviceTask id="{key}" name="{key}" tocho:handler="{handler}"{more}/>'


def receive(key: str, message: str, **extensions: str) -> str:
    more = "".join(f' tocho:{name}="{value}"' for name, value in extensions.items())
    return f'<receiveTask id="{key}" name="{key}" messageRef="m_{message}"{more}/>'


def boundary(
    key: str, host: str, *, message: str = "", date: str = "", duration: str = "", cycle: str = "", cancel: str = "true"
) -> str:
    definition = (
        f'<messageEventDefinition messageRef="m_{message}"/>'
        if message
        else timer(date=date, duration=duration, cycle=cycle)
    )
    return f'<boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{cancel}">{definition}</boundaryEvent>'


def timer(*, date: str = "", duration: str = "", cycle: str = "") -> str:
    inner = f"<timeDate>{date}</timeDate>" if date else f"<timeDuration>{duration}</timeDuration>"
    inner = f"<timeCycle>{cycle}</timeCycle>" if cycle else inner
    return f"<timerEventDefinition>{inner}</timerEventDefinition>"


START, END, OTHER_END = '<startEvent id="start"/>', '<endEvent id="end"/>', '<endEvent id="z"/>'


def new_subject() -> Subject:
    return Subject("application", next(_numbers))


def started(xml: bytes, context: Mapping[str, Any] | None = None, *, subject: Subject | None = None) -> Subject:
    """Publish a process and start it for a new subject."""
    subject = subject or new_subject()
    api.start(api.publish(xml, at=AT), subject=subject, context=context or {}, at=AT)
    return subject


def current(subject: Subject) -> tuple[str, ...]:
    """The elements at which the case of a subject stands."""
    view = api.where(subject)
    assert view is not None
    return tuple(sorted(view.current))


def person(name: str = "") -> User:
    return User.objects.create(username=name or f"user{next(_numbers)}")
