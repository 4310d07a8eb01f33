from datetime import datetime, timedelta, timezone
from typing import Any

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Subject
from tocho.modules.decisions.models import Decision
from tocho.modules.notices import actions
from tocho.modules.notices.actions.notices import template_of
from tocho.modules.notices.models import Notice, SealAuthorisation
from tocho.modules.notices.queries.clearance import bureau_code

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


def new_notice(*, is_authorised: bool = True, **changes: Any) -> Notice:
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
    if order["profile"] in ("disposition", "organisation") and is_authorised:
        authorised(**{name: order[name] for name in ("kind", "source", "profile", "unit", "title")})
    return Notice.objects.get(id=actions.issue_notice(**order))


def authorised(**form: Any) -> SealAuthorisation:
    """包括承認 of the form of a notice, now and in the year of the tests, so that it needs no 公印審査 of its own."""
    given: dict[str, Any] = {"kind": "nozei-shomei.approved", "source": SOURCE, "profile": "disposition"}
    given |= {"unit": "R02-0700-01", "title": "納税証明書", **form}
    template, bureau = template_of(given.pop("source")), bureau_code(given.pop("unit"), on=AT.date())
    about = {
        "title": given.pop("title"),
        "basis": "2総文第1号",
        "reason": "定型の証明",
        "given_at": AT,
        "ends_on": AT.date().replace(year=2060),
    }
    row, _is_new = SealAuthorisation.objects.get_or_create(
        bureau=bureau, template_id=template, starts_on=AT.date(), defaults=about, **given
    )
    return row


def decided(
    decision_id: int = 7,
    *,
    unit: str = "R02-0700-01",
    state: str = "decided",
    changes: int | None = None,
    reasons: str = "",
    people: tuple[User, User] | None = None,
) -> Decision:
    """A decision of that number, which a notice may stand on; ``changes``: the earlier one that it changes; ``people``:
    who drafted and who decided it, instead of a rule."""
    drafter, decider = people or (None, None)
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
            "by_rule": "" if people else "test",
            "drafter": drafter,
            "decided_by": decider,
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
