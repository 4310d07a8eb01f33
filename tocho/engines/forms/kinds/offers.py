"""Choices that nobody has to keep up to date: by the day (``fiscal_years(6)``), or from a list that the platform has.

A definition names them as ``choices_from``; a version of a procedure then need not change every April.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tocho.engines.forms.words import Text
from tocho.lib.dates import fiscal_year, fiscal_year_label
from tocho.lib.postal import PREFECTURES

_CALL = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?:\((?P<count>[0-9]+)\))?")
MAX_COUNT = 100


@dataclass(frozen=True)
class Offer:
    """One list of choices: ``values(day, count)`` in the order in which they are shown, ``label(value)`` the words of
    one, also of a value that is offered no more. ``counts``: whether a number in brackets says how many.
    """

    values: Callable[[date, int], list[str]]
    label: Callable[[str], Text]
    counts: bool = True


def _year_label(value: str) -> Text:
    year = int(value)
    words = fiscal_year_label(year)
    return {"ja": f"{words}（{year}年度）", "en": f"Fiscal {year}", "easy": f"{words}（{year}年4月から）"}


OFFERS: dict[str, Offer] = {
    # this fiscal year and those before it
    "fiscal_years": Offer(lambda day, count: [str(fiscal_year(day) - n) for n in range(count)], _year_label),
    # this fiscal year and those after it
    "coming_fiscal_years": Offer(lambda day, count: [str(fiscal_year(day) + n) for n in range(count)], _year_label),
    "prefectures": Offer(lambda day, count: list(PREFECTURES), lambda value: value, counts=False),
}


def offer_of(text: str) -> tuple[Offer, int] | None:
    """``fiscal_years(6)`` as the list and the number of its choices; None when there is no such list."""
    match = _CALL.fullmatch(text)
    offer = OFFERS.get(match["name"]) if match else None
    if match is None or offer is None or offer.counts is not bool(match["count"]):
        return None
    count = int(match["count"] or 0)
    return (offer, count) if not offer.counts or 1 <= count <= MAX_COUNT else None


def usage() -> str:
    """How the lists are named, for a message."""
    return "、".join(f"{name}(6)" if offer.counts else name for name, offer in OFFERS.items())
