"""The specification of 4.3 once more, written apart from the machine: who may do what, and when.

The proofs compare the two on every event: an event that the law forbids is refused, one that it allows happens, and
what happens is what the law says (``consequences.py``). Slow and plain on purpose; nothing here is taken from
``rules/machine.py``.
"""

from collections.abc import Callable
from typing import Any

from ..rules import Matter, Stop, World, events

IN_CIRCULATION = ("circulating", "on_hold")
DECIDED = ("decided", "issued", "completed", "issuance_cancelled")
ENDED = (*DECIDED, "rejected", "abandoned")
STATIONS = ("line_review", "legal_check", "consult", "decide")
UNANSWERED = ("waiting", "active")
AGREED = ("approved", "approved_with_opinion")


def allows(matter: Matter, event: events.Event, world: World) -> bool:
    """Whether this may happen now, by this person, who reads and knows what the event says they did."""
    return _ALLOWS[type(event)](matter, event, world)


def live(matter: Matter, key: int | None) -> Stop | None:
    """A station of the present circulation."""
    return next((one for one in matter.stops if one.key == key and one.circuit == matter.circuit), None)


def is_turn(matter: Matter, key: int | None, *states: str) -> bool:
    stop = live(matter, key)
    return (
        matter.state == "circulating"
        and stop is not None
        and stop.kind in STATIONS
        and stop.state in (states or ("active",))
    )


def holds(matter: Matter, key: int | None, user: int, world: World) -> bool:
    """The actor is in the station's post now and has not drafted the matter (who is let read may have)."""
    stop = next((one for one in matter.stops if one.key == key), None)
    return stop is not None and stop.post in world.mine and (user != matter.drafter or stop.kind == "inform")


def read(matter: Matter, event: Any) -> bool:
    return event.seen is None or event.seen == matter.revision


def disputed(matter: Matter) -> list[Stop]:
    """Objections that are not taken back, nor answered again after a 差戻し."""
    now = [one for one in matter.stops if one.circuit == matter.circuit]
    heard = [one.stands_for for one in now if one.kind == "consult" and one.state in (*AGREED, "objected")]
    return [one for one in now if one.state == "objected" and one.key not in heard]


def _decides(matter: Matter, key: int | None) -> bool:
    stop = live(matter, key)
    return stop is not None and stop.kind == "decide"


def _respond(m: Matter, e: events.Respond, w: World) -> bool:
    states = UNANSWERED if e.pulls_up else ("active",)
    if not (is_turn(m, e.step, *states) and holds(m, e.step, e.user, w) and read(m, e)):
        return False
    stop = live(m, e.step)
    assert stop is not None
    if (e.objects and stop.kind != "consult") or ((e.objects or e.pulls_up) and not e.opinion):
        return False
    if e.pulls_up and not _may_pull_up(m, stop):
        return False
    if stop.kind != "decide":
        return True
    overrules = not disputed(m) or (w.common in (None, stop.post) and bool(e.opinion))
    return overrules and not w.power_ended


def _may_pull_up(m: Matter, stop: Stop) -> bool:
    passed = over(m, stop)
    return bool(passed) and all(one.kind in ("line_review", "consult") for one in passed)


def over(m: Matter, stop: Stop) -> list[Stop]:
    """Those before a station who have still to answer."""
    now = [one for one in m.stops if one.circuit == m.circuit and one.kind in STATIONS]
    return [one for one in now if one.state in UNANSWERED and one.stage < stop.stage]


def _deputise(m: Matter, e: events.Deputise, w: World) -> bool:
    if not (is_turn(m, e.step) and _decides(m, e.step) and e.user != m.drafter and read(m, e)):
        return False
    stop = live(m, e.step)
    assert stop is not None
    if stop.post in w.mine or stop.post not in w.away or w.power_ended or not e.urgency:
        return False
    if disputed(m) and w.common not in (None, stop.post):  # 5: the common superior decides, and nobody for the decider
        return False
    weighty = m.is_weighty or bool(disputed(m))
    for post in stop.deputies:
        if post in w.mine:
            return bool(e.instruction) or not weighty
        if post not in w.away and post not in w.barred:
            return False
    return False


def _send_back(m: Matter, e: events.SendBack, w: World) -> bool:
    if not (is_turn(m, e.step) and holds(m, e.step, e.user, w) and e.reason):
        return False
    to, stop = live(m, e.to), live(m, e.step)
    assert stop is not None
    if e.to is None:
        return True
    repeated = [one.stands_for for one in m.stops if one.circuit == m.circuit and one.kind in STATIONS]
    if to is None or to.kind not in STATIONS or to.key in repeated:
        return False
    return to.stage < stop.stage and to.state in (*AGREED, "objected")


def _let_back(m: Matter, e: events.LetBack, w: World) -> bool:
    stop = live(m, e.step)
    if m.state not in IN_CIRCULATION or not m.asked_back or stop is None:
        return False
    has_it = stop.kind in STATIONS and stop.state == "active"
    return (has_it or stop.kind == "legal_check") and holds(m, e.step, e.user, w)


def _abandon(m: Matter, e: events.Abandon, w: World) -> bool:
    if m.state in ENDED or not e.reason:
        return False
    if e.user in (None, m.drafter):
        return True
    return is_turn(m, e.step) and _decides(m, e.step) and holds(m, e.step, e.user or 0, w)


def _revise(m: Matter, e: events.Revise, w: World) -> bool:
    mine = e.user == m.drafter or (is_turn(m, e.step) and holds(m, e.step, e.user, w))
    return m.state == "circulating" and read(m, e) and mine


def _review_after(m: Matter, e: events.ReviewAfter, w: World) -> bool:
    stop = next((one for one in m.stops if one.key == e.step), None)
    if stop is None or stop.kind != "post_review" or stop.state != "active" or e.user == m.drafter:
        return False
    deed = next((one for one in m.stops if one.key == stop.stands_for), None)
    own_act = deed is not None and deed.answer is not None and deed.answer.user == e.user
    there = stop.post in w.mine or stop.key in w.raised
    return m.state in (*IN_CIRCULATION, *DECIDED) and there and not own_act and read(m, e)


def _inform(m: Matter, e: events.Inform, w: World) -> bool:
    takes_part = any(one.circuit == m.circuit and one.kind != "inform" and one.post in w.mine for one in m.stops)
    return m.state in (*IN_CIRCULATION, *DECIDED) and bool(e.posts) and (e.user == m.drafter or takes_part)


def _read_it(m: Matter, e: events.Read, w: World) -> bool:
    stop = next((one for one in m.stops if one.key == e.step), None)
    return stop is not None and stop.kind == "inform" and stop.state == "active" and stop.post in w.mine


def _defer(m: Matter, e: events.Defer, w: World) -> bool:
    stop = live(m, e.step)
    passable = stop is not None and stop.kind in ("line_review", "consult") and stop.state == "waiting"
    return m.state == "drafting" and e.user == m.drafter and passable


def _resume(m: Matter, e: events.Resume, w: World) -> bool:
    stop = live(m, e.step)
    waits = stop is not None and stop.kind in STATIONS and stop.state in UNANSWERED
    return m.state == "on_hold" and waits and holds(m, e.step, e.user, w)


def _pull_back(m: Matter, e: events.PullBack, w: World) -> bool:
    acted = any(one.circuit == m.circuit and one.answer is not None and one.kind != "inform" for one in m.stops)
    return m.state in IN_CIRCULATION and e.user == m.drafter and not acted


def _complete(m: Matter, e: events.Complete, w: World) -> bool:
    left = any(one.kind == "post_review" and one.state in UNANSWERED for one in m.stops if one.circuit == m.circuit)
    return m.state in ("decided", "issued") and not left


def _turn_with_reason(m: Matter, e: Any, w: World) -> bool:
    return is_turn(m, e.step) and holds(m, e.step, e.user, w) and bool(e.reason)


_ALLOWS: dict[type[Any], Callable[[Matter, Any, World], bool]] = {
    events.Circulate: lambda m, e, w: m.state == "drafting" and e.user == m.drafter,
    events.Defer: _defer,
    events.Respond: _respond,
    events.Deputise: _deputise,
    events.SendBack: _send_back,
    events.Reject: lambda m, e, w: (
        _turn_with_reason(m, e, w) and _decides(m, e.step) and read(m, e) and not w.power_ended
    ),
    events.Hold: _turn_with_reason,
    events.Resume: _resume,
    events.PullBack: _pull_back,
    events.AskBack: lambda m, e, w: m.state in IN_CIRCULATION and e.user == m.drafter and bool(e.reason),
    events.LetBack: _let_back,
    events.Abandon: _abandon,
    events.Revise: _revise,
    events.Settle: lambda m, e, w: (
        m.state in IN_CIRCULATION
        and e.step in [one.key for one in disputed(m)]
        and holds(m, e.step, e.user, w)
        and read(m, e)
    ),
    events.ReviewAfter: _review_after,
    events.Inform: _inform,
    events.Read: _read_it,
    events.Issue: lambda m, e, w: m.state == "decided",
    events.Complete: _complete,
    events.CancelIssue: lambda m, e, w: m.state == "decided",
}
