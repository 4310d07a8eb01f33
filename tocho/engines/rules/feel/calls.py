"""Calling functions at run time."""

from collections.abc import Callable, Mapping, Sequence

from tocho.engines.rules.feel.code import Code, Run
from tocho.engines.rules.feel.values import Function, Scope, Value


def plain(function: Callable[..., Value], arguments: Sequence[Run]) -> Run:
    """A call of a Python function; one or two arguments, nearly all of them, without a loop."""
    if len(arguments) == 1:
        (only,) = arguments
        return lambda scope: function(only(scope))
    if len(arguments) == 2:
        first, second = arguments
        return lambda scope: function(first(scope), second(scope))
    return lambda scope: function(*[argument(scope) for argument in arguments])


def by_position(function: Run, arguments: Sequence[Run]) -> Run:
    """A call of a function value; null if it is none, or takes another number of arguments."""

    def run(scope: Scope) -> Value:
        called = function(scope)
        if type(called) is not Function or len(called.parameters) != len(arguments):
            return None
        return called.run(*[argument(scope) for argument in arguments])

    return run


def by_name(function: Run, arguments: Mapping[str, Run]) -> Run:
    """A call ``f(a: 1)`` of a function value; null if the names are not its parameters."""

    def run(scope: Scope) -> Value:
        called = function(scope)
        if type(called) is not Function or set(called.parameters) != arguments.keys():
            return None
        return called.run(*[arguments[name](scope) for name in called.parameters])

    return run


def body_of(body: Run, parameters: Sequence[str], scope: Scope) -> Callable[..., Value]:
    """What a function value does: its body, in the scope it was written in, with the parameters bound."""
    return lambda *arguments: body({**scope, **dict(zip(parameters, arguments, strict=False))})


def in_order(parameters: Sequence[str], named: Mapping[str, Code]) -> list[Code] | None:
    """Named arguments in the order of the parameters; None if a name is unknown or an earlier one is left out."""
    ordered = [named[name] for name in parameters if name in named]
    return ordered if set(parameters[: len(named)]) == named.keys() else None
