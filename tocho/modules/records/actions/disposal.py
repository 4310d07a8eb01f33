"""The end of files: a list, two people, and what is left of each file afterwards."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.jobs.api import app
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org

from ..models import DisposalItem, DisposalList, Document, RecordFile
from ..rules import HELD_BACK, refusal_to_move
from ..signals import document_ended
from .recording import RecordsRefused, apart, known_unit, needed, record

MOST = 500
Outcome = DisposalItem.Outcome
State = DisposalList.State


@transaction.atomic
def make_list(*, unit: str, title: str, actor: Actor, at: datetime) -> DisposalList:
    """Begin a list with all files of an office whose period is over and that nothing holds back.

    What is historical is proposed for the archive, everything else for destruction; each can be changed.

    :raises RecordsRefused: nothing is due.
    """
    code = known_unit(unit, at=at)
    due = RecordFile.objects.filter(unit=code, state="due").exclude(holds__released_at=None, holds__isnull=False)
    taken = DisposalItem.objects.filter(is_open=True).values("file_id")
    rows = list(due.exclude(id__in=taken).select_related("classification").order_by("id")[:MOST])
    if not rows:
        raise RecordsRefused(_("保存期間の満了したファイルはありません。"))
    made = DisposalList.objects.create(unit=code, title=title.strip() or _("廃棄協議"), made_at=at)
    items = [
        DisposalItem(list=made, file=file, outcome="transfer" if file.classification.is_historical else "dispose")
        for file in rows
    ]
    try:
        with transaction.atomic():
            DisposalItem.objects.bulk_create(items)
    except IntegrityError as error:
        raise RecordsRefused(_("ほかの協議と重なりました。もう一度お試しください。")) from error
    _record(made, "records.list_made", {"files": len(items)}, actor=actor, at=at)
    return made


@transaction.atomic
def set_outcome(
    *,
    item_id: int,
    outcome: str,
    extend_until: date | None = None,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> DisposalItem:
    """Say what is to become of a file of a list that is not proposed yet. An extension needs a day and a reason.

    :raises RecordsRefused: it is proposed already, or something is missing.
    """
    item = DisposalItem.objects.select_related("list").get(id=item_id)
    _editable(item.list_id)
    if outcome == Outcome.EXTEND:
        reason = needed(reason)
        if extend_until is None or extend_until <= org.office_day(at):
            raise RecordsRefused(_("いつまで延ばすか、先の日付を書いてください。"), field="extend_until")
    item.outcome, item.reason = outcome, reason.strip()
    item.extend_until = extend_until if outcome == Outcome.EXTEND else None
    item.save()
    return item


@transaction.atomic
def propose_list(*, list_id: int, actor: Actor, at: datetime) -> DisposalList:
    """Put a list to the second person; its files are 廃棄協議中 from now on. A second click changes nothing.

    :raises RecordsRefused: one of its files is held back.
    """
    found = _locked(list_id)
    if found.state == State.PROPOSED:
        return found
    _editable(list_id)
    items = list(found.items.select_related("file").order_by("file_id"))
    for item in items:
        _move(item.file_id, "disposal_review", actor=actor, at=at)
    found.state, found.proposed_at, found.proposed_by_id = State.PROPOSED, at, actor.user_id
    found.save()
    _record(found, "records.list_proposed", {"files": len(items)}, actor=actor, at=at)
    return found


@transaction.atomic
def withdraw_list(*, list_id: int, reason: str, actor: Actor, at: datetime) -> DisposalList:
    """Take a list back before anything was carried out; its files are due as before.

    :raises RecordsRefused: it was carried out, or there is no reason.
    """
    found, reason = _locked(list_id), needed(reason)
    if found.state == State.WITHDRAWN:
        return found
    if found.state not in (State.DRAFTING, State.PROPOSED):
        raise RecordsRefused(_("同意された協議は取りやめられません。"))
    if found.state == State.PROPOSED:
        for file_id in found.items.order_by("file_id").values_list("file_id", flat=True):
            _move(file_id, "due", actor=actor, at=at)
    found.items.update(is_open=False)
    found.state = State.WITHDRAWN
    found.save()
    _record(found, "records.list_withdrawn", reason=reason, actor=actor, at=at)
    return found


@transaction.atomic
def agree_list(*, list_id: int, actor: Actor, at: datetime) -> DisposalList:
    """The second person agrees; a job carries it out. A second click changes nothing.

    :raises RecordsRefused: it is the person who proposed it, or it is not proposed.
    """
    found = _locked(list_id)
    if found.state in (State.AGREED, State.DONE):
        return found
    if found.state != State.PROPOSED:
        raise RecordsRefused(_("まだ協議に出されていません。"))
    if actor.user_id is None or actor.user_id == found.proposed_by_id:
        raise RecordsRefused(_("協議に出した人は同意できません。別の人が同意してください。"))
    found.state, found.agreed_at, found.agreed_by_id = State.AGREED, at, actor.user_id
    found.save()
    app.configure_task("records.execute_list").defer(list_id=found.pk)
    _record(found, "records.list_agreed", actor=actor, at=at)
    return found


def execute_list(*, list_id: int, at: datetime) -> int:
    """Carry out an agreed list, file after file, each in its own transaction; returns how many were done.

    May be killed and run again. A file that was held back meanwhile stays, and the list says why.
    """
    found = DisposalList.objects.get(id=list_id)
    if found.state != State.AGREED:
        return 0
    actor = Actor(user_id=found.agreed_by_id)
    done = 0
    for item_id in found.items.filter(is_open=True).order_by("file_id").values_list("id", flat=True):
        done += _carry_out(item_id, actor=actor, at=at)
    with transaction.atomic():
        found = _locked(list_id)
        if found.state == State.AGREED and not found.items.filter(is_open=True).exists():
            found.state, found.done_at = State.DONE, at
            found.save()
            _record(found, "records.list_done", {"files": found.items.filter(problem="").count()}, actor=actor, at=at)
    return done


@transaction.atomic
def _carry_out(item_id: int, *, actor: Actor, at: datetime) -> bool:
    item = DisposalItem.objects.select_for_update().get(id=item_id)
    if not item.is_open:
        return False
    item.is_open, item.done_at = False, at
    try:
        with transaction.atomic():
            _end(item, actor=actor, at=at)
    except RecordsRefused as refused:
        item.done_at, item.problem = None, refused.message[:300]
        _move(item.file_id, "due", actor=actor, at=at)
    item.save()
    return item.problem == ""


def _end(item: DisposalItem, *, actor: Actor, at: datetime) -> None:
    if item.outcome == Outcome.TRANSFER:
        _move(item.file_id, "transfer_candidate", actor=actor, at=at)
    elif item.outcome == Outcome.EXTEND:
        file = _move(item.file_id, "extended", actor=actor, at=at, until=item.extend_until)
        assert file.ends_on == item.extend_until
    else:
        file = _move(item.file_id, "disposed", actor=actor, at=at, ended_on=org.office_day(at))
        erase_documents(file, actor=actor, at=at)


@transaction.atomic
def confirm_transfer(*, file_id: int, receipt: str, actor: Actor, at: datetime) -> RecordFile:
    """The archive has taken a file over and gave it a number; from now on it is kept there and only there.

    :raises RecordsRefused: no number, not on its way to the archive, or held back.
    """
    if not receipt.strip():
        raise RecordsRefused(_("公文書館の受入番号を書いてください。"), field="receipt")
    if RecordFile.objects.filter(id=file_id, state="transferred").exists():
        return RecordFile.objects.get(id=file_id)
    day = org.office_day(at)
    file = _move(file_id, "transferred", actor=actor, at=at, ended_on=day, receipt=receipt.strip())
    erase_documents(file, actor=actor, at=at)
    return file


def note_package(*, file_id: int, actor: Actor, at: datetime) -> None:
    """Record that the package for the archive was made."""
    record(RecordFile.objects.get(id=file_id), "records.packaged", actor=actor, at=at)


def erase_documents(file: RecordFile, *, actor: Actor, at: datetime) -> None:
    """Leave of each document its number, day and digest; the content is erased where it stands."""
    for document in Document.objects.select_for_update().filter(file=file, gone_at=None).order_by("id"):
        if document.stored_id:
            files.forget(document.stored_id, by=actor, at=at)
        if document.subject_id is not None:
            document_ended.send(
                sender=Document,
                subject_type=document.subject_type,
                subject_id=document.subject_id,
                actor=actor,
                at=at,
            )
        document.title, document.search_text, document.gone_at = "", "", at
        document.save(update_fields=["title", "search_text", "gone_at"])


def _move(
    file_id: int,
    to: str,
    *,
    actor: Actor,
    at: datetime,
    until: date | None = None,
    ended_on: date | None = None,
    receipt: str = "",
) -> RecordFile:
    file = RecordFile.objects.select_for_update().get(id=file_id)
    holds = file.holds.filter(released_at=None).count() if to in HELD_BACK else 0
    if why := refusal_to_move(file.state, to, holds=holds):
        raise RecordsRefused(f"{file.reference}　{why}")
    file.state, file.ended_on, file.changed_at = to, ended_on, at
    file.ends_on, file.receipt = until or file.ends_on, receipt or file.receipt
    file.save(force_update=True)
    data: dict[str, JSON] = {"until": until.isoformat()} if until else {}
    record(file, f"records.{to}", data, actor=actor, at=at)
    return file


def _locked(list_id: int) -> DisposalList:
    return DisposalList.objects.select_for_update().get(id=list_id)


def _editable(list_id: int) -> None:
    if _locked(list_id).state != State.DRAFTING:
        raise RecordsRefused(_("協議に出したあとは変えられません。"))


def _record(
    found: DisposalList,
    kind: str,
    data: dict[str, JSON] | None = None,
    *,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    ledger.append(
        subject=Subject("disposal_list", found.pk),
        kind=kind,
        actor=actor,
        at=at,
        unit=found.unit,
        data=data or {},
        personal=apart(reason),
    )
