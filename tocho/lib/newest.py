"""Which rows a long list shows first, be what is looked for common or rare (ADR 0032).

What is common is found among the newest rows, read by the order of the list and by nothing else; what is rare is looked
up by what it is, whatever its age. Neither way alone is quick for both: the order alone reads a million rows for what
is not there, and what is asked for alone reads and sorts all that fit.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

Key = TypeVar("Key")


def first_fitting(
    walk: Callable[[int], tuple[list[Key], bool]],
    fitting: Callable[[list[Key]], list[Key]],
    look_up: Callable[[], list[Key]],
    *,
    stages: Sequence[int],
    wanted: int,
) -> list[Key]:
    """The first rows of a list that fit, in its order, at most ``wanted`` or a few more.

    :param walk: so many of the newest rows (or a few more), and whether these are all that there are.
    :param fitting: those of some rows that fit, in their order; it may stop at ``wanted``.
    :param look_up: those that fit, found by what they are.
    :param stages: how many rows are walked first, and then, before it is looked up.
    """
    for most in stages:
        newest, is_all = walk(most)
        found = fitting(newest)
        if is_all or len(found) >= wanted:
            return found
    return look_up()
