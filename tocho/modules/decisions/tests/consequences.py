"""What must follow from an event by 4.3, written apart from the machine: the second half of ``law.py``.

Every sentence looks at all stations, not only at the one that was pressed: what may become of a station, of which
station, by which event; what must become of it; and who may be asked that was not asked before. ``broken`` names the
sentences that do not hold.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from ..rules import Matter, Stop, World, events
from .law import AGREED, STATIONS, UNANSWERED, disputed, live, over

PASSABLE = ("line_review", "consult")
ENDED_UNDECIDED = ("returned", "pulled_back", "rejected", "abandoned")
SAID = (*AGREED, "objected")
Told = Iterator[str]


def broken(before: Matter, event: Any, after: Matter, world: World) -> list[str]:
    """The sentences of the law that do not hold of what became of a matter."""
    found = [*_frame(before, after), *_turns(before, event, after, world)]
    old = {one.key: one for one in before.stops}
    for new in after.stops:
        was = old.get(new.key)
        if was is None:
            found += _begun(before, event, after, new)
        elif was.state != new.state:
            found += _ended(before, event, after, was, new, world)
    return [*found, *_OF[type(event)](before, event, after, world)]


def _frame(before: Matter, after: Matter) -> Told:
    """What no event touches: the drafter, what kind of matter it is, what was asked of whom, and what has ended."""
    same = ("drafter", "is_weighty", "collapses")
    if any(getattr(before, name) != getattr(after, name) for name in same):
        yield "an event changes who drafted it, or what kind of matter it is"
    later = {one.key: one for one in after.stops}
    for one in before.stops:
        new = later.get(one.key)
        if new is None:
            yield f"station {one.key} is lost"
            continue
        asked = ("kind", "post", "deputies", "needed", "circuit", "stands_for")
        if any(getattr(one, name) != getattr(new, name) for name in asked):
            yield f"station {one.key} is asked for another thing, or another is asked"
        if one.state not in UNANSWERED and one != new:
            yield f"station {one.key} had ended and is not as it was"


def _turns(before: Matter, event: Any, after: Matter, world: World) -> Told:
    """審議, 協議, 審査 and 決定 stage by stage, those of a stage at the same time; enough is as many as are needed; who
    is away is not waited for; over an objection the common superior decides."""
    if after.state not in ("circulating", "on_hold"):
        if after.state in ENDED_UNDECIDED and any(one.state in UNANSWERED for one in after.current):
            yield "somebody is still asked in a circulation that ended"
        return
    if any(one.kind == "post_review" and one.state == "waiting" for one in after.current):
        yield "2: a 後閲 that nobody can do"
    waits = [one for one in after.current if one.kind in STATIONS and one.state in UNANSWERED]
    first = min((one.stage for one in waits), default=0)
    for one in waits:
        if (one.state == "active") != (one.stage == first):
            yield f"station {one.key} is open before its turn, or is not open when it is"
        if one.state == "active" and _has_enough(after, one.stage):
            yield f"station {one.key} is asked though enough have answered"
    above = {
        one.post for one in after.current if one.kind == "decide" and one.key < 0 and isinstance(event, events.Respond)
    }
    if any(
        one.post in above and one.kind in ("post_review", "inform") and one.state == "active" for one in after.current
    ):
        yield "5: the common superior decides, and is still to look at what went before"
    opened = [one for one in waits if one.state == "active" and not _was_active(before, one)]
    for one in opened:
        if one.kind in PASSABLE and one.post in world.long_away:
            yield f"2: station {one.key} waits for who is away for long"
        if one.kind == "decide" and disputed(after) and world.common not in (None, one.post):
            yield "5: the decider is asked over an objection, not the common superior"
        if one.revision != after.revision:
            yield f"4: station {one.key} is asked about an old revision"


def _was_active(before: Matter, stop: Stop) -> bool:
    return any(one.key == stop.key and one.state == "active" for one in before.stops)


def _has_enough(matter: Matter, stage: int) -> bool:
    """n of m: as many of those of a stage have answered as must; 0 means all."""
    here = [one for one in matter.current if one.kind in STATIONS and one.stage == stage]
    needed = max((one.needed for one in here), default=0)
    return needed > 0 and len({one.post for one in here if one.state in SAID}) >= needed


def _ended(before: Matter, event: Any, after: Matter, was: Stop, new: Stop, world: World) -> Told:
    """By what, and only by what, a station comes to its state."""
    own = new.key == getattr(event, "step", None)
    mine = _looked_at(after, new)
    allowed = {
        "active": was.kind in STATIONS or isinstance(event, events.Circulate),
        "deferred_to_post_review": new.kind in PASSABLE
        and len(mine) == 1
        and ((isinstance(event, events.Defer) and own) or (was.state == "waiting" and new.post in world.long_away)),
        "pulled_up": isinstance(event, events.Respond)
        and event.pulls_up
        and len(mine) == 1
        and new.key in [one.key for one in _passed(before, event)],
        "spared": was.kind in STATIONS and was.kind != "decide" and _has_enough(after, new.stage),
        "superseded": _falls_away(before, event, after, was, world),
        "approved": _is_answer(before, event, new, own),
        "approved_with_opinion": own and isinstance(event, events.Respond),
        "objected": own and isinstance(event, events.Respond) and event.objects,
        "returned": own and isinstance(event, events.SendBack),
        "rejected": own and isinstance(event, events.Reject),
        "acted_by_deputy": own and isinstance(event, events.Deputise) and len(mine) == 1,
        "post_reviewed": own and isinstance(event, events.ReviewAfter),
        "read": own and isinstance(event, events.Read),
    }
    if not allowed.get(new.state, False):
        yield f"station {new.key} ({new.kind}) became {new.state} by {type(event).__name__}"


def _looked_at(after: Matter, stop: Stop) -> list[Stop]:
    return [one for one in after.stops if one.kind == "post_review" and one.stands_for == stop.key]


def _passed(before: Matter, event: events.Respond) -> list[Stop]:
    stop = live(before, event.step)
    return over(before, stop) if stop else []


def _is_answer(before: Matter, event: Any, new: Stop, own: bool) -> bool:
    """An approval is the act of this station, or where the rule allows it the same person's act at another one: never
    the decision, and never because of an objection."""
    if not isinstance(event, events.Respond) or event.objects:
        return False
    once = before.collapses and new.kind != "decide" and new.answer is not None and new.answer.capacity == "collapsed"
    return own or (once and new.answer is not None and new.answer.user == event.user)


def _falls_away(before: Matter, event: Any, after: Matter, was: Stop, world: World) -> bool:
    """Nobody is left out but by an end, a new circulation, a 差戻し that asks them again, or the superior's turn."""
    if was.circuit != before.circuit:
        return False
    if after.state in ENDED_UNDECIDED or after.circuit > before.circuit:
        return True
    if isinstance(event, events.SendBack):
        again = [one for one in after.stops if one.key < 0 and one.kind in STATIONS]
        if was.kind == "post_review":
            deed = before.stop(was.stands_for)
            return deed is not None and any(one.post == deed.post for one in again)
        if any((one.kind, one.post) == (was.kind, was.post) for one in again):
            return True
    above = [one for one in after.current if one.kind == "decide" and one.post == world.common and one.key < 0]
    return bool(above) and bool(disputed(after)) and (was.kind == "decide" or was.post == world.common)


def _begun(before: Matter, event: Any, after: Matter, new: Stop) -> Told:
    """Who may be asked that was not asked before, and for what."""
    if new.circuit != after.circuit or new.revision != after.revision:
        yield f"a new station {new.key} belongs to another circulation or revision"
    if new.kind == "post_review":
        deed = after.stop(new.stands_for)
        was = before.stop(new.stands_for)
        passed = ("deferred_to_post_review", "pulled_up", "acted_by_deputy")
        if deed is None or deed.state not in passed or deed.post != new.post or (was and was.state == deed.state):
            yield f"2: 後閲 {new.key} of nobody who was passed over just now"
        if new.state != ("waiting" if isinstance(event, events.Defer) else "active"):
            yield f"2: 後閲 {new.key} is not open"
    elif new.kind == "inform":
        if not isinstance(event, events.Inform | events.Revise) or new.state != "active" or new.stage:
            yield f"供覧 {new.key} that nobody gave"
    elif new.answer is not None and not isinstance(event, events.Settle) and new.answer.capacity != "collapsed":
        yield f"a new station {new.key} has answered before it was asked"
    elif isinstance(event, events.Settle):
        if (new.kind, new.stands_for) != ("consult", event.step):
            yield "a withdrawn objection asks somebody"
    elif not isinstance(event, events.SendBack | events.Revise) and not _is_superiors(after, new):
        yield f"station {new.key} ({new.kind}) is asked out of nowhere"


def _is_superiors(after: Matter, new: Stop) -> bool:
    """5: the decider reviews, and the common superior, without deputies, decides after that."""
    decide = [one for one in after.current if one.kind == "decide" and one.state == "superseded"]
    if not disputed(after) or not decide:
        return False
    if new.kind == "decide":
        return not new.deputies and all(new.stage > one.stage for one in decide)
    return new.kind == "line_review" and any((one.post, one.stage) == (new.post, new.stage) for one in decide)


def _same(before: Matter, after: Matter, *names: str) -> bool:
    """Nothing but the named parts differs."""
    parts = ("state", "revision", "circuit", "asked_back", "stops")
    return all(getattr(before, name) == getattr(after, name) for name in parts if name not in names)


def _only(before: Matter, after: Matter, key: int | None) -> bool:
    """No other station than this one differs, and none is new."""
    return len(before.stops) == len(after.stops) and all(
        one == after.stop(one.key) for one in before.stops if one.key != key
    )


def _as(matter: Matter, key: int) -> tuple[str, int | None, int | None, str]:
    """What a station came to: its state, who answered, for which revision, in which words."""
    stop = matter.stop(key)
    if stop is None or stop.answer is None:
        return (str(stop.state) if stop else "", None, None, "")
    return str(stop.state), stop.answer.user, stop.revision, stop.answer.opinion


def _says(name: str, holds: Callable[[Matter, Any, Matter], bool]) -> Callable[[Matter, Any, Matter, World], Told]:
    def told(b: Matter, e: Any, a: Matter, w: World) -> Told:
        if not holds(b, e, a):
            yield name

    return told


def _responded(b: Matter, e: events.Respond, a: Matter, w: World) -> Told:
    state = "objected" if e.objects else "approved_with_opinion" if e.opinion else "approved"
    stop = live(b, e.step)
    if stop is None or _as(a, e.step) != (state, e.user, b.revision, e.opinion):
        yield "an answer is not kept as it was given, by whom, of what was read"
        return
    if e.pulls_up and any(_as(a, one.key)[0] != "pulled_up" for one in over(b, stop)):
        yield "3: 引上げ over somebody who is not passed over"
    if a.state != ("decided" if stop.kind == "decide" else "circulating"):
        yield "0: decided by an answer that is no decision, or not by one that is"
    if stop.kind == "decide" and any(one.key < 0 and one.kind != "post_review" for one in a.stops):
        yield "0: somebody is asked after the decision"
    mine = [one for one in a.current if one.state == "active" and one.kind in STATIONS and one.post in w.mine]
    if b.collapses and not e.objects and [one for one in mine if one.kind != "decide"]:
        yield "6: asked again at another station, though the rule lets one act count for both"
    if not _same(b, a, "state", "stops", *(["asked_back"] if stop.kind == "decide" else [])):
        yield "an answer changes what was put to those who answer"


def _deputised(b: Matter, e: events.Deputise, a: Matter, w: World) -> Told:
    if _as(a, e.step) != ("acted_by_deputy", e.user, b.revision, e.opinion) or a.state != "decided":
        yield "1: a 代決 that decides nothing"
    said = dict(answer.evidence) if (stop := a.stop(e.step)) and (answer := stop.answer) else {}
    away = w.away[stop.post] if stop else None
    if away is None or (list(away.absences), away.is_vacant) != (said.get("absences"), said.get("vacant")):
        yield "1: a 代決 whose absence is not kept"
    if (said.get("urgency"), said.get("instruction")) != (e.urgency, e.instruction):
        yield "1: a 代決 whose urgency or instruction is not kept"
    if not any(one.state == "active" and one.post == (stop and stop.post) for one in _looked_at(a, stop or a.stops[0])):
        yield "1: a 代決 that the decider need not look at"


def _sent_back(b: Matter, e: events.SendBack, a: Matter, w: World) -> Told:
    """差戻し: to the drafter, and all ends; to a station, and from that one to who sent it back all are asked again, in
    their order, and before whoever comes later; who stands before or beside the target is left alone."""
    if _as(a, e.step) != ("returned", e.user, b.revision, e.reason):
        yield "a 差戻し is not kept as it was given"
    if e.to is None:
        if a.state != "returned" or a.asked_back or any(one.key < 0 for one in a.stops):
            yield "a 差戻し to the drafter that does not come back"
        return
    target, sender = live(b, e.to), live(b, e.step)
    assert target is not None
    assert sender is not None
    between = [
        one
        for one in b.current
        if one.kind in STATIONS and one.state not in ("superseded", "returned")
        if one.key in (e.to, e.step) or target.stage < one.stage <= sender.stage
    ]
    fresh = [one for one in a.stops if one.key < 0 and one.kind in STATIONS]
    copied = [one for one in fresh if not _is_superiors(a, one)] if len(fresh) > len(between) else fresh
    if _asked_in_order(between) != _asked_in_order(copied):
        yield "a 差戻し to a station asks others again, or in another order"
    if any(one.stands_for != (old.key if old.state == "objected" else None) for old, one in _pairs(between, copied)):
        yield "5: who objected and is asked again is not heard again"
    last = max((one.stage for one in copied), default=0)
    later = [one for one in a.current if one.kind in STATIONS and one.state in UNANSWERED and one.key > 0]
    if any(one.stage <= last for one in later) or min((one.stage for one in copied), default=1) <= sender.stage:
        yield "somebody who comes later is asked before those who are asked again"
    if not _same(b, a, "stops"):
        yield "a 差戻し to a station does more than that"


def _asked_in_order(stops: list[Stop]) -> list[Counter[tuple[Any, ...]]]:
    """Who is asked, stage by stage."""
    stages = sorted({one.stage for one in stops})
    asked = ((one.stage, (one.kind, one.post, one.needed, one.deputies)) for one in stops)
    found: dict[int, Counter[tuple[Any, ...]]] = {stage: Counter() for stage in stages}
    for stage, what in asked:
        found[stage][what] += 1
    return [found[stage] for stage in stages]


def _pairs(old: list[Stop], new: list[Stop]) -> list[tuple[Stop, Stop]]:
    def place(one: Stop) -> tuple[Any, ...]:
        return one.stage, one.kind, one.post

    return list(zip(sorted(old, key=place), sorted(new, key=place), strict=False))


def _revised(b: Matter, e: events.Revise, a: Matter, w: World) -> Told:
    """4: a change is a revision; a 重要な変更 goes again to all who were asked, another is told to who answered."""
    if a.revision != b.revision + 1 or a.state != "circulating":
        yield "4: a change that is no revision"
    now = [one for one in b.current if one.kind in STATIONS and one.state != "superseded"]
    if not e.is_major:
        said = {one.post for one in b.current if one.state in SAID}
        told = Counter(one.post for one in a.current if one.kind == "inform" and one.key < 0)
        if told != Counter(said):
            yield "4: those who answered are not told of a change, or others are"
        waits = [one for one in a.current if one.kind in STATIONS and one.state in UNANSWERED]
        if any(one.revision != a.revision for one in waits):
            yield "4: somebody is still asked about what was changed"
        if not _same(b, a, "revision", "stops") or any(one.key < 0 and one.kind != "inform" for one in a.stops):
            yield "4: a minor change asks somebody again"
        return
    last = {(one.kind, one.post): one for one in sorted(now, key=lambda one: one.stage)}
    fresh = [one for one in a.current if one.kind in STATIONS]
    if a.circuit != b.circuit + 1 or _asked_in_order(list(last.values())) != _asked_in_order(fresh):
        yield "4: a major change does not go again to all who were asked, in their order"
    if a.asked_back or any(one.state in UNANSWERED for one in a.stops if one.circuit == b.circuit):
        yield "4: what was before a major change is still asked"


def _settled(b: Matter, e: events.Settle, a: Matter, w: World) -> Told:
    new = [one for one in a.stops if one.key < 0]
    state = "approved_with_opinion" if e.opinion else "approved"
    if [(*_as(a, one.key), one.stands_for) for one in new] != [(state, e.user, b.revision, e.opinion, e.step)]:
        yield "5: a withdrawn objection is not kept"
    if a.stops[: len(b.stops)] != b.stops or not _same(b, a, "stops"):
        yield "5: a withdrawn objection does more than that"
    if e.step in [one.key for one in disputed(a)] or len(disputed(a)) != len(disputed(b)) - 1:
        yield "5: a withdrawn objection stands, or another falls with it"


def _informed(b: Matter, e: events.Inform, a: Matter, w: World) -> Told:
    old = {one.post for one in b.current if one.kind == "inform" and one.revision == b.revision}
    new = Counter(one.post for one in a.stops if one.key < 0)
    if new != Counter({*e.posts} - old) or not _same(b, a, "stops"):
        yield "供覧 goes to others than were named, or twice"


def _done(state: str) -> Callable[[Matter, Any, Matter, World], Told]:
    return _says(f"it is not {state}, or more than that", lambda b, e, a: a.state == state and _same(b, a, "state"))


def _back(b: Matter, e: Any, a: Matter) -> bool:
    return a.state == "pulled_back" and not a.asked_back and _same(b, a, "state", "asked_back", "stops")


_OF: dict[type[Any], Callable[[Matter, Any, Matter, World], Told]] = {
    events.Circulate: _says(
        "a draft does not go out", lambda b, e, a: a.state == "circulating" and _same(b, a, "state", "stops")
    ),
    events.Defer: _says(
        "more than one station is left to 後閲",
        lambda b, e, a: (
            _as(a, e.step)[0] == "deferred_to_post_review"
            and _same(b, a, "stops")
            and sum(x != y for x, y in zip(b.stops, a.stops, strict=False)) == 1
        ),
    ),
    events.Respond: _responded,
    events.Deputise: _deputised,
    events.SendBack: _sent_back,
    events.Reject: _says(
        "a 否決 is not kept, or does not end it",
        lambda b, e, a: _as(a, e.step) == ("rejected", e.user, b.revision, e.reason) and a.state == "rejected",
    ),
    events.Hold: _done("on_hold"),
    events.Resume: _done("circulating"),
    events.PullBack: _says("it does not come back", _back),
    events.AskBack: _says(
        "asking it back does more than that", lambda b, e, a: a.asked_back and _same(b, a, "asked_back")
    ),
    events.LetBack: _says("it does not come back", _back),
    events.Abandon: _says(
        "a 廃案 does not end it",
        lambda b, e, a: a.state == "abandoned" and not a.asked_back and _same(b, a, "state", "asked_back", "stops"),
    ),
    events.Revise: _revised,
    events.Settle: _settled,
    events.ReviewAfter: _says(
        "後閲 is not kept as it was, of what was read",
        lambda b, e, a: (
            _as(a, e.step) == ("post_reviewed", e.user, b.revision, e.opinion)
            and _only(b, a, e.step)
            and _same(b, a, "stops")
        ),
    ),
    events.Inform: _informed,
    events.Read: _says(
        "供覧 is not read, or more than that",
        lambda b, e, a: _as(a, e.step)[:2] == ("read", e.user) and _only(b, a, e.step) and _same(b, a, "stops"),
    ),
    events.Issue: _done("issued"),
    events.Complete: _done("completed"),
    events.CancelIssue: _done("issuance_cancelled"),
}
