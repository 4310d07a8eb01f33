"""公印審査 of single notices: looked at and sealed, one or many; returned with the reason; asked again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.org import api as org
from tocho.engines.documents import api as documents
from tocho.engines.process import api as process
from tocho.lib.rows import update
from tocho.modules.decisions import api as decisions

from .. import rules
from ..models import NO_SEAL, UNSEALED, Ground, Notice
from ..signals import notice_dropped
from .recording import NoticeRefused, announce, record, subject_of_review
from .reviewing import ask_review
from .sealing import seal_soon

MEND = "notices.mend"


@dataclass(frozen=True)
class Reviewed:
    """What became of many: the notices that are sealed now, and those that are not with the reason."""

    done: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


@transaction.atomic
def review_seal(*, notice_id: int, actor: Actor, at: datetime) -> None:
    """公印審査: who keeps the seal has seen decision and notice side by side and has it sealed. Twice is once.

    The two are never one person (東京都公印規程: 公印の使用は管守者の審査): who drafted or made the decision, or wrote
    words of the notice, does not review it.

    :raises NoticeRefused: it waits for no review, its decision does not stand, or one of these persons asks.
    """
    notice = _locked(notice_id)
    if notice.seal_ground == Ground.REVIEW and notice.seal_reviewed_by_id == actor.user_id:
        return
    if not notice.awaits_seal:
        raise NoticeRefused(_("公印審査を待っている通知ではありません。"))
    _must_be_another(notice, actor)
    notice.seal_reviewed_by_id, notice.seal_ground = actor.user_id, Ground.REVIEW
    update(notice, "seal_reviewed_by", "seal_ground")
    _close_task(notice, {"seal": "reviewed"}, actor=actor, at=at)
    record(notice, "seal_reviewed", actor=actor, at=at, data={"decision": notice.decision_id})
    seal_soon(notice.id)


def review_seals(*, notice_ids: Iterable[int], actor: Actor, at: datetime) -> Reviewed:
    """公印審査 of many after one confirmation: each is an act with its own entry, and one refused stops no other."""
    done, refused = [], []
    for notice_id in dict.fromkeys(notice_ids):
        try:
            review_seal(notice_id=notice_id, actor=actor, at=at)
        except (NoticeRefused, process.TaskClaimed, process.TaskGone) as error:
            refused.append((notice_id, error.message))
        else:
            done.append(notice_id)
    return Reviewed(tuple(done), tuple(refused))


@transaction.atomic
def return_seal(*, notice_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """差戻し: the notice is not sealed as it is; the office has it in its inbox with the reason. Twice is once.

    :raises NoticeRefused: without a reason, or when it waits for no review (any more).
    """
    if not reason.strip():
        raise NoticeRefused(_("差し戻す理由を入力してください。"))
    notice = _locked(notice_id)
    if notice.seal_returned == reason.strip():
        return
    if not notice.awaits_seal:
        raise NoticeRefused(_("公印審査を待っている通知ではありません。"))
    _close_task(notice, {"seal": "returned"}, actor=actor, at=at)
    notice.seal_returned = reason.strip()
    notice.seal_task_id = process.open_task(
        kind=MEND,
        subject=subject_of_review(notice),
        title=_("公印審査から戻された通知：%(title)s %(number)s")
        % {"title": notice.title, "number": notice.number or notice.code},
        address=f"unit:{org.unit(notice.unit, on=org.office_day(at)).id}",
        due_on=None,
        at=at,
    )
    update(notice, "seal_returned", "seal_task")
    record(notice, "seal_returned", actor=actor, at=at, personal={"reason": reason.strip()})


@transaction.atomic
def ask_seal_again(
    *, notice_id: int, answer: str, changes: Mapping[str, str], title: str = "", actor: Actor, at: datetime
) -> None:
    """The office puts a returned notice right, or says why it stands, and passes it to 公印審査 once more.

    ``changes`` by the names of ``rules.corrected``. Of a disposition only the addressee can be put right: what was
    decided changes by another decision. Asked when it waits already it changes nothing.

    :raises NoticeRefused: without an answer, not returned, or a change that only a decision makes.
    """
    notice = _locked(notice_id)
    if notice.awaits_seal and notice.drafted_by_id == actor.user_id:
        return
    if notice.state not in UNSEALED or not notice.seal_returned:
        raise NoticeRefused(_("公印審査から戻された通知ではありません。"))
    if not answer.strip():
        raise NoticeRefused(_("何を直したか、または、なぜこのままでよいかを入力してください。"))
    more = set(changes) - rules.ADDRESSEE or title not in ("", notice.title)
    if more and notice.profile == documents.DISPOSITION:
        raise NoticeRefused(_("処分の内容は、決定を変更しないと直せません。ここで直せるのは宛名と住所だけです。"))
    _close_task(notice, {"seal": "asked"}, actor=actor, at=at)
    if changes or title:
        notice.title = title or notice.title
        notice.data = {**notice.data, **rules.corrected(notice.data, changes), "title": notice.title}
    notice.drafted_by_id, notice.seal_returned = actor.user_id, ""
    update(notice, "title", "data", "drafted_by", "seal_returned")
    record(notice, "seal_answered", actor=actor, at=at, personal={"answer": answer.strip()})
    ask_review(notice, at=at)


@transaction.atomic
def drop_waiting(*, decision_id: int, at: datetime) -> None:
    """Notices of a decision that is cancelled and that were never out go (the ledger keeps that); the rows of a list
    stay with it, and say why they cannot be made."""
    for notice in _waiting(Notice.objects.filter(decision_id=decision_id)):
        _drop(notice, at=at)


@transaction.atomic
def drop_notice(*, notice_id: int, at: datetime) -> bool:
    """Have a notice not go out; False where it is out."""
    notice = _waiting(Notice.objects.filter(id=notice_id)).first()
    if notice is None:
        return False
    _drop(notice, at=at)
    return True


def _waiting(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those with a seal that are not out, locked."""
    waiting = notices.filter(state__in=UNSEALED).exclude(profile=NO_SEAL).exclude(seal_ground=Ground.LIST)
    return waiting.select_for_update(of=("self",)).order_by("id")


def _drop(notice: Notice, *, at: datetime) -> None:
    if notice.seal_task_id is not None:
        process.cancel_task(notice.seal_task_id, at=at)
    record(notice, "dropped", actor=SYSTEM, at=at, data={"decision": notice.decision_id})
    announce(notice_dropped, notice, at=at)
    notice.delete()


def _locked(notice_id: int) -> Notice:
    return Notice.objects.select_for_update(of=("self",)).get(id=notice_id)


def _must_be_another(notice: Notice, actor: Actor) -> None:
    if notice.drafted_by_id == actor.user_id:
        raise NoticeRefused(_("この通知の文を作った人は、公印審査をできません。"))
    if notice.decision_id is None:
        return
    if not decisions.stands(notice.decision_id):
        raise NoticeRefused(_("もとになる事案が決定されていないか、取り消されています。"))
    decision = decisions.decision(notice.decision_id)
    if actor.user_id in (decision.drafter_id, decision.decided_by_id):
        raise NoticeRefused(_("この事案を起案した人と決定した人は、公印審査をできません。ほかの人に頼んでください。"))


def _close_task(notice: Notice, outcome: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    if notice.seal_task_id is not None:
        process.close_task(notice.seal_task_id, outcome=outcome, actor=actor, at=at)
