"""Documents item by item (提出書類): given by whoever is responsible, checked by the office, returned one by one."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.modules.dossiers import api as dossiers
from tocho.ui.markup import listed

from ..models import Application, Correction
from ..queries import MUNICIPALITY, DocumentRow, documents_of
from .casework import lock_case, locked_application
from .correcting import request_correction
from .cosigning import ask_again_if_changed, tell_return
from .forwarding import settle_resubmission
from .recording import subject_of


class NoDocument(Refused):
    """The document is not asked for, not this party's, or closed now."""


class DocumentsOpen(Refused):
    """An approval while documents are missing or unchecked."""


def _open_row(application: Application, key: str, party: str) -> DocumentRow:
    """:raises NoDocument:"""
    found = documents_of(application, mine=[party])
    row = next((one for one in found.rows if (one.key, one.item.party) == (key, party)), None) if found else None
    if row is None or not row.open:
        raise NoDocument(_("この書類は、いまは出せません。画面を開き直して、状態を確かめてください。"))
    return row


def _place(application: Application, key: str, party: str, seen: int) -> dossiers.Place:
    return dossiers.Place(subject_of(application), key, party, application.unit, seen)


@transaction.atomic
def give_document(
    *, application_id: int, key: str, party: str, file_ids: Sequence[int], seen: int, actor: Actor, at: datetime
) -> Application:
    """Add stored files to a document of the application; the caller has checked that the person is that party.

    :raises NoDocument: it cannot be given now. :raises dossiers.ItemMoved: :raises dossiers.TooMany:
    """
    application = locked_application.get(application_id)
    row = _open_row(application, key, party)
    place = _place(application, key, party, seen)
    dossiers.give(place=place, file_ids=file_ids, max_files=row.spec.max_files, actor=actor, at=at)
    if row.spec.signed:
        ask_again_if_changed(application, at=at)
    if party == MUNICIPALITY:
        settle_resubmission(application, actor=actor, at=at)
    return application


@transaction.atomic
def remove_document(
    *, application_id: int, key: str, party: str, file_id: int, actor: Actor, at: datetime
) -> Application:
    """Take a file of a document away again, before the office has judged it.

    :raises NoDocument: it cannot be changed now. :raises dossiers.ItemMoved:
    """
    application = locked_application.get(application_id)
    row = _open_row(application, key, party)
    place = _place(application, key, party, row.item.turn)
    dossiers.remove(place=place, file_id=file_id, actor=actor, at=at)
    if row.spec.signed:
        ask_again_if_changed(application, at=at)
    if party == MUNICIPALITY:
        settle_resubmission(application, actor=actor, at=at)
    return application


@transaction.atomic
def judge_document(
    *, application_id: int, key: str, party: str, seen: int, reason: str | None, actor: Actor, at: datetime
) -> Application:
    """The office checks one document: accepted (``reason`` None), or noted to go back with a reason.

    :raises CaseMoved: the case is not under examination now. :raises dossiers.ItemMoved: a file came meanwhile.
    """
    application = lock_case(application_id, expected=[Application.State.EXAMINING])
    brief = documents_of(application, office=True)
    if brief is None or not any((row.key, row.item.party) == (key, party) for row in brief.rows):
        raise NoDocument(_("この書類は、この申請では求めていません。画面を開き直してください。"))
    place = _place(application, key, party, seen)
    if reason is None:
        dossiers.accept(place=place, actor=actor, at=at)
    else:
        dossiers.flag(place=place, reason=reason, actor=actor, at=at)
    return application


@transaction.atomic
def return_documents(
    *, application_id: int, message: str, deadline_on: date, actor: Actor, at: datetime
) -> Correction | None:
    """返却: send back all documents that were noted, and nothing else, as one correction (行政手続法7条).

    Those of the municipality go to its inbox; where only such were noted the applicant is asked nothing, the clock runs
    on, and there is no correction (None).
    :raises Refused: nothing is noted; or as ``request_correction``.
    """
    application = lock_case(application_id, expected=[Application.State.EXAMINING])
    brief = documents_of(application, office=True)
    if brief is None or not brief.flagged:
        raise Refused(_("返却する書類がありません。書類を選んで理由を書いてから、送ってください。"))
    asked = [row for row in brief.flagged if row.spec.party != MUNICIPALITY]
    if not asked:
        subject = subject_of(application)
        dossiers.return_flagged(subject=subject, unit=application.unit, actor=actor, at=at)
        settle_resubmission(application, due_on=deadline_on, actor=actor, at=at)
        return None
    names = listed(row.title for row in asked)
    correction = request_correction(
        application_id=application_id,
        message=message.strip() or _("次の書類を出し直してください：%(names)s") % {"names": names},
        fields=[],
        deadline_on=deadline_on,
        actor=actor,
        at=at,
    )
    tell_return(application, asked, correction=correction, at=at)
    return correction


def refuse_unchecked(application: Application) -> None:
    """An approval rests on documents that were all checked. :raises DocumentsOpen:"""
    brief = documents_of(application, office=True)
    if brief is not None and brief.unchecked:
        names = listed(row.title for row in brief.unchecked[:3])
        raise DocumentsOpen(
            _("まだ確認していない書類があります（%(names)s）。書類の画面で確認してから、承認の起案をしてください。")
            % {"names": names}
        )
