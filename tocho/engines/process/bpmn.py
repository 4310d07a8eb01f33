"""Reads BPMN 2.0 XML into a ``Spec`` and refuses, by line, what this interpreter does not run.

Every attribute and child element is either known to mean nothing here (``DRAWING``, ``DEFAULTS``), read, noted as
another product's (``Spec.notes``), or refused: a process never runs differently from its drawing.
"""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from lxml import etree

from tocho.lib.xmlfile import XmlError, read_xml

from .checks import check_graph
from .elements import ElementReader
from .reader import children_of, extension, line_of, tag_of
from .spec import Expression, Flow, Kind, Node, ProcessError, Spec
from .subset import BESIDE, BPMN, BPMNDI, DRAWING, LOOP, MAX_BYTES, SHAPES


def compile_process(source: bytes) -> Spec:
    """Compile one BPMN 2.0 file with exactly one process.

    :raises ProcessError: it is not XML, it carries a document type or entities, or it stands outside the subset; all
        faults that can be found in one reading are in ``problems``.
    """
    return _FileReader(root=_parse(source)).read()


def _parse(source: bytes) -> etree._Element:
    """The root of a BPMN file, read without entities, document types or network."""
    try:
        root = read_xml(source, most=MAX_BYTES)
    except XmlError as error:
        reasons = {
            "size": _("ファイルが大きすぎます（上限2MB）。"),
            "doctype": _("文書型宣言（DOCTYPE）のあるXMLは受け付けません。"),
            "encoding": _("文字コードはUTF-8にしてください。"),
        }
        unread = _("XMLとして読めません: %(reason)s") % {"reason": error.reason}
        raise ProcessError(reasons.get(error.kind, unread), line=error.line) from None
    if root.tag != f"{{{BPMN}}}definitions":
        raise ProcessError(_("BPMN 2.0 の definitions ではありません。"), line=line_of(root))
    return root


@dataclass
class _FileReader(ElementReader):
    """One reading of one file: what stands beside the process, its flows and sub-processes, how they hang together."""

    root: etree._Element = field(kw_only=True)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def read(self) -> Spec:
        process = self._read_definitions()
        self._read_scope(process, "")
        inputs, optional = self._read_inputs(process)
        self._check_names(inputs | optional)
        self._check_references()
        self._stop_at_problems()
        starts = {node.scope: node.id for node in self.nodes.values() if node.kind is Kind.START}
        spec = Spec(
            key=process.get("id", ""),
            name=process.get("name", ""),
            starts=starts,
            nodes=_joined(self.nodes, self.flows),
            inputs=inputs,
            optional=optional,
            notes=tuple(self.notes),
        )
        self.problems = check_graph(spec, line=line_of(process))
        self._stop_at_problems()
        return spec

    def _read_scope(self, holder: etree._Element, scope: str) -> None:
        """The elements and flows of the process or of one sub-process."""
        for element in children_of(holder):
            tag = tag_of(element)
            if tag == "sequenceFlow":
                self.flows.append(self._read_flow(element))
            elif tag in SHAPES:
                node = self.read_node(element, scope)
                self.nodes[node.id] = node
                if node.kind is Kind.SUBPROCESS:
                    self._read_scope(element, node.id)
            elif tag == "extensionElements":
                self.pass_over_extensions(element, holder)
            elif tag not in DRAWING and not (scope and tag in {"incoming", "outgoing", LOOP}):
                self.refuse(element, _("「%(tag)s」は使えません。") % {"tag": tag})

    def _stop_at_problems(self) -> None:
        if self.problems:
            raise ProcessError.of(self.problems)

    def _read_definitions(self) -> etree._Element:
        """The one process of the file; messages, errors and escalations are noted on the way."""
        processes = []
        for element in children_of(self.root):
            match tag_of(element):
                case "process":
                    processes.append(element)
                case "message":
                    self.check_attributes(element, frozenset({"itemRef"}), frozenset())
                    self.messages[element.get("id", "")] = element.get("name", "")
                case "error":
                    self.errors[element.get("id", "")] = element.get("errorCode", "")
                case "escalation":
                    self.escalations[element.get("id", "")] = element.get("escalationCode", "")
                case "collaboration":
                    self._check_collaboration(element)
                case "extensionElements":
                    self.pass_over_extensions(element, self.root)
                case "itemDefinition":
                    self.pass_over(element, "itemDefinition")
                case tag if tag not in BESIDE | {f"{{{BPMNDI}}}BPMNDiagram"}:
                    self.refuse(element, _("「%(tag)s」は使えません。") % {"tag": tag})
        if len(processes) != 1:
            raise ProcessError(_("process はちょうど一つ書いてください。"), line=line_of(self.root))
        self.check_attributes(processes[0], frozenset(), frozenset({"inputs"}))
        self.note_id(processes[0])
        return processes[0]

    def _check_collaboration(self, element: etree._Element) -> None:
        """A pool around the one process is only drawing; a second pool or a message between pools would not run."""
        tags = [tag_of(child) for child in children_of(element)]
        if tags.count("participant") > 1 or "messageFlow" in tags:
            self.refuse(element, _("プールは一つだけ使えます。ほかの組織との間はメッセージの受信で表してください。"))

    def _read_inputs(self, process: etree._Element) -> tuple[frozenset[str], frozenset[str]]:
        """``tocho:inputs="fee office title?"``: names that the start must give, and with ``?`` those it may."""
        words = extension(process, "inputs").split()
        return (
            frozenset(word for word in words if not word.endswith("?")),
            frozenset(word[:-1] for word in words if word.endswith("?")),
        )

    def _read_flow(self, element: etree._Element) -> Flow:
        self.note_id(element)
        self.check_attributes(element, frozenset({"sourceRef", "targetRef"}), frozenset())
        condition: Expression | None = None
        for child in children_of(element):
            tag = tag_of(child)
            if tag == "conditionExpression":
                condition = self.expression(child, child.text or "", owner=element)
            elif tag == "extensionElements":
                self.pass_over_extensions(child, element)
            elif tag != "documentation":
                self.refuse(element, _("「%(tag)s」は使えません。") % {"tag": tag})
        return Flow(
            element.get("id", ""),
            element.get("sourceRef", ""),
            element.get("targetRef", ""),
            line_of(element),
            condition,
        )

    def _check_names(self, given: frozenset[str]) -> None:
        """Every name that an expression uses must be declared: a misspelt one would silently be null for ever."""
        declared = given.union(self.declared, *(node.outcome for node in self.nodes.values()))
        for element, names in self.used:
            for name in sorted(names - declared):
                self.refuse(
                    element,
                    _("式の「%(name)s」は、tocho:inputs にも tocho:outcome にもありません。") % {"name": name},
                )

    def _check_references(self) -> None:
        for flow in self.flows:
            source, target = self.nodes.get(flow.source), self.nodes.get(flow.target)
            if source is None or target is None or source.scope != target.scope:
                reason = _("sourceRef と targetRef に、同じ process（または同じ subProcess）の要素を書いてください。")
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
