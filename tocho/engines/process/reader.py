"""Reading BPMN, the parts that know no kind of element: faults with their place, attributes, expressions, dates."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from lxml import etree

from tocho.engines.rules.api import RuleError, compile_expression

from .deadlines import read_deadline
from .spec import Deadline, Expression, Note, ProcessError
from .subset import BPMN, DEFAULTS, NAME, TOCHO, XSI

T = TypeVar("T")


def line_of(element: etree._Element) -> int:
    """The line on which an element begins."""
    line: Any = element.sourceline  # the stubs do not know its type
    return int(line or 0)


def tag_of(element: etree._Element) -> str:
    """The local name of a BPMN element; with its namespace in braces when it is not BPMN's."""
    name = etree.QName(element)
    return name.localname if name.namespace == BPMN else str(element.tag)


def children_of(element: etree._Element) -> list[etree._Element]:
    """The child elements, without comments."""
    return [child for child in element if isinstance(child.tag, str)]


def plain_reference(reference: str) -> str:
    """A QName reference without its prefix: our files hold one target namespace."""
    return reference.rsplit(":", 1)[-1]


def extension(element: etree._Element, key: str) -> str:
    """One of our own attributes, "" when it is not written."""
    return (element.get(f"{{{TOCHO}}}{key}") or "").strip()


@dataclass
class Reader:
    """One reading of one file; collects faults instead of stopping at the first, and notes what it passes over."""

    problems: list[ProcessError] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    used: list[tuple[etree._Element, frozenset[str]]] = field(default_factory=list)

    def refuse(self, element: etree._Element, reason: str) -> None:
        """Note a fault of the file at an element."""
        key, name = element.get("id", ""), element.get("name", "")
        self.problems.append(ProcessError(reason, element=key, line=line_of(element), name=name))

    def pass_over(self, element: etree._Element, what: str) -> None:
        """Note what belongs to another product and is not read."""
        self.notes.append(Note(element.get("id", ""), line_of(element), what))

    def pass_over_extensions(self, element: etree._Element, owner: etree._Element) -> None:
        """Note each element of ``extensionElements``."""
        for child in children_of(element):
            name = etree.QName(child)
            self.pass_over(owner, f"{child.prefix or name.namespace}:{name.localname}")

    def note_id(self, element: etree._Element) -> None:
        """Every element that can be named later needs an id of its own."""
        key = element.get("id", "")
        if not key or len(key) > 80 or "/" in key:
            self.refuse(element, _("80文字までの id を付けてください（「/」は使えません）。"))
        elif key in self.lines:
            self.refuse(element, _("同じ id が%(line)s行目にもあります。") % {"line": self.lines[key]})
        self.lines[key] = line_of(element)

    def name(self, element: etree._Element, key: str, *, example: str) -> str:
        """An extension that names something like ``procedures.examine``."""
        name = extension(element, key)
        if not NAME.fullmatch(name):
            self.refuse(
                element,
                _("tocho:%(key)s に「%(example)s」のような名前を書いてください。") % {"key": key, "example": example},
            )
        return name

    def deadline(
        self, element: etree._Element, text: str, owner: etree._Element | None = None, *, cycle: bool = False
    ) -> Deadline | None:
        """A date or duration; ``cycle``: one that comes again (``R3/P1D``), refused elsewhere."""

        def compiled() -> Deadline:
            deadline = read_deadline(text)
            self.used.append((element, deadline.expression.names if deadline.expression else frozenset()))
            return deadline

        found = self._feel(element if owner is None else owner, compiled)
        if found is not None and (found.repeats != 1 and not cycle):
            self.refuse(element if owner is None else owner, _("繰返し（R3/P1D）は timeCycle にだけ書けます。"))
        return found

    def expression(self, element: etree._Element, text: str, owner: etree._Element | None = None) -> Expression | None:
        """A FEEL expression; its names are checked at the end. A leading = is how other products mark FEEL."""

        def compiled() -> Expression:
            expression: Expression = compile_expression(text.strip().removeprefix("=").strip())
            self.used.append((element, expression.names))
            return expression

        if "FEEL" not in element.get("language", "FEEL").upper():
            self.refuse(element if owner is None else owner, _("条件はFEELで書いてください。"))
        return self._feel(element if owner is None else owner, compiled)

    def _feel(self, element: etree._Element, compiled: Callable[[], T]) -> T | None:
        try:
            return compiled()
        except RuleError as error:
            self.refuse(element, _("式が読めません: %(reason)s") % {"reason": error.message})
            return None

    def pairs(self, element: etree._Element, key: str) -> tuple[tuple[str, Expression], ...]:
        """``tocho:give="fee; office = unit"``: names, each with the expression of its value (itself if none)."""
        found = []
        for part in filter(None, (one.strip() for one in extension(element, key).split(";"))):
            name, _sign, text = part.partition("=")
            expression = self.expression(element, text.strip() or name)
            if expression is not None:
                found.append((name.strip(), expression))
        return tuple(found)

    def check_attributes(self, element: etree._Element, known: frozenset[str], extensions: frozenset[str]) -> None:
        """Refuse what would change the meaning and is not run here; note what belongs to other products."""
        for attribute, value in element.attrib.items():
            name = etree.QName(str(attribute))
            if name.namespace == TOCHO:
                if name.localname not in extensions:
                    self.refuse(element, _("tocho:%(name)s はここでは使えません。") % {"name": name.localname})
            elif name.namespace not in (None, XSI):
                self.pass_over(element, name.localname)
            elif name.localname in DEFAULTS:
                if value not in DEFAULTS[name.localname]:
                    reason = _('%(name)s="%(value)s" は使えません。') % {"name": name.localname, "value": value}
                    self.refuse(element, reason)
            elif name.namespace is None and name.localname not in known | {"id", "name"}:
                self.refuse(element, _("属性「%(name)s」は使えません。") % {"name": name.localname})
