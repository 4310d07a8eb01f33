from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.modules.decisions import api as decisions

from ..models import IN_FORCE, Notice
from .notices import NewNotice, compose_notice, revoke_notice
from .recording import NoticeRefused
from .seals import drop_waiting

KEPT = ("office", "applicant", "language", "remedy", "receipt_number")  # of the notice that fell
LETTER = """#import "/letter.typ": *
#show: letter
#opening()
#let fell = data.cancels
#let named = [#era(fell.issued_on)付け#if fell.number != "" [（#fell.number）]の「#fell.title」]
#says[#{named}の処分を、次の理由により取り消しましたので、通知します。]
== 取り消した理由
#reasons()
#decision()
#if value(data, "remedy", default: "") != "" {
  heading(level: 2)[不服の申立てについて（教示）]
  par(data.remedy)
} else { remedy(act: "この処分") }
#verification()
"""


@transaction.atomic
def revoke_by_office(*, notice_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """取消し by the office that sent it; see ``revoke_notice``. A disposition (処分) is not taken back so: its notice
    falls with the decision under it, which only a new decision cancels (行政行為の取消し・撤回).

    :raises NoticeRefused: a disposition whose decision stands, and as ``revoke_notice``.
    """
    notice = Notice.objects.only("profile", "decision_id").get(id=notice_id)
    if notice.needs_a_decision and decisions.stands(notice.decision_id or 0):
        raise NoticeRefused(
            _("処分の通知は、処分を取り消す決定で取り消されます。「処分の取消しを起案する」から起案してください。")
        )
    revoke_notice(notice_id=notice_id, reason=reason, actor=actor, at=at)


@transaction.atomic
def revoke_cancelled(*, decision_id: int, cancels: int, at: datetime) -> int:
    """What a 取消し does the moment it is decided: the notices of the decision that it cancels count no more, and
    who got one is told once: by a letter of its own that is sealed and goes the same way, by post too; where there is
    none to write (no disposition, or its data are erased), at once by mail. How many."""
    cancelling = decisions.decision(decision_id)
    drop_waiting(decision_id=cancels, at=at)
    fallen = list(Notice.objects.filter(decision_id=cancels, state__in=IN_FORCE).order_by("id"))
    for notice in fallen:
        by_letter = notice.needs_a_decision and notice.released_at is not None and bool(notice.data)
        reason = cancelling.reasons or cancelling.title
        revoke_notice(notice_id=notice.id, reason=reason, actor=SYSTEM, at=at, tell=not by_letter)
        if by_letter:
            compose_notice(_letter(notice, cancelling), at=at)
    return len(fallen)


def _letter(old: Notice, cancelling: decisions.DecisionView) -> NewNotice:
    """取消しの通知: a disposition of its own, from the decision that cancels; reasons (行政手続法14条) and how to
    appeal (行政不服審査法82条) as the procedure names it. It goes the way of the one that fell, after 公印審査."""
    about = {
        key: old.data[key] for key in ("office", "applicant", "language", "remedy", "receipt_number") if key in old.data
    }
    fell = {"title": old.title, "issued_on": old.issued_on.isoformat(), "number": old.number}
    return NewNotice(
        subject=Subject(old.subject_type, old.subject_id),
        kind=f"{old.kind[:70]}.cancelled",
        decision_id=cancelling.id,
        title=_("%(title)sの取消しについて") % {"title": old.title[:180]},
        source=LETTER,
        data={**about, "cancels": {**fell}, "decision": dict(cancelling.cited), "reasons": cancelling.reasons},
        profile=old.profile,
        recipient_email=old.recipient_email,
        recipient_user_id=old.recipient_user_id,
        unit=old.unit,
    )
