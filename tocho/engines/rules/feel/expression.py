"""A compiled FEEL expression, as its users hold it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tocho.engines.rules.errors import RuleError
from tocho.engines.rules.feel.code import Run
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.parser import parse_expression
from tocho.engines.rules.feel.tokens import Names
from tocho.engines.rules.feel.values import Value


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression, compiled once. Call it with the values of its ``names``; missing ones are null."""

    text: str
    names: frozenset[str]
    run: Run = field(repr=False, compare=False)

    def __call__(self, context: Mapping[str, object]) -> Value:
        """The value for these inputs, numbers as Decimal.

        :raises RuleError: when the evaluation takes too many steps.
        """
        try:
            return self.run(context)
        except RecursionError:
            raise RuleError(_("式の呼び出しが深すぎます。"), text=self.text) from None


def compile_expression(text: str, *, names: Collection[str] = (), known: Collection[str] | None = None) -> Expression:
    """Compiles one FEEL expression.

    :param names: names with signs in them that the expression may use, such as ``Approved/Declined``; words that
        merely stand side by side ("Full Name") need not be told.
    :param known: every name that may occur; None to allow any.
    :raises RuleError: in Japanese, with the position of the fault.
    """
    tree = parse_expression(text, Names([*names, *(known or ())]))
    compiler = Compiler(text, known=known)
    run = compiler.compile(tree).run
    return Expression(text, frozenset(compiler.names), run)
