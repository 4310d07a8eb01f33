"""Notices that could not be made or sealed, and signatures that could not be made to last."""

from django.utils.translation import gettext as _

from tocho.modules.notices import api as notices

from .source import Found, Source, Units


def troubled_notices() -> Source:
    return Source(
        key="notices",
        title=_("通知の署名とタイムスタンプ"),
        note=_("署名できない通知は、まだ本人に届いていません。"),
        count=notices.trouble_count_in,
        waiting=lambda units, after, limit: [_found(one) for one in notices.troubles(units, after=after, limit=limit)],
        one=_one,
        retry=lambda key, actor, at: notices.retry_notice(notice_id=key, actor=actor, at=at),
    )


def _one(units: Units, key: int) -> Found | None:
    one = notices.trouble(key, units)
    return _found(one) if one else None


def _found(one: notices.TroubleView) -> Found:
    return Found(
        id=one.id,
        number=f"N-{one.id}",
        what=one.title,
        detail=_("タイムスタンプ") if one.is_out else _("署名"),
        at=one.at,
        state_label=_("止まっています"),
        tone="bad",
        waits=True,
        why=one.problem,
        meaning=_("通知は本人に届いています。署名を長く確かめられるようにする処理だけが終わっていません。")
        if one.is_out
        else _("通知はまだ本人に届いていません。"),
        advice=_(
            "通信や設定の不調なら、直したあとでやり直すと進みます。文字や内容の誤りは、先にもとの案件や名簿を直します。"
        ),
        subject=one.subject,
        unit=one.unit,
    )
