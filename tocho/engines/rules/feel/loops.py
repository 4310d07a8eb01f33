"""for, some, every and filters at run time, with a bound on all the steps that one evaluation may take."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

from django.utils.translation import gettext as _

from tocho.engines.rules.errors import RuleError
from tocho.engines.rules.feel.code import Run
from tocho.engines.rules.feel.values import Range, Scope, Value

MAX_STEPS = 100_000
BUDGET = ""  # a key that no FEEL name can be: nested loops draw on the budget of the outermost

Loops: TypeAlias = Sequence[tuple[str, Run]]


def budgeted(scope: Scope) -> dict[str, Value]:
    """A copy of the scope to which loop variables can be added, with the budget of steps that it shares."""
    inner = dict(scope)
    inner.setdefault(BUDGET, [MAX_STEPS])
    return inner


def spend(scope: Scope) -> None:
    """One step.

    :raises RuleError: when one evaluation takes more than MAX_STEPS.
    """
    scope[BUDGET][0] -= 1
    if scope[BUDGET][0] < 0:
        raise RuleError(_("繰り返しが%(limit)s回を超えました。") % {"limit": MAX_STEPS})


def items_of(domain: Value) -> Iterable[Value] | None:
    """What a loop runs over: a list, whole numbers from one end of a range to the other, or a single value."""
    if type(domain) is list:
        return domain
    if type(domain) is not Range:
        return None if domain is None else [domain]
    if not all(type(end) is Decimal and end == end.to_integral_value() for end in (domain.start, domain.end)):
        return None
    start, end = int(domain.start), int(domain.end)
    step = 1 if start <= end else -1
    return (Decimal(n) for n in range(start, end + step, step))


def scopes(loops: Loops, scope: dict[str, Value]) -> Iterator[dict[str, Value] | None]:
    """The scope of each round, the last loop turning fastest; None once if a domain cannot be looped over."""
    if not loops:
        yield scope
        return
    (name, domain), rest = loops[0], loops[1:]
    items = items_of(domain(scope))
    if items is None:
        yield None
        return
    for item in items:
        spend(scope)
        yield from scopes(rest, {**scope, name: item})


def collected(loops: Loops, body: Run) -> Run:
    """``for … return body``."""

    def run(scope: Scope) -> Value:
        results = []
        for inner in scopes(loops, budgeted(scope)):
            if inner is None:
                return None
            results.append(body(inner))
        return results

    return run


def quantified(loops: Loops, condition: Run, *, decisive: bool) -> Run:
    """``some`` (decided by a true) and ``every`` (decided by a false), three-valued."""

    def run(scope: Scope) -> Value:
        result: bool | None = not decisive
        for inner in scopes(loops, budgeted(scope)):
            passed = None if inner is None else condition(inner)
            if passed is decisive:
                return decisive
            if type(passed) is not bool:
                result = None
        return result

    return run


def filtered(base: Run, condition: Run) -> Run:
    """``list[condition]``, or ``list[position]`` when the condition turns out to be a number."""

    def run(scope: Scope) -> Value:
        items = base(scope)
        if type(items) is not list:
            items = [] if items is None else [items]
        inner = budgeted(scope)
        position = condition({**inner, "item": None})
        if type(position) is Decimal:
            return at_position(items, position)
        return [item for item in items if condition(_with_item(inner, item)) is True]

    return run


def indexed(base: Run, position: Decimal) -> Run:
    """``list[3]``."""

    def run(scope: Scope) -> Value:
        items = base(scope)
        return at_position(items if type(items) is list else [items], position)

    return run


def at_position(items: list[Value], position: Decimal) -> Value:
    """The item at a position counted from 1, or from the end when negative; None where there is none."""
    if position != position.to_integral_value() or not 0 < abs(position) <= len(items):
        return None
    return items[int(position) - 1 if position > 0 else int(position)]


def _with_item(scope: dict[str, Value], item: Value) -> dict[str, Value]:
    spend(scope)
    inner = {**scope, **item} if type(item) is dict else {**scope}
    inner["item"] = item
    return inner
