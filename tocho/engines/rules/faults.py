"""What is wrong with a grid, cell by cell, so that it stands beside the cell and not in a list somewhere else."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from tocho.engines.rules.answer import CITATION, shown
from tocho.engines.rules.errors import RuleError
from tocho.engines.rules.feel.code import Code, Test
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.parser import parse_expression, parse_tests
from tocho.engines.rules.feel.tokens import Names
from tocho.engines.rules.feel.values import Value, YearsMonths
from tocho.engines.rules.grid import POLICIES, Grid, GridColumn
from tocho.engines.rules.reader import local, namespace_of, parse_file

TYPES = {
    "number": Decimal, "string": str, "boolean": bool, "date": date, "time": time, "dateTime": datetime,
    "dayTimeDuration": timedelta, "yearMonthDuration": YearsMonths,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: ``row`` counts from 1 (0: the head of the column), ``column`` is its index in the grid (None: the
    table), ``part`` the field of the head (text, allowed, default). Only an error forbids publishing."""

    message: str
    row: int = 0
    column: int | None = None
    part: str = ""
    is_error: bool = True


def names_in(xml: bytes | str) -> frozenset[str]:
    """The names that a DMN file itself gives to its tables: decisions, knowledge models and input data.

    :raises TableError: the file is not DMN.
    """
    root = parse_file(xml.encode() if isinstance(xml, str) else xml)
    own = namespace_of(root)
    found = set[str]()
    for element in root:
        if local(element) in ("decision", "businessKnowledgeModel", "inputData"):
            variables = [child.get("name", "") for child in element if child.tag == f"{{{own}}}variable"]
            found |= {element.get("name", ""), *variables}
    return frozenset(found - {""})


def faults_of(grid: Grid, *, names: Collection[str] | None = None) -> tuple[Fault, ...]:
    """Every fault of a grid: the table first, then column by column and row by row.

    :param names: the names that will be given when the table is asked; None leaves names unchecked.
    """
    return tuple(_Checker(grid, names).faults())


class _Checker:
    def __init__(self, grid: Grid, names: Collection[str] | None) -> None:
        self.grid = grid
        self.names = None if names is None else frozenset(names)
        self.signs = Names(names or ())

    def faults(self) -> Iterator[Fault]:
        yield from self.of_table()
        for index, column in enumerate(self.grid.columns):
            if column.role == "note":
                yield from self.of_notes(index, column)
            else:
                yield from self.of_column(index, column)

    def of_table(self) -> Iterator[Fault]:
        outputs = [self.grid.columns[place] for place in self.grid.places("output")]
        if self.grid.policy not in POLICIES:
            yield Fault(_("ヒットポリシー %(policy)s はありません。") % {"policy": self.grid.policy})
        if not outputs:
            yield Fault(_("表に出力の列がありません。"))
        if len(outputs) > 1 and self.grid.policy.startswith("COLLECT "):
            yield Fault(_("集計できるのは出力の列が一つの表だけです。"))
        if self.grid.policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.allowed for column in outputs):
            yield Fault(_("この当てはめ方には、結果の列に「選べる値」が必要です（先に書いた値ほど優先します）。"))

    # --- columns

    def of_column(self, index: int, column: GridColumn) -> Iterator[Fault]:
        head = self.of_input if column.role == "input" else self.of_output
        yield from head(index, column)
        allowed, found = self.allowed(index, column)
        yield from found
        for number, row in enumerate(self.grid.rows, 1):
            text = row.cells[index]
            check = self.input_cell if column.role == "input" else self.output_cell
            for message in check(text, column, allowed):
                yield Fault(message, number, index)

    def of_input(self, index: int, column: GridColumn) -> Iterator[Fault]:
        if not column.text:
            yield Fault(_("何の値を見るか（式）を書いてください。"), 0, index, "text")
            return
        try:
            self.expression(column.text)
        except RuleError as error:
            yield Fault(reason(error), 0, index, "text")

    def of_output(self, index: int, column: GridColumn) -> Iterator[Fault]:
        outputs = Counter(self.grid.columns[place].text for place in self.grid.places("output"))
        if outputs.total() > 1 and (not column.text or outputs[column.text] > 1):
            yield Fault(_("結果の列が複数あるときは、それぞれに異なる名前が必要です。"), 0, index, "text")
        for message in self.output_cell(column.default, column, None):
            yield Fault(message, 0, index, "default")

    def allowed(self, index: int, column: GridColumn) -> tuple[Test | None, list[Fault]]:
        """The test of the column's list of values."""
        if not column.allowed:
            return None, []
        try:
            return self.tests(column.allowed), []
        except RuleError as error:
            return None, [Fault(reason(error), 0, index, "allowed")]

    def of_notes(self, index: int, column: GridColumn) -> Iterator[Fault]:
        if column.label != CITATION or not any(row.cells[index] for row in self.grid.rows):
            return
        for number, row in enumerate(self.grid.rows, 1):
            if not row.cells[index]:
                yield Fault(_("この規則に根拠が書かれていません。"), number, index, is_error=False)

    # --- cells

    def input_cell(self, text: str, column: GridColumn, allowed: Test | None) -> Iterator[str]:
        try:
            test = self.tests(text)
        except RuleError as error:
            yield reason(error)
            return
        for value in test.constants or ():
            yield from self.unfit(value, column)
            if type(value) is str and allowed and allowed.constants is not None and allowed.run(value, {}) is not True:
                yield _("「%(value)s」は選べる値にありません。") % {"value": value}

    def output_cell(self, text: str, column: GridColumn, allowed: Test | None) -> Iterator[str]:
        if text in ("", "-"):
            return
        try:
            code = self.expression(text)
        except RuleError as error:
            yield reason(error)
            return
        if code.constant:
            value = code.run({})
            yield from self.unfit(value, column)
            if allowed and type(value) in (str, Decimal) and allowed.run(value, {}) is not True:
                yield _("%(value)sは選べる値にありません。") % {"value": shown(value)}

    def unfit(self, value: Value, column: GridColumn) -> Iterator[str]:
        """A constant of another type than the column's."""
        wanted = TYPES.get(column.kind.rpartition(":")[2])
        if wanted and value is not None and type(value) is not wanted:
            kinds = {"number": _("数"), "string": _("文字"), "boolean": _("はい・いいえ"), "date": _("日付")}
            kind = kinds.get(column.kind, column.kind)
            yield _("この列は%(kind)sの列です。%(value)sは入りません。") % {"kind": kind, "value": shown(value)}

    def expression(self, text: str) -> Code:
        return Compiler(text, functions=self.names or (), known=self.names).compile(parse_expression(text, self.signs))

    def tests(self, text: str) -> Test:
        return Compiler(text, functions=self.names or (), known=self.names).tests(parse_tests(text, self.signs))


def reason(error: RuleError) -> str:
    """The reason with the position of the fault in its text."""
    return error.reason + (_("（%(position)s文字目）") % {"position": error.position} if error.position else "")
