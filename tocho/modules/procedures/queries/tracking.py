"""Where an application is, as one follows a parcel: one sentence, what happened, what comes, and when."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Entry
from tocho.ui.moments import Moment
from tocho.ui.tags.words import day_words

from ..models import Application

STATE_TONES = {
    Application.State.DRAFT: "neutral",
    Application.State.SIGNING: "wait",
    Application.State.FEE_DUE: "wait",
    Application.State.EXAMINING: "info",
    Application.State.CORRECTION: "wait",
    Application.State.WAITING_LIST: "wait",
    Application.State.FORWARDING: "info",
    Application.State.REPORTING: "wait",
    Application.State.DECISION_PENDING: "info",
    Application.State.DECIDED: "info",
    Application.State.CLOSED: "ok",
    Application.State.WITHDRAWN: "neutral",
    Application.State.LAPSED: "bad",
    Application.State.EXPIRED: "neutral",
}

ASKED = (Application.State.CORRECTION, Application.State.REPORTING)


def _labels() -> dict[str, str]:
    return {
        "application.submitted": _("申請を受け付けました"),
        "application.fee_collected": _("手数料の納付を確認しました"),
        "application.correction_requested": _("補正をお願いしました"),
        "application.corrected": _("補正を受け取りました"),
        "application.passed_on": _("次の審査に進みました"),
        "application.report_asked": _("報告をお願いしました"),
        "application.reported": _("報告を受け取りました"),
        "application.correction_expired": _("補正の期限が過ぎました"),
        "application.examined": _("審査が終わりました"),
        "application.decision_cancelled": _("決定が通知の前に取り消され、もう一度審査します"),
        "application.signatures_complete": _("署名がそろいました"),
        "application.lapsed": _("署名がそろわず、申請は失効しました"),
        "application.withdrawn": _("申請を取り下げました"),
        "application.closed": _("手続が完了しました"),
        "application.booking_cancelled": _("予約を取り消しました"),
    }


def time_line(application: Application, entries: list[Entry]) -> tuple[Moment, ...]:
    labels = _labels()
    past = [
        Moment(
            labels[entry.kind],
            entry.at,
            _detail(entry),
            "bad" if entry.kind.endswith(("_expired", ".lapsed")) else "done",
        )
        for entry in entries
        if entry.kind in labels
    ]
    return (*past, *_ahead(application))


def _office_labels() -> dict[str, str]:
    return {
        "application.flow_moved": _("案件の流れを新しい版に移しました"),
        "opinion.asked": _("ほかの課に意見を聞きました"),
        "opinion.answered": _("意見照会に回答がありました"),
        "opinion.reminded": _("意見照会を催促しました"),
        "opinion.withdrawn": _("意見照会を取り下げました"),
        "task.escalated": _("期限を過ぎたため、上司に知らせました"),
        "process.retried": _("止まっていた処理を、職員がやり直しました"),
        "task.claimed": _("担当者が引き受けました"),
        "task.taken_over": _("担当者が引き継ぎました"),
        "task.assigned": _("担当者を替えました"),
        "task.released": _("担当者が引き受けをやめました"),
    }


def office_moments(entries: list[Entry]) -> tuple[Moment, ...]:
    """What happened to a case, for the office; who looked at it is in the ledger, not here."""
    labels = _labels() | _office_labels()
    return tuple(
        Moment(labels[entry.kind], entry.at, _detail(entry), "done")
        for entry in entries
        if entry.kind in labels and _is_of_case(entry)
    )


def _is_of_case(entry: Entry) -> bool:
    """Not who takes on another task beside the examination (the answer to a question)."""
    is_hands = entry.kind in ("task.claimed", "task.taken_over", "task.assigned", "task.released")
    return not is_hands or entry.data.get("task") == "procedures.examine"


def _detail(entry: Entry) -> str:
    if entry.kind == "application.closed":
        return _("承認") if entry.data.get("outcome") == "approve" else _("不承認")
    return ""


def _ahead(application: Application) -> tuple[Moment, ...]:
    state = application.state
    finish = Moment(_("結果をお知らせします"), None, _expected(application), "next")
    now = {
        Application.State.SIGNING: _("いっしょに署名する人をお待ちしています"),
        Application.State.FEE_DUE: _("手数料の納付をお待ちしています"),
        Application.State.EXAMINING: _("担当の部署で審査しています"),
        Application.State.CORRECTION: _("あなたの補正をお待ちしています"),
        Application.State.WAITING_LIST: _("キャンセル待ちです"),
        Application.State.FORWARDING: _("区市町村で確認しています"),
        Application.State.REPORTING: _("あなたの報告をお待ちしています"),
        Application.State.DECISION_PENDING: _("決定の手続をしています"),
        Application.State.DECIDED: _("通知を作成しています"),
    }
    label = now.get(Application.State(state))
    if label is None:
        return ()
    between = [Moment(words, None, "", "next") for words in _between(state)]
    return (Moment(label, None, "", "now"), *between, finish)


def _between(state: str) -> list[str]:
    """What still comes before the result, as on the label of a parcel."""
    steps = [_("担当の部署で審査します"), _("決定の手続をします")]
    if state in (Application.State.SIGNING, Application.State.FEE_DUE, *ASKED):
        return steps
    return steps[1:] if state == Application.State.EXAMINING else []


def _expected(application: Application) -> str:
    """When the result is to be expected; while the clock stands, how long it takes from when it goes on."""
    due_on, stopped_on = application.due_on, application.stopped_on
    if due_on is None:
        return ""
    if application.state == Application.State.WAITING_LIST:
        return _("席が空きしだい、お知らせします")
    if stopped_on is not None:
        left = {"n": max(calendar.business_days_between(stopped_on, due_on), 1)}
        if application.state == Application.State.FEE_DUE:
            return _("お支払いから%(n)d開庁日まで（標準処理期間）") % left
        if application.state == Application.State.SIGNING:
            return _("署名がそろってから%(n)d開庁日まで（標準処理期間）") % left
        if application.state == Application.State.REPORTING:
            return _("報告が届いてから%(n)d開庁日まで（標準処理期間）") % left
        return _("補正が届いてから%(n)d開庁日まで（標準処理期間）") % left
    return _("%(day)sまで（標準処理期間）") % {"day": day_words(due_on, "short")}


@dataclass(frozen=True)
class Headline:
    """The answer to "where is it?" in one sentence, with when and what then; ``tone`` for ``ui_answer``."""

    title: str
    note: str
    tone: str


def headline(application: Application, *, today: date) -> Headline:
    """Where an application stands, and the day of its result: recalculated for today while the clock stands."""
    state = application.state
    if state in (Application.State.FEE_DUE, *ASKED):
        return _standing(application, today)
    if state == Application.State.WAITING_LIST:
        return Headline(_("キャンセル待ちです"), _("席が空きしだい、メールでお知らせします。"), "wait")
    if state == Application.State.SIGNING:
        last = day_words(calendar.office_day(application.expires_at), "short") if application.expires_at else ""
        note = _("%(day)sまでにそろわないと、申請は失効します。標準処理期間は、そろった日から数えます。")
        return Headline(_("署名をお待ちしています"), note % {"day": last}, "wait")
    if state == Application.State.LAPSED:
        note = _("期限までに署名がそろいませんでした。費用はかかっていません。もう一度申請できます。")
        return Headline(_("申請は失効しました"), note, "bad")
    if state == Application.State.WITHDRAWN:
        return Headline(_("申請を取り下げました"), "", "wait")
    if state == Application.State.CLOSED:
        if application.outcome == "reject":
            return Headline(
                _("結果をお知らせしました"), _("ご希望に沿えませんでした。理由は通知をご覧ください。"), "bad"
            )
        return Headline(_("手続が完了しました"), "", "ok")
    return _running(application, today)


def _standing(application: Application, today: date) -> Headline:
    """The clock stands until the applicant acts; what day it would be if that were today."""
    fee = application.state == Application.State.FEE_DUE
    if application.state == Application.State.REPORTING:
        return Headline(_("あなたの報告をお待ちしています"), _("報告をいただくと、次の審査が始まります。"), "wait")
    title = _("お支払いをお待ちしています") if fee else _("あなたの補正をお待ちしています")
    if application.due_on is None or application.stopped_on is None:
        return Headline(title, "", "wait")
    left = max(calendar.business_days_between(application.stopped_on, application.due_on), 1)
    day = {"day": day_words(calendar.add_business_days(today, left), "short")}
    note = (
        _("きょうお支払いいただくと、結果は%(day)sまでにお知らせします。")
        if fee
        else _("きょう補正いただくと、結果は%(day)sまでにお知らせします。")
    )
    return Headline(title, note % day, "wait")


def _running(application: Application, today: date) -> Headline:
    due_on = application.due_on
    if due_on is None:
        return Headline(_("受け付けました"), "", "ok")
    day = {"day": day_words(due_on, "short")}
    if due_on < today:
        note = _("予定の%(day)sを過ぎています。担当の部署が引き続き審査しています。下からお尋ねいただけます。")
        if application.state == Application.State.DECIDED:
            note = _("予定の%(day)sを過ぎています。担当の部署が通知の準備をしています。下からお尋ねいただけます。")
        return Headline(_("お待たせしています"), note % day, "wait")
    left = calendar.business_days_between(today, due_on)
    note = _("きょうが予定の日です。") if left <= 0 else _("あと%(n)d開庁日です。") % {"n": left}
    return Headline(_("%(day)sまでに結果をお知らせします") % day, note, "wait")
