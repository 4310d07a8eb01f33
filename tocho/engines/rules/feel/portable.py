"""FEEL as JSON, for the interpreter in the browser (``ui/static/ui/feel/``), which parses no text.

Only what that interpreter computes exactly as this engine does is portable; for anything else the answer is None and
the server is asked instead. ``tests/conformance/feel_vectors.json`` and random expressions hold both together.

A tree is a list: its word, then its parts — ``["v", value]``, ``["name", "copies"]``, ``["op", "<=", a, b]``,
``["and", a, b]``, ``["if", a, b, c]``, ``["in", x, ["cmp", "<", a], ["is", b], ["sat", c], ["ask", d]]``,
``["call", "count", a]``; what rule tables need beside that stands in ``portable_tables``.
Values: ``null``, ``true``, ``"text"``, ``{"n": "1.5"}``, ``{"d": "2020-11-20"}``, ``{"m": months}``, ``{"t": days}``,
``{"l": [values]}``.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tocho.engines.rules.feel import syntax
from tocho.engines.rules.feel.calls import in_order
from tocho.engines.rules.feel.code import Code
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.functions import BUILTINS
from tocho.engines.rules.feel.parser import parse_expression
from tocho.engines.rules.feel.syntax import Node
from tocho.engines.rules.feel.values import Value, YearsMonths

Tree = list[Any]
FUNCTIONS = frozenset(
    {
        "not", "contains", "starts with", "ends with", "string length", "upper case", "lower case", "substring",
        "substring before", "substring after", "string join", "count", "sum", "min", "max", "list contains", "all",
        "any", "abs", "floor", "ceiling", "decimal", "round half up", "round half down", "round up", "round down",
        "modulo", "date", "years and months duration", "day of week",
    }
)  # fmt: skip
KINDS = frozenset({"number", "string", "boolean", "date", "list", "Any"})
LONGEST_NUMBER = 80  # characters in plain notation


class NotPortableError(Exception):
    """A browser could not compute it as the server does."""


def portable(text: str) -> Tree | None:
    """The tree of an expression, or None where a browser could not compute it as the server does.

    :raises tocho.engines.rules.api.RuleError: the text is no expression.
    """
    try:
        return tree_of(parse_expression(text))
    except NotPortableError:
        return None


def encode(value: Value) -> Any:
    """A FEEL value as JSON; ``NotImplemented`` for one that has no place there (moments, contexts, ranges)."""
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is Decimal and len(number := format(value, "f")) <= LONGEST_NUMBER:
        return {"n": number}
    if type(value) is date:
        return {"d": value.isoformat()}
    if type(value) is YearsMonths:
        return {"m": value.months}
    if type(value) is timedelta and not value.seconds and not value.microseconds:
        return {"t": value.days}
    if type(value) is list:
        items = [encode(item) for item in value]
        return NotImplemented if NotImplemented in items else {"l": items}
    return NotImplemented


def bind(tree: Tree, known: dict[str, Value]) -> Tree | None:
    """The tree with values in the place of some names; None when one of them cannot be written as JSON."""
    if tree[0] == "v":
        return tree
    if tree[0] == "name":
        if tree[1] not in known:
            return tree
        value = encode(known[tree[1]])
        return None if value is NotImplemented else ["v", value]
    parts = [bind(part, known) if isinstance(part, list) else part for part in tree]
    return None if any(part is None and before is not None for part, before in zip(parts, tree, strict=True)) else parts


def literal(value: Value) -> Tree:
    """:raises NotPortableError: the value has no place in JSON"""
    encoded = encode(value)
    if encoded is NotImplemented:
        raise NotPortableError
    return ["v", encoded]


def tree_of(node: Node) -> Tree:
    """:raises NotPortableError: it holds what the browser's interpreter lacks"""
    write = WRITERS.get(type(node))
    if write is None:
        raise NotPortableError
    return write(node)


def _compiled(node: Node) -> Code:
    return Compiler().compile(node)


def _binary(node: syntax.Binary) -> Tree:
    if node.sign == "**":
        raise NotPortableError
    return ["op", node.sign, tree_of(node.left), tree_of(node.right)]


def _inside(node: syntax.In) -> Tree:
    return ["in", tree_of(node.value), *(test_of(item) for item in node.tests.items)]


def test_of(item: syntax.Test) -> Tree:
    """One test of a value, which it may mention by ``?``. :raises NotPortableError: as ``tree_of``"""
    if isinstance(item, syntax.Compare):
        return ["cmp", item.sign, tree_of(item.endpoint)]
    compiler = Compiler()
    code = compiler.compile(item)
    return ["ask" if compiler.asked else "is" if code.constant else "sat", tree_of(item)]


def _call(node: syntax.Call) -> Tree:
    name = node.function.name if isinstance(node.function, syntax.Name) else ""
    if name not in FUNCTIONS and not _is_fixed(node):
        raise NotPortableError
    if _is_fixed(node):
        return literal(_compiled(node).run({}))
    arguments = list(node.arguments)
    if node.named:
        nodes = dict(node.named)
        order = in_order(BUILTINS[name].parameters, {key: Code(_compiled(one).run) for key, one in nodes.items()})
        if order is None:
            raise NotPortableError
        arguments = [nodes[key] for key in BUILTINS[name].parameters if key in nodes]
    _compiled(node)  # refuses a call that does not fit the function
    return ["call", name, *map(tree_of, arguments)]


def _is_fixed(node: syntax.Call) -> bool:
    return _compiled(node).constant


def _instance(node: syntax.InstanceOf) -> Tree:
    if node.kind not in KINDS:
        raise NotPortableError
    return ["instance", node.kind, tree_of(node.value)]


WRITERS: dict[type, Callable[[Any], Tree]] = {
    syntax.Literal: lambda node: literal(node.value),
    syntax.Name: lambda node: ["name", node.name],
    syntax.Binary: _binary,
    syntax.Negate: lambda node: ["neg", tree_of(node.operand)],
    syntax.Logic: lambda node: [node.word, *map(tree_of, node.parts)],
    syntax.Between: lambda node: ["between", tree_of(node.value), tree_of(node.low), tree_of(node.high)],
    syntax.In: _inside,
    syntax.If: lambda node: ["if", tree_of(node.condition), tree_of(node.then), tree_of(node.otherwise)],
    syntax.ListOf: lambda node: ["list", *map(tree_of, node.items)],
    syntax.Interval: lambda node: [
        "range", tree_of(node.start), tree_of(node.end), node.start_included, node.end_included,
    ],
    syntax.Path: lambda node: ["path", node.name, tree_of(node.base)],
    syntax.Call: _call,
    syntax.InstanceOf: _instance,
}  # fmt: skip
