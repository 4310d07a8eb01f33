from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.engines.forms.api import SummaryStep
from tocho.engines.rules.api import compile_expression
from tocho.lib.text import written
from tocho.modules.decisions import api as decisions
from tocho.modules.messages import api as messages
from tocho.modules.notices import api as notices
from tocho.modules.opinions import api as opinions
from tocho.modules.payments import api as payments
from tocho.ui.markup import listed
from tocho.ui.moments import Moment
from tocho.ui.tags.words import day_words

from ..definitions import NoticeSpec, ProcedureFacts, in_language
from ..models import Application, Correction, Transit
from ..rules import way_of_notice
from .catalogue import definition
from .context import rule_context
from .cosigning import SignerRow, SignersBrief, signers_of
from .documents import DocumentsBrief, documents_of
from .forwarding import TransitBrief, transit_of
from .reports import report_summary, reports_of
from .representing import acting_label, representation_of
from .tracking import STATE_TONES, office_moments
from .work import CaseWork, work_of


@dataclass(frozen=True)
class GivenRow:
    """One answer as the office reads it; ``files`` as (id, name), ``changed`` by the last correction."""

    key: str
    label: str
    display: str
    files: tuple[tuple[int, str], ...]
    changed: bool


@dataclass(frozen=True)
class GivenStep:
    """The answers of one step."""

    title: str
    rows: tuple[GivenRow, ...]


@dataclass(frozen=True)
class CasePage:
    """The case as the office sees it: what was given beside what was checked, the clock, what happened, what to do."""

    application: Application
    title: str
    facts: ProcedureFacts
    summary: tuple[GivenStep, ...]
    corrections: tuple[Correction, ...]
    documents: DocumentsBrief | None
    signers: SignersBrief | None
    acting: str
    transit: TransitBrief | None
    payment: payments.IntentView | None
    decisions: tuple[decisions.DecisionView, ...]
    notices: tuple[notices.NoticeView, ...]
    inquiries: tuple[opinions.InquiryView, ...]
    thread: messages.ThreadView
    moments: tuple[Moment, ...]
    used_days: int
    work: CaseWork | None
    elsewhere: str  # the section that examines it now, for an office that may only read; "" for those who work on it

    @property
    def delivery(self) -> str:
        """How the applicant gets the notice, in words."""
        return str(notices.Delivery(way_of(self.application)).label)

    @property
    def round_title(self) -> str:
        """Which examination of several this is; empty where there is one."""
        now = self.facts.round(self.application.round)
        if now is None:
            return ""
        words = {"n": self.application.round, "all": len(self.facts.rounds)}
        return _("%(n)d / %(all)d　") % words + in_language(now.title, get_language() or "ja")

    @property
    def next_round_title(self) -> str:
        """What is examined after this; empty where nothing is."""
        coming = self.facts.round(self.application.round + 1)
        return in_language(coming.title, get_language() or "ja") if coming else ""

    @property
    def passes_on(self) -> bool:
        """Whether this examination ends by handing the case to the next one."""
        now = self.facts.round(self.application.round)
        return bool(now and now.passes_on)

    @property
    def mine(self) -> bool:
        """Whether the open 審査 task is within reach of this person now."""
        is_asked = self.application.state == Application.State.EXAMINING
        return is_asked and self.work is not None and self.work.reached

    @property
    def may_ask(self) -> bool:
        """Whether other sections may still be asked what they think."""
        is_open = self.application.closed_at is None and self.application.state in Application.OPEN
        return is_open and not self.elsewhere

    @property
    def opinions_waiting(self) -> int:
        """How many of those asked have not answered."""
        return sum(inquiry.waiting for inquiry in self.inquiries)

    @property
    def file_choices(self) -> tuple[tuple[int, str], ...]:
        """All files of the case that may be shown to others, as (id, name)."""
        given = [file for step in self.summary for row in step.rows for file in row.files]
        sheets = [sheet for row in self.documents.rows for sheet in row.item.sheets] if self.documents else []
        return (*given, *((sheet.file_id, sheet.name) for sheet in sheets))

    @property
    def tone(self) -> str:
        return STATE_TONES[Application.State(self.application.state)]

    @property
    def law(self) -> str:
        return listed(self.facts.law)

    @property
    def notice_title(self) -> str:
        """What the notice of an approval is called; empty where there is none."""
        known = self.facts.notices
        spec = known.get(self.facts.outcome_key(self.application.round, "approve", known))
        return in_language(spec.title, get_language() or "ja") if spec else ""

    @property
    def checks_ok(self) -> bool:
        return bool(self.application.checks) and all(check["ok"] for check in self.application.checks)

    @property
    def checks_label(self) -> str:
        failed = [check for check in self.application.checks if not check["ok"]]
        if failed:
            return _("システム審査 要確認 %(n)d") % {"n": len(failed)}
        return _("システム審査 %(n)d項目 適合") % {"n": len(self.application.checks)}

    @property
    def clock(self) -> str:
        """The standard processing period in words: 3開庁日のうち2日経過（待っていた1日は除く）."""
        total = self.facts.standard_days
        text = _("%(total)d開庁日のうち %(used)d日経過") % {"total": total, "used": self.used_days}
        if self.application.stopped_on:
            return text + _("（いまは停止：%(state)s）") % {"state": self.application.get_state_display()}
        if self.application.stopped_days:
            text += _("（待っていた%(days)d日は除く）") % {"days": self.application.stopped_days}
        return text

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return (
            (_("きょうの仕事"), reverse("portal:desk")),
            (_("案件"), reverse("procedures:case_list")),
            (self.application.receipt_number or "", ""),
        )

    @property
    def message_crumbs(self) -> tuple[tuple[str, str], ...]:
        here = reverse("procedures:case_detail", args=[self.application.id])
        return (*self.crumbs[:-1], (self.crumbs[-1][0], here), (_("やりとり"), ""))


def case_page(application: Application, *, user_id: int, at: datetime) -> CasePage:
    """Everything on the page of one case, in a fixed number of queries."""
    compiled = definition(application.version_id)
    subject = Subject("application", application.id)
    corrections = tuple(application.corrections.all())
    intents = payments.intents_of(subject) if application.fee else ()
    return CasePage(
        application=application,
        title=compiled.title(get_language() or "ja"),
        facts=compiled.facts,
        summary=_given(application, _before(corrections, application)),
        corrections=corrections,
        documents=documents_of(application, office=True),
        signers=signers_of(application, office=True),
        acting=acting_label(application),
        transit=transit_of(application, at=at),
        payment=intents[-1] if intents else None,
        decisions=decisions.decisions_of(subject),
        notices=tuple(notices.notices_of(subject)) if application.outcome else (),
        inquiries=opinions.inquiries_of(subject),
        thread=messages.thread_of(subject, side=messages.OFFICE),
        moments=office_moments(ledger.entries_of(subject)),
        used_days=_used_days(application, calendar.office_day(at)),
        work=work_of(application.id, user_id=user_id, at=at) if application.state in Application.OPEN else None,
        elsewhere=_elsewhere(application, user_id, at=at),
    )


def _elsewhere(application: Application, user_id: int, *, at: datetime) -> str:
    if application.round == 1 or application.unit in org.unit_codes_of(user_id, at=at):
        return ""
    return org.unit(application.unit).full_name


def _before(corrections: Sequence[Correction], application: Application) -> Mapping[str, Any]:
    """The answers before the last correction of them; the reports of later rounds change none."""
    mends = [one for one in corrections if not one.part]
    found: Mapping[str, Any] = mends[-1].answers_before if mends else application.answers
    return found


def _given(application: Application, before: Mapping[str, Any]) -> tuple[GivenStep, ...]:
    answers = {**application.answers}
    for _form, report in reports_of(application):
        answers |= report.answers
        before = {**before, **report.answers}
    steps = (*definition(application.version_id).form.summary(application.answers), *report_summary(application))
    return tuple(
        GivenStep(
            step.title,
            tuple(
                GivenRow(
                    row.field_key,
                    row.label,
                    row.display,
                    _files(answers.get(row.field_key)),
                    answers.get(row.field_key) != before.get(row.field_key),
                )
                for row in step.rows
            ),
        )
        for step in steps
    )


def _files(value: Any) -> tuple[tuple[int, str], ...]:
    found = value if isinstance(value, list) else []
    return tuple((one["id"], one["name"]) for one in found if isinstance(one, Mapping) and "size" in one)


def _used_days(application: Application, today: date) -> int:
    if application.submitted_at is None:
        return 0
    end = application.stopped_on or (calendar.office_day(application.closed_at) if application.closed_at else today)
    return max(
        calendar.business_days_between(calendar.office_day(application.submitted_at), end) - application.stopped_days, 0
    )


def decision_content(application: Application, *, outcome: str, reasons: str, body: str = "") -> dict[str, Any]:
    """What the deciders read: the proposed text, and what was given and checked in brief."""
    compiled = definition(application.version_id)
    rows = [
        [label, display]
        for step in _told(application)
        for label, display in ((row.label, row.display) for row in step.rows)
    ]
    checks = [[check["title"], "適合" if check["ok"] else f"要確認　{check['detail']}"] for check in application.checks]
    return {
        "title": f"{compiled.title()}について（{application.receipt_number}）",
        "body": body or compiled.facts.draft_body.get(_named(compiled.facts, application, outcome), ""),
        "outcome": outcome,
        "reasons": reasons,
        "brief": [
            ["受付番号", application.receipt_number or ""],
            *rows,
            *checks,
            *party_rows(application),
            *_opinion_rows(application),
        ],
    }


def _named(facts: ProcedureFacts, application: Application, outcome: str) -> str:
    return facts.outcome_key(application.round, outcome, facts.draft_body)


def _told(application: Application) -> list[SummaryStep]:
    """All that was given in Japanese words: the application, and the reports of later rounds."""
    form = definition(application.version_id).form
    return [*form.summary(application.answers, language="ja"), *report_summary(application, language="ja")]


def notice_spec(application: Application, outcome: str) -> NoticeSpec | None:
    """The notice of an outcome in the round that the case is in; None where there is none."""
    facts = definition(application.version_id).facts
    return facts.notices.get(facts.outcome_key(application.round, outcome, facts.notices))


def party_rows(application: Application) -> list[list[str]]:
    """Who takes part beside the applicant, as the deciders read it: the agent, each co-signer with what they said, the
    municipality with its opinion; label and words in Japanese."""
    with translation.override("ja"):
        rows = [["代理人", agent]] if (agent := _agent(application)) else []
        brief = signers_of(application, office=True)
        for role in brief.roles if brief else ():
            rows += [[f"連署（{role.title}）", _signed(one)] for one in role.signers]
        transit = Transit.objects.filter(application=application).first() if _leads_through(application) else None
        if transit is not None:
            said = (transit.get_opinion_display(), transit.words) if transit.opinion else (_("確認中"),)
            rows.append([f"{org.unit(transit.unit).name}の意見", "　".join(filter(None, said))])
    return rows


def _leads_through(application: Application) -> bool:
    return definition(application.version_id).facts.via is not None


def _agent(application: Application) -> str:
    found = representation_of(application)
    return found.agent_label if found else ""


def _signed(row: SignerRow) -> str:
    """山田 花子　署名済み　2020年11月20日　メールの確認番号で確認（…）"""
    one = row.invitation
    day = day_words(calendar.office_day(one.signature.signed_at), "date") if one.signature else ""
    return "　".join(filter(None, (one.name, one.state_label, day, row.identity)))


def _opinion_rows(application: Application) -> list[list[str]]:
    """What other sections said, as the deciders read it: 意見照会（徴収課）, 異議なし."""
    return [
        [f"意見照会（{one.unit_name}）", "　".join(filter(None, (str(one.state_label), one.text)))]
        for inquiry in opinions.inquiries_of(Subject("application", application.id))
        for one in inquiry.opinions
        if one.state != "withdrawn"
    ]


def way_of(application: Application) -> str:
    """How the notice of an application goes out, "electronic" or "post": by the wish, where there is an address."""
    return way_of_notice(
        application.notice_by,
        online=application.channel == Application.Channel.ONLINE,
        reachable=bool(application.applicant_email or application.user_id),
    )


def notice_data(
    application: Application,
    spec: NoticeSpec,
    decision: decisions.DecisionView | None,
    *,
    reasons: str = "",
    at: datetime,
) -> dict[str, Any]:
    """The data of a notice's template; what the notice engine adds itself (verification) is left out.

    Before the decision (``decision`` None, the draft of the notice) number and article are still open.
    """
    compiled = definition(application.version_id)
    decided_at = decision.decided_at if decision else None
    context = rule_context(application, at=decided_at or at)
    context["display"] = {row.field_key: row.display for step in _told(application) for row in step.rows}
    name = application.answers.get("applicant_name") or {}
    rows = [(label, compile_expression(text)(context)) for label, text in spec.rows.items()]
    return {
        "office": org.unit(application.unit).full_name,
        "applicant": {
            "name": application.applicant_name,
            "kana": " ".join(filter(None, (name.get("family_kana"), name.get("given_kana")))),
            "address": context["display"].get("applicant_address", ""),
            "company": context["display"].get("company_name", ""),
            "agent": _agent(application) if spec.names_agent else "",
        },
        "rows": [[label, written(value, named=label)] for label, value in rows if value],
        "decision": decision.cited if decision else dict.fromkeys(("number", "decided_on", "article"), ""),
        "reasons": decision.reasons if decision else reasons,
        "remedy": in_language(compiled.facts.remedy, application.language),
        "receipt_number": application.receipt_number,
        "language": application.language,
    }
