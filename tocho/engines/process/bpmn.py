"""Reads BPMN 2.0 XML into a :class:`Spec`, and refuses what this interpreter does not run.

Nothing is ignored in silence: an element, attribute or extension outside the subset is refused with its line and the
reason, except what only draws (BPMNDI, lanes, annotations) or only repeats the standard's own default.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from lxml import etree

from tocho.engines.rules.api import RuleError, compile_expression

from .checks import check_graph
from .deadlines import read_deadline
from .spec import Deadline, Expression, Flow, HumanWork, Kind, Node, ProcessError, Service, Spec
from .subset import BPMN, BPMNDI, DEFAULTS, DRAWING, MAX_BYTES, NAME, SHAPES, TOCHO, XSI, Shape

T = TypeVar("T")
BACKGROUND: dict[str, bool | None] = {"false": False, "true": True, "on-failure": None}


def compile_process(source: bytes) -> Spec:
    """Compile one BPMN 2.0 file with exactly one process.

    :raises ProcessError: it is not XML, it carries a document type or entities, or it stands outside the subset; all
        faults that can be found in one reading are in ``problems``.
    """
    root = _parse(source)
    return _Reader(root).read()


def _parse(source: bytes) -> etree._Element:
    """The root of a BPMN file, read without entities, document types or network."""
    if len(source) > MAX_BYTES:
        raise ProcessError(_("ファイルが大きすぎます（上限2MB）。"))
    if b"<!DOCTYPE" in source:
        raise ProcessError(_("文書型宣言（DOCTYPE）のあるXMLは受け付けません。"), line=_line_of(source, b"<!DOCTYPE"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise ProcessError(_("XMLとして読めません: %(reason)s") % {"reason": error.msg}, line=error.lineno) from None
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() != "UTF-8":
        raise ProcessError(_("文字コードはUTF-8にしてください。"), line=1)
    if root.tag != f"{{{BPMN}}}definitions":
        raise ProcessError(_("BPMN 2.0 の definitions ではありません。"), line=_line(root))
    return root


def _line_of(source: bytes, mark: bytes) -> int:
    return source[: source.index(mark)].count(b"\n") + 1


def _line(element: etree._Element) -> int:
    line: Any = element.sourceline  # the stubs do not know its type
    return int(line or 0)


def _tag(element: etree._Element) -> str:
    """The local name of a BPMN element; with its namespace in braces when it is not BPMN's."""
    name = etree.QName(element)
    return name.localname if name.namespace == BPMN else str(element.tag)


def _children(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _plain(reference: str) -> str:
    """A QName reference without its prefix: our files hold one target namespace."""
    return reference.rsplit(":", 1)[-1]


@dataclass
class _Reader:
    """One reading of one file; collects faults instead of stopping at the first."""

    root: etree._Element
    problems: list[ProcessError] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    used: list[tuple[etree._Element, frozenset[str]]] = field(default_factory=list)

    def read(self) -> Spec:
        process = self._read_definitions()
        nodes: dict[str, Node] = {}
        flows: list[Flow] = []
        for element in _children(process):
            tag = _tag(element)
            if tag == "sequenceFlow":
                flows.append(self._read_flow(element))
            elif tag in SHAPES:
                node = self._read_node(element, SHAPES[tag])
                nodes[node.id] = node
            elif tag not in DRAWING:
                self._refuse(element, _("「%(tag)s」は使えません。") % {"tag": tag})
        inputs, optional = self._read_inputs(process)
        self._check_names(nodes, inputs | optional)
        self._check_references(nodes, flows)
        self._stop_at_problems()
        spec = Spec(
            key=process.get("id", ""),
            name=process.get("name", ""),
            start=next((node.id for node in nodes.values() if node.kind is Kind.START), ""),
            nodes=_joined(nodes, flows),
            inputs=inputs,
            optional=optional,
        )
        self.problems = check_graph(spec, line=_line(process))
        self._stop_at_problems()
        return spec

    def _stop_at_problems(self) -> None:
        if self.problems:
            raise ProcessError.of(self.problems)

    def _refuse(self, element: etree._Element, reason: str) -> None:
        self.problems.append(ProcessError(reason, element=element.get("id", ""), line=_line(element)))

    def _read_definitions(self) -> etree._Element:
        """The one process of the file; messages are noted on the way."""
        processes = []
        for element in _children(self.root):
            tag = _tag(element)
            if tag == "process":
                processes.append(element)
            elif tag == "message":
                self._check_attributes(element, frozenset(), frozenset())
                self.messages[element.get("id", "")] = element.get("name", "")
            elif tag == "collaboration":
                self._check_collaboration(element)
            elif tag not in {f"{{{BPMNDI}}}BPMNDiagram", "category"}:
                self._refuse(element, _("「%(tag)s」は使えません。") % {"tag": tag})
        if len(processes) != 1:
            raise ProcessError(_("process はちょうど一つ書いてください。"), line=_line(self.root))
        self._check_attributes(processes[0], frozenset(), frozenset({"inputs"}))
        self._note_id(processes[0])
        return processes[0]

    def _check_collaboration(self, element: etree._Element) -> None:
        """A pool around the one process is only drawing; a second pool or a message between pools would not run."""
        tags = [_tag(child) for child in _children(element)]
        if tags.count("participant") > 1 or "messageFlow" in tags:
            self._refuse(element, _("プールは一つだけ使えます。ほかの組織との間はメッセージの受信で表してください。"))

    def _read_inputs(self, process: etree._Element) -> tuple[frozenset[str], frozenset[str]]:
        """``tocho:inputs="fee office title?"``: names that the start must give, and with ``?`` those it may."""
        words = (process.get(f"{{{TOCHO}}}inputs") or "").split()
        return (
            frozenset(word for word in words if not word.endswith("?")),
            frozenset(word[:-1] for word in words if word.endswith("?")),
        )

    def _read_flow(self, element: etree._Element) -> Flow:
        self._note_id(element)
        self._check_attributes(element, frozenset({"sourceRef", "targetRef"}), frozenset())
        condition = None
        for child in _children(element):
            if _tag(child) == "conditionExpression":
                condition = self._expression(child, child.text or "", owner=element)
            elif _tag(child) != "documentation":
                self._refuse(element, _("「%(tag)s」は使えません。") % {"tag": _tag(child)})
        return Flow(
            element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), _line(element), condition
        )

    def _read_node(self, element: etree._Element, shape: Shape) -> Node:
        self._note_id(element)
        self._check_attributes(element, shape.attributes, shape.extensions)
        node = Node(
            id=element.get("id", ""),
            kind=shape.kind,
            name=" ".join(element.get("name", "").split()),
            line=_line(element),
            default=element.get("default", ""),
            outcome=frozenset(self._extension(element, "outcome").split()),
            attached_to=element.get("attachedToRef", ""),
            interrupting=element.get("cancelActivity", "true") != "false",
        )
        node = self._read_events(element, node, shape)
        if shape.kind is Kind.SERVICE:
            return replace(node, work=self._read_service(element))
        if shape.kind is Kind.USER:
            return replace(node, work=self._read_human_work(element))
        if shape.kind is Kind.RECEIVE:
            return replace(node, message=self._message(element))
        return node

    def _read_events(self, element: etree._Element, node: Node, shape: Shape) -> Node:
        """The event definition of an event, and the refusal of any other child."""
        count = 0
        for child in _children(element):
            tag = _tag(child)
            if tag in {"incoming", "outgoing", "documentation"}:
                continue
            if tag not in shape.children:
                self._refuse(element, _("ここでは「%(tag)s」を使えません。") % {"tag": tag})
                continue
            count += 1
            if tag == "messageEventDefinition":
                node = replace(node, message=self._message(child, owner=element))
            elif tag == "timerEventDefinition":
                node = replace(node, timer=self._timer(child, owner=element))
            else:
                node = replace(node, kind=Kind.TERMINATE)
        if shape.kind in (Kind.CATCH, Kind.BOUNDARY) and count != 1:
            self._refuse(element, _("メッセージかタイマーを、ちょうど一つ定めてください。"))
        return node

    def _read_service(self, element: etree._Element) -> Service:
        handler = self._name(element, "handler", example="procedures.run_checks")
        background = self._extension(element, "background") or "false"
        if background not in BACKGROUND:
            self._refuse(element, _("tocho:background は true か false か on-failure です。"))
        return Service(handler, background=BACKGROUND.get(background, False))

    def _read_human_work(self, element: etree._Element) -> HumanWork:
        kind = self._name(element, "kind", example="procedures.examine")
        address = self._extension(element, "address")
        if not address:
            self._refuse(element, _("tocho:address（誰の仕事か）を定めてください。"))
        title, due = self._extension(element, "title"), self._extension(element, "due")
        return HumanWork(
            kind,
            self._expression(element, address or "null") or compile_expression("null"),
            self._expression(element, title) if title else None,
            self._deadline(element, due) if due else None,
        )

    def _name(self, element: etree._Element, key: str, *, example: str) -> str:
        name = self._extension(element, key)
        if not NAME.fullmatch(name):
            self._refuse(
                element,
                _("tocho:%(key)s に「%(example)s」のような名前を書いてください。") % {"key": key, "example": example},
            )
        return name

    def _message(self, element: etree._Element, owner: etree._Element | None = None) -> str:
        owner = element if owner is None else owner
        name = self.messages.get(_plain(element.get("messageRef", "")), "")
        if not name:
            self._refuse(owner, _("名前のある message を messageRef で指してください。"))
        return name

    def _timer(self, element: etree._Element, *, owner: etree._Element) -> Deadline | None:
        parts = _children(element)
        if len(parts) != 1 or _tag(parts[0]) not in {"timeDate", "timeDuration"}:
            self._refuse(
                owner, _("タイマーは timeDate か timeDuration で定めてください（繰返しの timeCycle は使えません）。")
            )
            return None
        return self._deadline(parts[0], (parts[0].text or "").strip(), owner=owner)

    def _deadline(self, element: etree._Element, text: str, owner: etree._Element | None = None) -> Deadline | None:
        def compiled() -> Deadline:
            deadline = read_deadline(text)
            self.used.append((element, deadline.expression.names if deadline.expression else frozenset()))
            return deadline

        return self._feel(element if owner is None else owner, compiled)

    def _expression(self, element: etree._Element, text: str, owner: etree._Element | None = None) -> Expression | None:
        def compiled() -> Expression:
            expression: Expression = compile_expression(text.strip())
            self.used.append((element, expression.names))
            return expression

        if "FEEL" not in element.get("language", "FEEL").upper():
            self._refuse(element if owner is None else owner, _("条件はFEELで書いてください。"))
        return self._feel(element if owner is None else owner, compiled)

    def _feel(self, element: etree._Element, compiled: Callable[[], T]) -> T | None:
        try:
            return compiled()
        except RuleError as error:
            self._refuse(element, _("式が読めません: %(reason)s") % {"reason": error.message})
            return None

    def _extension(self, element: etree._Element, key: str) -> str:
        return (element.get(f"{{{TOCHO}}}{key}") or "").strip()

    def _note_id(self, element: etree._Element) -> None:
        key = element.get("id", "")
        if not key or len(key) > 80:
            self._refuse(element, _("80文字までの id を付けてください。"))
        elif key in self.lines:
            self._refuse(element, _("同じ id が%(line)s行目にもあります。") % {"line": self.lines[key]})
        self.lines[key] = _line(element)

    def _check_attributes(self, element: etree._Element, known: frozenset[str], extensions: frozenset[str]) -> None:
        for attribute, value in element.attrib.items():
            name = etree.QName(str(attribute))
            if name.namespace == TOCHO:
                if name.localname not in extensions:
                    self._refuse(element, _("tocho:%(name)s はここでは使えません。") % {"name": name.localname})
            elif name.namespace not in (None, XSI):
                self._refuse(element, _("ほかの製品の拡張「%(name)s」は使えません。") % {"name": str(attribute)})
            elif name.localname in DEFAULTS:
                if value not in DEFAULTS[name.localname]:
                    self._refuse(
                        element, _('%(name)s="%(value)s" は使えません。') % {"name": name.localname, "value": value}
                    )
            elif name.namespace is None and name.localname not in known | {"id", "name"}:
                self._refuse(element, _("属性「%(name)s」は使えません。") % {"name": name.localname})

    def _check_names(self, nodes: dict[str, Node], given: frozenset[str]) -> None:
        """Every name that an expression uses must be declared: a misspelt one would silently be null for ever."""
        declared = given.union(*(node.outcome for node in nodes.values()))
        for element, names in self.used:
            for name in sorted(names - declared):
                self._refuse(
                    element,
                    _("式の「%(name)s」は、tocho:inputs にも tocho:outcome にもありません。") % {"name": name},
                )

    def _check_references(self, nodes: dict[str, Node], flows: list[Flow]) -> None:
        for flow in flows:
            if flow.source not in nodes or flow.target not in nodes:
                reason = _("sourceRef と targetRef に、この process の要素を書いてください。")
                self.problems.append(ProcessError(reason, element=flow.id, line=flow.line))


def _joined(nodes: dict[str, Node], flows: list[Flow]) -> dict[str, Node]:
    """The nodes with their ways in and out, in document order."""
    ways_in: dict[str, list[str]] = {}
    ways_out: dict[str, list[Flow]] = {}
    for flow in flows:
        ways_in.setdefault(flow.target, []).append(flow.id)
        ways_out.setdefault(flow.source, []).append(flow)
    return {
        key: replace(node, incoming=tuple(ways_in.get(key, ())), outgoing=tuple(ways_out.get(key, ())))
        for key, node in nodes.items()
    }
