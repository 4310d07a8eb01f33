"""Reading BPMN, element by element: what each kind carries, and how it repeats."""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from lxml import etree

from tocho.engines.rules.api import compile_expression

from .reader import Reader, children_of, extension, line_of, plain_reference, tag_of
from .spec import Call, Deadline, HumanWork, Kind, Node, Repeat, Service
from .subset import COUNTER, COUNTS, DRAWN_DATA, LOOP, SHAPES, Shape

CYCLE = "timeCycle"
BACKGROUND: dict[str, bool | None] = {"false": False, "true": True, "on-failure": None}


@dataclass
class ElementReader(Reader):
    """Reads the elements of a flow. ``messages``, ``errors``, ``escalations``: what stands beside the process, by id;
    ``declared``: the names that repeated activities and calls bring in beside ``tocho:outcome``."""

    messages: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    escalations: dict[str, str] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)

    def read_node(self, element: etree._Element, scope: str) -> Node:
        """One element of the flow, without its ways in and out."""
        shape = SHAPES[tag_of(element)]
        self.note_id(element)
        self.check_attributes(element, shape.attributes, shape.extensions)
        node = Node(
            id=element.get("id", ""),
            kind=shape.kind,
            name=" ".join(element.get("name", "").split()),
            line=line_of(element),
            default=element.get("default", ""),
            outcome=frozenset(extension(element, "outcome").split()),
            attached_to=element.get("attachedToRef", ""),
            interrupting=element.get("cancelActivity", "true") != "false",
            scope=scope,
        )
        node = self._read_parts(element, node, shape)
        match shape.kind:
            case Kind.SERVICE:
                return replace(node, work=self._read_service(element))
            case Kind.USER:
                return replace(node, work=self._read_human_work(element))
            case Kind.RECEIVE:
                return replace(node, message=self._message(element, element))
            case Kind.CALL:
                return replace(node, work=self._read_call(element))
        return node

    def _read_parts(self, element: etree._Element, node: Node, shape: Shape) -> Node:
        """The event definition and the repetition of an element, and the refusal of any other child."""
        events = 0
        for child in children_of(element):
            tag = tag_of(child)
            if tag in {"incoming", "outgoing", "documentation"} or (shape.kind is Kind.SUBPROCESS and tag != LOOP):
                continue  # what stands inside a sub-process is read as its scope
            if tag == "extensionElements":
                self.pass_over_extensions(child, element)
            elif tag in DRAWN_DATA:
                self.pass_over(element, tag)
            elif tag not in shape.children:
                self.refuse(element, _("ここでは「%(tag)s」を使えません。") % {"tag": tag})
            elif tag == LOOP:
                node = replace(node, repeat=self._read_repeat(child, element))
            else:
                events += 1
                node = self._read_event(child, element, node)
        if shape.kind in (Kind.CATCH, Kind.BOUNDARY) and events != 1:
            self.refuse(element, _("メッセージかタイマーを、ちょうど一つ定めてください。"))
        return node

    def _read_event(self, child: etree._Element, element: etree._Element, node: Node) -> Node:
        match tag_of(child):
            case "messageEventDefinition":
                return replace(node, message=self._message(child, element))
            case "timerEventDefinition":
                may_repeat = node.kind is Kind.BOUNDARY and not node.interrupting
                return replace(node, timer=self._timer(child, element, may_repeat=may_repeat))
            case "errorEventDefinition":
                code = self._code(child, element, "errorRef", self.errors, needed=node.kind is Kind.END)
                return replace(node, error=code, kind=Kind.ERROR if node.kind is Kind.END else node.kind)
            case "escalationEventDefinition":
                needed = node.kind is not Kind.BOUNDARY
                return replace(
                    node, escalation=self._code(child, element, "escalationRef", self.escalations, needed=needed)
                )
        return replace(node, kind=Kind.TERMINATE)

    def _read_service(self, element: etree._Element) -> Service:
        handler = self.name(element, "handler", example="procedures.run_checks")
        background = extension(element, "background") or "false"
        if background not in BACKGROUND:
            self.refuse(element, _("tocho:background は true か false か on-failure です。"))
        return Service(handler, background=BACKGROUND.get(background, False))

    def _read_human_work(self, element: etree._Element) -> HumanWork:
        kind = self.name(element, "kind", example="procedures.examine")
        address = extension(element, "address")
        if not address:
            self.refuse(element, _("tocho:address（誰の仕事か）を定めてください。"))
        title, due = extension(element, "title"), extension(element, "due")
        return HumanWork(
            kind,
            self.expression(element, address or "null") or compile_expression("null"),
            self.expression(element, title) if title else None,
            self.deadline(element, due) if due else None,
        )

    def _read_call(self, element: etree._Element) -> Call:
        key = plain_reference(element.get("calledElement", ""))
        if not key:
            self.refuse(element, _("calledElement に、呼び出す流れの key を書いてください。"))
        give = self.pairs(element, "give")
        from_here = len(self.used)
        take = self.pairs(element, "take")
        del self.used[from_here:]  # these are names of the process that is called
        self.declared |= {name for name, _expression in take}
        return Call(key, give, take)

    def _read_repeat(self, loop: etree._Element, element: etree._Element) -> Repeat:
        """``<multiInstanceLoopCharacteristics tocho:collection="units" tocho:item="unit" tocho:results="answers">``, or
        with ``loopCardinality`` instead of the list; ``completionCondition`` in FEEL."""
        self.check_attributes(loop, frozenset({"isSequential"}), frozenset({"collection", "item", "results"}))
        parts = {tag_of(child): child for child in children_of(loop)}
        for tag in parts.keys() - {"loopCardinality", "completionCondition", "extensionElements"}:
            self.refuse(element, _("ここでは「%(tag)s」を使えません。") % {"tag": tag})
        if "extensionElements" in parts:
            self.pass_over_extensions(parts["extensionElements"], element)
        collection, cardinality = extension(loop, "collection"), parts.get("loopCardinality")
        if bool(collection) == (cardinality is not None):
            self.refuse(
                element,
                _("繰返しは、tocho:collection（一覧）か loopCardinality（回数）の一つで定めてください。"),
            )
        many = self.expression(
            loop, collection or (cardinality.text or "" if cardinality is not None else "0"), element
        )
        item, results = extension(loop, "item"), extension(loop, "results")
        until = parts.get("completionCondition")
        self.declared |= {COUNTER, *COUNTS, *filter(None, (item, results))}
        return Repeat(
            many=many or compile_expression("0"),
            sequential=loop.get("isSequential") == "true",
            item=item,
            results=results,
            until=None if until is None else self.expression(until, until.text or "", element),
        )

    def _message(self, element: etree._Element, owner: etree._Element) -> str:
        name = self.messages.get(plain_reference(element.get("messageRef", "")), "")
        if not name:
            self.refuse(owner, _("名前のある message を messageRef で指してください。"))
        return name

    def _code(
        self, child: etree._Element, owner: etree._Element, attribute: str, known: dict[str, str], *, needed: bool
    ) -> str:
        """The code of an error or escalation; "" catches any."""
        reference = plain_reference(child.get(attribute, ""))
        code = known.get(reference, "")
        if (reference and not code) or (needed and not code):
            self.refuse(owner, _("%(attribute)s で、コードのある定義を指してください。") % {"attribute": attribute})
        return code

    def _timer(self, element: etree._Element, owner: etree._Element, *, may_repeat: bool) -> Deadline | None:
        parts = [child for child in children_of(element) if tag_of(child) != "extensionElements"]
        if len(parts) != 1 or tag_of(parts[0]) not in {"timeDate", "timeDuration", CYCLE}:
            self.refuse(owner, _("タイマーは timeDate、timeDuration か timeCycle の一つで定めてください。"))
            return None
        cycle = tag_of(parts[0]) == CYCLE
        if cycle and not may_repeat:
            self.refuse(owner, _("繰返し（timeCycle）は、中断しない境界イベントにだけ使えます。"))
        text = (parts[0].text or "").strip().removeprefix("=").strip()
        if cycle and not text.startswith("R"):
            self.refuse(owner, _("timeCycle には R3/P1D（1日ごとに3回）や R/P5B（5開庁日ごと）と書いてください。"))
            return None
        return self.deadline(parts[0], text, owner, cycle=cycle)
