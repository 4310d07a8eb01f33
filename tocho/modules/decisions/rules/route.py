"""The route (回付): what the authority table answers, and the stations in their order (東京都事案決定規程)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Authority:
    """What the authority table answered for one matter.

    ``decider_rank`` as in ``org.Rank`` (1 主事 … 8 知事); ``reviews`` the duties that must check before the decision
    (審査); ``consults`` the units that must be consulted (協議); ``deputies`` the ranks that may decide for an absent
    decider, in order (代決); ``collapses`` whether one act of a person in two posts counts for both stations;
    ``article`` the entry of the 別表 it rests on.
    """

    decider_rank: int
    reviews: tuple[str, ...]
    deputies: tuple[int, ...]
    article: str
    why: str
    consults: tuple[str, ...] = ()
    collapses: bool = False


class Consultation(NamedTuple):
    """A post outside the line that is asked (協議). Those of one ``group`` are asked at the same time (並行), the
    groups one after the other; ``needed`` of a group must answer, 0 means all."""

    post_id: int
    group: int = 1
    needed: int = 0


class Station(NamedTuple):
    """One stop on the way to the decision: its kind, its post, its ``stage`` (those of one stage are open at the same
    time), and how many of the stage must answer (0: all)."""

    kind: str
    post_id: int
    stage: int
    needed: int = 0


def order_route(
    *,
    legal_checks: Iterable[int],
    line_reviews: Iterable[int],
    decider: int,
    drafter_posts: Sequence[int],
    consultations: Iterable[Consultation] = (),
) -> tuple[Station, ...]:
    """The stations in the order of circulation (回付): 審議 up the line, 協議, 審査, then 決定 by exactly one, last.

    A post stands at most once; the drafter never reviews the own draft; the decider is not also a reviewer.
    """
    seen = {decider, *drafter_posts}
    stations: list[Station] = []

    def add(kind: str, post_id: int, *, together: bool = False, needed: int = 0) -> None:
        if post_id in seen:
            return
        seen.add(post_id)
        last = stations[-1].stage if stations else 0
        stations.append(Station(kind, post_id, last if together else last + 1, needed))

    for post_id in line_reviews:
        add("line_review", post_id)
    group = None
    for one in sorted(consultations, key=lambda one: one.group):
        add("consult", one.post_id, together=one.group == group, needed=one.needed)
        group = one.group if stations and stations[-1].post_id == one.post_id else group
    for post_id in legal_checks:
        add("legal_check", post_id)
    last = stations[-1].stage if stations else 0
    return (*_enough(stations), Station("decide", decider, last + 1))


def _enough(stations: Sequence[Station]) -> Iterable[Station]:
    """Nobody may wait for more answers than a stage has stations."""
    for one in stations:
        here = sum(other.stage == one.stage for other in stations)
        yield one._replace(needed=min(one.needed, here) if one.needed else 0)
