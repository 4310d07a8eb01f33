"""Random histories of one matter, on the pure machine: whatever people try, no hard rule is broken.

The world is small and changing: posts, who holds them (several people, 兼務, 事務取扱, vacancies), who is away; posts
change hands between any two events. Legal and illegal events are thrown alike; an illegal one must leave nothing
behind.
"""

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tocho.modules.decisions.rules import (
    Away,
    Consultation,
    Held,
    HeldAs,
    Illegal,
    Matter,
    State,
    Stop,
    World,
    apply,
    events,
    order_route,
)
from tocho.modules.decisions.rules.hard_rules import faults, faults_of_change
from tocho.modules.decisions.rules.matter import FINAL, Kind

DRAFTER = 100
PEOPLE = (DRAFTER, 101, 102, 103, 104, 105, 106)
POSTS = range(1, 10)
DECIDER, DEPUTY, SECOND_DEPUTY, SUPERIOR = 8, 2, 3, 9
WORDS = st.sampled_from(["", "理由"])


class MatterMachine(RuleBasedStateMachine):
    """One matter among seven people and nine posts."""

    def __init__(self) -> None:
        super().__init__()
        self.holders: dict[int, dict[int, HeldAs]] = {post: {} for post in POSTS}
        self.away: set[int] = set()
        self.matter = Matter(State.ABANDONED, DRAFTER)
        self.numbered = 0

    @initialize(
        line=st.lists(st.sampled_from([2, 3, 4]), max_size=3, unique=True),
        asked=st.lists(st.tuples(st.sampled_from([5, 6, 7]), st.integers(1, 2), st.integers(0, 2)), max_size=3),
        checks=st.lists(st.just(1), max_size=1),
        flags=st.tuples(st.booleans(), st.booleans()),
        seats=st.permutations([*PEOPLE[1:], 101, 102, 103]) | st.lists(st.sampled_from(PEOPLE), min_size=9, max_size=9),
    )
    def begin(self, line: Any, asked: Any, checks: Any, flags: Any, seats: Any) -> None:
        for post, user in zip(POSTS, seats, strict=True):
            self.holders[post] = {user: HeldAs.MAIN}
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
        self.numbered = len(stops)
        self.matter = Matter(State.DRAFTING, DRAFTER, is_weighty=flags[0], collapses=flags[1], stops=tuple(stops))
        self.happen(events.Circulate(DRAFTER), DRAFTER)

    def world(self, user: int) -> World:
        mine = {post: Held(post, kinds[user], post) for post, kinds in self.holders.items() if user in kinds}
        away = {
            post: Away(tuple(sorted(kinds)))
            for post, kinds in self.holders.items()
            if all(one in self.away for one in kinds)
        }
        return World(mine, away, frozenset(post for post in away if post % 2), SUPERIOR)

    def happen(self, event: events.Event, user: int) -> None:
        before = self.matter
        try:
            after = apply(before, event, self.world(user)).matter
        except Illegal:
            return
        assert faults_of_change(before, after) == ()
        # As the database gives keys: ascending, in the order in which the stations were made.
        fresh = sorted({one.key for one in after.stops if one.key < 0}, reverse=True)
        keys = {key: self.numbered + n for n, key in enumerate(fresh, start=1)}
        self.numbered += len(fresh)
        self.matter = replace(
            after,
            stops=tuple(
                replace(one, key=keys.get(one.key, one.key), stands_for=keys.get(one.stands_for or 0, one.stands_for))
                for one in after.stops
            ),
        )

    def a_step(self, data: Any) -> int:
        keys = [one.key for one in self.matter.stops]
        likely = [one.key for one in self.matter.current if one.is_pending] or keys
        return int(data.draw(st.sampled_from(likely) | st.sampled_from([*keys, 999])))

    def someone(self, data: Any, step: int) -> int:
        stop = self.matter.stop(step)
        likely = sorted(self.holders[stop.post]) if stop else []
        return int(data.draw(st.sampled_from(likely or list(PEOPLE)) | st.sampled_from(PEOPLE)))

    @precondition(lambda self: self.matter.state in ("drafting", "circulating"))
    @rule(who=st.sampled_from([DRAFTER, 101]))
    def circulate(self, who: int) -> None:
        self.happen(events.Circulate(who), who)

    @rule(data=st.data(), words=WORDS, objects=st.booleans(), pulls_up=st.booleans())
    def respond(self, data: Any, words: str, objects: bool, pulls_up: bool) -> None:
        step = self.a_step(data)
        user = self.someone(data, step)
        self.happen(events.Respond(step, user, words, objects, pulls_up), user)

    @rule(words=WORDS, objects=st.integers(0, 4))
    def go_on(self, words: str, objects: int) -> None:
        """What most often happens: whose turn it is answers; one in five of those consulted objects."""
        for one in self.matter.current:
            rightful = sorted(set(self.holders[one.post]) - {DRAFTER})
            if one.blocks and one.is_pending and rightful and one.state == "active":
                object_ = objects == 0 and one.kind == Kind.CONSULT
                self.happen(events.Respond(one.key, rightful[0], "理由" if object_ else words, object_), rightful[0])
                return

    @rule(words=WORDS)
    def go_on_further(self, words: str) -> None:
        for _time in range(3):
            MatterMachine.go_on(self, words, 1)

    @rule(first=st.booleans(), instruction=WORDS)
    def decider_falls_ill(self, first: bool, instruction: str) -> None:
        """The decider is away, and the deputies try in their order or against it."""
        self.away |= set(self.holders[DECIDER])
        decider = self.matter.decider
        for post in (DEPUTY, SECOND_DEPUTY) if first else (SECOND_DEPUTY, DEPUTY):
            for user in sorted(self.holders[post]):
                self.happen(events.Deputise(decider.key if decider else 1, user, "急ぐ", instruction), user)

    @rule()
    def clear_one(self) -> None:
        """Somebody looks at what was done without them, or reads what they were shown, or takes an objection back."""
        for one in self.matter.current:
            for user in sorted(self.holders[one.post]):
                self.happen(events.ReviewAfter(one.key, user), user)
                self.happen(events.Read(one.key, user), user)

    @rule(consents=st.booleans())
    def drafter_wants_it_back(self, consents: bool) -> None:
        """引戻し: at once while nobody has answered, otherwise with the consent of whoever holds it."""
        self.happen(events.PullBack(DRAFTER), DRAFTER)
        self.happen(events.AskBack(DRAFTER, "誤り"), DRAFTER)
        for one in self.matter.current:
            for user in sorted(self.holders[one.post]) if consents else ():
                self.happen(events.LetBack(one.key, user), user)

    @rule(data=st.data())
    def settle(self, data: Any) -> None:
        for one in self.matter.standing_objections():
            for user in sorted(self.holders[one.post]):
                self.happen(events.Settle(one.key, user, data.draw(WORDS)), user)

    @rule(data=st.data(), words=WORDS)
    def approve(self, data: Any, words: str) -> None:
        step = self.a_step(data)
        user = self.someone(data, step)
        self.happen(events.Respond(step, user, words), user)

    @rule(data=st.data(), urgency=WORDS, instruction=WORDS, who=st.sampled_from(PEOPLE))
    def deputise(self, data: Any, urgency: str, instruction: str, who: int) -> None:
        decider = self.matter.decider
        step = decider.key if decider else self.a_step(data)
        self.happen(events.Deputise(step, who, urgency, instruction), who)

    @rule(data=st.data(), reason=WORDS, back=st.booleans())
    def send_back(self, data: Any, reason: str, back: bool) -> None:
        step = self.a_step(data)
        user = self.someone(data, step)
        keys = [one.key for one in self.matter.stops] or [1]
        self.happen(events.SendBack(step, user, reason, None if back else data.draw(st.sampled_from(keys))), user)

    @rule(data=st.data(), reason=WORDS, which=st.sampled_from(["hold", "resume", "let", "settle", "review", "read"]))
    def lesser_acts(self, data: Any, reason: str, which: str) -> None:
        step = self.a_step(data)
        user = self.someone(data, step)
        made: dict[str, events.Event] = {
            "hold": events.Hold(step, user, reason),
            "resume": events.Resume(step, user),
            "let": events.LetBack(step, user),
            "settle": events.Settle(step, user, reason),
            "review": events.ReviewAfter(step, user, reason),
            "read": events.Read(step, user),
        }
        self.happen(made[which], user)

    @precondition(lambda self: self.matter.state in FINAL)
    @rule(data=st.data(), which=st.sampled_from(["complete", "issue", "cancel"]))
    def after_the_end(self, data: Any, which: str) -> None:
        MatterMachine.endings(self, data, which)

    @rule(data=st.data(), which=st.sampled_from(["reject", "abandon", "complete", "issue", "cancel", "back", "ask"]))
    @precondition(lambda self: self.numbered % 5 == 0)
    def endings(self, data: Any, which: str) -> None:
        step = self.a_step(data)
        user = self.someone(data, step)
        made: dict[str, events.Event] = {
            "reject": events.Reject(step, user, "理由"),
            "abandon": events.Abandon(user, "理由", step),
            "complete": events.Complete(user),
            "issue": events.Issue(),
            "cancel": events.CancelIssue(),
            "back": events.PullBack(user),
            "ask": events.AskBack(user, "理由"),
        }
        self.happen(made[which], user)

    @rule(data=st.data(), is_major=st.booleans(), by_drafter=st.booleans())
    def revise(self, data: Any, is_major: bool, by_drafter: bool) -> None:
        step = self.a_step(data)
        user = DRAFTER if by_drafter else self.someone(data, step)
        self.happen(events.Revise(user, is_major, step), user)

    @rule(data=st.data())
    def defer(self, data: Any) -> None:
        self.happen(events.Defer(DRAFTER, self.a_step(data)), DRAFTER)

    @rule(posts=st.lists(st.sampled_from(list(POSTS)), max_size=3), who=st.sampled_from(PEOPLE))
    def inform(self, posts: list[int], who: int) -> None:
        self.happen(events.Inform(who, tuple(posts)), who)

    @rule(post=st.sampled_from(list(POSTS)), who=st.sampled_from(PEOPLE), kind=st.sampled_from(list(HeldAs)))
    def midnight(self, post: int, who: int, kind: HeldAs) -> None:
        """A post changes hands: who held it yesterday does not act today."""
        self.holders[post] = {who: kind}

    @rule(post=st.sampled_from(list(POSTS)))
    def vacancy(self, post: int) -> None:
        self.holders[post] = {}

    @rule(who=st.sampled_from(PEOPLE))
    def goes_or_returns(self, who: int) -> None:
        self.away ^= {who}

    @invariant()
    def no_hard_rule_is_broken(self) -> None:
        assert faults(self.matter) == ()


TestMatter = MatterMachine.TestCase
TestMatter.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
