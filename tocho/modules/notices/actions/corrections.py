"""訂正: a notice that takes the place of another one, at the office's hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor, Subject
from tocho.engines.documents import api as documents
from tocho.engines.process import api as process
from tocho.modules.decisions import api as decisions

from .. import rules
from ..models import IN_FORCE, UNSEALED, Notice
from .notices import NewNotice, compose_notice
from .recording import NoticeRefused, record


@dataclass(frozen=True)
class Correction:
    """What is to be different: ``changes`` by the names of ``rules.corrected``, the reason, the changing decision."""

    reason: str
    changes: Mapping[str, str] = field(default_factory=dict)
    title: str = ""  # empty: as before
    decision_id: int | None = None  # only for a disposition


def data_of_correction(notice: Notice, what: Correction) -> dict[str, Any]:
    """The data of the notice that takes the place of this one. Writes nothing.

    :raises Decision.DoesNotExist: for an unknown decision.
    """
    data = rules.corrected(notice.data, what.changes)
    data["corrects"] = {"issued_on": notice.issued_on.isoformat(), "number": notice.number}
    if what.decision_id is not None:
        decision = decisions.decision(what.decision_id)
        data["decision"] = dict(decision.cited)
    return data


@transaction.atomic
def correct_notice(*, notice_id: int, what: Correction, actor: Actor, at: datetime) -> int:
    """Compose the notice that supersedes this one; its id. Twice is once.

    A disposition changes only by a decision that changes its decision. What carries a seal waits for 公印審査
    (``review_seal``), whatever stands authorised; the old notice stays in force until the new one is out.

    :raises NoticeRefused: not in force, no reason, nothing different, or no decision that changes it.
    """
    old = Notice.objects.select_for_update(of=("self",)).select_related("template").get(id=notice_id)
    if known := old.successors.filter(drafted_by=actor.user_id).values_list("id", flat=True).first():
        return known
    _check(old, what)
    disposition = old.profile == documents.DISPOSITION
    new_id = compose_notice(
        NewNotice(
            subject=Subject(old.subject_type, old.subject_id),
            kind=old.kind,
            decision_id=what.decision_id if disposition else old.decision_id,
            title=what.title or old.title,
            source=old.template.source,
            data=data_of_correction(old, what),
            profile=old.profile,
            recipient_email=old.recipient_email,
            recipient_user_id=old.recipient_user_id,
            unit=old.unit,
            supersedes_id=old.id,
            drafted_by=actor.user_id,
        ),
        at=at,
    ).id
    record(old, "corrected", actor=actor, at=at, data={"by": new_id}, personal={"reason": what.reason.strip()})
    return new_id


def _check(old: Notice, what: Correction) -> None:
    if old.state not in IN_FORCE or not old.data:
        raise NoticeRefused(_("有効な通知だけを訂正できます。"))
    if old.successors.exists():
        raise NoticeRefused(_("この通知の訂正は、すでに作られています。"))
    if not what.reason.strip():
        raise NoticeRefused(_("訂正の理由を入力してください。"))
    if old.profile == documents.DISPOSITION:
        changing = {row.id for row in decisions.changes_of(old.decision_id)} if old.decision_id else set()
        if what.decision_id not in changing:
            raise NoticeRefused(_("処分の通知は、もとの決定を変更する決定があるときだけ訂正できます。"))
    elif not what.changes and (what.title or old.title) == old.title:
        raise NoticeRefused(_("訂正するところを直してください。"))


@transaction.atomic
def withdraw_correction(*, notice_id: int, reason: str, actor: Actor, at: datetime) -> int:
    """取下げ of a correction that waits for 公印審査: it never was out, so it goes; the id of the notice that stays.

    The ledger keeps that it was made, by whom it was taken back and why. The old notice can be corrected anew.

    :raises NoticeRefused: without a reason, or when it was reviewed meanwhile.
    """
    if not reason.strip():
        raise NoticeRefused(_("取下げの理由を入力してください。"))
    notice = Notice.objects.select_for_update(of=("self",)).select_related("supersedes").get(id=notice_id)
    waits = notice.state in UNSEALED and notice.drafted_by_id is not None and not notice.seal_ground
    if not waits or notice.supersedes is None:
        raise NoticeRefused(_("公印審査を待っている訂正だけを取り下げられます。"))
    old = notice.supersedes
    if notice.seal_task_id is not None:
        process.cancel_task(notice.seal_task_id, at=at)
    data = {"withdrawn": notice.id}
    record(old, "correction_withdrawn", actor=actor, at=at, data={**data}, personal={"reason": reason.strip()})
    notice.delete()
    return old.id
