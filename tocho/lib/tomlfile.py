"""Writing TOML 1.0 that people read: short tables on one line, lists of tables as ``[[…]]``. ``tomllib`` reads it."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dump_toml(data: Mapping[str, Any], *, on_one_line: Collection[str] = ()) -> str:
    """The text of a table. ``tomllib.loads`` of it is equal to ``data``; members that are None are left out.

    :param on_one_line: a table with no other keys than these is written as ``{ ja = "…", en = "…" }``.
    """
    return "\n".join(_table(data, (), frozenset(on_one_line))).strip("\n") + "\n"


def _table(data: Mapping[str, Any], path: tuple[str, ...], short: frozenset[str]) -> Iterator[str]:
    """The members of a table: what fits on its lines first, then the tables below it."""
    below = []
    for name, value in data.items():
        if _is_table(value, short) or _is_tables(value, short):
            below.append((name, value))
        elif value is not None:
            yield f"{_key(name)} = {_value(value)}"
    for name, value in below:
        inner = (*path, name)
        title = ".".join(map(_key, inner))
        for row in value if isinstance(value, list) else [value]:
            yield f"\n[[{title}]]" if isinstance(value, list) else f"\n[{title}]"
            yield from _table(row, inner, short)


def _is_table(value: Any, short: frozenset[str]) -> bool:
    return isinstance(value, Mapping) and not (value and short.issuperset(value))


def _is_tables(value: Any, short: frozenset[str]) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_table(one, short) for one in value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int() | float():
            return repr(value)
        case list():
            shown = [_value(one) for one in value]
            if sum(map(len, shown)) < 100:
                return f"[{', '.join(shown)}]"
            return "[\n" + "".join(f"  {one},\n" for one in shown) + "]"
        case Mapping():
            return (
                "{ "
                + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items() if one is not None)
                + " }"
            )
    raise TypeError(f"{type(value).__name__} cannot be written as TOML")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
