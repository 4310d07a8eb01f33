"""What the questions of one page ask of each other: shown at once where JavaScript runs, else when the page comes back.

A question that *follows* is asked only under answers of the same page; those, and the answers under which another one
has to be answered, are *watched*. The page holds them all, those not asked now hidden, so that nothing typed is lost
when they come and go. Without JavaScript the form comes back (a refill) as soon as an answer asks for more than the
page showed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tocho.engines.forms.kinds import Given
from tocho.engines.forms.questions import Question
from tocho.engines.rules.api import Expression, Tree, bind, portable_expression

SHOWN = "_asked"  # the input that tells which of the following questions the page showed


@dataclass(frozen=True)
class Live:
    """The watched and the following questions of a page, by key."""

    watched: frozenset[str] = frozenset()
    following: frozenset[str] = frozenset()


NOTHING = Live()


@dataclass(frozen=True)
class Figure:
    """A figure that the page shows beside its questions (the fee): those it depends on, and how the browser computes it
    from them; without a tree the server is asked after each change."""

    watch: frozenset[str] = frozenset()
    tree: Tree | None = None


NO_FIGURE = Figure()


def live_of(questions: Iterable[Question]) -> Live:
    """Who follows whom among the questions of a page."""
    looking = [question for question in questions if question.looks_at]
    if not looking:
        return NOTHING
    page = {question.key for question in questions}
    watched = frozenset().union(*(question.looks_at for question in looking)) & page
    following = (one.key for one in looking if any(condition.names & page for condition in one.conditions))
    return Live(watched, frozenset(following)) if watched else NOTHING


@dataclass(frozen=True)
class Behaviour:
    """What the browser has to know of one question: ``reads``, how its answer is read; ``when``, the tree that shows
    it; ``asks_server``, whether a change of it must be told to the server. JSON texts, empty where there is nothing.
    """

    reads: str = ""
    when: str = ""
    asks_server: bool = False


def behaviours(
    questions: Collection[Question],
    live: Live,
    known: Mapping[str, Any],
    given: Given,
    figure: Figure = NO_FIGURE,
) -> dict[str, Behaviour]:
    """The behaviour of every watched or following question of a page.

    :param known: what conditions see of other pages, as FEEL values.
    """
    if live is NOTHING and figure.tree is None:
        return {}
    read = live.watched | figure.watch if figure.tree else live.watched
    readable = {one.key: one.kind.reading(given) for one in questions if one.key in read}
    trees: dict[str, Tree | None] = {}
    told: set[str] = set()
    for one in questions:
        told |= _names(one.required) & live.watched
        if one.key in live.following:
            tree = trees[one.key] = _tree(one, readable, known)
            told |= one.looks_at & live.watched if tree is None else frozenset()
    return {
        one.key: Behaviour(_json(readable.get(one.key)), _json(trees.get(one.key)), one.key in told)
        for one in questions if one.key in read | live.following
    }  # fmt: skip


def _tree(question: Question, readable: Mapping[str, Any], known: Mapping[str, Any]) -> Tree | None:
    """The tree by which a question is shown; None where only the server can tell."""
    parts: list[Tree] = []
    for expression in question.conditions:
        elsewhere = {name: known.get(name) for name in expression.names if name not in readable}
        tree = portable_expression(expression.text)
        bound = bind(tree, elsewhere) if tree else None
        if bound is None or any(readable.get(name, True) is None for name in expression.names):
            return None
        parts.append(bound)
    return ["and", *parts]


def _names(required: bool | Expression) -> frozenset[str]:
    return frozenset() if isinstance(required, bool) else required.names


def _json(value: Any) -> str:
    return "" if value is None else orjson.dumps(value).decode()
