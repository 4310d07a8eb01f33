"""Promise (b): a human step — somebody on the route opens a case's decision and approves it.

The case is a use of a facility for profit, which the rules leave to people. ``human_step`` is the step of a reviewer,
after which the decision goes to the next person. ``decision_step`` is that of the decider, and all that follows from it
is counted too: the case goes on, the notice is composed and mailed, the case is closed. (Signatures: `bench.notices`.)
``approvals``: the press alone, of somebody who has read and approves one matter after the other, on two cores.
"""

from typing import Any

from bench.apply import add_places
from bench.client import Browser
from bench.meter import Cost, report
from bench.server import City

PROMISE_MS, PROMISE_RATE = 20, 200
CORES = 2
DRAFTER, DECIDER = "tanaka", "kato"
ANSWERS = {
    "facility": "plaza-hall",
    "people": 40,
    "purpose": "lecture",
    "purpose_detail": "中小企業の見本市と説明会",
    "commercial": True,
    "organisation_name": "株式会社見本",
    "applicant_name": {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"},
    "applicant_address": {
        "postal_code": "1638001",
        "prefecture": "東京都",
        "city": "新宿区",
        "town": "西新宿",
        "rest": "2-8-1",
    },
    "applicant_phone": "03-5321-1111",
    "applicant_email": "hanako@mail.example",
}


class Cases:
    """Makes cases that wait for the decider: applied for, examined, drafted and reviewed."""

    def __init__(self) -> None:
        from django.utils import timezone

        from tocho.core.accounts.models import User
        from tocho.core.ledger.api import Actor
        from tocho.core.org import api as org
        from tocho.modules.procedures.queries import current_version

        self.now = timezone.now
        self.slot = add_places("plaza-hall", places=1_000_000)
        self.version = current_version("shisetsu-riyo")
        drafter = User.objects.get(username=DRAFTER)
        self.drafter = Actor(user_id=drafter.id, post_id=org.posts_of(drafter.id, at=self.now())[0].id)

    def begin(self) -> int:
        """One case that waits to be examined; its id."""
        from tocho.modules.procedures import actions

        at = self.now()
        case = actions.start_application(version=self.version, user_id=None, language="ja", at=at)
        answers: dict[str, Any] = {**ANSWERS, "slot": str(self.slot)}
        actions.save_answers(application_id=case.id, answers=answers, at=at)
        actions.submit_application(application_id=case.id, at=at)
        return int(case.id)

    def make(self, *, reviewed: bool) -> int:
        """One case that waits for its first reviewer, or for its decider; the id of its decision."""
        from tocho.modules.procedures import actions

        decision_id = actions.draft_decision(
            application_id=self.begin(), outcome="approve", reasons="", body="", actor=self.drafter, at=self.now()
        )
        while reviewed and self.whose_turn(decision_id)[1] != DECIDER:
            self._approve(decision_id)
        return decision_id

    def whose_turn(self, decision_id: int) -> tuple[int, str]:
        """The open step of a decision, and the sign-in of the person who holds its post."""
        from tocho.core.accounts.models import User
        from tocho.core.org import api as org
        from tocho.modules.decisions.models import Step

        step = Step.objects.get(decision_id=decision_id, state="active")
        holder = org.holders([step.post_id], at=self.now())[step.post_id].user_id
        return step.id, User.objects.values_list("username", flat=True).get(id=holder)

    def sign_in(self, browser: Browser, username: str) -> None:
        """Open a session for somebody, who need not be among the sample sign-ins."""
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

        from tocho.core.accounts.models import User
        from tocho.core.accounts.sessions import SessionStore

        user, session = User.objects.get(username=username), SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.id), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        browser.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)

    def _approve(self, decision_id: int) -> None:
        from tocho.core.accounts.models import User
        from tocho.core.ledger.api import Actor
        from tocho.modules.decisions import actions

        step_id, name = self.whose_turn(decision_id)
        actor = Actor(user_id=User.objects.get(username=name).id)
        actions.approve_step(decision_id=decision_id, step_id=step_id, actor=actor, at=self.now())


def run(city: City, *, quick: bool) -> bool:
    cases = Cases()
    step = _measure(city, cases, "human step of a reviewer", reviewed=False, count=30 if quick else 150)
    short = not report("human_step", step.total, "ms", PROMISE_MS)
    whole = _measure(city, cases, "human decision step", reviewed=True, count=30 if quick else 150)
    short |= not report("decision_step", whole.total, "ms", PROMISE_MS)
    press = _measure_presses(city, cases, count=60 if quick else 300)
    return report("approvals", CORES * 1000 / press.total, "1/s", PROMISE_RATE, at_most=False) and not short


def _measure_presses(city: City, cases: Cases, *, count: int) -> Cost:
    """The press of a reviewer alone: what the form carried is known, the page is not asked for."""
    waiting = [cases.make(reviewed=False) for _ in range(count + 24)]
    steps = {decision: cases.whose_turn(decision)[0] for decision in waiting}
    browsers = city.browsers(2)
    for browser in browsers:
        cases.sign_in(browser, cases.whose_turn(waiting[0])[1])
    tokens = {id(browser): browser.get(f"/desk/decisions/{waiting[0]}/") for browser in browsers}

    def press(browser: Browser, number: int) -> None:
        decision = waiting.pop()
        values = {"step": str(steps[decision])}
        browser.submit(tokens[id(browser)], f"/desk/decisions/{decision}/approve/", values)
        browser.cookies.pop("messages", None)  # what the next page would have shown

    meter = city.meter()
    meter.measure(press, browsers, count=24)
    meter.measure_idle(5 if count < 100 else 15)
    cost = meter.measure(press, browsers, count=count)
    print(cost.detail("press of a reviewer", bare=city.bare), flush=True)
    return cost


def _measure(city: City, cases: Cases, name: str, *, reviewed: bool, count: int) -> Cost:
    waiting = [cases.make(reviewed=reviewed) for _ in range(count + 24)]
    browsers = city.browsers(1)
    for browser in browsers:
        cases.sign_in(browser, cases.whose_turn(waiting[0])[1])

    def act(browser: Browser, number: int) -> None:
        path = f"/desk/decisions/{waiting.pop()}/"
        page = browser.get(path)
        browser.submit(page, f"{path}approve/", {})

    meter = city.meter()
    meter.measure(act, browsers, count=24)
    meter.measure_idle(5 if count < 100 else 15)
    cost = meter.measure(act, browsers, count=count)
    print(cost.detail(name, bare=city.bare), flush=True)
    return cost
