"""Sample matters on their way: with 協議 and 異議, 代決 and 後閲, a revision, one held, one returned."""

import tomllib
from datetime import datetime, timedelta
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
AGO = timedelta(days=2)


class Command(BaseCommand):
    help = "Load the sample city's matters; one that is there is passed over."

    def handle(self, *args: object, **options: object) -> None:
        drafter = User.objects.get(username=DRAFTER)
        made = 0
        for number, matter in enumerate(tomllib.loads(FILE.read_text(encoding="utf-8"))["matter"]):
            if Decision.objects.filter(drafter=drafter, title=matter["title"]).exists():
                continue
            with transaction.atomic():
                tell(matter, drafter, at=timezone.now() - AGO + timedelta(minutes=number))
            made += 1
        self.stdout.write(f"見本の事案 {made} 件")


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
    decision = actions.create_draft(draft, drafter=actor, at=at)
    story, words = matter["story"], matter.get("words", "")
    if story == "draft":
        return
    actions.circulate_draft(decision_id=decision.id, actor=actor, at=at)
    if story == "waiting":
        return
    _STORIES[story](decision, words, matter, actor, at)


def _open(decision: Decision) -> tuple[Step, Actor]:
    step = decision.steps.filter(state="active").exclude(kind__in=["inform", "post_review"]).order_by("id")[0]
    return step, Actor(user_id=org.holders_of(step.post_id, at=timezone.now())[0].user_id)


def _approve(decision: Decision, at: datetime, *, until: str) -> tuple[Step, Actor]:
    """Every station before the first of this kind approves; that one, and who holds it."""
    step, actor = _open(decision)
    while step.kind != until:
        actions.approve_step(decision_id=decision.id, step_id=step.id, actor=actor, at=at)
        step, actor = _open(decision)
    return step, actor


def _reviewed(decision: Decision, words: str, matter: dict[str, Any], drafter: Actor, at: datetime) -> None:
    _approve(decision, at, until="decide")


def _objected(decision: Decision, words: str, matter: dict[str, Any], drafter: Actor, at: datetime) -> None:
    step, actor = _approve(decision, at, until="consult")
    actions.object_to_matter(decision_id=decision.id, step_id=step.id, actor=actor, opinion=words, at=at)


def _deputised(decision: Decision, words: str, matter: dict[str, Any], drafter: Actor, at: datetime) -> None:
    step, decider = _approve(decision, at, until="decide")
    register_absence(
        user_id=decider.user_id or 0, starts_at=at, ends_at=at + timedelta(hours=1),
        reason=AbsenceReason.TRAVEL, actor=decider, at=at,
    )  # fmt: skip
    deputy = Actor(user_id=org.holders_of(step.deputies[0], at=at)[0].user_id)
    actions.deputise_decision(decision_id=decision.id, step_id=step.id, actor=deputy, urgency=words, at=at)


def _revised(decision: Decision, words: str, matter: dict[str, Any], drafter: Actor, at: datetime) -> None:
    step, actor = _open(decision)
    actions.approve_step(decision_id=decision.id, step_id=step.id, actor=actor, at=at)
    changes = {"body": matter["after"], "why": words}
    actions.revise_draft(decision_id=decision.id, step_id=None, changes=changes, is_major=True, actor=drafter, at=at)


def _held(decision: Decision, words: str, matter: dict[str, Any], drafter: Actor, at: datetime) -> None:
    step, actor = _open(decision)
    actions.hold_matter(decision_id=decision.id, step_id=step.id, actor=actor, reason=words, at=at)


def _returned(decision: Decision, words: str, matter: dict[str, Any], drafter: Actor, at: datetime) -> None:
    step, actor = _open(decision)
    actions.return_draft(decision_id=decision.id, step_id=step.id, actor=actor, reason=words, at=at)


def _decided(decision: Decision, words: str, matter: dict[str, Any], drafter: Actor, at: datetime) -> None:
    step, actor = _approve(decision, at, until="decide")
    actions.approve_step(decision_id=decision.id, step_id=step.id, actor=actor, at=at)


_STORIES = {
    "reviewed": _reviewed,
    "objected": _objected,
    "deputised": _deputised,
    "revised": _revised,
    "held": _held,
    "returned": _returned,
    "decided": _decided,
}
