"""Random histories on real rows: the actions, the inbox, the ledger and the database's own guards, with people who go
away, posts that change hands at midnight and stay empty, a fiscal year that turns, delegations that end, acts on what
was read before a revision, and every button pressed twice. Many more: see docs/develop/tools.md."""

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tocho.core.accounts.models import User
from tocho.core.calendar.api import fiscal_year, office_day
from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.actions import cancel_absence, register_absence
from tocho.core.org.actions.appointments import ask_always
from tocho.core.org.api import distrust
from tocho.core.org.models import Absence, AbsenceReason, Appointment, OrgUnit, Rank, UnitVersion
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.lib.errors import Refused

from .. import actions
from ..models import Decision, Delegation, NumberReservation, Step
from ..queries.standing import matter_of
from ..rules import Consultation
from ..rules.hard_rules import faults_of_change
from .factories import UNIT, Office, make_office
from .judging import faults_of, gaps

START = datetime(2021, 3, 29, 1, tzinfo=UTC)  # 10 o'clock in Tokyo, three days before the fiscal year turns
MIDNIGHT = time(15, tzinfo=UTC)
WORDS = st.sampled_from(["", "理由"])
ROLES = ("drafter", "deputy", "second", "reviewer", "chief", "stranger", "accountant", "governor")
CONSULTED = ("stranger", "accountant", "second")


class RowsMachine(RuleBasedStateMachine):
    """One matter of a section that consults others, below the governor, and the numbers of its office. All of it is
    rolled back at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        distrust()
        ask_always()
        self.office: Office = make_office()
        top = make_unit("T", "都", kind="government")
        UnitVersion.objects.filter(unit=OrgUnit.objects.get(code="T-01")).update(parent=top)
        accounts = make_unit("T-02-01", "主計課", parent=make_unit("T-02", "財務局", parent=top))
        section = OrgUnit.objects.get(code=UNIT)
        self.people: dict[str, User] = {
            name: getattr(self.office, name) for name in ("drafter", "deputy", "reviewer", "chief", "stranger")
        }
        self.people["second"] = make_officer("second", make_post(section, "課長代理（二）", Rank.DEPUTY_SECTION_CHIEF))
        self.people["accountant"] = make_officer("accountant", make_post(accounts, "課長", Rank.SECTION_CHIEF))
        self.people["governor"] = make_officer("governor", make_post(top, "知事", Rank.GOVERNOR))
        self.posts = {name: Appointment.objects.get(user=one).post_id for name, one in self.people.items()}
        self.at = START
        self.id = 0
        self.others = 0
        self.read: dict[str, int] = {}  # person → the revision they have before them
        by = Actor(user_id=self.people["drafter"].id)
        self.scan = files.store(io.BytesIO(b"%PDF-1.7 scan"), name="決裁.pdf", by=by, at=self.at).id

    @initialize(asked=st.lists(st.sampled_from(CONSULTED), max_size=3, unique=True), needed=st.integers(0, 2),
                groups=st.integers(1, 2), weighty=st.integers(0, 4), paper=st.integers(0, 5))  # fmt: skip
    def begin(self, asked: list[str], needed: int, groups: int, weighty: int, paper: int) -> None:
        self.asked = [Consultation(self.posts[name], n % groups, needed) for n, name in enumerate(asked)]
        self.facts = {"amount": 400, "importance": "ordinary"}
        decision = self.draft(Subject("matter", 1), paper_reason="law" if paper == 0 else "")
        assert decision is not None
        self.id = decision.id
        if weighty == 0:  # a weighty matter that the table nevertheless lets a deputy decide, when so instructed
            Decision.objects.filter(id=self.id).update(facts={**self.facts, "importance": "important"})
        self.press(actions.circulate_draft, "drafter")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        distrust()
        ask_always()

    def draft(self, subject: Subject, **more: Any) -> Decision | None:
        content = {"title": "納税証明書の交付について", "body": "交付してよろしいか。", "outcome": "approve"}
        values = {"category": "certificate", "facts": self.facts, "consultations": self.asked, **more}
        draft = actions.Draft(content=content, subject=subject, unit=UNIT, **values)
        by = Actor(user_id=self.people["drafter"].id, post_id=self.posts["drafter"])
        try:
            with transaction.atomic():
                return actions.create_draft(draft, drafter=by, at=self.at)
        except Refused:
            return None

    @property
    def decision(self) -> Decision:
        return Decision.objects.get(id=self.id)

    def matter(self) -> Any:
        decision = self.decision
        return matter_of(decision, decision.steps.order_by("stage", "id"))

    def press(self, act: Callable[..., Any], who: str, **values: Any) -> None:
        """One press of a button and the second of a double click: one entry for what happened, none for what did
        not."""
        actor = Actor(user_id=self.people[who].id)
        self.at += timedelta(seconds=1)
        for _click in (1, 2):
            before, recorded = self.matter(), len(ledger.entries_of(Subject("decision", self.id)))
            try:
                with transaction.atomic():
                    act(decision_id=self.id, actor=actor, at=self.at, **values)
            except Refused:
                assert self.matter() == before
                assert len(ledger.entries_of(Subject("decision", self.id))) == recorded
                return
            after = self.matter()
            self.read[who] = after.revision
            assert faults_of_change(before, after) == () or act is actions.enter_paper_decision
            assert len(ledger.entries_of(Subject("decision", self.id))) - recorded == (0 if after == before else 1)

    def step(self, data: Any, *, kinds: tuple[str, ...] = ()) -> int:
        found = Step.objects.filter(decision_id=self.id)
        likely = found.filter(state="active")
        ids = list((likely.filter(kind__in=kinds) if kinds else likely).values_list("id", flat=True))
        every = list(found.values_list("id", flat=True))
        return int(data.draw(st.sampled_from(ids or every) | st.sampled_from(every)))

    def holder(self, data: Any, step: int) -> str:
        row = Step.objects.get(id=step)
        posts = [post for post in (row.post_id, row.raised_to_id) if post]
        held = Appointment.objects.on(office_day(self.at)).filter(post_id__in=posts).values_list("user_id", flat=True)
        names = [name for name, one in self.people.items() if one.id in held]
        return str(data.draw(st.sampled_from(names or list(ROLES)) | st.sampled_from(ROLES)))

    @rule(data=st.data(), words=WORDS, fresh=st.booleans(), times=st.integers(1, 2))
    def approve(self, data: Any, words: str, fresh: bool, times: int) -> None:
        for _time in range(times):
            step = self.step(data)
            who = self.holder(data, step)
            seen = None if fresh else self.read.get(who)
            before = self.decision.revision
            self.press(actions.approve_step, who, step_id=step, opinion=words, seen=seen)
            answered = Step.objects.get(id=step)
            assert seen in (None, before) or answered.acted_by_id is None or answered.acted_at != self.at

    @rule(who=st.sampled_from(ROLES))
    def reads(self, who: str) -> None:
        self.read[who] = self.decision.revision

    @rule(data=st.data(), words=WORDS)
    def object_to(self, data: Any, words: str) -> None:
        step = self.step(data, kinds=("consult",))
        self.press(actions.object_to_matter, self.holder(data, step), step_id=step, opinion=words)

    @rule(data=st.data(), words=WORDS)
    def pull_up(self, data: Any, words: str) -> None:
        steps = Step.objects.filter(decision_id=self.id, state__in=["waiting", "active"])
        step = int(data.draw(st.sampled_from(list(steps.values_list("id", flat=True)) or [self.step(data)])))
        self.press(actions.pull_up_step, self.holder(data, step), step_id=step, reason=words)

    @rule(data=st.data(), words=WORDS, instruction=WORDS, who=st.sampled_from(["deputy", "second", "stranger"]))
    def deputise(self, data: Any, words: str, instruction: str, who: str) -> None:
        step = self.step(data, kinds=("decide",))
        self.press(actions.deputise_decision, who, step_id=step, urgency=words, instruction=instruction)

    @rule(data=st.data(), words=WORDS, to_station=st.booleans())
    def send_back(self, data: Any, words: str, to_station: bool) -> None:
        step = self.step(data)
        to = self.step(data) if to_station else None
        self.press(actions.return_draft, self.holder(data, step), step_id=step, reason=words, to_step_id=to)

    @rule(data=st.data(), which=st.sampled_from(["hold", "resume", "let", "settle", "review", "read", "reject"]))
    def lesser(self, data: Any, which: str) -> None:
        step = self.step(data)
        verbs: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
            "hold": (actions.hold_matter, {"reason": "資料待ち"}),
            "resume": (actions.resume_matter, {}),
            "let": (actions.let_back, {}),
            "settle": (actions.settle_objection, {}),
            "review": (actions.review_afterwards, {}),
            "read": (actions.read_matter, {}),
            "reject": (actions.reject_matter, {"reason": "否" if self.decision.revision > 2 else ""}),
        }
        act, values = verbs[which]
        self.press(act, self.holder(data, step), step_id=step, **values)

    @rule(words=WORDS, is_major=st.booleans(), body=st.sampled_from(["案一", "案二", "案三"]), fresh=st.booleans())
    def revise(self, words: str, is_major: bool, body: str, fresh: bool) -> None:
        values = {"changes": {"body": body, "why": words}, "seen": None if fresh else self.read.get("drafter")}
        self.press(actions.revise_draft, "drafter", step_id=None, is_major=is_major, **values)

    @rule(who=st.sampled_from(ROLES), verb=st.sampled_from(["back", "ask", "abandon", "complete", "inform"]))
    def drafters_acts(self, who: str, verb: str) -> None:
        verbs: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
            "back": (actions.pull_back_draft, {"reason": ""}),
            "ask": (actions.ask_back, {"reason": "誤り"}),
            "complete": (actions.complete_matter, {}),
            "inform": (actions.inform_posts, {"posts": [self.posts["stranger"]]}),
            "abandon": (actions.abandon_matter, {"reason": "不要" if self.decision.revision > 2 else ""}),
        }
        act, values = verbs[verb]
        self.press(act, who, **values)

    @rule(paper=st.booleans(), defers=st.booleans(), data=st.data())
    def redraft(self, paper: bool, defers: bool, data: Any) -> None:
        """What came back is drafted anew, perhaps on paper, and perhaps somebody is left to 後閲; then it goes out."""
        if self.decision.state in ("drafting", "returned", "pulled_back"):
            self.draft(Subject("matter", 1), paper_reason="disaster" if paper else "")
            if defers:
                self.press(actions.defer_stations, "drafter", steps=[self.step(data)])
            self.press(actions.circulate_draft, "drafter")

    @rule(who=st.sampled_from(["drafter", "drafter", "chief"]), hours=st.integers(0, 40))
    def enter_paper(self, who: str, hours: int) -> None:
        paper = actions.OnPaper(self.at - timedelta(hours=hours), [self.scan])
        self.press(actions.enter_paper_decision, who, paper=paper)

    @rule(which=st.sampled_from(["draft", "reserve", "give up", "fail"]))
    def another_number(self, which: str) -> None:
        """Other matters of the office take numbers; one reserves, one fails after it has taken one."""
        by = Actor(user_id=self.people["drafter"].id, post_id=self.posts["drafter"])
        self.others += 1
        if which == "reserve":
            actions.reserve_number(unit=UNIT, purpose="年度当初", actor=by, at=self.at)
        elif which == "give up" and (row := NumberReservation.objects.filter(used_at=None).first()):
            actions.give_up_number(reservation_id=row.id, why="取りやめ", actor=by, at=self.at)
        elif which == "fail":
            mark = transaction.savepoint()
            self.draft(Subject("matter", 1 + self.others))
            transaction.savepoint_rollback(mark)
        elif (made := self.draft(Subject("matter", 1 + self.others))) is not None:
            assert made.fiscal_year == fiscal_year(office_day(self.at))

    @rule(given=st.booleans())
    def delegation(self, given: bool) -> None:
        """The chief's power is given to another post, for what is drafted from then on; or the 委任 is ended."""
        by = Actor(user_id=self.people["reviewer"].id)
        if given:
            day = office_day(self.at)
            terms = actions.Terms(self.posts["chief"], self.posts["accountant"], ["certificate"], "規則第3条", day)
            try:
                with transaction.atomic():
                    actions.register_delegation(terms, actor=by, at=self.at)
            except Refused:
                return
        for row in () if given else Delegation.objects.filter(revoked_on=None):
            actions.revoke_delegation(delegation_id=row.id, actor=by, at=self.at)

    @rule(who=st.sampled_from(["deputy", "second", "chief", "accountant"]), days=st.integers(0, 9))
    def goes_away(self, who: str, days: int) -> None:
        user = self.people[who]
        values = {"reason": AbsenceReason.TRAVEL, "actor": Actor(user_id=user.id), "at": self.at}
        if not Absence.objects.at(self.at).filter(user=user).exists():
            register_absence(
                user_id=user.id, starts_at=self.at, ends_at=self.at + timedelta(days=days, hours=3), **values
            )
        actions.offer_waiting(at=self.at)

    @rule(who=st.sampled_from(["deputy", "second", "chief", "accountant"]))
    def comes_back(self, who: str) -> None:
        user = self.people[who]
        self.at += timedelta(minutes=1)
        for absence in Absence.objects.at(self.at).filter(user=user):
            cancel_absence(absence_id=absence.id, actor=Actor(user_id=user.id), at=self.at)
        actions.offer_waiting(at=self.at)

    @rule(leaves=st.sampled_from(["deputy", "chief", "stranger"]), data=st.data())
    def midnight(self, leaves: str, data: Any) -> None:
        """The next day begins in Tokyo, at that very moment, and a post has another holder, or none."""
        comes = data.draw(st.sampled_from(["stranger", "accountant", "drafter", "deputy", ""]))
        self.at = datetime.combine(self.at.date() + timedelta(days=self.at.hour >= 15), MIDNIGHT)
        day, post = office_day(self.at), self.posts[leaves]
        Appointment.objects.filter(post_id=post, ends_on=None, starts_on__lt=day).update(ends_on=day)
        if comes and not Appointment.objects.filter(post_id=post, ends_on=None).exists():
            Appointment.objects.create(user=self.people[comes], post_id=post, kind=3, starts_on=day)
        ask_always()
        actions.hand_up_reviews(at=self.at)
        actions.offer_waiting(at=self.at)

    @invariant()
    def nothing_stored_breaks_a_hard_rule(self) -> None:
        if self.id:
            assert [*faults_of(self.decision), *gaps()] == []


MANY = int(os.environ.get("HISTORIES", "0")) // 10
CHUNK = 100


@pytest.mark.django_db
def test_whatever_people_press_the_rules_hold() -> None:
    for done in range(0, MANY or 25, CHUNK):
        few = settings(
            max_examples=min(CHUNK, (MANY or 25) - done), stateful_step_count=20, deadline=None,
            suppress_health_check=list(HealthCheck), database=None, derandomize=not MANY,
            phases=[Phase.generate, *([Phase.shrink] if MANY else [])],
        )  # fmt: skip
        run_state_machine_as_test(RowsMachine, settings=few)  # type: ignore[no-untyped-call]
