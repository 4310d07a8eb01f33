"""What a line of the authority table (事案決定規程 別表) must say, and how two answers of it differ."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from tocho.engines.rules.api import Fault, Grid, RuleError, compile_expression

from .route import Authority

LOWEST, HIGHEST = 3, 8  # 課長代理 to 知事, as in org.Rank
NEEDED = ("decider_rank", "reviews", "deputies")


def faults_in_authority(grid: Grid, *, knows: Callable[[str, str], bool]) -> Iterator[Fault]:
    """What a grid whose cells can be read says that no route can follow; rows count from 1, columns by their place.

    :param knows: whether the organisation has what a cell of a column (``reviews``, ``consults``) names.
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
            yield from _of_row(number, {name: row.cells[place] for name, place in outputs.items()}, outputs, knows)


def _of_row(
    number: int, cells: dict[str, str], places: dict[str, int], knows: Callable[[str, str], bool]
) -> Iterator[Fault]:
    rank = _value(cells["decider_rank"])
    if not _is_rank(rank, LOWEST, HIGHEST):
        message = _("決定権者の職層は、3（課長代理）から8（知事）までの整数で書いてください。")
        yield Fault(message, number, places["decider_rank"])
        return
    deputies = _value(cells["deputies"])
    if not isinstance(deputies, list) or not all(_is_rank(one, 1, int(rank) - 1) for one in deputies):  # type: ignore[call-overload]
        message = _("代決できる職層は、決定権者より下の職層を順に [5, 4] のように書いてください。")
        yield Fault(message, number, places["deputies"])
    for name in ("reviews", "consults"):
        value = _value(cells[name]) if name in cells else []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            yield Fault(_('文字の並びを ["legal_review"] のように書いてください。'), number, places[name])
            continue
        for one in value:
            if not knows(name, one):
                yield Fault(unknown(one), number, places[name])


def unknown(name: str) -> str:
    """What is said of a duty or unit that the organisation does not have."""
    return _("「%(name)s」という職務か組織が、この日の組織にありません。つづりを確かめてください。") % {"name": name}


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
