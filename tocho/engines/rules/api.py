"""The door of the rule engine."""

from tocho.engines.rules.errors import RuleError, TableError
from tocho.engines.rules.feel.expression import Expression, compile_expression

__all__ = ["Expression", "RuleError", "TableError", "compile_expression"]
