"""Which stations may be answered together with others by one confirmation, without the matter being opened."""

from enum import StrEnum

from .matter import BLOCKING, Matter, State, StopState


class Alone(StrEnum):
    """Why a matter must be opened and answered by itself. The words that people read stand in ``actions/refusals``."""

    GONE = "gone"
    ON_HOLD = "on_hold"
    OWN_DRAFT = "own_draft"
    TO_BE_READ = "to_be_read"
    CHANGED = "changed"
    ASKED_BACK = "asked_back"
    OBJECTION = "objection"
    WEIGHTY = "weighty"
    REVISED = "revised"


def why_alone(matter: Matter, step: int, *, seen: int, user: int) -> Alone | None:
    """Why the station ``step`` is not answered together with others; None when it may be.

    :param seen: the revision that stood on the list from which it was chosen.
    """
    stop = matter.stop(step)
    if stop is None or stop.state != StopState.ACTIVE or stop.circuit != matter.circuit:
        return Alone.GONE
    reasons = (
        (stop.kind not in BLOCKING, Alone.TO_BE_READ),  # 後閲, 供覧: that somebody has read it cannot be said in bulk
        (matter.state == State.ON_HOLD, Alone.ON_HOLD),
        (matter.state != State.CIRCULATING, Alone.GONE),
        (matter.drafter == user, Alone.OWN_DRAFT),
        (matter.revision != seen, Alone.CHANGED),
        (matter.asked_back, Alone.ASKED_BACK),
        (bool(matter.standing_objections()), Alone.OBJECTION),
        (matter.is_weighty, Alone.WEIGHTY),
        (matter.revision > 1, Alone.REVISED),
    )
    return next((why for holds, why in reasons if holds), None)
