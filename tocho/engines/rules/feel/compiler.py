"""A FEEL tree to Python closures: each takes the scope (names to values) and gives the value.

Nothing is ever handed to eval or exec. Parts without names are computed once, here. The closures hold no state and
every list or context they give is new, so one compiled expression serves all threads for ever.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from tocho.engines.rules.errors import RuleError
from tocho.engines.rules.feel import calls, loops, syntax, unary, values
from tocho.engines.rules.feel.code import Code, Run, Test, constant, folded
from tocho.engines.rules.feel.functions import BUILTINS
from tocho.engines.rules.feel.functions.times import property_of
from tocho.engines.rules.feel.syntax import Node
from tocho.engines.rules.feel.values import PLAIN, Function, Range, Scope, Value, YearsMonths, feel_value

OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "+": values.add, "-": values.subtract, "*": values.multiply, "/": values.divide, "**": values.power,
    "=": values.equal, "!=": values.unequal,
    "<": values.less, "<=": values.at_most, ">": values.more, ">=": values.at_least,
}  # fmt: skip
KINDS: dict[str, type] = {
    "number": Decimal, "string": str, "boolean": bool, "date": date, "time": time, "date and time": datetime,
    "list": list, "context": dict, "function": Function, "days and time duration": timedelta,
    "years and months duration": YearsMonths,
}  # fmt: skip
CLOCK = frozenset({"today", "now"})


class Compiler:
    """Compiles the trees of one expression or one table.

    :param text: the source, for messages.
    :param functions: names that stand for functions of the model (business knowledge models).
    :param known: every name that may occur; None to allow any. ``names`` collects those that do.
    """

    def __init__(
        self, text: str = "", *, functions: Collection[str] = (), known: Collection[str] | None = None
    ) -> None:
        self.text = text
        self.functions = functions
        self.known = known
        self.names: set[str] = set()
        self.asked = 0  # how often "?" was met
        self._bound: tuple[str, ...] = ()
        self._inside_filter = False

    def compile(self, node: Node) -> Code:
        """The code of a tree.

        :raises RuleError: for an unknown name or function, or a constant that is no value.
        """
        return HANDLERS[type(node)](self, node)

    def tests(self, tests: syntax.Tests) -> Test:
        """The code of a table cell."""
        if not tests.items:
            return unary.ANYTHING
        return unary.any_of([self._test(item) for item in tests.items], negated=tests.negated)

    def _test(self, test: syntax.Test) -> Test:
        if isinstance(test, syntax.Compare):
            return unary.comparison(OPERATORS[test.sign], self.compile(test.endpoint))
        before = self.asked
        code = self.compile(test)
        return unary.membership(code, asks=self.asked > before)

    # --- names

    @contextmanager
    def _binding(self, *names: str) -> Iterator[None]:
        before = self._bound
        self._bound = (*before, *names)
        try:
            yield
        finally:
            self._bound = before

    def fail(self, reason: str, at: int) -> RuleError:
        """The error to raise, pointing at a position of the source."""
        return RuleError(reason, text=self.text, position=at)

    def _use(self, name: str, at: int) -> None:
        if name == "?":
            self.asked += 1
        elif name not in self._bound:
            self.names.add(name)
            if self.known is not None and name not in self.known and not self._inside_filter:
                raise self.fail(self._unknown(name), at)

    def _unknown(self, name: str) -> str:
        near = get_close_matches(name, self.known or (), n=1)
        if near:
            return _("「%(name)s」という項目はありません。「%(near)s」ではありませんか。") % {
                "name": name,
                "near": near[0],
            }
        return _('「%(name)s」という項目はありません。文字列なら "%(name)s" のように囲みます。') % {"name": name}

    def raw(self, node: Node) -> Run:
        """Code for a name or path that leaves Python values as they are: only what is used need be converted."""
        if isinstance(node, syntax.Name):
            name = node.name
            self._use(name, node.at)
            return lambda scope: scope.get(name)
        if isinstance(node, syntax.Path):
            base, step = self.raw(node.base), node.name
            return lambda scope: follow(base(scope), step)
        return self.compile(node).run

    def reference(self, node: syntax.Name | syntax.Path) -> Code:
        """A name or path."""
        if isinstance(node, syntax.Path) and not isinstance(node.base, syntax.Name | syntax.Path):
            base, step = self.compile(node.base), node.name
            return folded(lambda scope: follow(base.run(scope), step), base)
        if isinstance(node, syntax.Path):
            raw = self.raw(node)
            return Code(lambda scope: feel_value(raw(scope)))
        name = node.name
        self._use(name, node.at)

        def run(scope: Scope) -> Value:
            value = scope.get(name)
            return value if type(value) in PLAIN else feel_value(value)

        return Code(run)

    # --- operators

    def literal(self, node: syntax.Literal) -> Code:
        """A constant."""
        return constant(node.value)

    def binary(self, node: syntax.Binary) -> Code:
        """Arithmetic and comparison."""
        operate = OPERATORS[node.sign]
        left, right = self.compile(node.left), self.compile(node.right)
        first, second = left.run, right.run
        return folded(lambda scope: operate(first(scope), second(scope)), left, right)

    def negation(self, node: syntax.Negate) -> Code:
        """Unary minus."""
        operand = self.compile(node.operand)
        return folded(lambda scope: values.negate(operand.run(scope)), operand)

    def logic(self, node: syntax.Logic) -> Code:
        """``and``, ``or``: a false (a true) decides, whatever is null beside it (DMN 1.3, table 50)."""
        parts = [self.compile(part) for part in node.parts]
        runs = [part.run for part in parts]
        decisive = node.word == "or"
        neutral = not decisive

        def run(scope: Scope) -> Value:
            result: bool | None = neutral
            for part in runs:
                value = part(scope)
                if value is decisive:
                    return decisive
                if value is not neutral:
                    result = None
            return result

        return folded(run, *parts)

    def between(self, node: syntax.Between) -> Code:
        """``x between low and high``, ends included."""
        parts = value, low, high = self.compile(node.value), self.compile(node.low), self.compile(node.high)
        return folded(lambda scope: Range(low.run(scope), high.run(scope)).contains(value.run(scope)), *parts)

    def inside(self, node: syntax.In) -> Code:
        """``x in tests``."""
        value, test = self.compile(node.value).run, self.tests(node.tests).run
        return Code(lambda scope: test(value(scope), scope))

    def condition(self, node: syntax.If) -> Code:
        """``if``: what is not true, null included, takes the else branch."""
        parts = question, then, otherwise = [self.compile(n) for n in (node.condition, node.then, node.otherwise)]
        ask, yes, no = question.run, then.run, otherwise.run
        return folded(lambda scope: yes(scope) if ask(scope) is True else no(scope), *parts)

    def instance(self, node: syntax.InstanceOf) -> Code:
        """``x instance of number``; null is an instance of nothing."""
        value, kind = self.compile(node.value), KINDS.get(node.kind)
        if kind is None:  # Any
            return folded(lambda scope: value.run(scope) is not None, value)
        return folded(lambda scope: type(value.run(scope)) is kind, value)

    # --- lists, contexts, loops

    def list_of(self, node: syntax.ListOf) -> Code:
        """``[a, b]``."""
        parts = [self.compile(item) for item in node.items]
        runs = [part.run for part in parts]
        return folded(lambda scope: [run(scope) for run in runs], *parts)

    def context_of(self, node: syntax.ContextOf) -> Code:
        """``{a: 1, b: a + 1}``."""
        entries: list[tuple[str, Run]] = []
        with self._binding():
            for key, item in node.entries:
                entries.append((key, self.compile(item).run))
                self._bound = (*self._bound, key)
            result = self.compile(node.result).run if node.result is not None else None

        def run(scope: Scope) -> Value:
            inner, context = dict(scope), {}
            for key, entry in entries:
                inner[key] = context[key] = entry(inner)
            return result(inner) if result else context

        return Code(run)

    def interval(self, node: syntax.Interval) -> Code:
        """``[a..b)``."""
        start, end = self.compile(node.start), self.compile(node.end)
        closed = node.start_included, node.end_included
        return folded(lambda scope: Range(start.run(scope), end.run(scope), *closed), start, end)

    def _loops(self, node: syntax.For | syntax.Quantified, body: Node) -> tuple[loops.Loops, Run]:
        compiled: list[tuple[str, Run]] = []
        with self._binding():
            for name, domain in node.loops:
                compiled.append((name, self.compile(domain).run))
                self._bound = (*self._bound, name)
            return compiled, self.compile(body).run

    def loop(self, node: syntax.For) -> Code:
        """``for x in xs return …``."""
        return Code(loops.collected(*self._loops(node, node.body)))

    def quantified(self, node: syntax.Quantified) -> Code:
        """``some``/``every x in xs satisfies …``."""
        return Code(loops.quantified(*self._loops(node, node.condition), decisive=node.word == "some"))

    def filtered(self, node: syntax.Filter) -> Code:
        """``list[condition]``; inside, the keys of an item are names, so no name is refused there."""
        base = self.compile(node.base)
        before, self._inside_filter = self._inside_filter, True
        with self._binding("item"):
            condition = self.compile(node.condition)
        self._inside_filter = before
        if condition.constant and type(position := condition.run({})) is Decimal:
            return folded(loops.indexed(base.run, position), base)
        return Code(loops.filtered(base.run, condition.run))

    # --- functions

    def function_of(self, node: syntax.FunctionOf) -> Code:
        """``function(a, b) a + b``."""
        parameters = node.parameters
        with self._binding(*parameters):
            body = self.compile(node.body).run
        return Code(lambda scope: Function(parameters, calls.body_of(body, parameters, scope)))

    def call(self, node: syntax.Call) -> Code:
        """A call of a built-in function, or of a function value."""
        arguments = [self.compile(argument) for argument in node.arguments]
        named = {name: self.compile(argument) for name, argument in node.named}
        function = node.function
        if isinstance(function, syntax.Name) and function.name not in {*self._bound, *self.functions}:
            return self._builtin(function.name, arguments, named, function.at)
        run = self.compile(function).run
        if named:
            return Code(calls.by_name(run, {name: code.run for name, code in named.items()}))
        return Code(calls.by_position(run, [argument.run for argument in arguments]))

    def _builtin(self, name: str, arguments: list[Code], named: Mapping[str, Code], at: int) -> Code:
        builtin = BUILTINS.get(name)
        if builtin is None:
            raise self.fail(_unknown_function(name, [*BUILTINS, *self.functions]), at)
        ordered = calls.in_order(builtin.parameters, named) if named else arguments
        if ordered is None or not builtin.least <= len(ordered) <= (builtin.most or len(ordered)):
            usage = f"{name}({', '.join(builtin.parameters)})"
            raise self.fail(_("関数の引数が合いません。%(usage)s の形で使います。") % {"usage": usage}, at)
        code = folded(calls.plain(builtin.run, [part.run for part in ordered]), *ordered)
        if builtin.strict and code.constant and code.run({}) is None:
            raise self.fail(_("%(name)s の値として読めません。") % {"name": name}, at)
        return code

    def ready(self, node: syntax.Ready) -> Code:
        """Logic that is compiled already."""
        for name in node.names:
            self._use(name, node.at)
        return Code(node.run)


def _unknown_function(name: str, functions: Collection[str]) -> str:
    if name in CLOCK:
        return _("%(name)s() は使えません。判断の基準となる日を入力として渡してください。") % {"name": name}
    near = get_close_matches(name, functions, n=1, cutoff=0.7)
    if near:
        return _("「%(name)s」という関数はありません。「%(near)s」ではありませんか。") % {"name": name, "near": near[0]}
    return _("「%(name)s」という関数はありません。") % {"name": name}


def follow(value: object, name: str) -> Value:
    """``value.name``: a context's entry, a property of a date, time, duration or range; of a list, of each item."""
    if type(value) is dict or isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, list | tuple):
        return [follow(item, name) for item in value]
    if type(value) is Range:
        return getattr(value, name.replace(" ", "_"), None) if name in RANGE_PROPERTIES else None
    return property_of(value, name)


RANGE_PROPERTIES = frozenset({"start", "end", "start included", "end included"})
HANDLERS: dict[type, Callable[[Compiler, Any], Code]] = {
    syntax.Literal: Compiler.literal,
    syntax.Name: Compiler.reference,
    syntax.Path: Compiler.reference,
    syntax.Binary: Compiler.binary,
    syntax.Negate: Compiler.negation,
    syntax.Logic: Compiler.logic,
    syntax.Between: Compiler.between,
    syntax.In: Compiler.inside,
    syntax.If: Compiler.condition,
    syntax.InstanceOf: Compiler.instance,
    syntax.ListOf: Compiler.list_of,
    syntax.ContextOf: Compiler.context_of,
    syntax.Interval: Compiler.interval,
    syntax.For: Compiler.loop,
    syntax.Quantified: Compiler.quantified,
    syntax.Filter: Compiler.filtered,
    syntax.FunctionOf: Compiler.function_of,
    syntax.Call: Compiler.call,
    syntax.Ready: Compiler.ready,
}
