"""Random histories on real rows: the actions, the inbox, the ledger and the database's own guards, with people who go
away, posts that change hands at midnight, and every button pressed twice."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.actions import cancel_absence, register_absence
from tocho.core.org.actions.appointments import ask_always
from tocho.core.org.api import distrust
from tocho.core.org.models import Absence, AbsenceReason, Appointment, OrgUnit, Rank, UnitVersion
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Decision, NumberSeries, Step
from tocho.modules.decisions.queries.standing import matter_of
from tocho.modules.decisions.rules import Consultation
from tocho.modules.decisions.rules.hard_rules import faults, faults_of_change

from .factories import AT, Office, make_draft, make_office

WORDS = st.sampled_from(["", "理由"])
ROLES = ("drafter", "deputy", "reviewer", "chief", "stranger", "accountant", "governor")


class RowsMachine(RuleBasedStateMachine):
    """One matter of a section that consults another bureau, below the governor. All of it is rolled back at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        distrust()
        ask_always()
        self.office: Office = make_office()
        top = make_unit("T", "都", kind="government")
        UnitVersion.objects.filter(unit=OrgUnit.objects.get(code="T-01")).update(parent=top)
        section = make_unit("T-02-01", "主計課", parent=make_unit("T-02", "財務局", parent=top))
        self.people: dict[str, User] = {name: getattr(self.office, name) for name in ROLES[:5]}
        self.people["accountant"] = make_officer("accountant", make_post(section, "課長", Rank.SECTION_CHIEF))
        self.people["governor"] = make_officer("governor", make_post(top, "知事", Rank.GOVERNOR))
        self.posts = {name: Appointment.objects.get(user=one).post_id for name, one in self.people.items()}
        self.at = AT
        asked = [Consultation(self.posts["accountant"])]
        self.id = make_draft(self.office, consultations=asked).id
        self.press(actions.circulate_draft, "drafter")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        distrust()
        ask_always()

    @property
    def decision(self) -> Decision:
        return Decision.objects.get(id=self.id)

    def entries(self) -> int:
        return len(ledger.entries_of(Subject("decision", self.id)))

    def matter(self) -> Any:
        decision = self.decision
        return matter_of(decision, decision.steps.order_by("stage", "id"))

    def press(self, act: Callable[..., Any], who: str, **values: Any) -> None:
        """One press of a button and the second of a double click: one entry for what happened, none for what did
        not."""
        actor = Actor(user_id=self.people[who].id)
        for _click in (1, 2):
            before, recorded = self.matter(), self.entries()
            try:
                with transaction.atomic():
                    act(decision_id=self.id, actor=actor, at=self.at, **values)
            except Refused:
                assert self.matter() == before
                assert self.entries() == recorded
                return
            after = self.matter()
            assert faults_of_change(before, after) == () or before.state == after.state
            assert self.entries() - recorded == (0 if after == before else 1)

    def step(self, data: Any, *, kinds: tuple[str, ...] = ()) -> int:
        found = Step.objects.filter(decision_id=self.id)
        likely = found.filter(state="active")
        ids = list((likely.filter(kind__in=kinds) if kinds else likely).values_list("id", flat=True))
        every = list(found.values_list("id", flat=True))
        return int(data.draw(st.sampled_from(ids or every) | st.sampled_from(every)))

    def holder(self, data: Any, step: int) -> str:
        post = Step.objects.get(id=step).post_id
        held = Appointment.objects.on(self.at.date()).filter(post_id=post).values_list("user_id", flat=True)
        names = [name for name, one in self.people.items() if one.id in held]
        return str(data.draw(st.sampled_from(names or list(ROLES)) | st.sampled_from(ROLES)))

    @rule(data=st.data(), words=WORDS)
    def approve(self, data: Any, words: str) -> None:
        step = self.step(data)
        self.press(actions.approve_step, self.holder(data, step), step_id=step, opinion=words)

    @rule(data=st.data(), words=WORDS)
    def approve_again(self, data: Any, words: str) -> None:
        RowsMachine.approve(self, data, words)

    @rule(data=st.data(), words=WORDS)
    def object_to(self, data: Any, words: str) -> None:
        step = self.step(data, kinds=("consult",))
        self.press(actions.object_to_matter, self.holder(data, step), step_id=step, opinion=words)

    @rule(data=st.data(), words=WORDS)
    def pull_up(self, data: Any, words: str) -> None:
        step = self.step(data)
        self.press(actions.pull_up_step, self.holder(data, step), step_id=step, reason=words)

    @rule(data=st.data(), words=WORDS, who=st.sampled_from(ROLES))
    def deputise(self, data: Any, words: str, who: str) -> None:
        step = self.step(data, kinds=("decide",))
        self.press(actions.deputise_decision, who, step_id=step, urgency=words)

    @rule(data=st.data(), words=WORDS, to_station=st.booleans())
    def send_back(self, data: Any, words: str, to_station: bool) -> None:
        step = self.step(data)
        to = self.step(data) if to_station else None
        self.press(actions.return_draft, self.holder(data, step), step_id=step, reason=words, to_step_id=to)

    @rule(data=st.data(), which=st.sampled_from(["hold", "resume", "let", "settle", "review", "read"]))
    def lesser(self, data: Any, which: str) -> None:
        step = self.step(data)
        who = self.holder(data, step)
        verbs: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
            "hold": (actions.hold_matter, {"reason": "資料待ち"}),
            "resume": (actions.resume_matter, {}),
            "let": (actions.let_back, {}),
            "settle": (actions.settle_objection, {}),
            "review": (actions.review_afterwards, {}),
            "read": (actions.read_matter, {}),
        }
        act, values = verbs[which]
        self.press(act, who, step_id=step, **values)

    @rule(words=WORDS, is_major=st.booleans(), body=st.sampled_from(["案一", "案二", "案三"]))
    def revise(self, words: str, is_major: bool, body: str) -> None:
        changes = {"body": body, "why": words}
        self.press(actions.revise_draft, "drafter", step_id=None, changes=changes, is_major=is_major)

    @rule(who=st.sampled_from(ROLES), verb=st.sampled_from(["back", "ask", "abandon", "complete", "inform", "redraft"]))
    def drafters_acts(self, who: str, verb: str) -> None:
        if verb == "back":
            self.press(actions.pull_back_draft, who, reason="")
        elif verb == "ask":
            self.press(actions.ask_back, who, reason="誤り")
        elif verb == "complete":
            self.press(actions.complete_matter, who)
        elif verb == "inform":
            self.press(actions.inform_posts, who, posts=[self.posts["stranger"]])
        elif verb == "redraft" and self.decision.state in ("returned", "pulled_back"):
            make_draft(self.office, consultations=[Consultation(self.posts["accountant"])])
            self.press(actions.circulate_draft, "drafter")
        elif verb == "abandon" and self.decision.revision > 2:
            self.press(actions.abandon_matter, who, reason="不要")

    @rule(who=st.sampled_from(["deputy", "chief", "accountant"]), days=st.integers(1, 9))
    def goes_away(self, who: str, days: int) -> None:
        user = self.people[who]
        values = {"reason": AbsenceReason.TRAVEL, "actor": Actor(user_id=user.id), "at": self.at}
        with transaction.atomic():
            if not Absence.objects.at(self.at).filter(user=user).exists():
                register_absence(user_id=user.id, starts_at=self.at, ends_at=self.at + timedelta(days=days), **values)
        actions.offer_waiting(at=self.at)

    @rule(who=st.sampled_from(["deputy", "chief", "accountant"]))
    def comes_back(self, who: str) -> None:
        user = self.people[who]
        self.at += timedelta(minutes=1)
        for absence in Absence.objects.at(self.at).filter(user=user):
            cancel_absence(absence_id=absence.id, actor=Actor(user_id=user.id), at=self.at)
        actions.offer_waiting(at=self.at)

    @rule(leaves=st.sampled_from(["deputy", "chief"]), comes=st.sampled_from(["stranger", "accountant", "drafter"]))
    def midnight(self, leaves: str, comes: str) -> None:
        """The next day begins, and a post has another holder."""
        self.at += timedelta(days=1)
        day: date = self.at.date()
        post = self.posts[leaves]
        Appointment.objects.filter(post_id=post, ends_on=None, starts_on__lt=day).update(ends_on=day)
        if not Appointment.objects.filter(post_id=post, ends_on=None).exists():
            Appointment.objects.create(user=self.people[comes], post_id=post, kind=3, starts_on=day)
        ask_always()

    @invariant()
    def the_hard_rules_hold(self) -> None:
        decision = self.decision
        assert faults(matter_of(decision, decision.steps.filter(circuit=decision.circuit))) == ()

    @invariant()
    def the_inbox_shows_whose_turn_it_is(self) -> None:
        open_steps = Step.objects.filter(decision_id=self.id, state="active")
        expected = {(f"post:{post}", kind) for post, kind in open_steps.values_list("post_id", "kind")}
        tasks = process.tasks_of(Subject("decision", self.id))
        assert {one.address for one in tasks if one.kind != "decisions.deputise"} == {key[0] for key in expected}
        offered = open_steps.exclude(deputy_task_id=None).count()
        assert sum(one.kind == "decisions.deputise" for one in tasks) == offered

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        for series in NumberSeries.objects.all():
            taken = Decision.objects.filter(symbol=series.symbol, fiscal_year=series.fiscal_year).values_list("number")
            assert sorted(number for (number,) in taken) == list(range(1, series.last + 1))


@pytest.mark.django_db
def test_whatever_people_press_the_rules_hold() -> None:
    few = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(RowsMachine, settings=few)  # type: ignore[no-untyped-call]
