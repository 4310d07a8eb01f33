"""Ready shapes of processes, drawn: a procedure chooses what it needs, and the BPMN file with its picture is made.

The main row goes from left to right (到達 → … → 終わり); the ways back to the examination lie above and below it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ROW, STEP, START = 240, 150, 60  # middle of the main row, distance of two middles, middle of the first
WIDTHS = {"startEvent": (36, 36), "endEvent": (36, 36), "exclusiveGateway": (50, 50), "boundaryEvent": (36, 36)}
TASK = (116, 80)


@dataclass(frozen=True)
class ProcessShape:
    """A ready shape: what of the whole it has."""

    key: str
    label: Promise
    note: Promise
    parts: frozenset[str]


def _shape(key: str, label: Promise, note: Promise, parts: str) -> ProcessShape:
    return ProcessShape(key, label, note, frozenset(parts.split()))


SHAPES = (
    _shape(
        "certificate",
        gettext_lazy("証明書の交付"),
        gettext_lazy("手数料を納めてもらい、審査し、決定して証明書を出します。"),
        "fee checks examine notice",
    ),
    _shape(
        "permit",
        gettext_lazy("許可・承認（審査あり）"),
        gettext_lazy("職員が審査し、補正を求めることができ、決定して通知します。"),
        "checks examine notice",
    ),
    _shape(
        "booking",
        gettext_lazy("予約・利用（規則で決める）"),
        gettext_lazy("規則で決められるものはすぐに決め、ほかは職員が審査します。"),
        "checks auto examine notice",
    ),
    _shape(
        "registration",
        gettext_lazy("申込み（職員の決定なし）"),
        gettext_lazy("規則だけで受け付け、受付票を出します。"),
        "checks auto notice",
    ),
    _shape("report", gettext_lazy("届出"), gettext_lazy("受け取って内容を確かめ、完結します。"), "checks"),
)


@dataclass
class _Drawing:
    """Elements, flows and their picture while a process is being put together."""

    elements: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    picture: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, tag: str, key: str, name: str, at: tuple[int, int], more: str = "", inner: str = "") -> None:
        """An element with its shape; ``at`` is its middle."""
        end = f">{inner}</{tag}>" if inner else "/>"
        self.elements.append(f'    <{tag} id="{key}" name={quoteattr(name)}{more and " " + more}{end}')
        width, height = WIDTHS.get(tag, TASK)
        self.places[key], self.sizes[key] = at, (width, height)
        bounds = f'<dc:Bounds x="{at[0] - width // 2}" y="{at[1] - height // 2}" width="{width}" height="{height}"/>'
        label = ""
        if tag not in ("userTask", "serviceTask", "receiveTask"):
            beside = tag == "boundaryEvent" or key == "rejected"
            corner = f'x="{at[0] + (20 if beside else -50)}" y="{at[1] + (8 if beside else height // 2 + 6)}"'
            if key in ("returned", "outcome_gate"):
                corner = f'x="{at[0] - (50 if key == "outcome_gate" else -16)}" y="{at[1] - height // 2 - 20}"'
            label = f'<bpmndi:BPMNLabel><dc:Bounds {corner} width="100" height="16"/></bpmndi:BPMNLabel>'
        shape = f'<bpmndi:BPMNShape id="{key}_shape" bpmnElement="{key}">{bounds}{label}</bpmndi:BPMNShape>'
        self.picture.append(f"      {shape}")

    def flow(self, source: str, target: str, name: str = "", condition: str = "", way: str = "") -> None:
        """A sequence flow with its line; ``way`` is "above", "below" or "down" where it leaves the row."""
        key = f"{source}_to_{target}"
        title = f" name={quoteattr(name)}" if name else ""
        inner = f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}</conditionExpression>'
        end = f">{inner}</sequenceFlow>" if condition else "/>"
        self.flows.append(f'    <sequenceFlow id="{key}"{title} sourceRef="{source}" targetRef="{target}"{end}')
        points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in self._points(source, target, way))
        self.picture.append(f'      <bpmndi:BPMNEdge id="{key}_edge" bpmnElement="{key}">{points}</bpmndi:BPMNEdge>')

    def _points(self, source: str, target: str, way: str) -> list[tuple[int, int]]:
        (x1, y1), (x2, y2) = self.places[source], self.places[target]
        (w1, h1), (w2, h2) = self.sizes[source], self.sizes[target]
        if way in ("above", "below"):
            sign = -1 if way == "above" else 1
            level = (min if sign < 0 else max)(y1 + sign * (h1 // 2 + 50), y2 + sign * (h2 // 2 + 50))
            return [(x1, y1 + sign * h1 // 2), (x1, level), (x2, level), (x2, y2 + sign * h2 // 2)]
        if way == "down":
            return [(x1, y1 + h1 // 2), (x1, y2), (x2 - w2 // 2, y2)]
        if x1 == x2:
            sign = 1 if y2 > y1 else -1
            return [(x1, y1 + sign * h1 // 2), (x2, y2 - sign * h2 // 2)]
        sign = 1 if x2 > x1 else -1
        if y1 != y2:
            return [(x1 + sign * w1 // 2, y1), (x2, y1), (x2, y2 + (h2 // 2 if y1 > y2 else -h2 // 2))]
        return [(x1 + sign * w1 // 2, y1), (x2 - sign * w2 // 2, y2)]


def process_of(key: str, *, process: str, name: str, office_days: int = 3) -> str:
    """The BPMN file of a ready shape.

    :param process: the id of the process, mostly the procedure's key. :raises KeyError: for an unknown shape.
    """
    parts = next((each.parts for each in SHAPES if each.key == key), None)
    if parts is None:
        raise KeyError(key)
    return _Maker(parts, office_days).file(process, name)


HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{BPMN}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
             xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
             xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:tocho="https://virtual-tocho.example/bpmn"
             id="definitions" targetNamespace="https://virtual-tocho.example/procedures"
             expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/">
"""
DEADLINE = '<timeDate xsi:type="tFormalExpression">correction_deadline</timeDate>'
MESSAGES: Mapping[str, str] = {
    "fee": "fee_collected",
    "decided": "decision_decided",
    "returned": "decision_returned",
    "corrected": "applicant_corrected",
}


class _Maker:
    """Puts the parts of one shape together, from left to right."""

    def __init__(self, parts: frozenset[str], days: int) -> None:
        self.parts, self.days = parts, days
        self.drawing = _Drawing()
        self.column = 0

    def at(self, row: int = ROW) -> tuple[int, int]:
        """The next place of the main row."""
        self.column += 1
        return START + (self.column - 1) * STEP, row

    def here(self, row: int) -> tuple[int, int]:
        return START + (self.column - 1) * STEP, row

    def file(self, process: str, name: str) -> str:
        self.begin()
        if "auto" in self.parts:
            self.auto()
        if "examine" in self.parts:
            self.examine()
        self.end()
        drawing = self.drawing
        messages = "".join(f'  <message id="message_{each}" name="{each}"/>\n' for each in self.messages())
        body = "\n".join([*drawing.elements, "", *drawing.flows])
        plane = f'    <bpmndi:BPMNPlane id="plane" bpmnElement="{process}">'
        return (
            f'{HEAD}{messages}  <process id="{process}" name={quoteattr(name)} isExecutable="true" '
            f'tocho:inputs="office fee title?">\n{body}\n  </process>\n\n  <bpmndi:BPMNDiagram id="diagram">\n{plane}\n'
            + "\n".join(drawing.picture)
            + "\n    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n</definitions>\n"
        )

    def messages(self) -> list[str]:
        wanted = (["fee"] if "fee" in self.parts else []) + (
            ["decided", "returned", "corrected"] if "examine" in self.parts else []
        )
        return [MESSAGES[each] for each in wanted]

    def begin(self) -> None:
        """Arrival, the fee where there is one, the automatic checks."""
        draw = self.drawing
        draw.add("startEvent", "received", "到達", self.at())
        if "fee" in self.parts:
            draw.add("exclusiveGateway", "fee_gate", "手数料", self.at(), 'default="fee_gate_to_run_checks"')
            draw.add("receiveTask", "wait_fee", "納付を待つ", self.at(), 'messageRef="message_fee_collected"')
        draw.add("serviceTask", "run_checks", "自動で点検する", self.at(), 'tocho:handler="procedures.run_checks"')
        if "fee" in self.parts:
            draw.flow("received", "fee_gate")
            draw.flow("fee_gate", "wait_fee", "あり", "fee > 0")
            draw.flow("wait_fee", "run_checks")
            draw.flow("fee_gate", "run_checks", "なし", way="above")
        else:
            draw.flow("received", "run_checks")
        self.last = "run_checks"

    def auto(self) -> None:
        """A decision by rule, and a gateway where people are to decide the rest."""
        draw = self.drawing
        more = 'tocho:handler="procedures.decide_by_rule" tocho:outcome="auto decision_outcome seat"'
        draw.add("serviceTask", "decide_by_rule", "規則で決定する", self.at(), more)
        draw.flow("run_checks", "decide_by_rule")
        self.last = "decide_by_rule"
        if "examine" in self.parts:
            draw.add("exclusiveGateway", "rule_gate", "規則で決まったか", self.at(), 'default="rule_gate_to_examine"')
            draw.flow("decide_by_rule", "rule_gate")
            self.last = "rule_gate"

    def examine(self) -> None:
        """The examination with its way back for a correction, then the decision."""
        draw = self.drawing
        more = 'tocho:kind="procedures.examine" tocho:address="office" tocho:title="title" '
        more += f'tocho:due="P{self.days}B" tocho:outcome="examine_result correction_deadline"'
        draw.add("userTask", "examine", "審査する", self.at(), more)
        draw.flow(self.last, "examine", "職員が審査" if "auto" in self.parts else "")
        draw.add("exclusiveGateway", "result_gate", "審査の結果", self.at())
        draw.flow("examine", "result_gate")
        low = self.here(ROW + 150)
        draw.add("receiveTask", "wait_correction", "補正を待つ", low, 'messageRef="message_applicant_corrected"')
        timer = f"<timerEventDefinition>{DEADLINE}</timerEventDefinition>"
        edge = (low[0], low[1] + 40)
        draw.add("boundaryEvent", "correction_late", "補正の期限", edge, 'attachedToRef="wait_correction"', timer)
        expire = (low[0] - STEP, low[1] + 130)
        handler = 'tocho:handler="procedures.expire_correction"'
        draw.add("serviceTask", "expire_correction", "期限切れの記録", expire, handler)
        draw.flow("result_gate", "wait_correction", "補正を求めた", 'examine_result = "correct"')
        draw.flow("wait_correction", "examine")
        draw.flow("correction_late", "expire_correction")
        draw.flow("expire_correction", "examine")
        decision = 'messageRef="message_decision_decided" tocho:outcome="decision_outcome"'
        draw.add("receiveTask", "wait_decision", "決定を待つ", self.at(), decision)
        inner = '<messageEventDefinition messageRef="message_decision_returned"/>'
        top = (self.here(ROW)[0], ROW - 40)
        draw.add("boundaryEvent", "returned", "差戻し", top, 'attachedToRef="wait_decision"', inner)
        draw.flow("result_gate", "wait_decision", "起案した", 'examine_result = "decide"')
        draw.flow("returned", "examine", way="above")
        self.last = "wait_decision"

    def end(self) -> None:
        """The notice where there is one, the end of the case, and how it ended."""
        draw, decided = self.drawing, self.parts & {"examine", "auto"}
        if "notice" in self.parts:
            more = 'tocho:handler="procedures.issue_notice" tocho:background="on-failure"'
            draw.add("serviceTask", "issue_notice", "通知を出す", self.at(), more)
            draw.flow(self.last, "issue_notice")
            if {"auto", "examine"} <= self.parts:
                draw.flow("rule_gate", "issue_notice", "決まった", "auto", way="above")
            self.last = "issue_notice"
        draw.add("serviceTask", "close", "完結する", self.at(), 'tocho:handler="procedures.close"')
        draw.flow(self.last, "close")
        if not decided:
            draw.add("endEvent", "done", "完結", self.at())
            draw.flow("close", "done")
            return
        draw.add("exclusiveGateway", "outcome_gate", "結果", self.at(), 'default="outcome_gate_to_rejected"')
        draw.add("endEvent", "approved", "承認", self.at())
        draw.add("endEvent", "rejected", "不承認", self.here(ROW + 110))
        draw.flow("close", "outcome_gate")
        draw.flow("outcome_gate", "approved", "", 'decision_outcome = "approve"')
        draw.flow("outcome_gate", "rejected", way="down")
