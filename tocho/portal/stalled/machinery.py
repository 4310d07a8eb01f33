"""What stands still in the machinery of the platform: failed jobs, mails that were not sent, webhooks given up."""

from datetime import datetime

import orjson
from django.utils.translation import gettext as _

from tocho.core.jobs import actions as jobs_actions
from tocho.core.jobs import queries as jobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.notify import api as notify
from tocho.engines.rest import api as rest
from tocho.ui.numerals import count

from .source import Found, Source, Units


def _stopped() -> tuple[str, str, bool]:
    return _("止まっています"), "bad", True


def _record(subject: Subject, kind: str, actor: Actor, at: datetime) -> None:
    ledger.append(subject=subject, kind=kind, actor=actor, at=at, data={})


def failed_jobs() -> Source:
    return Source(
        key="jobs",
        title=_("裏で動く処理"),
        note=_("システムが、間をおいて何度か試しても終わらなかった処理です。"),
        count=lambda units: jobs.failed_job_count(),
        waiting=lambda units, after, limit: [_job(one) for one in jobs.failed_jobs(limit, after=after)],
        one=_one_job,
        retry=_retry_job,
        put_away=_put_away_job,
        platform=True,
    )


def _one_job(units: Units, key: int) -> Found | None:
    one = jobs.failed_job(key)
    return _job(one) if one else None


def _job(one: jobs.FailedJob) -> Found:
    label, tone, waits = _stopped()
    return Found(
        id=one.id,
        number=f"J-{one.id}",
        what=one.title,
        detail=one.why or _("%(n)s回試しました") % {"n": count(one.attempts + 1)},
        at=one.failed_at,
        state_label=label,
        tone=tone,
        waits=waits,
        why=one.why,
        meaning=_("この処理がするはずだったことは、まだ行われていません。"),
        advice=_(
            "つながらなかった、データベースが応じなかった、という不調なら、やり直すと進みます。何度やり直しても、同じことが二重に行われることはありません。"
            "プログラムや相手のデータに理由があるときは、やり直す前に直してください。もう要らない処理は、片づけられます。"
        ),
        error=f"{one.name} {orjson.dumps(one.arguments).decode()} {one.place}".strip(),
    )


def _retry_job(key: int, actor: Actor, at: datetime) -> None:
    jobs_actions.retry_failed_job(job_id=key)
    _record(Subject("job", key), "jobs.retried", actor, at)


def _put_away_job(key: int, actor: Actor, at: datetime) -> None:
    jobs_actions.put_away_job(job_id=key)
    _record(Subject("job", key), "jobs.put_away", actor, at)


def unsent_mails() -> Source:
    return Source(
        key="mails",
        title=_("送れなかったメール"),
        note=_("宛先と本文は、ここには出しません。"),
        count=lambda units: notify.failed_mail_count(),
        waiting=lambda units, after, limit: [_mail(one) for one in notify.failed_mails(after=after, limit=limit)],
        one=_one_mail,
        retry=_retry_mail,
        put_away=_put_away_mail,
        platform=True,
    )


def _one_mail(units: Units, key: int) -> Found | None:
    one = notify.failed_mail(key)
    return _mail(one) if one else None


def _mail(one: notify.FailedMail) -> Found:
    label, tone, waits = _stopped()
    return Found(
        id=one.id,
        number=f"M-{one.id}",
        what=one.title,
        detail=one.why,
        at=one.failed_at,
        state_label=label,
        tone=tone,
        waits=waits,
        why=one.why,
        meaning=_("このメールは、相手に届いていません。申請や通知の内容は、相手のマイページでは見られます。"),
        advice=_(
            "メールサーバーの不調だったときや、受信箱がいっぱいだったときは、やり直すと届きます。アドレスがないときは、何度送っても届きません。"
            "通知なら、発送の画面に「届かなかった」と出るので、郵送に替えられます。要らないものは、片づけてください。"
        ),
        error=one.answer,
    )


def _retry_mail(key: int, actor: Actor, at: datetime) -> None:
    notify.retry_mail(message_id=key)
    _record(Subject("mail", key), "notify.retried", actor, at)


def _put_away_mail(key: int, actor: Actor, at: datetime) -> None:
    notify.put_away_mail(message_id=key, at=at)
    _record(Subject("mail", key), "notify.put_away", actor, at)


def given_up_hooks() -> Source:
    return Source(
        key="hooks",
        title=_("プログラムへの知らせ"),
        note=_("知らせ先（Webhook）が何日も答えず、知らせるのをやめたものです。"),
        count=lambda units: rest.failing_hook_count(),
        waiting=lambda units, after, limit: [_hook(one) for one in rest.failing_hooks(after=after, limit=limit)],
        one=_one_hook,
        retry=lambda key, actor, at: rest.reopen_hook(hook_id=key, actor=actor, at=at),
        put_away=lambda key, actor, at: rest.put_away_hook(hook_id=key, actor=actor, at=at),
        platform=True,
    )


def _one_hook(units: Units, key: int) -> Found | None:
    one = rest.failing_hook(key)
    return _hook(one) if one else None


def _hook(one: rest.FailingHook) -> Found:
    label, tone, waits = _stopped()
    answered = one.answer.isdigit()
    return Found(
        id=one.id,
        number=f"W-{one.id}",
        what=one.host,
        detail=_("届いていない知らせ %(n)s件") % {"n": count(one.undelivered)},
        at=one.failed_at,
        state_label=label,
        tone=tone,
        waits=waits,
        why=_("相手のプログラムが、受け取れないと答え続けました（%(status)s）") % {"status": one.answer}
        if answered
        else _("相手のプログラムにつながりませんでした"),
        meaning=_("この知らせ先には、止まった後のできごとを知らせていません。持ち主には、止めたことを伝えてあります。"),
        advice=_(
            "相手が直ったと分かっているときは、やり直すと、届いていない知らせから送り直します。止まっていた間のできごとは知らせないので、"
            "相手のプログラムは API で確かめます。持ち主も、自分のページからやり直せます。"
        ),
        error="" if answered else one.answer,
    )
