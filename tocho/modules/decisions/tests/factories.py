"""A bureau with a section that drafts, reviews and decides, and the authority table of the sample city."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.models import Post, Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import AuthorityTable, Decision

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
UNIT = "T-01-01-01"


@dataclass(frozen=True)
class Office:
    """The people of the tests: drafter, deputy (審議), legal reviewer (審査), chief (決定), and somebody elsewhere."""

    drafter: User
    deputy: User
    reviewer: User
    chief: User
    stranger: User
    posts: dict[str, Post]

    def actor(self, name: str) -> Actor:
        return Actor(user_id=getattr(self, name).id, post_id=self.posts[name].id)


def make_authority(effective_from: date = date(2020, 4, 1)) -> AuthorityTable:
    xml = Path(settings.BASE_DIR, "city", "authority", "jian-kettei.dmn").read_text(encoding="utf-8")
    digest = hashlib.sha256(xml.encode()).hexdigest()
    return AuthorityTable.objects.create(name="別表", xml=xml, digest=digest, effective_from=effective_from)


def make_office() -> Office:
    make_authority()
    bureau = make_unit("T-01", "主税局")
    general = make_unit("T-01-09", "総務部", parent=bureau)
    affairs = make_unit("T-01-09-01", "総務課", parent=general)
    division = make_unit("T-01-01", "徴収部", parent=bureau)
    section = make_unit(UNIT, "徴収課", parent=division)
    other = make_unit("T-01-01-02", "計画課", parent=division)
    posts = {
        "drafter": make_post(section, "主事"),
        "deputy": make_post(section, "課長代理", Rank.DEPUTY_SECTION_CHIEF),
        "reviewer": make_post(affairs, "課長代理（文書）", Rank.DEPUTY_SECTION_CHIEF, serves_as="legal_review"),
        "chief": make_post(section, "課長", Rank.SECTION_CHIEF),
        "stranger": make_post(other, "課長", Rank.SECTION_CHIEF),
    }
    people = {name: make_officer(name, post) for name, post in posts.items()}
    return Office(**people, posts=posts)


OF_THE_DRAFT = (
    "category",
    "facts",
    "consultations",
    "relates_to",
    "relation",
    "paper_reason",
    "reservation",
    "due_on",
    "received",
)


def make_draft(office: Office, subject_id: int = 1, **changes: Any) -> Decision:
    """A certificate as it is drafted in the tests; parts of the draft or of its content may be others."""
    parts = {name: changes.pop(name) for name in OF_THE_DRAFT if name in changes}
    content = {
        "title": "納税証明書の交付について",
        "body": "交付してよろしいか。",
        "outcome": "approve",
        "brief": [["通数", "1"]],
    }
    values = {"category": "certificate", "facts": {"amount": 400}, **parts}
    subject = Subject("matter", subject_id) if subject_id else None  # 0: a matter of its own
    draft = actions.Draft(content={**content, **changes}, subject=subject, unit=UNIT, **values)
    return actions.create_draft(draft, drafter=office.actor("drafter"), at=AT)


def circulate(office: Office, decision: Decision) -> Decision:
    return actions.circulate_draft(decision_id=decision.id, actor=office.actor("drafter"), at=AT)


def approve(office: Office, decision: Decision, name: str, **more: Any) -> Decision:
    step = decision.steps.exclude(kind__in=["inform", "post_review"]).get(state="active")
    return actions.approve_step(
        decision_id=decision.id, step_id=step.id, actor=office.actor(name), at=more.pop("at", AT), **more
    )


def subject_of(decision: Decision) -> Subject:
    """What a decision is about."""
    return Subject(decision.subject_type, decision.subject_id)
