"""Sample matters on their way: with 協議 and 異議, 代決 and 後閲, a revision, one held, one returned."""

import tomllib
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.core.org.actions import register_absence
from tocho.core.org.models import AbsenceReason
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Decision, Step
from tocho.modules.decisions.queries.routes import post_named
from tocho.modules.decisions.rules import Consultation

FILE = Path(settings.BASE_DIR, "city", "decisions", "samples.toml")
DRAFTER = "takahashi"
AGO = timedelta(days=9)
GAPS = (timedelta(hours=3), timedelta(hours=26), timedelta(hours=7), timedelta(hours=44))  # from one act to the next


class Command(BaseCommand):
    help = "Load the sample city's matters; one that is there is passed over."

    def handle(self, *args: object, **options: object) -> None:
        drafter = User.objects.get(username=DRAFTER)
        made = 0
        samples = tomllib.loads(FILE.read_text(encoding="utf-8"))
        for number, matter in enumerate(samples["matter"]):
            if Decision.objects.filter(drafter=drafter, title=matter["title"]).exists():
                continue
            with transaction.atomic():
                tell(matter, drafter, at=timezone.now() - AGO + timedelta(hours=number))
            made += 1
        self.stdout.write(f"見本の事案 {made} 件")
        if made:
            decide_cases(drafter, most=samples["cases_decided"])


def decide_cases(drafter: User, *, most: int) -> None:
    """Everybody on the route approves the oldest of the drafts about cases."""
    about_cases = Decision.objects.filter(drafter=drafter, subject_type="application", state="circulating")
    for decision in about_cases.order_by("id")[:most]:
        with transaction.atomic():
            _decided(Tale(decision, Actor(user_id=drafter.id), {}, decision.drafted_at))


def tell(matter: dict[str, Any], drafter: User, *, at: datetime) -> None:
    """One matter, as far as its story goes."""
    post = org.posts_of(drafter.id, at=at)[0]
    actor = Actor(user_id=drafter.id, post_id=post.id)
    draft = actions.Draft(
        category=matter["category"],
        facts={"amount": matter["amount"], "importance": "ordinary"},
        content={"title": matter["title"], "body": matter["body"], "outcome": "approve"},
        subject=None,
        unit=post.unit_code,
        consultations=[Consultation(post_named(name, at=at)) for name in matter.get("consulted", ())],
    )
    tale = Tale(actions.create_draft(draft, drafter=actor, at=at), actor, matter, at)
    if matter["story"] == "draft":
        return
    actions.circulate_draft(decision_id=tale.decision.id, actor=actor, at=tale.later())
    if matter["story"] != "waiting":
        _STORIES[matter["story"]](tale)


class Tale:
    """One matter while its story is told: who drafted it, and the hour that the story has come to."""

    def __init__(self, decision: Decision, drafter: Actor, matter: dict[str, Any], at: datetime) -> None:
        self.decision, self.drafter, self.matter, self.at = decision, drafter, matter, at
        self.words: str = matter.get("words", "")
        self._gaps = cycle(GAPS)

    def later(self) -> datetime:
        """The hour of the next act."""
        self.at += next(self._gaps)
        return self.at

    def open(self) -> tuple[Step, Actor]:
        """The station whose turn it is, and who holds it."""
        step = self.decision.steps.filter(state="active").exclude(kind__in=["inform", "post_review"]).order_by("id")[0]
        return step, Actor(user_id=org.holders_of(step.post_id, at=timezone.now())[0].user_id)

    def approved(self, *, until: str) -> tuple[Step, Actor]:
        """Every station before the first of this kind approves; that one, and who holds it."""
        step, actor = self.open()
        while step.kind != until:
            actions.approve_step(decision_id=self.decision.id, step_id=step.id, actor=actor, at=self.later())
            step, actor = self.open()
        return step, actor


def _reviewed(tale: Tale) -> None:
    tale.approved(until="decide")


def _objected(tale: Tale) -> None:
    step, actor = tale.approved(until="consult")
    actions.object_to_matter(
        decision_id=tale.decision.id, step_id=step.id, actor=actor, opinion=tale.words, at=tale.later()
    )


def _deputised(tale: Tale) -> None:
    step, decider = tale.approved(until="decide")
    at = tale.later()
    register_absence(
        user_id=decider.user_id or 0, starts_at=at, ends_at=at + timedelta(hours=1),
        reason=AbsenceReason.TRAVEL, actor=decider, at=at,
    )  # fmt: skip
    deputy = Actor(user_id=org.holders_of(step.deputies[0], at=at)[0].user_id)
    actions.deputise_decision(decision_id=tale.decision.id, step_id=step.id, actor=deputy, urgency=tale.words, at=at)


def _revised(tale: Tale) -> None:
    step, actor = tale.open()
    actions.approve_step(decision_id=tale.decision.id, step_id=step.id, actor=actor, at=tale.later())
    actions.revise_draft(
        decision_id=tale.decision.id, step_id=None, changes={"body": tale.matter["after"], "why": tale.words},
        is_major=True, actor=tale.drafter, at=tale.later(),
    )  # fmt: skip


def _held(tale: Tale) -> None:
    step, actor = tale.open()
    actions.hold_matter(decision_id=tale.decision.id, step_id=step.id, actor=actor, reason=tale.words, at=tale.later())


def _returned(tale: Tale) -> None:
    step, actor = tale.open()
    actions.return_draft(decision_id=tale.decision.id, step_id=step.id, actor=actor, reason=tale.words, at=tale.later())


def _decided(tale: Tale) -> None:
    step, actor = tale.approved(until="decide")
    actions.approve_step(decision_id=tale.decision.id, step_id=step.id, actor=actor, at=tale.later())


_STORIES = {
    "reviewed": _reviewed,
    "objected": _objected,
    "deputised": _deputised,
    "revised": _revised,
    "held": _held,
    "returned": _returned,
    "decided": _decided,
}
