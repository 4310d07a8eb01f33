"""List and context functions (DMN 1.3, tables 75 and 78). Positions count from 1, from the end when negative.

``sum(1, 2)`` and ``sum([1, 2])`` mean the same: functions declared with ``a*`` take either.
"""

from collections.abc import Callable
from decimal import Decimal

from tocho.engines.rules.feel.functions.registry import builtin
from tocho.engines.rules.feel.values import NUMBERS, Function, Value, add, divide, equal, less


def one_list(values: tuple[Value, ...]) -> list[Value] | None:
    """The list that was given as one argument or as several; None for a null in its place."""
    if len(values) != 1:
        return list(values)
    only = values[0]
    return only if only is None or type(only) is list else [only]


def _numbers(values: tuple[Value, ...]) -> list[Decimal] | None:
    items = one_list(values)
    return items if items and all(type(item) is Decimal for item in items) else None


@builtin("count", "l")
def count(list_: list[Value]) -> int:
    """The number of items."""
    return len(list_)


@builtin("sum", "a*")
def sum_(*list_: Value) -> Value:
    """The sum of numbers; null of an empty list."""
    numbers = _numbers(list_)
    if numbers is None:
        return None
    total: Value = Decimal(0)
    for number in numbers:
        total = add(total, number)
    return total


@builtin("mean", "a*")
def mean(*list_: Value) -> Value:
    """The arithmetic mean of numbers."""
    numbers = _numbers(list_)
    return divide(sum_(*list_), Decimal(len(numbers))) if numbers else None


@builtin("median", "a*")
def median(*list_: Value) -> Value:
    """The middle one of the numbers, or the mean of the two in the middle."""
    numbers = sorted(_numbers(list_) or ())
    if not numbers:
        return None
    half = len(numbers) // 2
    return (
        numbers[half] if len(numbers) % 2 else NUMBERS.divide(NUMBERS.add(numbers[half - 1], numbers[half]), Decimal(2))
    )


@builtin("min", "a*")
def min_(*list_: Value) -> Value:
    """The least of values of one ordered kind."""
    return _extreme(list_, lambda candidate, best: less(candidate, best))


@builtin("max", "a*")
def max_(*list_: Value) -> Value:
    """The greatest of values of one ordered kind."""
    return _extreme(list_, lambda candidate, best: less(best, candidate))


def _extreme(values: tuple[Value, ...], is_better: Callable[[Value, Value], bool | None]) -> Value:
    items = one_list(values)
    if not items:
        return None
    best = items[0]
    for item in items:
        better = is_better(item, best)
        if better is None:
            return None
        best = item if better else best
    return best


@builtin("list contains", "l a")
def list_contains(list_: list[Value], element: Value) -> bool:
    """Whether an item equals the element."""
    return any(equal(item, element) is True for item in list_)


@builtin("append", "l a*")
def append(list_: list[Value], *item: Value) -> list[Value]:
    """The list with the items behind it."""
    return [*list_, *item]


@builtin("concatenate", "l*")
def concatenate(*list_: list[Value]) -> Value:
    """The lists one behind another."""
    return [item for part in list_ for item in part]


@builtin("union", "l*")
def union(*list_: list[Value]) -> Value:
    """The lists one behind another, each value once."""
    return distinct_values(concatenate(*list_))


@builtin("distinct values", "l")
def distinct_values(list_: list[Value]) -> list[Value]:
    """The items, each value once, in the order of first appearance."""
    seen: list[Value] = []
    for item in list_:
        if not list_contains(seen, item):
            seen.append(item)
    return seen


@builtin("flatten", "l")
def flatten(list_: list[Value]) -> list[Value]:
    """The items of all nested lists, in order."""
    flat: list[Value] = []
    waiting = list(reversed(list_))
    while waiting:
        item = waiting.pop()
        if type(item) is list:
            waiting.extend(reversed(item))
        else:
            flat.append(item)
    return flat


@builtin("reverse", "l")
def reverse(list_: list[Value]) -> list[Value]:
    """The items from last to first."""
    return list_[::-1]


@builtin("index of", "l a")
def index_of(list_: list[Value], match: Value) -> list[Value]:
    """The positions at which the value stands."""
    return [Decimal(n) for n, item in enumerate(list_, 1) if equal(item, match) is True]


@builtin("sublist", "l i i?")
def sublist(list_: list[Value], start_position: int, length: int | None = None) -> list[Value] | None:
    """The items from a position on, at most ``length`` of them."""
    start = _offset(list_, start_position)
    if start is None or (length is not None and length < 0):
        return None
    return list_[start:] if length is None else list_[start : start + length]


@builtin("insert before", "l i a")
def insert_before(list_: list[Value], position: int, new_item: Value) -> list[Value] | None:
    """The list with an item put in before the position."""
    start = _offset(list_, position)
    return None if start is None else [*list_[:start], new_item, *list_[start:]]


@builtin("remove", "l i")
def remove(list_: list[Value], position: int) -> list[Value] | None:
    """The list without the item at the position."""
    start = _offset(list_, position)
    return None if start is None else [*list_[:start], *list_[start + 1 :]]


def _offset(items: list[Value], position: int) -> int | None:
    offset = position - 1 if position > 0 else len(items) + position
    return offset if position and 0 <= offset < len(items) else None


@builtin("sort", "l a?")
def sort(list_: list[Value], precedes: Value = None) -> list[Value] | None:
    """The items in ascending order, or ordered by a function that says whether its first argument comes first."""
    before = precedes.run if type(precedes) is Function else less
    ordered: list[Value] = []
    for item in list_:
        at = len(ordered)
        while at and before(item, ordered[at - 1]) is True:
            at -= 1
        ordered.insert(at, item)
    return ordered


@builtin("all", "a*")
def all_(*list_: Value) -> bool | None:
    """``and`` over the items, three-valued; true of an empty list."""
    return _fold(list_, decisive=False)


@builtin("any", "a*")
def any_(*list_: Value) -> bool | None:
    """``or`` over the items, three-valued; false of an empty list."""
    return _fold(list_, decisive=True)


def _fold(values: tuple[Value, ...], *, decisive: bool) -> bool | None:
    items = one_list(values)
    if items is None or any(item is decisive for item in items):
        return None if items is None else decisive
    return (not decisive) if all(item is (not decisive) for item in items) else None


@builtin("get value", "c s")
def get_value(m: dict[str, Value], key: str) -> Value:
    """The value of a context's entry."""
    return m.get(key)


@builtin("get entries", "c")
def get_entries(m: dict[str, Value]) -> list[Value]:
    """The entries of a context as a list of {key, value}."""
    return [{"key": key, "value": value} for key, value in m.items()]
