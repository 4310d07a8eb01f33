from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from tocho.engines.rest.api import Audience, EventSource, Scope

from ..models import Application

SCOPES = (
    Scope("applications:read", _("自分の申請の状態を見る")),
    Scope("applications:write", _("自分として申請する、補正に答える、取り下げる")),
    Scope("cases:read", _("所属の案件を見る"), for_staff=True),
    Scope("cases:write", _("所属の案件で補正を求める、起案する"), for_staff=True),
)

KINDS = {
    "application.submitted": _("申請を受け付けた"),
    "application.signatures_complete": _("連署の署名がそろった"),
    "application.lapsed": _("署名がそろわず申請が失効した"),
    "application.fee_collected": _("手数料の納付を確かめた"),
    "application.correction_requested": _("補正を求めた"),
    "application.corrected": _("補正が届いた"),
    "application.correction_expired": _("補正の期限が過ぎた"),
    "application.withdrawn": _("申請が取り下げられた"),
    "application.closed": _("手続が完了した"),
    "notice.released": _("通知を送った"),
}


def _audience_of(ids: Iterable[int]) -> Mapping[int, Audience]:
    rows = Application.objects.filter(id__in=list(ids)).values_list("id", "user_id", "unit", "public_id")
    return {
        row_id: Audience(user_id, unit, str(public_id), f"/api/v1/applications/{public_id}")
        for row_id, user_id, unit, public_id in rows
    }


EVENTS = (EventSource("application", KINDS, _audience_of),)
