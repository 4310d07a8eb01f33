"""All acts × all states × all roles, on real rows: what a page offers the action does, and what it does not offer the
action refuses by itself, whatever address or number somebody sends."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.actions import register_absence
from tocho.core.org.models import AbsenceReason, Appointment, OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.lib.errors import Refused

from .. import actions
from ..models import Decision, Step
from ..queries import decision_page
from ..rules import Consultation
from ..views.acts import ACTS
from .factories import AT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
ROLES = ("drafter", "deputy", "reviewer", "chief", "stranger", "colleague", "reader")
SAID: dict[str, dict[str, Any]] = {
    "return": {"reason": "誤り"},
    "reject": {"reason": "否"},
    "object": {"opinion": "反対"},
    "settle": {"opinion": ""},
    "hold": {"reason": "資料待ち"},
    "pull-up": {"reason": "急ぐ"},
    "deputise": {"urgency": "急ぐ", "instruction": "電話で指示"},
    "review": {"opinion": ""},
    "read": {},
    "resume": {},
    "ask-back": {"reason": "誤り"},
    "let-back": {},
    "abandon": {"reason": "不要"},
    "revise": {"is_major": False, "body": "別の案", "why": "誤り", "seen": None},
    "inform": {"offices": "主税局 徴収部 計画課"},
    "circulate": {},
    "complete": {},
}
DOES: dict[str, Callable[..., Any]] = {name: ACTS[name].do for name in SAID}
OFFERED: dict[str, Callable[[Any], Any]] = {name: ACTS[name].offered for name in SAID}
OFFERED |= {"approve": lambda acts: acts.step, "pull-back": lambda acts: acts.may_pull_back}
OFFERED |= {"defer": ACTS["defer"].offered, "paper": ACTS["paper"].offered, "edit": lambda acts: acts.may_edit}
HARMLESS = {("circulating", "ask-back")}  # consent is asked for where none is needed
AT_STATION = {name for name in SAID if ACTS[name].at_station} | {"approve"}


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def people(office: Office) -> dict[str, User]:
    section, elsewhere = (OrgUnit.objects.get(code=code) for code in ("T-01-01-01", "T-01-09"))
    more = {"colleague": make_officer("colleague", make_post(section, "主事（二）"))}
    more["reader"] = make_officer("reader", make_post(elsewhere, "課長（調整）", 4))
    return {name: getattr(office, name) for name in ROLES[:5]} | more


def post_of(user: User) -> int:
    return Appointment.objects.get(user=user).post_id


def drafted(office: Office, **more: Any) -> Decision:
    asked = [Consultation(office.posts["stranger"].id)]
    return make_draft(office, consultations=asked, subject_id=0, **more)


def on_its_way(office: Office, *names: str, **more: Any) -> Decision:
    """A matter that these have approved."""
    decision = circulate(office, drafted(office, **more))
    for name in names:
        approve(office, decision, name)
    return decision


def at_station(office: Office, decision: Decision, verb: str, name: str, **said: Any) -> Decision:
    step = decision.steps.exclude(kind__in=["inform", "post_review"]).get(state="active")
    act: Callable[..., Decision] = getattr(actions, verb)
    return act(decision_id=decision.id, step_id=step.id, actor=office.actor(name), at=AT, **said)


def objected(office: Office) -> Decision:
    decision = on_its_way(office, "deputy")
    return at_station(office, decision, "object_to_matter", "stranger", opinion="反対")


def away(office: Office) -> None:
    times = {"starts_at": AT - timedelta(hours=1), "ends_at": AT + timedelta(hours=5), "at": AT - timedelta(hours=1)}
    register_absence(user_id=office.chief.id, reason=AbsenceReason.TRAVEL, actor=office.actor("chief"), **times)


def deputised(office: Office) -> Decision:
    decision = on_its_way(office, "deputy", "stranger", "reviewer")
    away(office)
    return at_station(office, decision, "deputise_decision", "deputy", urgency="急ぐ")


def decider_away(office: Office) -> Decision:
    decision = on_its_way(office, "deputy", "stranger", "reviewer")
    away(office)
    return decision


def asked_back(office: Office) -> Decision:
    decision = on_its_way(office, "deputy")
    return actions.ask_back(decision_id=decision.id, actor=office.actor("drafter"), reason="誤り", at=AT)


def pulled_up(office: Office) -> Decision:
    decision = on_its_way(office)
    step = decision.steps.get(kind="consult")
    actor = office.actor("stranger")
    return actions.pull_up_step(decision_id=decision.id, step_id=step.id, actor=actor, reason="急ぐ", at=AT)


def all_but(office: Office, verb: str, **said: Any) -> Decision:
    return at_station(office, on_its_way(office, "deputy", "stranger", "reviewer"), verb, "chief", **said)


def completed(office: Office) -> Decision:
    decision = on_its_way(office, "deputy", "stranger", "reviewer", "chief")
    return actions.complete_matter(decision_id=decision.id, actor=office.actor("drafter"), at=AT)


MATTERS: dict[str, Callable[[Office], Decision]] = {
    "drafting": drafted,
    "on paper": lambda office: drafted(office, paper_reason="law"),
    "circulating": on_its_way,
    "consulting": lambda office: on_its_way(office, "deputy"),
    "objected": objected,
    "to be decided": lambda office: on_its_way(office, "deputy", "stranger", "reviewer"),
    "decider away": decider_away,
    "asked back": asked_back,
    "pulled up": pulled_up,
    "on hold": lambda office: at_station(
        office, on_its_way(office, "deputy"), "hold_matter", "stranger", reason="待つ"
    ),
    "returned": lambda office: all_but(office, "return_draft", reason="誤り"),
    "rejected": lambda office: all_but(office, "reject_matter", reason="否"),
    "decided": lambda office: on_its_way(office, "deputy", "stranger", "reviewer", "chief"),
    "deputised": deputised,
    "completed": completed,
}


def stations(decision: Decision, user: User, posts: list[int], offered: Any) -> list[int]:
    """Where to try it: where it is offered; otherwise at the open stations and at all of one's own."""
    if isinstance(offered, Step):
        return [offered.id]
    rows = decision.steps.filter(circuit=decision.circuit)
    return [row.id for row in rows if row.state == "active" or row.post_id in posts] or [0]


def attempts(office: Office, decision: Decision, verb: str, steps: list[int], scan: int) -> Iterator[dict[str, Any]]:
    if verb == "approve":
        yield from ({"do": actions.approve_step, "step_id": step} for step in steps)
    elif verb == "pull-back":
        yield {"do": actions.pull_back_draft, "reason": "誤り"}
    elif verb == "defer":
        waiting = decision.steps.filter(kind__in=["line_review", "consult"], circuit=decision.circuit)
        yield {"do": actions.defer_stations, "steps": [waiting.order_by("id")[0].id]}
    elif verb == "paper":
        yield {"do": actions.enter_paper_decision, "paper": actions.OnPaper(AT, [scan])}
    elif verb == "edit":
        content = {"title": "直した件名", "body": "直した案", "outcome": "approve"}
        draft = actions.Draft("certificate", {"amount": 400}, content, None, decision.unit)
        yield {"do": actions.redraft, "draft": draft}
    else:
        yield from (
            {"do": DOES[verb], **SAID[verb], **({"step_id": step} if verb in AT_STATION else {})} for step in steps
        )


def happens(decision: Decision, user: User, do: Callable[..., Any], said: dict[str, Any]) -> bool:
    """Whether it is done and recorded; undone at once."""
    who = {"drafter" if do is actions.redraft else "actor": Actor(user_id=user.id)}
    before = len(ledger.entries_of(Subject("decision", decision.id)))
    mark = transaction.savepoint()
    try:
        do(decision_id=decision.id, at=AT, **said, **who)
    except Refused:
        return False
    else:
        return len(ledger.entries_of(Subject("decision", decision.id))) > before
    finally:
        transaction.savepoint_rollback(mark)


@pytest.mark.parametrize("state", MATTERS)
def test_what_is_offered_is_done_and_nothing_else(office: Office, people: dict[str, User], state: str) -> None:
    decision = MATTERS[state](office)
    decision.refresh_from_db()
    if decision.state in ("circulating", "decided"):
        to_read = [office.posts["reviewer"].id, post_of(people["reader"])]
        actions.inform_posts(decision_id=decision.id, posts=to_read, actor=office.actor("drafter"), at=AT)
    decision.refresh_from_db()
    scan = files.store(io.BytesIO(b"%PDF-1.7 scan"), name="scan.pdf", by=office.actor("drafter"), at=AT).id
    wrong = []
    for name, user in people.items():
        acts = decision_page(decision, user_id=user.id, at=AT).acts
        for verb, asks in OFFERED.items():
            offered = asks(acts)
            steps = stations(decision, user, [post_of(user)], offered)
            tried = list(attempts(office, decision, verb, steps, scan))
            done = any(happens(decision, user, one.pop("do"), one) for one in tried)
            if done != bool(offered) and (state, verb) not in HARMLESS:
                wrong.append((name, verb, "offered, but refused" if offered else "not offered, but done"))
    assert not wrong, wrong
