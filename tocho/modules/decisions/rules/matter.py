"""A matter (事案) on its way, as values: its state, its stations (関与者) and what each has answered.

Nothing here knows a database, a clock or a person's name. ``machine.py`` moves it; ``hard_rules.py`` judges it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum


class State(StrEnum):
    """Where a matter stands. Labels stand in ``models.Decision.State``."""

    DRAFTING = "drafting"
    CIRCULATING = "circulating"
    ON_HOLD = "on_hold"
    RETURNED = "returned"
    PULLED_BACK = "pulled_back"
    DECIDED = "decided"
    ISSUED = "issued"
    COMPLETED = "completed"
    ISSUANCE_CANCELLED = "issuance_cancelled"
    REJECTED = "rejected"
    ABANDONED = "abandoned"


class Kind(StrEnum):
    """What a station is asked for (東京都事案決定規程: 審議, 審査, 協議, 決定)."""

    LINE_REVIEW = "line_review"
    LEGAL_CHECK = "legal_check"
    CONSULT = "consult"
    DECIDE = "decide"
    INFORM = "inform"
    POST_REVIEW = "post_review"


class StopState(StrEnum):
    """What came of a station."""

    WAITING = "waiting"
    ACTIVE = "active"
    APPROVED = "approved"
    APPROVED_WITH_OPINION = "approved_with_opinion"
    OBJECTED = "objected"
    RETURNED = "returned"
    REJECTED = "rejected"
    ACTED_BY_DEPUTY = "acted_by_deputy"
    DEFERRED = "deferred_to_post_review"
    PULLED_UP = "pulled_up"
    POST_REVIEWED = "post_reviewed"
    READ = "read"
    SPARED = "spared"
    SUPERSEDED = "superseded"


class Power(StrEnum):
    """By what power the decider decides."""

    OWN = "own"  # 知事等の権限を有する者が自ら決定する
    STANDING = "standing"  # 専決: always decides for the governor, by the 事案決定規程
    DELEGATED = "delegated"  # 委任: the power itself has been given away; decides in the own name


class Capacity(StrEnum):
    """In which capacity a person acted for a station's post."""

    HOLDER = "holder"  # 本務
    CONCURRENT = "concurrent"  # 兼務
    ACTING_POST = "acting_post"  # 事務取扱
    DUTY_PROXY = "duty_proxy"  # 職務代理
    DEPUTY = "deputy"  # 代決
    COLLAPSED = "collapsed"  # the same person's act at another station counts here too, where the rule allows
    PAPER = "paper"  # 書面による決定 as it was entered afterwards


BLOCKING = frozenset({Kind.LINE_REVIEW, Kind.LEGAL_CHECK, Kind.CONSULT, Kind.DECIDE})
PASSABLE = frozenset({Kind.LINE_REVIEW, Kind.CONSULT})  # 後閲・引上げ; 審査 cannot be made good afterwards
PENDING = frozenset({StopState.WAITING, StopState.ACTIVE})
APPROVALS = frozenset({StopState.APPROVED, StopState.APPROVED_WITH_OPINION})
PASSED_OVER = frozenset({StopState.DEFERRED, StopState.PULLED_UP})
DONE = APPROVALS | PASSED_OVER | {StopState.OBJECTED, StopState.ACTED_BY_DEPUTY}
ANSWERED = APPROVALS | {
    StopState.OBJECTED,
    StopState.RETURNED,
    StopState.REJECTED,
    StopState.ACTED_BY_DEPUTY,
    StopState.POST_REVIEWED,
    StopState.READ,
}
OPEN = frozenset({State.DRAFTING, State.RETURNED, State.PULLED_BACK})  # in the drafter's hands
MOVING = frozenset({State.CIRCULATING, State.ON_HOLD})
DECIDED = frozenset({State.DECIDED, State.ISSUED, State.COMPLETED, State.ISSUANCE_CANCELLED})
FINAL = DECIDED | {State.REJECTED, State.ABANDONED}


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answered at a station: the person, the own post under which (兼務), the capacity, and its evidence."""

    user: int
    post: int
    capacity: Capacity
    evidence: tuple[tuple[str, object], ...] = ()
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """One station in one circulation. ``key`` is the row's id, negative while it has none; ``revision`` what it was
    asked about, and once answered, what it answered; ``stands_for`` the station whose answer this one makes good."""

    key: int
    kind: Kind
    post: int
    stage: int
    revision: int
    circuit: int = 1
    state: StopState = StopState.WAITING
    needed: int = 0
    deputies: tuple[int, ...] = ()
    stands_for: int | None = None
    answer: Answer | None = None

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def blocks(self) -> bool:
        return self.kind in BLOCKING


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter with its stations. ``circuit`` (回) counts circulations, ``revision`` (改訂) contents; only the
    stations of the present circulation count.

    ``is_weighty``: 重要, 異例 or 先例となる; ``collapses``: the rule lets one act of a person count for two stations.
    """

    state: State
    drafter: int
    revision: int = 1
    circuit: int = 1
    is_weighty: bool = False
    collapses: bool = False
    asked_back: bool = False
    stops: tuple[Stop, ...] = field(default=())

    def stop(self, key: int | None) -> Stop | None:
        return next((one for one in self.stops if one.key == key), None)

    @property
    def current(self) -> tuple[Stop, ...]:
        """The stations of the present circulation."""
        return tuple(one for one in self.stops if one.circuit == self.circuit)

    @property
    def decider(self) -> Stop | None:
        """The one station that decides, of those that still count."""
        live = (one for one in self.current if one.kind == Kind.DECIDE and one.state not in _DEAD)
        return next(live, None)

    def standing_objections(self) -> tuple[Stop, ...]:
        """Objections (異議) that nobody has taken back."""
        now = self.current
        again = {one.stands_for for one in now if one.kind == Kind.CONSULT and one.state in APPROVALS | {_OBJECTED}}
        return tuple(one for one in now if one.state == _OBJECTED and one.key not in again)

    def changed(self, *stops: Stop) -> "Matter":
        """The same matter with these stations in the place of those with their keys; unknown ones are added."""
        new = {one.key: one for one in stops}
        kept = tuple(new.pop(one.key, one) for one in self.stops)
        return replace(self, stops=(*kept, *new.values()))

    def fresh_key(self) -> int:
        """A key for a station that has no row yet."""
        return min(0, *(one.key for one in self.stops)) - 1


_DEAD = frozenset({StopState.SUPERSEDED, StopState.RETURNED})
_OBJECTED = StopState.OBJECTED


def pending(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """Those that have not answered yet."""
    return tuple(one for one in stops if one.is_pending)
