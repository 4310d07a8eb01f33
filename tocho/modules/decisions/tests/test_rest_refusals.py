"""Every verb of the API that may not be done says so in one way: a problem (RFC 9457) in plain Japanese, and nothing
is done. In the wrong state, by the wrong person, under a post that is held no more, after a revision."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tocho.core.calendar.api import office_day
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org.actions.appointments import ask_always
from tocho.core.org.models import Appointment
from tocho.engines.rest.tests.factories import Program, make_secret

from .. import actions
from ..models import Decision, Step
from ..rules import Consultation
from .factories import AT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
VERBS = ("approve", "return", "reject", "object", "hold", "resume", "post-review", "read", "pull-back")
TURN = ("approve", "return", "reject", "object", "hold")


@pytest.fixture
def office() -> Office:
    return make_office()


def program(office: Office, name: str) -> Program:
    return Program(make_secret(getattr(office, name), ["decisions:read", "decisions:write"]))


def consulting(office: Office) -> Decision:
    """A matter that waits for who is consulted."""
    asked = [Consultation(office.posts["stranger"].id)]
    decision = circulate(office, make_draft(office, consultations=asked))
    return approve(office, decision, "deputy")


def waiting(decision: Decision) -> Step:
    return decision.steps.exclude(kind__in=["inform", "post_review"]).get(state="active")


def refused(office: Office, decision: Decision, name: str, verb: str, **more: Any) -> str:
    """The words of the refusal; nothing is recorded."""
    recorded = len(ledger.entries_of(Subject("decision", decision.id)))
    body = {
        "step": more.pop("step", 0) or decision.steps.order_by("id")[0].id,
        "reason": "理由",
        "opinion": "意見",
    } | more
    answer = program(office, name).post(f"/decisions/{decision.id}/{verb}", body)
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (422, "application/problem+json"), (
        verb,
        problem,
    )
    assert (problem["type"], problem["status"]) == ("/api/#not-possible", 422)
    assert problem["detail"].endswith("。")
    assert len(ledger.entries_of(Subject("decision", decision.id))) == recorded
    return str(problem["detail"])


@pytest.mark.parametrize("verb", VERBS)
def test_what_has_ended_is_not_acted_on(office: Office, verb: str) -> None:
    decision = consulting(office)
    for name in ("stranger", "reviewer", "chief"):
        decision = approve(office, decision, name)
    step = decision.steps.get(kind="decide").id
    name = "drafter" if verb == "pull-back" else "chief"
    words = refused(office, decision, name, verb, step=step)
    assert words.startswith("引き戻せるのは" if verb == "pull-back" else "ほかの操作が先に行われました")


@pytest.mark.parametrize("verb", VERBS)
def test_who_is_on_the_route_but_has_not_their_turn_acts_on_nothing(office: Office, verb: str) -> None:
    decision = consulting(office)
    step = waiting(decision).id
    if verb == "resume":
        values = {"actor": office.actor("stranger"), "reason": "待つ", "at": AT}
        actions.hold_matter(decision_id=decision.id, step_id=step, **values)
    if verb == "read":
        posts = [office.posts["stranger"].id]
        actions.inform_posts(decision_id=decision.id, posts=posts, actor=office.actor("drafter"), at=AT)
        step = decision.steps.get(kind="inform").id
    words = refused(office, decision, "chief", verb, step=step)
    assert words.startswith(
        {"pull-back": "引き戻せるのは", "post-review": "ほかの操作が先に"}.get(verb, "この職にいまいる人だけが")
    )


@pytest.mark.parametrize("verb", TURN)
def test_nobody_acts_at_a_station_that_is_not_open_yet(office: Office, verb: str) -> None:
    decision = consulting(office)
    assert refused(office, decision, "chief", verb, step=decision.steps.get(kind="decide").id).startswith("ほかの操作")


@pytest.mark.parametrize("verb", TURN)
def test_on_hold_nobody_acts(office: Office, verb: str) -> None:
    decision = consulting(office)
    step = waiting(decision).id
    actor = office.actor("stranger")
    actions.hold_matter(decision_id=decision.id, step_id=step, actor=actor, reason="待つ", at=AT)
    assert refused(office, decision, "stranger", verb, step=step).startswith("この事案は保留されています")


@pytest.mark.parametrize("verb", [*TURN, "read", "post-review"])
def test_who_has_left_the_post_at_midnight_finds_nothing_any_more(office: Office, verb: str) -> None:
    decision = consulting(office)
    step = waiting(decision).id
    caller = program(office, "stranger")
    assert caller.get(f"/decisions/{decision.id}").json()["step"] == step
    Appointment.objects.filter(user=office.stranger).update(ends_on=office_day(timezone.now()))
    ask_always()
    answer = caller.post(f"/decisions/{decision.id}/{verb}", {"step": step, "reason": "x"})
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("verb", "name", "words"),
    [
        ("reject", "stranger", "これは決定権者だけができます"),
        ("object", "deputy", "この職にいまいる人だけが"),
        ("resume", "stranger", "ほかの操作が先に"),
        ("pull-back", "drafter", "すでに関与者が処理したため"),
        ("post-review", "stranger", "ほかの操作が先に"),
        ("read", "stranger", "ほかの操作が先に"),
    ],
)
def test_what_is_not_asked_of_a_station_is_not_done_there(office: Office, verb: str, name: str, words: str) -> None:
    decision = consulting(office)
    assert refused(office, decision, name, verb, step=waiting(decision).id).startswith(words)


@pytest.mark.parametrize("verb", ["approve", "reject", "object"])
def test_an_answer_to_words_that_were_changed_is_refused(office: Office, verb: str) -> None:
    decision = consulting(office)
    if verb == "reject":
        for name in ("stranger", "reviewer"):
            approve(office, decision, name)
    changes = {"body": "直した案", "why": "誤り"}
    actions.revise_draft(
        decision_id=decision.id, step_id=None, changes=changes, is_major=False, actor=office.actor("drafter"), at=AT
    )
    name = "chief" if verb == "reject" else "stranger"
    assert program(office, name).get(f"/decisions/{decision.id}").json()["revision"] == 2
    step = waiting(decision).id
    assert refused(office, decision, name, verb, step=step, revision=1).startswith("開いたあとで改訂されました")


def by_the_drafter(office: Office) -> Decision:
    """The drafter has come to hold the post of who is consulted."""
    decision = consulting(office)
    day = office_day(timezone.now()) - timedelta(days=1)
    Appointment.objects.filter(user=office.stranger).update(ends_on=day)
    Appointment.objects.create(user=office.drafter, post=office.posts["stranger"], kind=2, starts_on=day)
    ask_always()
    return decision


def as_it_is(office: Office) -> Decision:
    return consulting(office)


@pytest.mark.parametrize("verb", TURN)
@pytest.mark.parametrize(("make", "words"), [(by_the_drafter, "自分が起案した案件"), (as_it_is, "この職にいまいる人")])
def test_the_drafter_answers_for_nobody(
    office: Office, verb: str, make: Callable[[Office], Decision], words: str
) -> None:
    decision = make(office)
    assert refused(office, decision, "drafter", verb, step=waiting(decision).id).startswith(words)
