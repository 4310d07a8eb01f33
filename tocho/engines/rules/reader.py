"""DMN XML (OMG DMN 1.1 to 1.5) to ``model``. DTDs, and with them entities and outside files, are refused."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tocho.engines.rules.errors import Place, TableError
from tocho.engines.rules.model import (
    Box,
    ContextBox,
    DecisionElement,
    Definitions,
    FunctionBox,
    InputClause,
    InvocationBox,
    KnowledgeElement,
    ListBox,
    OutputClause,
    RuleRow,
    TableBox,
    Text,
)
from tocho.lib.xmlfile import XmlError, read_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 5_000_000
HIT_POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"})
AGGREGATIONS = frozenset({"", "SUM", "COUNT", "MIN", "MAX"})
EXTENSION = "https://virtual-tocho.example/dmn"
NOTE = "description"  # the annotation of tools that have one note for each rule

_NAMESPACE = re.compile(r"https?://www\.omg\.org/spec/DMN/\d{8}/(MODEL/|dmn\.xsd)")


def read_definitions(xml: bytes, *, file: str = "") -> Definitions:
    """The decisions, business knowledge models and input data of a DMN file.

    :param file: its name, for messages.
    :raises TableError: with the line of what cannot be read.
    """
    return _Reader(file).definitions(xml)


def parse_file(xml: bytes, *, file: str = "", comments: bool = False) -> "_Element":
    """The root element of a DMN file whose namespace is known, without a DTD; with ``comments`` these are kept.

    :raises TableError: with the line of what cannot be read.
    """
    try:
        root = read_xml(xml, most=MAX_BYTES, comments=comments)
    except XmlError as error:
        reasons = {
            "size": _("ファイルが大きすぎます。"),
            "doctype": _("DOCTYPE を含むファイルは受け付けません。"),
            "encoding": _("文字コードはUTF-8にしてください。"),
        }
        unread = _("XML として読めません: %(reason)s") % {"reason": error.reason}
        raise TableError(reasons.get(error.kind, unread), Place(file, error.line)) from None
    if local(root) != "definitions" or not _NAMESPACE.fullmatch(namespace_of(root)):
        raise TableError(_("DMN 1.1～1.5 のファイルではありません。"), Place(file, line(root)))
    return root


class _Reader:
    """Reads one file; ``table`` is the name of the decision at hand, for messages."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.namespace = ""
        self.table = ""

    def fail(self, reason: str, line: int | None, *, rule: int | None = None, column: str = "") -> TableError:
        """The error to raise, with file, table and line."""
        return TableError(reason, Place(self.file, line, self.table, rule, column))

    # --- elements

    def children(self, element: "_Element", *names: str) -> Iterator["_Element"]:
        """The child elements of these names, or all of DMN's namespace."""
        prefix = f"{{{self.namespace}}}"
        for child in element:
            if isinstance(child.tag, str) and child.tag.startswith(prefix) and (not names or local(child) in names):
                yield child

    def child(self, element: "_Element", name: str) -> "_Element | None":
        """The first child element of that name."""
        return next(self.children(element, name), None)

    def text(self, element: "_Element", kind: str = "") -> Text:
        """The FEEL text of an element (its ``text`` child)."""
        language = element.get("expressionLanguage", "")
        if language and "feel" not in language.lower():
            reason = _("式の言語 %(language)s は使えません。FEEL で書いてください。")
            raise self.fail(reason % {"language": language}, line(element))
        inner = self.child(element, "text")
        text = "" if inner is None else "".join(map(str, inner.itertext()))
        return Text(text.strip(), line(element if inner is None else inner), kind or element.get("typeRef", ""))

    def optional(self, element: "_Element", name: str) -> Text | None:
        """The text of a child element; None if it is missing or empty."""
        found = self.child(element, name)
        text = None if found is None else self.text(found)
        return text if text and text.text else None

    # --- the file

    def definitions(self, xml: bytes) -> Definitions:
        """The whole file."""
        root = self.parse(xml)
        decisions = tuple(self.decision(element) for element in self.children(root, "decision"))
        self.table = ""
        components = {e.get("name", "") for e in root.iter(f"{{{self.namespace}}}itemComponent")} - {""}
        return Definitions(
            name=root.get("name", ""),
            file=self.file,
            decisions=decisions,
            knowledge=tuple(self.knowledge(element) for element in self.children(root, "businessKnowledgeModel")),
            inputs=dict(self.input_data(element) for element in self.children(root, "inputData")),
            components=frozenset(components),
        )

    def parse(self, xml: bytes) -> "_Element":
        """The root element; imports of other files are refused."""
        root = parse_file(xml, file=self.file)
        self.namespace = namespace_of(root)
        for element in self.children(root, "import"):
            raise self.fail(_("ほかのファイルの取り込み（import）は使えません。"), line(element))
        return root

    def input_data(self, element: "_Element") -> tuple[str, str]:
        """An input's name and declared type."""
        variable = self.child(element, "variable")
        name = element.get("name", "")
        return (name, "") if variable is None else (variable.get("name", name), variable.get("typeRef", ""))

    def decision(self, element: "_Element") -> DecisionElement:
        """A decision and the ids of those it requires."""
        name = element.get("name") or element.get("id") or ""
        self.table = name
        variable = self.child(element, "variable")
        requires = [
            required.get("href", "").rpartition("#")[2]
            for requirement in self.children(element, "informationRequirement")
            for required in self.children(requirement, "requiredDecision")
        ]
        return DecisionElement(
            id=element.get("id", ""),
            name=name,
            variable=name if variable is None else variable.get("name") or name,
            line=line(element),
            logic=self.only_box(element),
            requires=tuple(requires),
        )

    def knowledge(self, element: "_Element") -> KnowledgeElement:
        """A business knowledge model."""
        self.table = element.get("name", "")
        logic = self.child(element, "encapsulatedLogic")
        if logic is None:
            raise self.fail(_("業務知識モデルに中身（encapsulatedLogic）がありません。"), line(element))
        return KnowledgeElement(self.table, self.function_box(logic))

    # --- boxed expressions

    def only_box(self, element: "_Element") -> Box:
        """The one boxed expression inside an element."""
        for child in self.children(element):
            read = BOXES.get(local(child))
            if read is not None:
                return read(self, child)
        raise self.fail(_("判断の中身（表または式）がありません。"), line(element))

    def context_box(self, element: "_Element") -> ContextBox:
        """A boxed context."""
        entries = []
        for entry in self.children(element, "contextEntry"):
            variable = self.child(entry, "variable")
            entries.append(("" if variable is None else variable.get("name", ""), self.only_box(entry)))
        return ContextBox(line(element), tuple(entries))

    def invocation_box(self, element: "_Element") -> InvocationBox:
        """A boxed invocation."""
        bindings = []
        for binding in self.children(element, "binding"):
            parameter = self.child(binding, "parameter")
            bindings.append(("" if parameter is None else parameter.get("name", ""), self.only_box(binding)))
        return InvocationBox(line(element), self.only_box(element), tuple(bindings))

    def list_box(self, element: "_Element") -> ListBox:
        """A boxed list."""
        return ListBox(line(element), tuple(self.box(child) for child in self.children(element) if is_box(child)))

    def relation(self, element: "_Element") -> ListBox:
        """A relation: a list of contexts with the same keys."""
        columns = [column.get("name", "") for column in self.children(element, "column")]
        rows = []
        for row in self.children(element, "row"):
            cells = [self.box(child) for child in self.children(row) if is_box(child)]
            if len(cells) != len(columns):
                raise self.fail(_("行の欄の数が列の数と合いません。"), line(row))
            rows.append(ContextBox(line(row), tuple(zip(columns, cells, strict=True))))
        return ListBox(line(element), tuple(rows))

    def function_box(self, element: "_Element") -> FunctionBox:
        """A boxed function, or the logic of a business knowledge model."""
        if element.get("kind", "FEEL") != "FEEL":
            raise self.fail(_("FEEL 以外の関数は使えません。"), line(element))
        parameters = tuple(parameter.get("name", "") for parameter in self.children(element, "formalParameter"))
        return FunctionBox(line(element), parameters, self.only_box(element))

    def box(self, element: "_Element") -> Box:
        """The boxed expression that the element is."""
        return BOXES[local(element)](self, element)

    # --- decision tables

    def decision_table(self, element: "_Element") -> TableBox:
        """A decision table."""
        policy, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation", "")
        if policy not in HIT_POLICIES:
            raise self.fail(_("ヒットポリシー %(policy)s はありません。") % {"policy": policy}, line(element))
        if aggregation not in AGGREGATIONS or (aggregation and policy != "COLLECT"):
            reason = _("集計 %(name)s は使えません。COLLECT で SUM、COUNT、MIN、MAX を使います。")
            raise self.fail(reason % {"name": aggregation}, line(element))
        inputs = tuple(self.input_clause(child, n) for n, child in enumerate(self.children(element, "input"), 1))
        outputs = tuple(self.output_clause(child, n) for n, child in enumerate(self.children(element, "output"), 1))
        if not outputs:
            raise self.fail(_("表に出力の列がありません。"), line(element))
        annotations = [child.get("name", "") for child in self.children(element, "annotation")]
        rows = enumerate(self.children(element, "rule"), 1)
        rules = tuple(self.rule(child, number, (len(inputs), len(outputs)), annotations) for number, child in rows)
        return TableBox(line(element), policy, aggregation, inputs, outputs, rules)

    def input_clause(self, element: "_Element", number: int) -> InputClause:
        """An input column."""
        inner = self.child(element, "inputExpression")
        expression = Text("", line(element)) if inner is None else self.text(inner)
        label = element.get("label") or expression.text
        if not expression.text:
            raise self.fail(_("入力の列%(number)sに式がありません。") % {"number": number}, line(element), column=label)
        return InputClause(label, expression, self.optional(element, "inputValues"), self.words(element))

    def output_clause(self, element: "_Element", number: int) -> OutputClause:
        """An output column."""
        name = element.get("name", "")
        return OutputClause(
            name=name,
            label=element.get("label") or name,
            line=line(element),
            allowed=self.optional(element, "outputValues"),
            default=self.optional(element, "defaultOutputEntry"),
            words=self.words(element),
        )

    def words(self, element: "_Element") -> dict[str, str]:
        """Our extension ``<tocho:word value="subsidy">補助金</tocho:word>``: how a coded value reads in a sentence."""
        extensions = self.child(element, "extensionElements")
        found = [] if extensions is None else extensions.findall(f"{{{EXTENSION}}}word")
        return {word.get("value", ""): (word.text or "").strip() for word in found}

    def rule(self, element: "_Element", number: int, widths: tuple[int, int], annotations: list[str]) -> RuleRow:
        """A rule, whose cells must be as many as the columns."""
        inputs = tuple(self.text(child) for child in self.children(element, "inputEntry"))
        outputs = tuple(self.text(child) for child in self.children(element, "outputEntry"))
        if (len(inputs), len(outputs)) != widths:
            reason = _("欄の数が列の数と合いません（入力%(inputs)s、出力%(outputs)sが必要）。")
            raise self.fail(reason % {"inputs": widths[0], "outputs": widths[1]}, line(element), rule=number)
        notes = [self.text(child).text for child in self.children(element, "annotationEntry")]
        found = dict(zip(annotations, notes, strict=False))
        description = self.child(element, NOTE)
        if description is not None and (description.text or "").strip():
            found.setdefault(NOTE, (description.text or "").strip())
        return RuleRow(element.get("id", ""), number, line(element), inputs, outputs, found)


BOXES: dict[str, Callable[[_Reader, "_Element"], Box]] = {
    "decisionTable": _Reader.decision_table,
    "literalExpression": _Reader.text,
    "context": _Reader.context_box,
    "invocation": _Reader.invocation_box,
    "list": _Reader.list_box,
    "relation": _Reader.relation,
    "functionDefinition": _Reader.function_box,
}


def is_box(element: "_Element") -> bool:
    """Whether the element is a boxed expression, not a name or description beside one."""
    return local(element) in BOXES


def line(element: "_Element") -> int:
    """The line of an element in its file."""
    found = element.sourceline
    return found if isinstance(found, int) else 0


def namespace_of(element: "_Element") -> str:
    """The namespace of an element; empty without one."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def local(element: "_Element") -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
