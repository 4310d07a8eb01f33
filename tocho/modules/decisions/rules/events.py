"""What may happen to a matter, and what must be known of the world when it happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class HeldAs(IntEnum):
    """How a post is held; the numbers of ``org.AppointmentKind``."""

    MAIN = 1
    CONCURRENT = 2
    ACTING = 3
    PROXY = 4


@dataclass(frozen=True, slots=True)
class Held:
    """The post of their own by which a person answers for a station's post, and the appointment that says so."""

    post: int
    kind: HeldAs
    appointment: int = 0
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """Nobody is there in a post: all its holders are absent (their rows), or it is vacant (none)."""

    absences: tuple[int, ...] = ()

    @property
    def is_vacant(self) -> bool:
        return not self.absences


@dataclass(frozen=True, slots=True)
class World:
    """The organisation at the moment of an event, as far as the event needs it.

    :param mine: station's post → how the actor holds it.
    :param away: posts where nobody is, of those asked about.
    :param long_away: of ``away``, the posts whose holders are not back before the station would be due.
    :param raised: 後閲 (its key) that nobody of its own post can do → how the actor holds the post above that does it.
    :param barred: deputies' posts (代決) that only the drafter holds: nobody there may decide, as if they were away.
    :param power_ended: the 委任 under which the decider would decide is not in force any more.
    :param common: the post that stands over the drafting unit and over all who object, high enough to decide.
    """

    mine: Mapping[int, Held] = field(default_factory=dict)
    away: Mapping[int, Away] = field(default_factory=dict)
    long_away: frozenset[int] = frozenset()
    common: int | None = None
    raised: Mapping[int, Held] = field(default_factory=dict)
    barred: frozenset[int] = frozenset()
    power_ended: bool = False


@dataclass(frozen=True, slots=True)
class Circulate:
    """回付."""

    user: int


@dataclass(frozen=True, slots=True)
class Defer:
    """The drafter leaves a station to 後閲 before circulation, because its holder will not be there."""

    user: int
    step: int


@dataclass(frozen=True, slots=True)
class Respond:
    """承認, 意見, 異議 (協議 only) or 決定. ``pulls_up``: over stations that have not answered (引上げ), with a
    reason. ``seen``, here and below: the revision that was read; None where the caller has read it under the lock."""

    step: int
    user: int
    opinion: str = ""
    objects: bool = False
    pulls_up: bool = False
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Deputise:
    """代決: decide for a decider who is not there. ``urgency`` why it cannot wait; ``instruction`` what the decider had
    ordered beforehand, which weighty matters need."""

    step: int
    user: int
    urgency: str
    instruction: str = ""
    opinion: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class SendBack:
    """差戻し, to the drafter or to an earlier station (``to``) that has answered."""

    step: int
    user: int
    reason: str
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """否決."""

    step: int
    user: int
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """保留."""

    step: int
    user: int
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """保留を解く."""

    step: int
    user: int


@dataclass(frozen=True, slots=True)
class PullBack:
    """引戻し by the drafter, before anybody has answered."""

    user: int


@dataclass(frozen=True, slots=True)
class AskBack:
    """The drafter asks those who hold the draft to let it come back."""

    user: int
    reason: str


@dataclass(frozen=True, slots=True)
class LetBack:
    """Who holds the draft lets it go back to the drafter (引戻しへの同意)."""

    step: int
    user: int


@dataclass(frozen=True, slots=True)
class Abandon:
    """廃案: by the drafter, by the decider whose turn it is, or by the module whose matter it was (``user`` None)."""

    user: int | None
    reason: str
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Revise:
    """改訂 during circulation, by the drafter or by who holds the draft. ``is_major``: 重要な変更."""

    user: int
    is_major: bool
    step: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """異議の取下げ: who objected agrees after all."""

    step: int
    user: int
    opinion: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewAfter:
    """後閲する: who was passed over, or the decider after a 代決, has looked at it."""

    step: int
    user: int
    opinion: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Inform:
    """供覧に付す: let these posts read it."""

    user: int
    posts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """供覧を受けて読んだ."""

    step: int
    user: int


@dataclass(frozen=True, slots=True)
class Issue:
    """施行."""


@dataclass(frozen=True, slots=True)
class Complete:
    """完結."""

    user: int


@dataclass(frozen=True, slots=True)
class CancelIssue:
    """施行取消, which only a new decision can bring."""


Event = (
    Circulate
    | Defer
    | Respond
    | Deputise
    | SendBack
    | Reject
    | Hold
    | Resume
    | PullBack
    | AskBack
    | LetBack
    | Abandon
    | Revise
    | Settle
    | ReviewAfter
    | Inform
    | Read
    | Issue
    | Complete
    | CancelIssue
)
