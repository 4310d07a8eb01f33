from datetime import datetime, timedelta, timezone
from typing import Any

from tocho.core.ledger.api import Subject
from tocho.modules.decisions.models import Decision
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice

AT = datetime(2020, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=9)))
LATER = AT + timedelta(hours=2)
SUBJECT = Subject("application", 12)
SOURCE = '#import "/letter.typ": *\n#show: letter\n#opening()\n#facts(data.rows)\n#verification()'
DATA = {
    "office": "主税局 徴収部 徴収課",
    "applicant": {"name": "山田 花子", "address": "東京都新宿区西新宿二丁目8番1号"},
    "rows": [["税目", "自動車税種別割"], ["未納額", "0円"]],
    "decision": {"number": "2主徴徴第567号", "decided_on": "2020-11-19", "article": "第10条"},
}


def new_notice(**changes: Any) -> Notice:
    """A notice as ``issue`` leaves it: waiting for its seal, or out when its profile is "none"."""
    order: dict[str, Any] = {
        "subject": SUBJECT,
        "kind": "nozei-shomei.approved",
        "decision_id": 7,
        "title": "納税証明書",
        "source": SOURCE,
        "data": DATA,
        "profile": "disposition",
        "recipient_email": "hanako@example.jp",
        "recipient_user_id": None,
        "unit": "R02-0700-01",
        "at": AT,
    }
    order |= changes
    if order["decision_id"] is not None:
        decided(order["decision_id"])
    return Notice.objects.get(id=actions.issue_notice(**order))


def decided(
    decision_id: int = 7,
    *,
    unit: str = "R02-0700-01",
    state: str = "decided",
    changes: int | None = None,
    reasons: str = "",
) -> Decision:
    """A decision of that number, which a notice may stand on; ``changes``: the earlier one that it changes."""
    made, _is_new = Decision.objects.get_or_create(
        id=decision_id,
        defaults={
            "state": state,
            "category": "notice",
            "outcome": "approve",
            "title": "通知について",
            "body": "通知してよいか。",
            "subject_type": "test",
            "subject_id": decision_id,
            "unit": unit,
            "symbol": "主徴徴",
            "fiscal_year": 2020,
            "number": decision_id,
            "by_rule": "test",
            "drafted_at": AT,
            "reasons": reasons,
            "relates_to_id": changes,
            "relation": "change" if changes else "",
            "decided_at": AT if state == "decided" else None,
            "content_digest": "0" * 64 if state == "decided" else "",
        },
    )
    return made


def cancelled(notice: Notice) -> Decision:
    """A later decision that cancels the one under a notice, as it stands in the database; nobody was told."""
    later = decided(notice.decision_id + 1000, changes=notice.decision_id)  # type: ignore[operator]
    Decision.objects.filter(id=later.id).delete()
    later.relation, later.number = "cancel", later.number + 1000
    later.save(force_insert=True)
    return later


def sealed_notice(**changes: Any) -> Notice:
    """A notice that is sealed and mailed."""
    notice = new_notice(**changes)
    actions.seal_notice(notice_id=notice.id, at=AT)
    notice.refresh_from_db()
    return notice
