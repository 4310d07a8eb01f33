"""What a line of the authority table (事案決定規程 別表) must say, and how two answers of it differ."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from django.utils.translation import gettext as _

from tocho.engines.rules.api import Fault, Grid, GridColumn, RuleError, compile_expression, edits
from tocho.lib.errors import Refused

from .route import Authority

LOWEST, HIGHEST = 3, 8  # 課長代理 to 知事, as in org.Rank
Lacks = Callable[[str, str], str]  # (column, name) → what is wrong in words, "" when the organisation has it
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
NEEDED = ("decider_rank", "reviews", "deputies")


def faults_in_authority(grid: Grid, *, lacks: Lacks) -> Iterator[Fault]:
    """What a grid whose cells can be read says that no route can follow; rows count from 1, columns by their place.

    :param lacks: what the organisation lacks of what a cell of a column (``reviews``, ``consults``) names.
    """
    inputs = {grid.columns[place].text for place in grid.places("input")}
    outputs = {grid.columns[place].text: place for place in grid.places("output")}
    if "category" not in inputs:
        yield Fault(_("条件の列「category」（事案の種類）がありません。"))
    for name in NEEDED:
        if name not in outputs:
            yield Fault(_("結果の列「%(name)s」がありません。") % {"name": name})
    if set(NEEDED) <= set(outputs):
        for number, row in enumerate(grid.rows, 1):
            yield from _of_row(number, {name: row.cells[place] for name, place in outputs.items()}, outputs, lacks)


def _of_row(number: int, cells: dict[str, str], places: dict[str, int], lacks: Lacks) -> Iterator[Fault]:
    rank = _value(cells["decider_rank"])
    below = int(rank) if _is_rank(rank, LOWEST, HIGHEST) else HIGHEST  # type: ignore[call-overload]
    for name, text in cells.items():
        for message in faults_in_cell(name, text, lacks=lacks, below=below):
            yield Fault(message, number, places[name])


def faults_in_cell(name: str, text: str, *, lacks: Lacks, below: int = HIGHEST) -> Iterator[str]:
    """What one cell of the result ``name`` says that no route can follow.

    :param below: the decider's rank, for deputies.
    """
    value = _value(text)
    if name == "decider_rank" and not _is_rank(value, LOWEST, HIGHEST):
        yield _("決定権者は、課長代理（3）から知事（8）までの職層から選んでください。")
    elif name == "deputies" and not (
        isinstance(value, list) and all(_is_rank(one, 1, below - 1) for one in value) and len(set(value)) == len(value)
    ):
        yield _("代決者は、決定権者より下の職層を順に「部長、課長」のように書いてください。いなければ「なし」です。")
    elif name in ("reviews", "consults"):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            yield _("職務や組織を「文書審査、人事」のように書いてください。なければ「なし」です。")
        else:
            yield from filter(None, (lacks(name, one) for one in value))


def _value(text: str) -> object:
    try:
        return compile_expression(text)({})
    except RuleError:
        return None


def _is_rank(value: object, lowest: int, highest: int) -> bool:
    try:
        return int(value) == value and lowest <= value <= highest  # type: ignore[call-overload, operator]
    except (TypeError, ValueError):
        return False


def with_kind(grid: Grid, *, word: str, code: str = "") -> Grid:
    """The grid with one more kind of matter (事案の種類) and its first rule, above those that cover every kind.

    :param code: how modules name it; a free one where it is empty.
    :raises Refused: no word, the word or code is taken, no such column, or the code is no name.
    """
    place = next((at for at in grid.places("input") if grid.columns[at].text == "category"), None)
    if place is None:
        raise Refused(_("条件の列「category」（事案の種類）がありません。"))
    column = grid.columns[place]
    known = dict(column.words)
    code = code or next(name for number in count(len(known) + 1) if (name := f"kind_{number}") not in known)
    if not word:
        raise Refused(_("加える事案の種類の名前を入力してください。"))
    if word in known.values():
        raise Refused(_("「%(word)s」は、すでにあります。") % {"word": word})
    if code in known or f'"{code}"' in column.allowed or not CODE.fullmatch(code):
        raise Refused(_("符号は、英小文字で始まる40字までの英数字で、まだ使われていないものにしてください。"))
    allowed = f'{column.allowed}, "{code}"' if column.allowed else ""
    grid = edits.change_column(grid, place, replace(column, words=(*column.words, (code, word)), allowed=allowed))
    inputs = [f'"{code}"' if at == place else "-" for at in grid.places("input")]
    above = (at for at, row in enumerate(grid.rows) if row.cells[place] == "-")
    return edits.add_row(grid, next(above, None), inputs)


def with_consults(grid: Grid) -> Grid:
    """The grid with a column of whom to consult (協議), where it has none: nobody yet."""
    if any(grid.columns[place].text == "consults" for place in grid.places("output")):
        return grid
    grid = edits.add_column(grid, GridColumn("output", _("協議"), "consults", "Any"))
    place = next(at for at in grid.places("output") if grid.columns[at].text == "consults")
    return edits.with_texts(grid, {(row, place): "[]" for row in range(len(grid.rows))})


def differences(before: Authority, after: Authority) -> tuple[str, ...]:
    """In which of rank, reviews, consults, deputies and article two answers differ."""
    pairs = {
        "rank": (before.decider_rank, after.decider_rank),
        "reviews": (before.reviews, after.reviews),
        "consults": (before.consults, after.consults),
        "deputies": (before.deputies, after.deputies),
        "article": (before.article, after.article),
    }
    return tuple(name for name, (old, new) in pairs.items() if old != new)


def kept_answer(answer: Authority | None) -> dict[str, Any]:
    """What a table answered as it is kept and compared; empty where no line covers the matter."""
    if answer is None:
        return {}
    return {
        "rank": answer.decider_rank,
        "reviews": [*answer.reviews],
        "consults": [*answer.consults],
        "deputies": [*answer.deputies],
        "article": answer.article,
    }
