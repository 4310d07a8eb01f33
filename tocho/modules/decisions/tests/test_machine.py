"""Random histories of one matter, on the pure machine: whatever people try, the law (4.3) and the hard rules are kept.

The world is small and changing: posts, who holds them (several people, 兼務, 事務取扱, 職務代理, vacancies), who is
away; posts change hands between any two events, people act on what they read before a revision, 後閲 goes up where
nobody is left, a 委任 ends. Legal and illegal events are thrown alike; an illegal one must leave nothing behind. Many
more of them: see docs/develop/tools.md.
"""

import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from ..rules import HeldAs, Kind, Matter, State, events
from ..rules.matter import FINAL
from .everything import DECIDER, DEPUTY, DRAFTER, PEOPLE, POSTS, SECOND_DEPUTY, Scene, draft, happen, try_everything

WORDS = st.sampled_from(["", "理由"])


class MatterMachine(RuleBasedStateMachine):
    """One matter among eleven people and nine posts."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene()
        self.matter = Matter(State.ABANDONED, DRAFTER)
        self.read: dict[int, int] = {}  # person → the revision they have before them

    @initialize(
        line=st.lists(st.sampled_from([2, 3, 4]), max_size=3, unique=True),
        asked=st.lists(st.tuples(st.sampled_from([5, 6, 7]), st.integers(1, 2), st.integers(0, 2)), max_size=3),
        checks=st.lists(st.just(1), max_size=1),
        flags=st.tuples(st.booleans(), st.booleans()),
        seats=st.just(list(range(101, 110))) | st.lists(st.sampled_from(PEOPLE), min_size=9, max_size=9),
        common=st.sampled_from([None, 9, DECIDER]),
    )
    def begin(self, line: Any, asked: Any, checks: Any, flags: Any, seats: Any, common: Any) -> None:
        self.scene.holders = {post: {user: HeldAs.MAIN} for post, user in zip(POSTS, seats, strict=True)}
        self.scene.common = common
        self.matter = draft(tuple(line), tuple(asked), tuple(checks), is_weighty=flags[0], collapses=flags[1])

    def happen(self, event: events.Event, user: int) -> None:
        after = happen(self.matter, event, self.scene.world(user, self.matter))
        if after is not None:
            self.read[user] = after.revision
            self.matter = after

    def holders(self, post: int) -> list[int]:
        return sorted(self.scene.holders[post])

    def a_step(self, data: Any) -> int:
        keys = [one.key for one in self.matter.stops] or [1]
        likely = [one.key for one in self.matter.current if one.is_pending] or keys
        return int(data.draw(st.sampled_from(likely) | st.sampled_from([*keys, 999])))

    def someone(self, data: Any, step: int) -> int:
        stop = self.matter.stop(step)
        likely = self.holders(stop.post) if stop else []
        return int(data.draw(st.sampled_from(likely or list(PEOPLE)) | st.sampled_from(PEOPLE)))

    @precondition(lambda self: self.matter.state in ("drafting", "circulating"))
    @rule(who=st.sampled_from([DRAFTER, DRAFTER, 101]))
    def circulate(self, who: int) -> None:
        self.happen(events.Circulate(who), who)

    @rule(data=st.data(), words=WORDS, objects=st.booleans(), pulls_up=st.booleans(), twice=st.booleans())
    def respond(self, data: Any, words: str, objects: bool, pulls_up: bool, twice: bool) -> None:
        """An answer to what was last read, perhaps with a double click."""
        step = self.a_step(data)
        user = self.someone(data, step)
        for _click in range(1 + twice):
            self.happen(events.Respond(step, user, words, objects, pulls_up, self.read.get(user)), user)

    @rule(who=st.sampled_from(PEOPLE))
    def reads(self, who: int) -> None:
        """Somebody opens the matter, and has this revision before them until they open it again."""
        self.read[who] = self.matter.revision

    @rule(words=WORDS, objects=st.integers(0, 4), times=st.integers(1, 4))
    def go_on(self, words: str, objects: int, times: int) -> None:
        """What most often happens: whose turn it is answers; one in five of those consulted objects."""
        for _time in range(times):
            for one in self.matter.current:
                rightful = [user for user in self.holders(one.post) if user != DRAFTER]
                if one.blocks and one.is_pending and rightful and one.state == "active":
                    object_ = objects == 0 and one.kind == Kind.CONSULT
                    said = "理由" if object_ else words
                    self.happen(events.Respond(one.key, rightful[0], said, object_), rightful[0])
                    break

    @rule(first=st.booleans(), instruction=WORDS)
    def decider_falls_ill(self, first: bool, instruction: str) -> None:
        """The decider is away, and the deputies try in their order or against it."""
        self.scene.away |= set(self.holders(DECIDER))
        decider = self.matter.decider
        for post in (DEPUTY, SECOND_DEPUTY) if first else (SECOND_DEPUTY, DEPUTY):
            for user in self.holders(post):
                self.happen(events.Deputise(decider.key if decider else 1, user, "急ぐ", instruction), user)

    @rule(above=st.booleans())
    def clear_one(self, above: bool) -> None:
        """Somebody looks at what was done without them, or who stands above does, or reads what they were shown."""
        for one in self.matter.current:
            for user in self.holders(9 if above else one.post):
                self.happen(events.ReviewAfter(one.key, user), user)
                self.happen(events.Read(one.key, user), user)

    @rule(consents=st.booleans())
    def drafter_wants_it_back(self, consents: bool) -> None:
        """引戻し: at once while nobody has answered, otherwise with the consent of whoever holds it."""
        self.happen(events.PullBack(DRAFTER), DRAFTER)
        self.happen(events.AskBack(DRAFTER, "誤り"), DRAFTER)
        for one in self.matter.current:
            for user in self.holders(one.post) if consents else ():
                self.happen(events.LetBack(one.key, user), user)

    @rule(words=WORDS)
    def settle(self, words: str) -> None:
        for one in self.matter.standing_objections():
            for user in self.holders(one.post):
                self.happen(events.Settle(one.key, user, words), user)

    @rule(data=st.data(), urgency=WORDS, instruction=WORDS, who=st.sampled_from(PEOPLE))
    def deputise(self, data: Any, urgency: str, instruction: str, who: int) -> None:
        decider = self.matter.decider
        step = decider.key if decider else self.a_step(data)
        self.happen(events.Deputise(step, who, urgency, instruction, seen=self.read.get(who)), who)

    @rule(data=st.data(), reason=WORDS, to_drafter=st.booleans())
    def send_back(self, data: Any, reason: str, to_drafter: bool) -> None:
        step = self.a_step(data)
        user = self.someone(data, step)
        keys = [one.key for one in self.matter.stops] or [1]
        to = None if to_drafter else data.draw(st.sampled_from(keys))
        self.happen(events.SendBack(step, user, reason, to), user)

    @rule(data=st.data(), reason=WORDS, which=st.sampled_from(["hold", "resume", "let", "settle", "review", "read"]))
    def lesser_acts(self, data: Any, reason: str, which: str) -> None:
        step = self.a_step(data)
        user = self.someone(data, step)
        made: dict[str, events.Event] = {
            "hold": events.Hold(step, user, reason),
            "resume": events.Resume(step, user),
            "let": events.LetBack(step, user),
            "settle": events.Settle(step, user, reason, self.read.get(user)),
            "review": events.ReviewAfter(step, user, reason, self.read.get(user)),
            "read": events.Read(step, user),
        }
        self.happen(made[which], user)

    @precondition(lambda self: self.matter.state in FINAL)
    @rule(data=st.data(), which=st.sampled_from(["complete", "issue", "cancel"]))
    def after_the_end(self, data: Any, which: str) -> None:
        self.end(data, which)

    @precondition(lambda self: len(self.matter.stops) % 5 == 0)
    @rule(data=st.data(), which=st.sampled_from(["reject", "abandon", "complete", "issue", "cancel", "back", "ask"]))
    def endings(self, data: Any, which: str) -> None:
        self.end(data, which)

    def end(self, data: Any, which: str) -> None:
        step = self.a_step(data)
        user = self.someone(data, step)
        made: dict[str, events.Event] = {
            "reject": events.Reject(step, user, "理由", self.read.get(user)),
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
        self.happen(events.Revise(user, is_major, step, self.read.get(user)), user)

    @precondition(lambda self: self.matter.state == "drafting")
    @rule(data=st.data())
    def defer(self, data: Any) -> None:
        self.happen(events.Defer(DRAFTER, self.a_step(data)), DRAFTER)

    @rule(posts=st.lists(st.sampled_from(list(POSTS)), max_size=3), who=st.sampled_from(PEOPLE))
    def inform(self, posts: list[int], who: int) -> None:
        self.happen(events.Inform(who, tuple(posts)), who)

    @rule(post=st.sampled_from(list(POSTS)), who=st.sampled_from(PEOPLE), kind=st.sampled_from(list(HeldAs)))
    def midnight(self, post: int, who: int, kind: HeldAs) -> None:
        """A post changes hands: who held it yesterday does not act today."""
        self.scene.holders[post] = {who: kind}

    @rule(post=st.sampled_from(list(POSTS)), who=st.sampled_from(PEOPLE))
    def somebody_more(self, post: int, who: int) -> None:
        """A post has two holders: 兼務, or 職務代理 beside who is ill."""
        self.scene.holders[post] = {**self.scene.holders[post], who: HeldAs.PROXY}

    @rule(post=st.sampled_from(list(POSTS)))
    def vacancy(self, post: int) -> None:
        self.scene.holders[post] = {}

    @rule(who=st.sampled_from(PEOPLE))
    def goes_or_returns(self, who: int) -> None:
        self.scene.away ^= {who}

    @rule(above=st.sampled_from([None, 9, DECIDER]))
    def reorganised(self, above: int | None) -> None:
        """Another stands above those who object than did yesterday."""
        self.scene.common = above

    @rule(ended=st.booleans())
    def delegation(self, ended: bool) -> None:
        self.scene.power_ended = ended

    def teardown(self) -> None:
        """At the end of a history, everybody tries everything."""
        if len(self.matter.stops) < 16:
            try_everything(self.matter, self.scene)


MANY = int(os.environ.get("HISTORIES", "0"))  # as many as wanted, and others each time; otherwise few, always the same
CHUNK = 500  # hypothesis remembers every choice of a run: a run of thousands takes a gigabyte


def test_whatever_people_try_the_law_is_kept() -> None:
    for done in range(0, MANY or 120, CHUNK):
        few = settings(
            max_examples=min(CHUNK, (MANY or 120) - done), stateful_step_count=40, deadline=None,
            derandomize=not MANY, database=None,
        )  # fmt: skip
        run_state_machine_as_test(MatterMachine, settings=few)  # type: ignore[no-untyped-call]
