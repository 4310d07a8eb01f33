"""Promise (b): a human decision step — the decider opens a case's decision and approves it.

The case is a use of a facility for profit, which the rules leave to people. All that follows from the decision is
counted too: the case goes on, the notice is composed and mailed, the case is closed. (Signatures are `bench.notices`.)
"""

from typing import Any

from bench.apply import add_places
from bench.client import Browser
from bench.meter import report
from bench.server import City

PROMISE_MS = 20
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
        self.decider = User.objects.get(username=DECIDER).id

    def make(self) -> int:
        """One case; the id of its decision."""
        from tocho.modules.procedures import actions

        at = self.now()
        case = actions.start_application(version=self.version, user_id=None, language="ja", at=at)
        answers: dict[str, Any] = {**ANSWERS, "slot": str(self.slot)}
        actions.save_answers(application_id=case.id, answers=answers, at=at)
        actions.submit_application(application_id=case.id, at=at)
        decision_id = actions.draft_decision(
            application_id=case.id, outcome="approve", reasons="", body="", actor=self.drafter, at=at
        )
        self._review(decision_id)
        return decision_id

    def _review(self, decision_id: int) -> None:
        """Let everybody on the route before the decider approve."""
        from tocho.core.ledger.api import Actor
        from tocho.core.org import api as org
        from tocho.modules.decisions import actions
        from tocho.modules.decisions.models import Step

        while True:
            at = self.now()
            step = Step.objects.get(decision_id=decision_id, state="active")
            holder = org.holders([step.post_id], at=at)[step.post_id].user_id
            if holder == self.decider:
                return
            actions.approve_step(decision_id=decision_id, step_id=step.id, actor=Actor(user_id=holder), at=at)


def run(city: City, *, quick: bool) -> bool:
    count = 30 if quick else 150
    cases = Cases()
    waiting = [cases.make() for _ in range(count + 24)]
    browsers = city.browsers()
    for browser in browsers:
        browser.sign_in(DECIDER)

    def decide(browser: Browser, number: int) -> None:
        path = f"/desk/decisions/{waiting.pop()}/"
        page = browser.get(path)
        browser.submit(page, f"{path}approve/", {})

    meter = city.meter()
    meter.measure(decide, browsers, count=24)
    meter.measure_idle(5 if quick else 15)
    cost = meter.measure(decide, browsers, count=count)
    print(cost.detail("human decision step", bare=city.bare), flush=True)
    return report("decision_step", cost.total, "ms", PROMISE_MS)
