"""FEEL tokens to a tree, by precedence climbing (grammar: DMN 1.3, clause 10.3.1.2).

Bounds keep hostile text from exhausting the stack: MAX_NESTING levels of brackets, MAX_CHAIN operators in a row.
"""

from django.utils.translation import gettext as _

from tocho.engines.rules.feel.cursor import Cursor
from tocho.engines.rules.feel.functions.times import parse_moment
from tocho.engines.rules.feel.syntax import (
    Between,
    Binary,
    Call,
    Compare,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Interval,
    ListOf,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    Path,
    Quantified,
    Test,
    Tests,
)
from tocho.engines.rules.feel.tokens import Names, unquote
from tocho.engines.rules.feel.values import NUMBERS, Value

MAX_NESTING = 50
MAX_CHAIN = 200

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
POWERS = {
    "or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 3), "between": 3, "in": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "**": 6, "instance": 8, ".": 9, "[": 9, "(": 9,
}  # fmt: skip
COMPARISON, NEGATION, POSTFIX = 3, 7, 9
CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}

NO_NAMES = Names()


def parse_expression(text: str, names: Names = NO_NAMES) -> Node:
    """The tree of one FEEL expression; ``names`` are those known to hold blanks or signs.

    :raises RuleError: with the position of what cannot be read.
    """
    parser = _Parser(text, names)
    node = parser.expression()
    parser.finish()
    return node


def parse_tests(text: str, names: Names = NO_NAMES) -> Tests:
    """The tree of a table cell: unary tests (DMN 1.3 grammar rule 15); an empty cell counts as ``-``.

    :raises RuleError: with the position of what cannot be read.
    """
    parser = _Parser(text, names)
    tests = parser.cell()
    parser.finish()
    return tests


class _Parser(Cursor):
    """One pass over the tokens."""

    def __init__(self, text: str, names: Names) -> None:
        super().__init__(text, names)
        self.nesting = 0
        self.chain = 0

    # --- expressions

    def expression(self, power: int = 0, *, filters: bool = True) -> Node:
        """An expression whose operators bind more tightly than ``power``; without ``filters`` a ``[`` ends it."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.fail(_("括弧や if の入れ子が深すぎます。表に分けてください。"))
        left = self.prefix()
        compared = False
        while True:
            token = self.next
            bound = POWERS.get(token.text, 0) if token.kind in ("sign", "keyword") else 0
            if bound <= power or (token.text == "[" and not filters):
                break
            if compared and token.text in COMPARISONS:
                raise self.fail(_("比較は続けて書けません。age in [18..65) のように範囲で書いてください。"))
            compared = token.text in COMPARISONS
            self.count_operator()
            left = self.postfix(left) if bound == POSTFIX else self.infix(left, bound, filters=filters)
        self.nesting -= 1
        return left

    def count_operator(self) -> None:
        """:raises RuleError: for more operators than an expression may have."""
        self.chain += 1
        if self.chain > MAX_CHAIN:
            raise self.fail(_("演算子が多すぎます。式を分けてください。"))

    def infix(self, left: Node, bound: int, *, filters: bool) -> Node:
        """What an operator or keyword between two operands makes of them."""
        token = self.advance()
        word = token.text
        if word == "instance":
            self.expect("of")
            return InstanceOf(token.position, left, self.kind())
        if word == "in":
            return In(token.position, left, self.tests_after_in())
        if word == "between":
            low = self.expression(COMPARISON)
            self.expect("and")
            return Between(token.position, left, low, self.expression(COMPARISON))
        right = self.expression(bound, filters=filters)
        if word in ("and", "or"):
            before = left.parts if isinstance(left, Logic) and left.word == word else (left,)
            return Logic(token.position, word, (*before, right))
        return Binary(token.position, word, left, right)

    def postfix(self, left: Node) -> Node:
        """``.name``, ``[filter]`` or ``(arguments)`` behind an operand."""
        token = self.advance()
        if token.text == ".":
            return Path(token.position, left, self.name())
        if token.text == "[":
            condition = self.expression()
            self.expect("]")
            return Filter(token.position, left, condition)
        return self.call(left, token.position)

    def prefix(self) -> Node:
        """An operand: a name, a constant, or what a keyword or sign begins."""
        token = self.next
        known = self.names.match(self.tokens, self.index) if token.kind in ("name", "number", "keyword") else None
        if known:
            name, self.index = known
            return Name(token.position, name)
        if token.kind == "name":
            return Name(token.position, self.name())
        if token.kind == "number":
            self.advance()
            return Literal(token.position, NUMBERS.create_decimal(token.text))
        if token.kind == "string":
            self.advance()
            return Literal(token.position, unquote(token.text))
        if token.kind == "keyword":
            return self.worded()
        return self.signed()

    def worded(self) -> Node:
        """What begins with a keyword: a constant, if, for, some, every or function."""
        token = self.advance()
        at = token.position
        if token.text in CONSTANTS:
            return Literal(at, CONSTANTS[token.text])
        if token.text == "if":
            condition = self.expression()
            self.expect("then")
            then = self.expression()
            self.expect("else")
            return If(at, condition, then, self.expression())
        if token.text == "for":
            loops = self.loops()
            self.expect("return")
            return For(at, loops, self.expression())
        if token.text in ("some", "every"):
            loops = self.loops()
            self.expect("satisfies")
            return Quantified(at, token.text, loops, self.expression())
        if token.text == "function" and self.accept("("):
            return FunctionOf(at, self.parameters(), self.expression())
        self.index -= 1
        raise self.unexpected()

    def signed(self) -> Node:
        """What begins with a sign: minus, a bracket, or ``@"…"``."""
        token = self.advance()
        at = token.position
        if token.text == "-":
            return Negate(at, self.expression(NEGATION))
        if token.text == "(":
            inner = self.expression()
            if self.accept(".."):
                return self.interval(at, inner, included=False)
            self.expect(")")
            return inner
        if token.text == "[":
            return self.list_or_interval(at)
        if token.text == "]":
            start = self.expression()
            self.expect("..")
            return self.interval(at, start, included=False)
        if token.text == "{":
            return self.context(at)
        if token.text == "@" and self.next.kind == "string":
            return self.moment()
        self.index -= 1
        if token.text in COMPARISONS:
            raise self.fail(_("「%(sign)s」の左に値がありません。") % {"sign": token.text})
        raise self.unexpected()

    # --- names and calls

    def call(self, function: Node, at: int) -> Call:
        """``(a, b)`` or ``(name: a)`` behind a function."""
        arguments: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self.accept(")"):
            if arguments or named:
                self.expect(",")
            name = self.argument_name()
            if name is None:
                arguments.append(self.expression())
            else:
                named.append((name, self.expression()))
        if arguments and named:
            raise self.fail(_("名前つきの引数と順番の引数は混ぜられません。"))
        return Call(at, function, tuple(arguments), tuple(named))

    def argument_name(self) -> str | None:
        """The name before a colon; None, with nothing consumed, if the argument has none."""
        start = self.index
        if self.next.kind == "name":
            name = self.name()
            if self.accept(":"):
                return name
        self.index = start
        return None

    def parameters(self) -> tuple[str, ...]:
        """``a, b: number)`` of a function definition; types are read and left."""
        names: list[str] = []
        while not self.accept(")"):
            if names:
                self.expect(",")
            names.append(self.name())
            if self.accept(":"):
                self.kind()
        return tuple(names)

    def loops(self) -> tuple[tuple[str, Node], ...]:
        """``x in xs, n in 1..5`` of for, some and every."""
        loops: list[tuple[str, Node]] = []
        while not loops or self.accept(","):
            name = self.name()
            self.expect("in")
            at = self.next.position
            domain = self.expression()
            if self.accept(".."):
                domain = Interval(at, domain, self.expression(), True, True)
            loops.append((name, domain))
        return tuple(loops)

    # --- brackets

    def list_or_interval(self, at: int) -> Node:
        """``[a, b]`` or ``[a..b]``, behind the bracket."""
        items: list[Node] = []
        while not self.accept("]"):
            if items:
                self.expect(",")
            items.append(self.expression())
            if len(items) == 1 and self.accept(".."):
                return self.interval(at, items[0], included=True)
        return ListOf(at, tuple(items))

    def interval(self, at: int, start: Node, *, included: bool) -> Interval:
        """The second end of an interval and the bracket that closes it."""
        end = self.expression(COMPARISON, filters=False)
        if self.accept("]"):
            return Interval(at, start, end, included, True)
        if self.accept(")") or self.accept("["):
            return Interval(at, start, end, included, False)
        raise self.fail(_("範囲は ] か ) で閉じてください。"))

    def context(self, at: int) -> ContextOf:
        """``{key: value}``, behind the brace."""
        entries: list[tuple[str, Node]] = []
        while not self.accept("}"):
            if entries:
                self.expect(",")
            key = unquote(self.advance().text) if self.next.kind == "string" else self.name()
            self.expect(":")
            entries.append((key, self.expression()))
        return ContextOf(at, tuple(entries))

    def moment(self) -> Literal:
        """The text behind ``@``: a date, time or duration."""
        value = parse_moment(unquote(self.next.text))
        if value is None:
            raise self.fail(_("日付、時刻、期間として読めません。"))
        return Literal(self.advance().position, value)

    # --- unary tests

    def cell(self) -> Tests:
        """A whole table cell: ``-``, ``not(tests)`` or tests."""
        at = self.next.position
        rest = [token.text for token in self.tokens[self.index :]]
        if rest in ([""], ["-", ""]):
            self.index = len(self.tokens) - 1
            return Tests(at, ())
        if rest[:2] == ["not", "("]:
            tests = self.negated(at)
            if tests is not None:
                return tests
        return Tests(at, self.tests())

    def negated(self, at: int) -> Tests | None:
        """The tests of ``not(…)`` if that is the whole cell; else None, with nothing consumed."""
        start = self.index
        self.index += 2
        items = self.tests()
        if self.accept(")") and self.next.kind == "end":
            return Tests(at, items, negated=True)
        self.index = start
        return None

    def tests(self) -> tuple[Test, ...]:
        """Unary tests with commas between them."""
        items = [self.test()]
        while self.accept(","):
            items.append(self.test())
        return tuple(items)

    def test(self) -> Test:
        """One unary test: ``< endpoint``, or an expression."""
        token = self.next
        if token.kind == "sign" and token.text in COMPARISONS:
            self.advance()
            return Compare(token.position, token.text, self.expression(COMPARISON))
        return self.expression()

    def tests_after_in(self) -> Tests:
        """What stands behind ``in``: one test, or several in brackets."""
        at = self.next.position
        if not self.accept("("):
            token = self.next
            if token.kind == "sign" and token.text in COMPARISONS:
                return Tests(at, (self.test(),))
            return Tests(at, (self.expression(COMPARISON),))
        items = self.tests()
        first = items[0]
        if len(items) == 1 and not isinstance(first, Compare) and self.accept(".."):
            return Tests(at, (self.interval(at, first, included=False),))
        self.expect(")")
        return Tests(at, items)
