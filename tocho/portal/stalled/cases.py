"""What stands still in the cases of an office: failed steps and timers, refused refunds."""

from datetime import datetime

from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.engines.process import api as process
from tocho.modules.payments import api as payments
from tocho.ui.numerals import yen

from .source import Found, Source, Units


def incidents() -> Source:
    return Source(
        key="incidents",
        title=_("案件の自動処理"),
        note=_("終わるまで、案件は次の段階へ進みません。"),
        count=process.incident_count,
        waiting=lambda units, after, limit: [
            _incident(one) for one in process.incidents(units, after=after, limit=limit)
        ],
        one=_one_incident,
        retried=lambda units: [_incident(one, tried=True) for one in process.retried_incidents(units)],
        retry=lambda key, actor, at: process.retry_incident(key, actor=actor, at=at),
    )


def _one_incident(units: Units, key: int) -> Found | None:
    one = process.incident(key, units)
    return _incident(one) if one else None


def _incident(one: process.IncidentView, *, tried: bool = False) -> Found:
    label, tone = {
        "stopped": (_("止まっています"), "bad"),
        "trying": (_("やり直し中"), "wait"),
        "done": (_("済み"), "ok"),
        "passed": (_("案件が先へ進みました"), "neutral"),
    }[one.state]
    return Found(
        id=one.id,
        number=f"P-{one.id}",
        what=one.step,
        detail=_("期限の処理") if one.is_timer else _("自動の処理"),
        at=_moment(one, tried=tried),
        state_label=label,
        tone=tone,
        waits=one.state == "stopped",
        meaning=_("この処理が終わるまで、案件は次の段階へ進みません。申請者は待っています。"),
        advice=_(
            "通信や外部のシステムの一時的な不調なら、やり直すと進みます。何度やり直しても、同じことが二重に行われることはありません。"
            "やり直しても止まるときは、情報基盤の担当に番号を伝えてください。"
        ),
        error=one.error,
        subject=one.subject,
        unit=one.unit,
        by_id=one.retried_by_id,
    )


def refunds() -> Source:
    return Source(
        key="refunds",
        title=_("還付"),
        note=_("決済事業者が受け付けず、納付した人にお金が戻っていません。"),
        count=payments.failed_refund_count,
        waiting=lambda units, after, limit: [
            _refund(one) for one in payments.failed_refunds(units, after=after, limit=limit)
        ],
        one=_one_refund,
        retried=lambda units: [_refund(one, tried=True) for one in payments.retried_refunds(units)],
        retry=_retry_refund,
    )


def _one_refund(units: Units, key: int) -> Found | None:
    one = payments.refund_of(key, units)
    return _refund(one) if one else None


def _retry_refund(key: int, actor: Actor, at: datetime) -> None:
    payments.retry_refund(refund_id=key, actor=actor, at=at)


def _refund(one: payments.RefundView, *, tried: bool = False) -> Found:
    label, tone = {
        "failed": (_("止まっています"), "bad"),
        "requested": (_("やり直し中"), "wait"),
        "done": (_("済み"), "ok"),
    }[one.state]
    return Found(
        id=one.id,
        number=f"R-{one.id}",
        what=_("%(amount)sの還付") % {"amount": yen(one.amount)},
        detail=_("余分に払われたお金") if one.is_surplus else one.description,
        at=_moment(one, tried=tried),
        state_label=label,
        tone=tone,
        waits=one.state == "failed",
        meaning=_("決済事業者が還付を受け付けませんでした。お金は、まだ納付した人に戻っていません。"),
        advice=_(
            "カードの期限切れなどで戻せないときは、納付した人に連絡し、口座への振込みなど別の方法を決めてください。"
            "事業者の側の不調なら、やり直すと戻ります。同じ還付が二重に行われることはありません。"
        ),
        error=one.problem,
        error_for_all=True,
        subject=one.subject,
        unit=one.unit,
        by_id=one.retried_by_id,
    )


def _moment(one: process.IncidentView | payments.RefundView, *, tried: bool) -> datetime | None:
    return one.retried_at if tried else one.failed_at
