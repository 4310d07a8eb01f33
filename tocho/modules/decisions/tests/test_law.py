"""Everybody tries everything, wherever a matter may stand: the machine does what the law (4.3) allows, and no more."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from ..rules import Matter, State, events
from ..rules.events import HeldAs
from .everything import CHECKER, DECIDER, DEPUTY, DRAFTER, SECOND_DEPUTY, SUPERIOR, Scene, draft, happen, try_everything


@dataclass
class Story:
    """A matter on its way among people; each line is one event that must be legal."""

    matter: Matter
    scene: Scene = field(default_factory=Scene)

    def tell(self, event: events.Event, user: int = DRAFTER) -> "Story":
        after = happen(self.matter, event, self.scene.world(user, self.matter))
        assert after is not None, event
        self.matter = after
        return self

    def key(self, post: int, *states: str) -> int:
        wanted = states or ("active", "waiting")
        return next(one.key for one in self.matter.current if one.post == post and one.state in wanted)

    def out(self) -> "Story":
        return self.tell(events.Circulate(DRAFTER))

    def agree(self, *posts: int, words: str = "") -> "Story":
        for post in posts:
            self.tell(events.Respond(self.key(post), 100 + post, words), 100 + post)
        return self

    def object_(self, post: int) -> "Story":
        return self.tell(events.Respond(self.key(post), 100 + post, "反対", objects=True), 100 + post)

    def hold(self, post: int) -> "Story":
        return self.tell(events.Hold(self.key(post), 100 + post, "資料待ち"), 100 + post)

    def send_back(self, post: int, to: int | None = None) -> "Story":
        target = self.key(to, "approved", "approved_with_opinion", "objected") if to else None
        return self.tell(events.SendBack(self.key(post), 100 + post, "誤り", target), 100 + post)

    def pull_up(self, post: int) -> "Story":
        return self.tell(events.Respond(self.key(post), 100 + post, "急ぐ", pulls_up=True), 100 + post)

    def revise(self, *, is_major: bool) -> "Story":
        return self.tell(events.Revise(DRAFTER, is_major))

    def deputise(self, post: int = DEPUTY, instruction: str = "") -> "Story":
        self.scene.away.add(100 + DECIDER)
        return self.tell(events.Deputise(self.key(DECIDER), 100 + post, "急ぐ", instruction), 100 + post)

    def ask_back(self) -> "Story":
        return self.tell(events.AskBack(DRAFTER, "誤り"))

    def inform(self, *posts: int) -> "Story":
        return self.tell(events.Inform(DRAFTER, posts))

    def read(self, post: int) -> "Story":
        return self.tell(events.Read(self.key(post, "active"), 100 + post), 100 + post)

    def review(self, post: int) -> "Story":
        return self.tell(events.ReviewAfter(self.key(post, "active"), 100 + post), 100 + post)


def begin(matter: Matter | None = None, **scene: object) -> Story:
    return Story(matter or draft(), Scene(**scene))  # type: ignore[arg-type]


def decided() -> Story:
    return begin().out().agree(2, 3, 5, 6, CHECKER, DECIDER)


SHORT = ((), (), ())
STORIES: dict[str, Callable[[], Story]] = {
    "drafting": begin,
    "one left to 後閲 beforehand": lambda: begin().tell(events.Defer(DRAFTER, 1)),
    "one left to 後閲, and sent out": lambda: begin().tell(events.Defer(DRAFTER, 1)).out().review(2),
    "circulating": lambda: begin().out(),
    "after one answer": lambda: begin().out().agree(2),
    "consulted at the same time": lambda: begin().out().agree(2, 3, 5),
    "one of two suffices": lambda: begin(draft(asked=((5, 1, 1), (6, 1, 1)))).out().agree(2, 3),
    "one has answered, the other is spared": lambda: begin(draft(asked=((5, 1, 1), (6, 1, 1)))).out().agree(2, 3, 5),
    "one after the other": lambda: begin(draft(asked=((5, 1, 0), (6, 2, 0)))).out().agree(2, 3, words="意見"),
    "to be checked": lambda: begin().out().agree(2, 3, 5, 6),
    "to be decided": lambda: begin().out().agree(2, 3, 5, 6, CHECKER),
    "nobody but the decider": lambda: begin(draft(*SHORT)).out(),
    "an objection": lambda: begin().out().agree(2, 3).object_(5),
    "an objection before the superior": lambda: begin().out().agree(2, 3).object_(5).agree(6, CHECKER),
    "an objection, nobody above": lambda: begin(common=None).out().agree(2, 3).object_(5).agree(6, CHECKER),
    "an objection, the decider above": lambda: begin(common=DECIDER).out().agree(2, 3).object_(5).agree(6, CHECKER),
    "two objections, one taken back": lambda: (
        begin().out().agree(2, 3).object_(5).object_(6).tell(events.Settle(3, 105), 105)
    ),
    "the superior decides": lambda: begin().out().agree(2, 3).object_(5).agree(6, CHECKER, DECIDER, words="調整した"),
    "the superior was passed over and shown it": lambda: (
        begin(draft((2, SUPERIOR))).out().agree(2).pull_up(5).inform(SUPERIOR).object_(6).agree(CHECKER)
    ),
    "asked again after an objection": lambda: begin().out().agree(2, 3).object_(5).agree(6).send_back(CHECKER, to=5),
    "pulled up": lambda: begin().out().pull_up(5),
    "pulled up by who checks": lambda: begin().out().pull_up(CHECKER),
    "pulled up and looked at": lambda: begin().out().pull_up(CHECKER).review(2),
    "pulled up, then sent back": lambda: begin().out().pull_up(5).agree(6).send_back(CHECKER, to=5),
    "held": lambda: begin().out().hold(2),
    "held by the decider": lambda: begin().out().agree(2, 3, 5, 6, CHECKER).hold(DECIDER),
    "returned": lambda: begin().out().agree(2).send_back(3),
    "returned to a station": lambda: begin().out().agree(2, 3, 5, 6).send_back(CHECKER, to=2),
    "pulled back": lambda: begin().out().tell(events.PullBack(DRAFTER)),
    "read before anybody answered": lambda: begin().out().inform(4).read(4),
    "asked back": lambda: begin().out().agree(2).ask_back(),
    "asked back while held": lambda: begin().out().agree(2).hold(3).ask_back(),
    "a minor revision": lambda: begin().out().agree(2, 3).object_(5).revise(is_major=False),
    "a major revision": lambda: begin().out().agree(2, 3).object_(5).revise(is_major=True),
    "a revision of a revision": lambda: begin().out().agree(2).revise(is_major=True).agree(2).revise(is_major=False),
    "decided": decided,
    "decided, informed": lambda: decided().inform(4, 2),
    "decided by a deputy": lambda: begin().out().agree(2, 3, 5, 6, CHECKER).deputise(),
    "decided by a deputy, looked at": lambda: begin().out().agree(2, 3, 5, 6, CHECKER).deputise().review(DECIDER),
    "issued": lambda: decided().tell(events.Issue()),
    "completed": lambda: decided().tell(events.Complete(DRAFTER)),
    "its issue cancelled": lambda: decided().tell(events.CancelIssue()),
    "rejected": lambda: begin(draft(*SHORT)).out().tell(events.Reject(1, 108, "否"), 108),
    "abandoned": lambda: begin().out().agree(2).tell(events.Abandon(DRAFTER, "不要")),
    "weighty": lambda: begin(draft(is_weighty=True)).out().agree(2, 3, 5, 6, CHECKER),
}


def weathers(story: Story) -> dict[str, Scene]:
    """The same matter in other organisations: midnight has passed, people are away, hold two posts, or none."""
    drafters = {DRAFTER: HeldAs.MAIN}
    both = {105: HeldAs.CONCURRENT}
    usual = story.scene
    held, common = dict(usual.holders), usual.common
    return {
        "as it was": usual,
        "the decider is away": Scene(held, {108}, common),
        "decider and first deputy are away": Scene(held, {108, 102}, common),
        "the decider's post is vacant": Scene({**held, DECIDER: {}}, set(), common),
        "the drafter is the first deputy": Scene({**held, DEPUTY: drafters}, {108}, common),
        "both deputies are the drafter's": Scene({**held, DEPUTY: drafters, SECOND_DEPUTY: drafters}, {108}, common),
        "the drafter is the decider": Scene({**held, DECIDER: drafters}, set(), common),
        "the deputy has become the decider": Scene({**held, DECIDER: {102: HeldAs.ACTING}}, set(), common),
        "the decider is a deputy too, and away": Scene({**held, DECIDER: {102: HeldAs.ACTING}}, {102}, common),
        "one person has many posts": Scene({**held, **dict.fromkeys((2, 3, 5, CHECKER), both)}),
        "by law for the decider": Scene({**held, DECIDER: {108: HeldAs.MAIN, 109: HeldAs.PROXY}}, {108}, common),
        "the delegation has ended": Scene(held, {108}, common, power_ended=True),
        "another stands above all": Scene(held, {108}, SUPERIOR),
        "nobody stands above all": Scene(held, {108}, None),
        "nobody is left to look at it": Scene({**held, 2: {}, 5: drafters, DECIDER: {102: HeldAs.MAIN}}),
        "all are away": Scene(held, set(range(100, 111)), SUPERIOR),
    }


@pytest.mark.parametrize("name", STORIES)
def test_everybody_tries_everything(name: str) -> None:
    story = STORIES[name]()
    assert all(try_everything(story.matter, scene) >= 0 for scene in weathers(story).values())


def test_the_stories_reach_every_state() -> None:
    told = [make().matter for make in STORIES.values()]
    assert {one.state for one in told} == {*State}
    assert {stop.state for matter in told for stop in matter.stops} >= {
        "waiting", "active", "approved", "approved_with_opinion", "objected", "returned", "rejected", "acted_by_deputy",
        "deferred_to_post_review", "pulled_up", "post_reviewed", "read", "spared", "superseded",
    }  # fmt: skip


def test_one_act_counts_for_the_next_stations_of_the_same_person_where_the_rule_says_so() -> None:
    for collapses, expected in ((True, ["approved", "approved"]), (False, ["approved", "active"])):
        story = begin(draft((2, 3), ((5, 1, 0),), collapses=collapses)).out()
        story.scene.holders[3] = {102: HeldAs.CONCURRENT}
        story.agree(2)
        assert [one.state for one in story.matter.stops[:2]] == expected
        assert try_everything(story.matter, story.scene)
