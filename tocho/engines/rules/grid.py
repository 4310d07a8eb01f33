"""A decision table as a grid of texts, the way an officer edits it: read from a DMN file, written back into it.

Half-finished tables are read too (a column without an expression, a cell that is no FEEL): what is typed is never lost,
``faults`` says what is wrong. Writing changes only the one table: other decisions, business knowledge models, comments
and foreign extensions of the file stay as they are.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from tocho.engines.rules.errors import Place, TableError
from tocho.engines.rules.reader import EXTENSION, NOTE, line, local, namespace_of, parse_file

if TYPE_CHECKING:
    from lxml.etree import _Element

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"  # DMN 1.3
Role = Literal["input", "output", "note"]
ROLES: tuple[Role, ...] = ("input", "output", "note")
ELEMENTS = {"input": "inputEntry", "output": "outputEntry", "note": "annotationEntry"}
POLICIES = (
    "UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT",
    "RULE ORDER", "OUTPUT ORDER",
)  # fmt: skip
_ID = re.compile(r"[A-Za-z_][\w.-]*")
_HEAD = re.compile(r"\s*(?:<\?xml[^>]*\?>)?((?:\s|<!--.*?-->)*)", re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column: ``text`` is the FEEL expression of an input or the name of an output; ``allowed`` the FEEL list of its
    values, ``words`` how coded values read, ``default`` the output where no row matches."""

    role: Role
    label: str
    text: str = ""
    kind: str = ""
    allowed: str = ""
    default: str = ""
    words: tuple[tuple[str, str], ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A rule: one text for each column of the grid."""

    cells: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A decision table. Columns stand in the order inputs, outputs, notes; ``policy`` is one of ``POLICIES``."""

    id: str
    name: str
    policy: str
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]

    def places(self, role: Role) -> tuple[int, ...]:
        """The indexes of the columns of a role."""
        return tuple(index for index, column in enumerate(self.columns) if column.role == role)


def read_grids(xml: bytes | str, *, file: str = "") -> tuple[Grid, ...]:
    """Every decision table of a DMN file (1.1–1.5), in its order.

    :raises TableError: the file is not DMN, or a rule has not as many cells as the table has columns.
    """
    root = parse_file(xml.encode() if isinstance(xml, str) else xml, file=file)
    return tuple(_grid(decision, table, file) for decision, table in _tables(root))


def read_grid(xml: bytes | str, *, table: str = "", file: str = "") -> Grid:
    """One decision table, by id or name; without one, the last of the file (a file's last is mostly its answer).

    :raises TableError: as ``read_grids``; also when there is no such table.
    """
    grids = [grid for grid in read_grids(xml, file=file) if table in ("", grid.id, grid.name)]
    if not grids:
        raise TableError(_("表がありません。"), Place(file, table=table))
    return grids[-1]


def _tables(root: "_Element") -> Iterator[tuple["_Element", "_Element"]]:
    """Each decision that is a table, with its table."""
    for decision in _children(root, "decision"):
        for table in _children(decision, "decisionTable"):
            yield decision, table


def _children(element: "_Element", *names: str) -> Iterator["_Element"]:
    own = namespace_of(element)
    for child in element:
        if isinstance(child.tag, str) and namespace_of(child) == own and local(child) in names:
            yield child


def _text(element: "_Element", *path: str) -> str:
    """The text of a descendant, empty where there is none."""
    for name in path:
        found = next(_children(element, name), None)
        if found is None:
            return ""
        element = found
    return "".join(map(str, element.itertext())).strip()


def _grid(decision: "_Element", table: "_Element", file: str) -> Grid:
    name = decision.get("name") or decision.get("id") or ""
    columns = [_input(each) for each in _children(table, "input")]
    columns += [_output(each) for each in _children(table, "output")]
    columns += [GridColumn("note", each.get("name", "")) for each in _children(table, "annotation")]
    rules = [*_children(table, "rule")]
    if any(_text(rule, NOTE) for rule in rules):
        columns.append(GridColumn("note", NOTE))
    rows = [_row(rule, columns, Place(file, line(rule), name, number)) for number, rule in enumerate(rules, 1)]
    policy = f"{table.get('hitPolicy', 'UNIQUE')} {table.get('aggregation', '')}".strip()
    return Grid(decision.get("id") or "", name, policy, tuple(columns), tuple(rows))


def _input(element: "_Element") -> GridColumn:
    inner = next(_children(element, "inputExpression"), None)
    return GridColumn(
        "input",
        label=element.get("label", ""),
        text=_text(element, "inputExpression", "text"),
        kind="" if inner is None else inner.get("typeRef", ""),
        allowed=_text(element, "inputValues", "text"),
        words=_words(element),
        id=element.get("id", ""),
    )


def _output(element: "_Element") -> GridColumn:
    return GridColumn(
        "output",
        label=element.get("label", ""),
        text=element.get("name", ""),
        kind=element.get("typeRef", ""),
        allowed=_text(element, "outputValues", "text"),
        default=_text(element, "defaultOutputEntry", "text"),
        words=_words(element),
        id=element.get("id", ""),
    )


def _words(element: "_Element") -> tuple[tuple[str, str], ...]:
    extensions = next(_children(element, "extensionElements"), None)
    found = [] if extensions is None else extensions.findall(f"{{{EXTENSION}}}word")
    return tuple((word.get("value", ""), (word.text or "").strip()) for word in found)


def _row(rule: "_Element", columns: list[GridColumn], place: Place) -> GridRow:
    """A rule's cells; notes that are missing are empty, other cells must be there."""
    given = {role: [_text(each, "text") for each in _children(rule, ELEMENTS[role])] for role in ROLES}
    wanted = {role: sum(column.role == role for column in columns) for role in ROLES}
    if any(len(given[role]) != wanted[role] for role in ("input", "output")):
        reason = _("欄の数が列の数と合いません（入力%(inputs)s、出力%(outputs)sが必要）。")
        raise TableError(reason % {"inputs": wanted["input"], "outputs": wanted["output"]}, place)
    notes = given["note"]
    if columns and columns[-1] == GridColumn("note", NOTE):
        notes = [*_filled(notes, wanted["note"] - 1), _text(rule, NOTE)]
    return GridRow((*given["input"], *given["output"], *_filled(notes, wanted["note"])), rule.get("id", ""))


def _filled(texts: list[str], count: int) -> list[str]:
    return (texts + [""] * count)[:count]


# --- writing


def write_grid(grid: Grid, xml: bytes | str = "") -> str:
    """The DMN file with this table: into ``xml`` in place of the table of that id (else name), or as a file of its own
    (DMN 1.3, without a drawing). Reading it gives the same grid; writing that again, the same text.

    :raises TableError: ``xml`` is not DMN.
    """
    from lxml import etree

    prefixes: Any = {None: DMN, "tocho": EXTENSION}  # the stubs know no default namespace
    if not xml:
        root = etree.Element(f"{{{DMN}}}definitions", nsmap=prefixes)
        root.attrib.update({"namespace": EXTENSION, "id": f"{grid.id or 'table'}-definitions", "name": grid.name})
    else:
        root = parse_file(xml.encode() if isinstance(xml, str) else xml, comments=True)
    decision, old = _place_for(root, grid)
    new = _Writer(namespace_of(root), old).table(grid)
    if old is None:
        decision.append(new)
    else:
        new.tail = old.tail
        decision.replace(old, new)
    _lay_out(decision if old is None else new, 1 if old is None else 2)
    if not xml:
        root.text = "\n  "
        decision.tail = "\n"
    return _head(xml) + etree.tostring(root, encoding="unicode").rstrip() + "\n"


def _head(xml: bytes | str) -> str:
    """What stands before the root element: the declaration (ours is UTF-8) and the comments of the file."""
    text = xml if isinstance(xml, str) else xml.decode("utf-8", errors="ignore")
    found = _HEAD.match(text)
    comments = found[1].lstrip() if found else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{comments}'


def _place_for(root: "_Element", grid: Grid) -> tuple["_Element", "_Element | None"]:
    """The decision that holds the table and the table that is there now; a new decision where there is none."""
    from lxml import etree

    for decision, table in _tables(root):
        if grid.id == decision.get("id", "") and (grid.id or grid.name == decision.get("name", "")):
            decision.set("name", grid.name)
            return decision, table
    name = clean_text(grid.name)
    decision = etree.SubElement(root, f"{{{namespace_of(root)}}}decision", {"name": name})
    if grid.id:
        decision.set("id", grid.id)
    etree.SubElement(decision, f"{{{namespace_of(root)}}}variable", {"name": name})
    return decision, None


class _Writer:
    """Makes the elements of one table; what foreign tools put into a column of the same id is taken over."""

    def __init__(self, namespace: str, old: "_Element | None") -> None:
        self.namespace = namespace
        self.old = old

    def make(self, name: str, attributes: dict[str, str] | None = None) -> "_Element":
        """An element of DMN without the attributes that are empty."""
        from lxml import etree

        given = {key: clean_text(value) for key, value in (attributes or {}).items() if value}
        return etree.Element(f"{{{self.namespace}}}{name}", given)

    def texts(self, name: str, text: str, attributes: dict[str, str] | None = None) -> "_Element":
        """An element that holds a FEEL text."""
        element, inner = self.make(name, attributes), self.make("text")
        inner.text = clean_text(text)
        element.append(inner)
        return element

    def table(self, grid: Grid) -> "_Element":
        policy, _blank, aggregation = grid.policy.partition(" ") if grid.policy.startswith("COLLECT") else (
            grid.policy, "", "",
        )  # fmt: skip
        identity = f"{grid.id}-table" if grid.id else ""
        if self.old is not None:
            identity = self.old.get("id", identity)
        table = self.make("decisionTable", {"id": identity, "hitPolicy": policy, "aggregation": aggregation})
        written = [column for column in grid.columns if column != GridColumn("note", NOTE)]
        table.extend(self.column(column) for column in written)
        table.extend(self.rule(row, grid) for row in grid.rows)
        return table

    def column(self, column: GridColumn) -> "_Element":
        if column.role == "note":
            return self.make("annotation", {"name": column.label})
        if column.role == "input":
            element = self.make("input", {"id": column.id, "label": column.label})
            self.extend(element, column)
            element.append(self.texts("inputExpression", column.text, {"typeRef": column.kind}))
            if column.allowed:
                element.append(self.texts("inputValues", column.allowed))
            return element
        names = {"id": column.id, "name": column.text, "label": column.label, "typeRef": column.kind}
        element = self.make("output", names)
        self.extend(element, column)
        for name, text in (("outputValues", column.allowed), ("defaultOutputEntry", column.default)):
            if text:
                element.append(self.texts(name, text))
        return element

    def extend(self, element: "_Element", column: GridColumn) -> None:
        """The words for coded values, and what others have extended the column with."""
        from lxml import etree

        extensions = self.make("extensionElements")
        for value, word in column.words:
            child = etree.Element(f"{{{EXTENSION}}}word", {"value": clean_text(value)}, nsmap={"tocho": EXTENSION})
            child.text = clean_text(word)
            extensions.append(child)
        extensions.extend(self.foreign(column.id))
        if len(extensions):
            element.append(extensions)

    def foreign(self, identity: str) -> list["_Element"]:
        if self.old is None or not identity:
            return []
        before = [each for each in _children(self.old, "input", "output") if each.get("id") == identity]
        kept = [each for column in before for each in _children(column, "extensionElements")]
        return [child for each in kept for child in each if child.tag != f"{{{EXTENSION}}}word"]

    def rule(self, row: GridRow, grid: Grid) -> "_Element":
        rule = self.make("rule", {"id": row.id})
        for column, text in zip(grid.columns, row.cells, strict=True):
            if column == GridColumn("note", NOTE):
                if text:
                    note = self.make(NOTE)
                    note.text = clean_text(text)
                    rule.insert(0, note)
            else:
                rule.append(self.texts(ELEMENTS[column.role], text))
        return rule


def _lay_out(element: "_Element", level: int) -> None:
    """Line breaks and blanks as a person would set them: an element that holds one text stays on one line."""
    children = [*element]
    if not children or (len(children) == 1 and local(children[0]) == "text"):
        return
    element.text = "\n" + "  " * (level + 1)
    for child in children:
        child.tail = "\n" + "  " * (level + 1)
        _lay_out(child, level + 1)
    children[-1].tail = "\n" + "  " * level


def clean_text(text: str) -> str:
    """Text without the signs that XML cannot hold."""
    return _UNPRINTABLE.sub("", text)


# --- identity


def identified(grid: Grid) -> Grid:
    """The grid with an id for each column and row that lacks one (or has one that is taken or unfit): rules are named
    by it in the evidence of a decision, so they keep it when rows move."""
    prefix = grid.id or "table"
    taken: set[str] = set()
    columns = []
    for column in grid.columns:
        fresh = "" if column.role == "note" else _identity(column.id, f"{prefix}-{column.role[0]}", taken, grid)
        columns.append(replace(column, id=fresh))
    rows = [replace(row, id=_identity(row.id, f"{prefix}-r", taken, grid)) for row in grid.rows]
    return replace(grid, columns=tuple(columns), rows=tuple(rows))


def _identity(wanted: str, prefix: str, taken: set[str], grid: Grid) -> str:
    if not _ID.fullmatch(wanted) or wanted in taken:
        used: Iterable[str] = [*(column.id for column in grid.columns), *(row.id for row in grid.rows), *taken]
        numbers = [int(each[len(prefix) :]) for each in used if re.fullmatch(re.escape(prefix) + r"\d{1,6}", each)]
        wanted = f"{prefix}{max(numbers, default=0) + 1}"
    taken.add(wanted)
    return wanted
