"""A small world of nine posts, and every event that anybody could try on a matter in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from ..rules import (
    Away,
    Consultation,
    Held,
    HeldAs,
    Illegal,
    Kind,
    Matter,
    State,
    Stop,
    World,
    apply,
    events,
    order_route,
)
from ..rules.hard_rules import faults, faults_of_change
from . import consequences, law

DRAFTER = 100
PEOPLE = tuple(range(DRAFTER, 111))  # who is 100 + n has post n; 110 has none
TRYING = (100, 101, 102, 103, 105, 108, 109, 110)  # one of each role
POSTS = range(1, 10)
CHECKER, DEPUTY, SECOND_DEPUTY, DECIDER, SUPERIOR = 1, 2, 3, 8, 9


def draft(
    line: tuple[int, ...] = (2, 3),
    asked: tuple[tuple[int, int, int], ...] = ((5, 1, 0), (6, 1, 0)),
    checks: tuple[int, ...] = (CHECKER,),
    *,
    is_weighty: bool = False,
    collapses: bool = False,
) -> Matter:
    """A matter as it is drafted: 審議 by the line, 協議 with others (post, group, how many must answer), 審査, 決定."""
    route = order_route(
        line_reviews=line,
        consultations=[Consultation(*one) for one in asked],
        legal_checks=checks,
        decider=DECIDER,
        drafter_posts=[],
    )
    stops = [
        Stop(
            key, Kind(one.kind), one.post_id, one.stage, 1, needed=one.needed,
            deputies=(DEPUTY, SECOND_DEPUTY) if one.kind == "decide" else (),
        )
        for key, one in enumerate(route, start=1)
    ]  # fmt: skip
    return Matter(State.DRAFTING, DRAFTER, is_weighty=is_weighty, collapses=collapses, stops=tuple(stops))


@dataclass
class Scene:
    """Who holds which post and how, who is away, who stands above; asked for each person as the actions ask it."""

    holders: dict[int, dict[int, HeldAs]] = field(
        default_factory=lambda: {post: {100 + post: HeldAs.MAIN} for post in POSTS}
    )
    away: set[int] = field(default_factory=set)
    common: int | None = SUPERIOR
    power_ended: bool = False

    def world(self, user: int, matter: Matter) -> World:
        mine = {post: Held(post, kinds[user], post) for post, kinds in self.holders.items() if user in kinds}
        empty = {post: sorted(kinds) for post, kinds in self.holders.items() if self.away.issuperset(kinds)}
        present = {post: set(kinds) - self.away for post, kinds in self.holders.items()}
        return World(
            mine,
            {post: Away(tuple(users)) for post, users in empty.items()},
            frozenset(post for post in empty if post % 2),
            self.common,
            self.raised(user, matter),
            frozenset(post for post, users in present.items() if users == {matter.drafter}),
            self.power_ended,
        )

    def raised(self, user: int, matter: Matter) -> dict[int, Held]:
        """後閲 that nobody of its post can do has gone to the superior."""
        kinds = self.holders[SUPERIOR]
        found = {}
        for one in matter.current if user in kinds else ():
            deed = matter.stop(one.stands_for)
            barred = {matter.drafter, deed.answer.user if deed and deed.answer else None}
            if one.kind == Kind.POST_REVIEW and barred.issuperset(self.holders[one.post]):
                found[one.key] = Held(SUPERIOR, kinds[user], SUPERIOR)
        return found


def happen(matter: Matter, event: events.Event, world: World) -> Matter | None:
    """The matter after an event, judged by the law and by the hard rules; None where it is refused.

    :raises AssertionError: machine and law disagree, or a hard rule is broken.
    """
    allowed = law.allows(matter, event, world)
    after: Matter | None
    try:
        after = apply(matter, event, world).matter
    except Illegal:
        after = None
    assert (after is not None) == allowed, ("allowed" if allowed else "forbidden", event, matter)
    if after is None:
        return None
    assert faults_of_change(matter, after) == (), (event, matter)
    assert consequences.broken(matter, event, after, world) == [], (event, matter, after)
    answers_are_of_who_acts(matter, after, event, world)
    after = numbered(after)
    assert faults(after) == (), (event, matter, after)
    return after


def answers_are_of_who_acts(before: Matter, after: Matter, event: events.Event, world: World) -> None:
    """Whatever is answered by an event is answered by its actor, under a post that is theirs, as they hold it."""
    answered = {one.key for one in before.stops if one.answer}
    for one in after.stops:
        if one.answer is None or one.key in answered:
            continue
        assert one.answer.user == getattr(event, "user", None)
        mine = [*(held.post for held in world.mine.values()), *(held.post for held in world.raised.values())]
        assert one.answer.post in mine
        place = dict(one.answer.evidence).get("place")
        if isinstance(place, int):
            assert one.answer.post == one.deputies[place - 1]
        else:
            assert one.post in world.mine or one.key in world.raised


def numbered(after: Matter) -> Matter:
    """As the database gives keys: ascending, in the order in which the stations were made."""
    last = max((one.key for one in after.stops), default=0)
    fresh = sorted({one.key for one in after.stops if one.key < 0}, reverse=True)
    keys = {key: last + n for n, key in enumerate(fresh, start=1)}
    new = (
        replace(one, key=keys.get(one.key, one.key), stands_for=keys.get(one.stands_for or 0, one.stands_for))
        for one in after.stops
    )
    return replace(after, stops=tuple(new))


def everything(matter: Matter, user: int) -> Iterator[events.Event]:
    """Every event that a person could try: at every station, with and without words, having read this revision, an
    earlier one, or a later one."""
    keys = [*(one.key for one in matter.stops), 999]
    yield from (events.Circulate(user), events.PullBack(user), events.Complete(user), events.Issue())
    yield from (events.CancelIssue(), events.Inform(user, ()), events.Inform(user, (4,)), events.Abandon(None, "x"))
    yield from (
        events.AskBack(user, ""),
        events.AskBack(user, "x"),
        events.Revise(user, False),
        events.Abandon(user, ""),
    )
    yield from (events.Abandon(user, "x"), events.Revise(user, True, None, matter.revision + 1))
    for key, words in product(keys, ("", "x")):
        for objects, pulls_up in product((False, True), repeat=2):
            yield events.Respond(key, user, words, objects, pulls_up)
        yield from (events.Reject(key, user, words), events.Hold(key, user, words), events.Abandon(user, words, key))
        yield from (events.SendBack(key, user, words), events.Settle(key, user, words))
        yield from (events.Deputise(key, user, words), events.Deputise(key, user, words, "ordered"))
    for key in keys:
        yield from (events.Defer(user, key), events.Resume(key, user), events.LetBack(key, user))
        yield from (events.ReviewAfter(key, user), events.ReviewAfter(key, user, "x"), events.Read(key, user))
        yield from (events.Revise(user, is_major, key) for is_major in (False, True))
        yield from (events.SendBack(key, user, "x", to) for to in keys)
        for seen in (matter.revision - 1, matter.revision):
            yield from (events.Respond(key, user, "x", seen=seen), events.Reject(key, user, "x", seen))
            yield from (events.Deputise(key, user, "x", "x", seen=seen), events.Settle(key, user, "x", seen))
            yield from (events.Revise(user, False, key, seen), events.ReviewAfter(key, user, "", seen))


def try_everything(matter: Matter, scene: Scene) -> int:
    """Everybody tries everything on a matter as it stands; how many of the events may happen."""
    legal = 0
    for user in TRYING:
        world = scene.world(user, matter)
        legal += sum(happen(matter, event, world) is not None for event in everything(matter, user))
    return legal
