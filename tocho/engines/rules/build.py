"""From what a DMN file says to what decides: boxed expressions and tables compiled with the tools of a workshop."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from tocho.engines.rules.answer import Fired, Wording
from tocho.engines.rules.cells import Cell, CellIndex
from tocho.engines.rules.errors import Place, RuleError
from tocho.engines.rules.feel import syntax
from tocho.engines.rules.feel.code import Code, Test
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.parser import parse_tests
from tocho.engines.rules.feel.values import Scope, Value
from tocho.engines.rules.model import (
    Box,
    ContextBox,
    FunctionBox,
    InputClause,
    InvocationBox,
    ListBox,
    OutputClause,
    RuleRow,
    TableBox,
    Text,
)
from tocho.engines.rules.tables import Column, Row, TableLogic
from tocho.engines.rules.workshop import Workshop, typed

ORDERING = frozenset({"PRIORITY", "OUTPUT ORDER"})


def build_box(box: Box, name: str, workshop: Workshop, *, known: Collection[str] | None) -> tuple[Code, frozenset[str]]:
    """The code of a decision's logic other than a table, and the names it uses."""
    place = Place(workshop.file, box.line, name)
    if isinstance(box, Text):
        return workshop.expression(box, place, known=known)
    compiler = Compiler(functions=workshop.functions, known=known)
    try:
        code = compiler.compile(node_of(box, name, workshop))
    except RuleError as error:
        workshop.note(error, place)
        return Code(lambda scope: None), frozenset()
    return code, frozenset(compiler.names)


def node_of(box: Box, name: str, workshop: Workshop) -> syntax.Node:
    """A boxed expression as a FEEL tree. Its texts are compiled one by one, so that faults have their line."""
    at = 1
    if isinstance(box, ContextBox):
        entries = tuple((key, node_of(item, name, workshop)) for key, item in box.entries if key)
        results = [node_of(item, name, workshop) for key, item in box.entries if not key]
        return syntax.ContextOf(at, entries, results[-1] if results else None)
    if isinstance(box, InvocationBox):
        arguments = tuple((key, node_of(item, name, workshop)) for key, item in box.bindings)
        return syntax.Call(at, _function(box.function, name, workshop), (), arguments)
    if isinstance(box, ListBox):
        return syntax.ListOf(at, tuple(node_of(item, name, workshop) for item in box.items))
    if isinstance(box, FunctionBox):
        return syntax.FunctionOf(at, box.parameters, node_of(box.body, name, workshop))
    if isinstance(box, TableBox):
        logic, names = build_table(box, name, workshop, known=None)
        return syntax.Ready(at, lambda scope: logic.decide(scope).value, names)
    code, names = workshop.expression(box, Place(workshop.file, box.line, name), known=None)
    return syntax.Ready(at, code.run, names)


def _function(box: Box, name: str, workshop: Workshop) -> syntax.Node:
    """What an invocation calls: mostly just a name, which may also be a built-in's."""
    return syntax.Name(1, box.text) if isinstance(box, Text) else node_of(box, name, workshop)


def build_table(
    box: TableBox, name: str, workshop: Workshop, *, known: Collection[str] | None
) -> tuple[TableLogic, frozenset[str]]:
    """A decision table compiled, and the names that it needs from outside.

    Where the file declares no input data, a cell may name what an input column names: anything else is most likely
    a text that lacks its quotation marks.
    """
    builder = _TableBuilder(box, name, workshop)
    columns = [builder.input(clause, index, known) for index, clause in enumerate(box.inputs)]
    in_cells = known if known is not None else workshop.declared | builder.used
    builder.known = in_cells if box.inputs else known
    outputs = builder.output_names()
    logic = TableLogic(
        name=name,
        place=builder.place(box.line),
        hit_policy=box.hit_policy,
        aggregation=box.aggregation,
        columns=tuple(
            builder.column(clause, code, index)
            for index, (clause, code) in enumerate(zip(box.inputs, columns, strict=True))
        ),
        outputs=outputs,
        wording=builder.wording(outputs),
        rules=tuple(builder.fired(row) for row in box.rules),
        rows=tuple(builder.row(row) for row in box.rules),
        default=builder.default(),
        ranks=builder.ranks(),
    )
    return logic, frozenset(builder.used)


class _TableBuilder:
    """Compiles one table; ``used`` collects the names it needs."""

    def __init__(self, box: TableBox, name: str, workshop: Workshop) -> None:
        self.box = box
        self.name = name
        self.workshop = workshop
        self.known: Collection[str] | None = None
        self.used: set[str] = set()

    def place(self, line: int, *, rule: int | None = None, column: str = "") -> Place:
        """Where something of this table stands."""
        return Place(self.workshop.file, line, self.name, rule, column)

    def expression(self, text: Text, place: Place) -> Code:
        """An expression of this table; the names it uses are noted."""
        code, names = self.workshop.expression(text, place, known=self.known)
        self.used |= names
        return code

    # --- input columns

    def input(self, clause: InputClause, index: int, known: Collection[str] | None) -> Code:
        """The expression of an input column."""
        self.known = known
        place = self.place(clause.expression.line, column=clause.label or str(index + 1))
        return self.expression(clause.expression, place)

    def column(self, clause: InputClause, code: Code, index: int) -> Column:
        """An input column with its cells; cells that read alike are compiled once."""
        masks: dict[str, int] = {}
        firsts: dict[str, RuleRow] = {}
        for bit, row in enumerate(self.box.rules):
            text = row.inputs[index].text
            masks[text] = masks.get(text, 0) | 1 << bit
            firsts.setdefault(text, row)
        cells = [Cell(self.cell(row, index, clause.label), masks[text]) for text, row in firsts.items()]
        run = typed(code.run, clause.expression.kind)
        return Column(clause.label, clause.expression.text, clause.expression.kind, run, CellIndex(cells))

    def cell(self, row: RuleRow, index: int, label: str) -> Test:
        """The test of one cell."""
        text = row.inputs[index]
        place = self.place(text.line, rule=row.number, column=label)
        test, names = self.workshop.tests(text, place, known=self.known)
        self.used |= names
        return test

    def fired(self, row: RuleRow) -> Fired:
        """What an answer tells of a rule."""
        cells = zip(self.box.inputs, row.inputs, strict=True)
        asks = frozenset(clause.label for clause, cell in cells if cell.text not in ("", "-"))
        return Fired(row.id, row.number, row.line, row.annotations, asks)

    # --- output columns

    def wording(self, names: tuple[str, ...]) -> Wording:
        """How the table is read aloud."""
        outputs = list(zip(names, self.box.outputs, strict=True))
        return Wording(
            labels={name: clause.label or name for name, clause in outputs},
            inputs={clause.label: clause.words for clause in self.box.inputs if clause.words},
            outputs={name: clause.words for name, clause in outputs if clause.words},
        )

    def output_names(self) -> tuple[str, ...]:
        """The outputs' names; one without a name takes the decision's, several must have one each."""
        names = [clause.name for clause in self.box.outputs]
        if len(names) == 1:
            return (names[0] or self.name,)
        if not all(names) or len(set(names)) < len(names):
            self.refuse(_("出力の列が複数あるときは、それぞれに異なる名前が必要です。"))
            return tuple(f"{name} {n}" for n, name in enumerate(names))
        if self.box.aggregation:
            self.refuse(_("集計できるのは出力の列が一つの表だけです。"))
        return tuple(names)

    def refuse(self, reason: str) -> None:
        """Notes a fault of the table as a whole."""
        self.workshop.note(RuleError(reason), self.place(self.box.line))

    def row(self, row: RuleRow) -> Row:
        """The outputs of a rule."""
        codes = [
            self.output(text, clause, rule=row.number)
            for text, clause in zip(row.outputs, self.box.outputs, strict=True)
        ]
        return row_of(self.output_names(), codes)

    def default(self) -> Row | None:
        """The outputs when no rule matches; None if the table has none."""
        if not any(clause.default for clause in self.box.outputs):
            return None
        return row_of(self.output_names(), [self.output(c.default or Text("", c.line), c) for c in self.box.outputs])

    def output(self, text: Text, clause: OutputClause, *, rule: int | None = None) -> Code:
        """One output cell; null when empty."""
        if text.text in ("", "-"):
            return Code(lambda scope: None, constant=True)
        return self.expression(text, self.place(text.line, rule=rule, column=clause.label))

    def ranks(self) -> tuple[tuple[str, list[Value]], ...]:
        """The order of the output values, by column, for the hit policies that need one."""
        if self.box.hit_policy not in ORDERING:
            return ()
        ranks = [
            (name, self.allowed_values(clause.allowed, clause.label))
            for name, clause in zip(self.output_names(), self.box.outputs, strict=True)
            if clause.allowed
        ]
        if not ranks:
            self.refuse(_("%(policy)s には出力値の一覧（outputValues）が必要です。") % {"policy": self.box.hit_policy})
        return tuple(ranks)

    def allowed_values(self, text: Text, label: str) -> list[Value]:
        """The constants of a list of values, in order."""
        place = self.place(text.line, column=label)
        try:
            compiler = Compiler(text.text)
            items = parse_tests(text.text).items
            return [compiler.compile(item).run({}) for item in items if not isinstance(item, syntax.Compare)]
        except RuleError as error:
            self.workshop.note(error, place)
            return []


def row_of(names: Iterable[str], codes: Iterable[Code]) -> Row:
    """The outputs of a rule as code. Each answer gets a dict of its own, and lists of its own."""
    pairs = list(zip(names, codes, strict=True))
    fixed = {name: code.run({}) for name, code in pairs if code.constant}
    moving = [(name, code.run) for name, code in pairs if not code.constant or type(fixed[name]) in (list, dict)]
    if not moving:
        return lambda scope: fixed.copy()
    order = {name: None for name, _code in pairs}

    def row(scope: Scope) -> dict[str, Value]:
        return {**order, **fixed, **{name: run(scope) for name, run in moving}}

    return row
