"""What the machine must know: the matter in values, who is away, who stands above."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org

from ..models import Decision, Delegation, Step
from ..rules import Answer, Away, Capacity, Event, Kind, Matter, State, Stop, StopState, events


def matter_of(decision: Decision, rows: Iterable[Step]) -> Matter:
    """A decision and the rows of its present circulation, as values."""
    return Matter(
        state=State(decision.state),
        drafter=decision.drafter_id or 0,
        revision=decision.revision,
        circuit=decision.circuit,
        is_weighty=decision.facts.get("importance", "ordinary") != "ordinary",
        collapses=decision.collapses,
        asked_back=decision.asked_back,
        stops=tuple(stop_of(row) for row in rows),
    )


def stop_of(row: Step) -> Stop:
    """A station's row as a value."""
    answer = None
    if row.acted_by_id is not None:
        answer = Answer(
            row.acted_by_id,
            row.acted_post_id or row.post_id,
            Capacity(row.capacity or Capacity.HOLDER),
            tuple(row.evidence.items()),
            row.opinion,
        )
    return Stop(
        key=row.id,
        kind=Kind(row.kind),
        post=row.post_id,
        stage=row.stage,
        revision=row.revision,
        circuit=row.circuit,
        state=StopState(row.state),
        needed=row.needed,
        deputies=tuple(row.deputies),
        stands_for=row.stands_for_id,
        answer=answer,
    )


def away_of(posts: Collection[int], *, at: datetime) -> dict[int, Away]:
    """The posts where nobody is at a moment: vacant, or all who hold them absent, by which rows. One query, two when
    somebody is absent."""
    empty = _empty(posts, at=at)
    absences = _absences(empty, at=at)
    return {
        post: Away(tuple(absences[user].absence_id for user in users if user in absences))
        for post, users in empty.items()
    }


def barred_from(deputies: Collection[int], drafter: int | None, *, at: datetime) -> frozenset[int]:
    """Of these posts those where nobody but the drafter is present: the next in the order may decide (代決)."""
    found = org.holders_for(deputies, at=at) if deputies else {}
    present = {post: {one.user_id for one in holders if not one.absent} for post, holders in found.items()}
    return frozenset(post for post, users in present.items() if users == {drafter})


def long_away_of(posts: Collection[int], *, until: date, at: datetime) -> frozenset[int]:
    """Of these posts those where nobody will be before a day is over: their stations are left to 後閲."""
    empty = _empty(posts, at=at)
    absences = _absences(empty, at=at)
    return frozenset(
        post
        for post, users in empty.items()
        if all(user in absences and calendar.office_day(absences[user].ends_at) > until for user in users)
    )


def _empty(posts: Collection[int], *, at: datetime) -> dict[int, list[int]]:
    if not posts:
        return {}
    found = org.holders_for(posts, at=at)
    return {
        post: [one.user_id for one in holders] for post, holders in found.items() if all(one.absent for one in holders)
    }


def _absences(empty: dict[int, list[int]], *, at: datetime) -> dict[int, org.Away]:
    users = {user for holders in empty.values() for user in holders}
    return org.absences_at(users, at=at) if users else {}


def may_redraft(decision: Decision, user_id: int, *, at: datetime) -> bool:
    """Who writes a draft anew: its drafter; once the drafter has left the office that drafts it (異動), whoever of that
    office takes it over (起案の引継ぎ), and is its drafter from then on."""
    if decision.drafter_id in (None, user_id):
        return decision.drafter_id is not None
    there, here = (org.unit_codes_of(one, at=at) for one in (decision.drafter_id or 0, user_id))
    return decision.unit in here and decision.unit not in there


def reviewer_for(steps: Iterable[Step], *, at: datetime) -> dict[int, int]:
    """Of each 後閲 (its id) the post that can do it: its own; where nobody holds that one who has neither drafted the
    matter nor acted, the first post above where somebody does. Its own again where there is nobody at all."""
    steps, on = list(steps), calendar.office_day(at)
    known = org.holders_for({step.post_id for step in steps}, at=at) if steps else {}
    return {step.id: _reviewer(step, known, on=on, at=at) for step in steps}


def _reviewer(step: Step, known: dict[int, list[org.Holder]], *, on: date, at: datetime) -> int:
    barred = {step.decision.drafter_id, step.stands_for.acted_by_id if step.stands_for else None}
    post: int | None = step.post_id
    seen: set[int] = set()
    while post is not None and post not in seen:
        seen.add(post)
        if post not in known:
            known |= org.holders_for([post], at=at)
        if any(one.user_id not in barred for one in known[post]):
            return post
        above = org.post_above(post, on=on)
        post = above.id if above else None
    return step.post_id


def delegation_stands(delegation_id: int | None, *, on: date) -> bool:
    """Whether a 委任 is in force on a day."""
    if delegation_id is None:
        return False
    row = Delegation.objects.get(id=delegation_id)
    return row.starts_on <= on and all(end is None or on < end for end in (row.ends_on, row.revoked_on))


def common_superior(decision: Decision, matter: Matter, event: Event, *, at: datetime) -> int | None:
    """The post that decides a matter with objections: the decider, while it stands over all who object; otherwise the
    first that does, of the decider's rank at least. None when nobody stands over all of them."""
    on = calendar.office_day(at)
    objecting = {one.post for one in matter.standing_objections()}
    if isinstance(event, events.Respond) and event.objects and (stop := matter.stop(event.step)) is not None:
        objecting.add(stop.post)
    decide = matter.decider
    decider = org.post(decide.post, on=on) if decide else None
    views = [post for post_id in objecting if (post := org.post(post_id, on=on)) is not None]
    if decider is None or not views:
        return None
    units = {view.unit_code for view in views}
    if all(decider.unit_code in org.line_of(unit, on=on) for unit in units):
        return decider.id
    found = org.common_superior([decider.unit_code, *sorted(units)], rank=decider.rank, on=on)
    return found.id if found else None
