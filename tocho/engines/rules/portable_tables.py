"""A decision table as JSON for the browser (``ui/static/ui/feel/table.js``), with the decisions that it requires.

To the trees of ``feel.portable`` come ``["let", name, tree, body]``, ``["as", type, tree]`` (text read as the declared
type) and ``["table", policy, aggregation, ["columns", tree, …], ["rules", ["rule", cell, …, output], …], ["default",
tree], ["ranks", value, …]]``, a cell being ``["cell", negated, test, …]`` with the tests of ``in``. Only tables of one
output, whose value is then what the answer is.
``tests/conformance/table_vectors.json`` and random tables hold both together.
"""

from collections.abc import Iterable

from tocho.engines.rules.decisions import DecisionTable, order_of
from tocho.engines.rules.feel import syntax
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.parser import parse_expression, parse_tests
from tocho.engines.rules.feel.portable import NotPortableError, Tree, literal, test_of, tree_of
from tocho.engines.rules.model import DecisionElement, Definitions, OutputClause, RuleRow, TableBox, Text
from tocho.engines.rules.workshop import READERS, Workshop

READABLE = frozenset({"number", "date"})  # the declared types as which the browser reads text
MOST_CELLS = 4000  # a page should not carry more; such a table is asked of the server


def portable_decision(definitions: Definitions, table: DecisionTable, *, offered: Iterable[str] = ()) -> Tree | None:
    """The value of a compiled decision as a tree over the names it needs; None where only the server computes it."""
    if definitions.knowledge:
        return None
    elements = {element.id or element.name: element for element in definitions.decisions}
    key = next(key for key, element in elements.items() if (element.id, element.name) == (table.id, table.name))
    writer = _Writer(definitions, offered)
    try:
        steps = [elements[each] for each in order_of(key, elements, definitions.file)]
        tree = writer.logic(steps[-1])
        for step in reversed(steps[:-1]):
            tree = ["let", step.variable, writer.logic(step), tree]
    except NotPortableError:
        return None
    return tree if writer.cells <= MOST_CELLS else None


class _Writer:
    """Writes the decisions of one file; ``cells`` counts those of its tables."""

    def __init__(self, definitions: Definitions, offered: Iterable[str]) -> None:
        self.names = Workshop(definitions, offered=frozenset(offered)).names
        self.declared = {name: kind for name, kind in definitions.inputs.items() if _is_read(kind)}
        self.cells = 0

    def logic(self, element: DecisionElement) -> Tree:
        """:raises NotPortableError: as ``tree_of``"""
        if isinstance(element.logic, TableBox):
            return self.table(element.logic)
        if isinstance(element.logic, Text):
            return self.expression(element.logic)
        raise NotPortableError

    def expression(self, text: Text) -> Tree:
        return self.reading(tree_of(parse_expression(text.text, self.names)))

    def reading(self, tree: Tree) -> Tree:
        """The tree with text of declared inputs read as their type."""
        if tree[0] == "v":
            return tree
        if tree[0] == "name":
            return _as(self.declared.get(tree[1], ""), tree)
        return [self.reading(part) if isinstance(part, list) else part for part in tree]

    def table(self, box: TableBox) -> Tree:
        if len(box.outputs) != 1:
            raise NotPortableError
        (output,) = box.outputs
        self.cells += len(box.rules) * (len(box.inputs) + 1)
        columns = [_as(clause.expression.kind, self.expression(clause.expression)) for clause in box.inputs]
        return [
            "table", box.hit_policy, box.aggregation, ["columns", *columns],
            ["rules", *(self.rule(row) for row in box.rules)],
            ["default", self.output(output.default)] if output.default else ["default"],
            ["ranks", *self.ranks(output)],
        ]  # fmt: skip

    def rule(self, row: RuleRow) -> Tree:
        return ["rule", *(self.cell(text) for text in row.inputs), self.output(row.outputs[0])]

    def output(self, text: Text) -> Tree:
        return literal(None) if text.text in ("", "-") else self.expression(text)

    def cell(self, text: Text) -> Tree:
        tests = parse_tests(text.text, self.names)
        return ["cell", tests.negated, *(self.reading(test_of(item)) for item in tests.items)]

    def ranks(self, output: OutputClause) -> list[Tree]:
        """The output values in their order."""
        if output.allowed is None:
            return []
        items = parse_tests(output.allowed.text).items
        return [literal(Compiler().compile(item).run({})) for item in items if not isinstance(item, syntax.Compare)]


def _is_read(kind: str) -> bool:
    return kind.rpartition(":")[2] in READERS


def _as(kind: str, tree: Tree) -> Tree:
    """A tree whose value is read as a declared type. :raises NotPortableError: a time or duration"""
    if not _is_read(kind):
        return tree
    name = kind.rpartition(":")[2]
    if name not in READABLE:
        raise NotPortableError
    return ["as", name, tree]
