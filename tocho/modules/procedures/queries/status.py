from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.forms import Form
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.engines.forms.api import SummaryStep
from tocho.modules.bookings import api as bookings
from tocho.modules.decisions import api as decisions
from tocho.modules.messages import api as messages
from tocho.modules.notices import api as notices
from tocho.modules.payments import api as payments
from tocho.ui.moments import Moment
from tocho.ui.tags.words import day_words

from ..models import Application, Correction
from ..permissions import access_token
from ..rules import may_withdraw
from .case import way_of
from .catalogue import definition
from .cosigning import SignersBrief, signers_of
from .documents import DocumentsBrief, documents_of
from .held import LOOKED, office_name
from .reports import report_summary
from .representing import acting_label
from .tracking import ASKED, STATE_TONES, Headline, headline, time_line


@dataclass(frozen=True)
class StatusPage:
    """The status page of an application: where it is, what is asked of me, when it will be done."""

    application: Application
    title: str
    office: str
    headline: Headline
    moments: tuple[Moment, ...]
    correction: Correction | None
    documents: DocumentsBrief | None
    signers: SignersBrief | None
    acting: str
    payment: payments.IntentView | None
    notices: tuple[notices.NoticeView, ...]
    reservation: bookings.ReservationView | None
    summary: tuple[SummaryStep, ...]
    thread: messages.ThreadView
    looks: tuple[Moment, ...]
    may_withdraw: bool
    may_cancel_booking: bool

    @property
    def token(self) -> str:
        """What opens this page elsewhere; other channels are asked with it."""
        return access_token(self.application)

    @property
    def tone(self) -> str:
        return STATE_TONES[Application.State(self.application.state)]

    @property
    def kept(self) -> str:
        """Until when what was given is kept, in a sentence; "" while the case runs."""
        if self.application.erased_at is not None:
            return _("保存期間が終わったため、申請の内容は消去しました。")
        day = self.application.kept_until
        return _("この申請の情報は%(day)sまで保存されます。") % {"day": day_words(day, "date")} if day else ""

    @property
    def wish(self) -> Form | None:
        """How the notice is to come, to be changed while none is out."""
        if self.application.closed_at is not None or self.notices:
            return None
        can_mail = bool(self.application.applicant_email or self.application.user_id)
        return notices.WishForm(notice_by=way_of(self.application), can_mail=can_mail)

    @property
    def wish_words(self) -> str:
        way = notices.Delivery(way_of(self.application)).label
        return _("結果の通知の受け取り方：%(way)s") % {"way": way}

    @property
    def past(self) -> tuple[Moment, ...]:
        """What has happened, without what is to come: for paper."""
        return tuple(one for one in self.moments if one.at is not None)

    @property
    def answer_day(self) -> str:
        """Until when the office answers an open question."""
        return day_words(self.thread.due_on, "short") if self.thread.due_on else ""

    @property
    def may_write(self) -> bool:
        """Whether the applicant may write to the office: until the case ends."""
        return self.application.closed_at is None

    @property
    def payment_due(self) -> bool:
        return self.payment is not None and self.application.state == Application.State.FEE_DUE


def status_page(application: Application, *, mine: Collection[str] = ("applicant",), at: datetime) -> StatusPage:
    """Everything the applicant sees of an application, in a fixed number of queries and in the reader's language."""
    language = get_language() or "ja"
    compiled = definition(application.version_id)
    subject = Subject("application", application.id)
    intents = payments.intents_of(subject) if application.fee else ()
    waiting = application.state in ASKED
    correction = application.corrections.filter(answered_at=None, expired_at=None).first() if waiting else None
    reservation = bookings.reservation_of(subject) if compiled.facts.booking else None
    entries = ledger.entries_of(subject)
    return StatusPage(
        application=application,
        title=compiled.title(language),
        office=_office(application),
        headline=headline(application, today=calendar.office_day(at)),
        moments=time_line(application, entries),
        correction=correction,
        documents=documents_of(application, mine=mine),
        signers=signers_of(application),
        acting=acting_label(application),
        payment=intents[-1] if intents else None,
        notices=_in_force(subject) if application.outcome else (),
        reservation=reservation,
        summary=(
            *compiled.form.summary(application.answers, language=language),
            *report_summary(application, language=language),
        ),
        thread=messages.thread_of(subject, side=messages.APPLICANT),
        looks=tuple(Moment(office_name(one), one.at, "", "done") for one in reversed(entries) if one.kind in LOOKED),
        may_withdraw=may_withdraw(application.state),
        may_cancel_booking=bool(application.outcome == "approve" and reservation and reservation.slot.starts_at > at),
    )


def _office(application: Application) -> str:
    """The office that examines, as it is called now; empty where it was reorganised."""
    try:
        return org.unit(application.unit).full_name
    except org.UnknownUnit:
        return ""


def _in_force(subject: Subject) -> tuple[notices.NoticeView, ...]:
    """The notices that count, and those that fell with their decision: not what was corrected, or taken back at the
    applicant's own wish."""
    found = (one for one in notices.notices_of(subject) if one.state != "superseded")
    return tuple(one for one in found if one.state != "revoked" or _is_cancelled(one))


def _is_cancelled(notice: notices.NoticeView) -> bool:
    return notice.decision_id is not None and not decisions.stands(notice.decision_id)
