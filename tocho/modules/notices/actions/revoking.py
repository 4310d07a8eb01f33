from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM, Actor
from tocho.modules.decisions import api as decisions

from ..models import IN_FORCE, NO_SEAL, UNSEALED, Notice
from .notices import revoke_notice
from .recording import NoticeRefused
from .seals import drop_waiting


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
    who got one is told, with the reasons and how to appeal on the notice's own page. How many."""
    cancelling = decisions.decision(decision_id)
    waiting = Notice.objects.select_for_update(of=("self",)).filter(decision_id=cancels, seal_ground="")
    for notice in waiting.filter(state__in=UNSEALED).exclude(profile=NO_SEAL).order_by("id"):
        drop_waiting(notice, at=at)
    about = Notice.objects.filter(decision_id=cancels, state__in=IN_FORCE)
    keys = list(about.order_by("id").values_list("id", flat=True))
    for key in keys:
        revoke_notice(notice_id=key, reason=cancelling.reasons or cancelling.title, actor=SYSTEM, at=at)
    return len(keys)
