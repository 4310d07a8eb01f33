"""What a process of a procedure may be made of, so that nobody has to type a name blindly."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocho.engines.process.api import Outline, OutlineStep


@dataclass(frozen=True)
class Offer:
    """One name that the platform knows: what it is called, and the values that it leaves for later conditions."""

    value: str
    label: str
    outcome: str = ""


def offers() -> dict[str, list[Offer]]:
    """Automatic steps, kinds of human work, addresses, messages, conditions and days, each with its words."""
    return {
        "handlers": [
            Offer("procedures.run_checks", _("システムの審査をする")),
            Offer("procedures.decide_by_rule", _("規則で決める（表 auto）"), "auto decision_outcome seat"),
            Offer("procedures.issue_notice", _("通知を出す")),
            Offer("procedures.expire_correction", _("補正の期限切れを記録する")),
            Offer("procedures.begin_transit", _("区市町村に回す")),
            Offer("procedures.begin_round", _("次の審査をはじめる"), "round examiner report_deadline"),
            Offer("procedures.ask_opinion", _("ほかの課に意見を聞く（unit）"), "answer_by"),
            Offer("procedures.close", _("完結する")),
        ],
        "kinds": [Offer("procedures.examine", _("申請を審査する"), "examine_result correction_deadline")],
        "addresses": [Offer("office", _("審査する課")), Offer("examiner", _("その回の審査をする課"))],
        "messages": [
            Offer("fee_collected", _("手数料が納められた")),
            Offer("applicant_corrected", _("申請者が補正した")),
            Offer("decision_decided", _("事案が決定された"), "decision_outcome"),
            Offer("decision_returned", _("事案が差し戻された")),
            Offer("report_given", _("申請者が報告した")),
            Offer("opinion_answered", _("ほかの課が意見を答えた"), "verdict"),
            Offer("seat_promoted", _("キャンセル待ちから繰り上がった")),
        ],
        "conditions": [
            Offer("fee > 0", _("手数料がある")),
            Offer('examine_result = "decide"', _("起案した")),
            Offer('examine_result = "correct"', _("補正を求めた")),
            Offer('examine_result = "next"', _("次の審査へ回した")),
            Offer('decision_outcome = "approve" and round < rounds', _("承認され、次の審査がある")),
            Offer('report_deadline != ""', _("申請者の報告がいる")),
            Offer("auto", _("規則で決まった")),
            Offer('decision_outcome = "approve"', _("承認された")),
            Offer('decision_outcome = "reject"', _("承認されなかった")),
            Offer('seat = "waiting"', _("キャンセル待ちである")),
        ],
        "moments": [
            Offer("correction_deadline", _("補正の期限の日")),
            Offer("report_deadline", _("報告の期限の日")),
        ],
    }


SOMETIMES = (
    "fee",
    "title",
    "examiner",
    "round",
    "rounds",
    "via",
    "consulted",
)  # what the platform may give at the start
INPUTS = re.compile(r'(\btocho:inputs=")([^"]*)(")')


def with_inputs(xml: str) -> str:
    """A drawn process that declares every name of the platform that it uses: nobody draws ``tocho:inputs``."""
    found = INPUTS.search(xml)
    if found is None:
        return xml
    known = {word.rstrip("?") for word in found[2].split()}
    rest = xml[: found.start()] + xml[found.end() :]
    used = [f"{name}?" for name in SOMETIMES if name not in known and re.search(rf"\b{name}\b", rest)]
    return INPUTS.sub(lambda match: match[1] + " ".join([match[2], *used]) + match[3], xml, count=1) if used else xml


@dataclass(frozen=True)
class Sentence:
    """One step as a person reads it: who does what."""

    element: str
    who: str
    text: str
    note: str


def sentences(outline: Outline) -> list[Sentence]:
    """A process as a numbered list of sentences."""
    words = {offer.value: offer.label for group in offers().values() for offer in group}
    return [_sentence(step, words.get(step.work, step.work)) for step in outline.steps]


def _sentence(step: OutlineStep, work: str) -> Sentence:
    who = {"serviceTask": _("システム"), "userTask": _("職員"), "callActivity": _("別の流れ")}.get(step.kind, _("待つ"))
    days = _("期限 %(days)s開庁日") % {"days": step.due} if step.due else ""
    sometimes = "" if step.is_certain else _("場合による")
    repeated = _("一覧の分だけくり返す") if step.is_repeated else ""
    doing = work if work and work != step.name else ""
    return Sentence(
        step.element,
        who,
        step.name or work,
        "、".join(part for part in (doing, days, repeated, "" if repeated else sometimes) if part),
    )
