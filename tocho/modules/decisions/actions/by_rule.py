from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.lib.kept import kept
from tocho.lib.rows import insert
from tocho.lib.transactions import one_transaction

from ..models import Decision
from ..rules import content_digest
from .numbering import take_number
from .recording import keep_words, record


@kept
def _decided_by_rule(subject_type: str, subject_id: int) -> QuerySet[Decision]:
    about = Decision.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return about.exclude(by_rule="").order_by("id")[:1]


@one_transaction
def decide_by_rule(
    *, category: str, content: Mapping[str, Any], rule: str, article: str, subject: Subject, unit: str, at: datetime
) -> Decision:
    """自動決定: record the decision that a published rule makes without a person; counted as electronic.

    ``rule`` names the rule that fired and its version, ``article`` what allows a rule to decide. Decided once for a
    subject: asked again it returns the same decision.
    """
    done = _decided_by_rule.first(subject.type, subject.id)
    if done is not None:
        return done
    symbol, fiscal_year, number = take_number(unit=unit, on=calendar.office_day(at))
    decision = Decision(
        state=Decision.State.DECIDED,
        category=category,
        outcome=content["outcome"],
        title=content["title"],
        body=content["body"],
        reasons=content.get("reasons", ""),
        brief=[list(row) for row in content.get("brief", ())],
        subject_type=subject.type,
        subject_id=subject.id,
        unit=unit,
        symbol=symbol,
        fiscal_year=fiscal_year,
        number=number,
        article=article,
        by_rule=rule,
        drafted_at=at,
        decided_at=at,
        content_digest=content_digest(
            title=content["title"],
            body=content["body"],
            outcome=content["outcome"],
            reasons=content.get("reasons", ""),
            brief=content.get("brief", ()),
            attachments=(),
        ),
    )
    insert(decision)
    keep_words(decision)
    record(decision, "decision.decided", actor=SYSTEM, at=at, rule=rule, content=decision.content_digest)
    return decision
