"""The end of files: a list, two people, and what is left of each file afterwards."""

import logging
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.jobs.api import app
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process

from ..models import DisposalItem, DisposalList, Document, ReceivedDocument, RecordFile
from ..permissions import ARCHIVES, REVIEWERS, needs_archive
from ..rules import HELD_BACK, proposed_end, refusal_to_move
from ..signals import document_ended
from .packaging import order_package
from .recording import RecordsRefused, apart, needed, record
from .wording import word_document, word_received

MOST = 500
AGREE = "records.agree"
logger = logging.getLogger(__name__)
Outcome = DisposalItem.Outcome
State = DisposalList.State


@transaction.atomic
def make_list(*, unit: str, title: str, actor: Actor, at: datetime) -> DisposalList:
    """Begin a list with all files of an office (a dissolved one, too) whose period is over and that nothing holds back.

    What is historical is proposed for the archive, what is kept long for another ten years, everything else for
    destruction; each can be changed.

    :raises RecordsRefused: nothing is due.
    """
    due = RecordFile.objects.filter(unit=unit, state="due").exclude(holds__released_at=None, holds__isnull=False)
    taken = DisposalItem.objects.filter(is_open=True).values("file_id")
    rows = list(due.exclude(id__in=taken).select_related("classification").order_by("id")[:MOST])
    if not rows:
        raise RecordsRefused(_("保存期間の満了したファイルはありません。"))
    made = DisposalList.objects.create(unit=unit, title=title.strip() or _("廃棄協議"), made_at=at)
    items = [_proposed(made, file, on=org.office_day(at)) for file in rows]
    try:
        with transaction.atomic():
            DisposalItem.objects.bulk_create(items)
    except IntegrityError as error:
        raise RecordsRefused(_("ほかの協議と重なりました。もう一度お試しください。")) from error
    _record(made, "records.list_made", {"files": len(items)}, actor=actor, at=at)
    return made


def _proposed(made: DisposalList, file: RecordFile, *, on: date) -> DisposalItem:
    assert file.ends_on is not None  # constraint
    is_historical = file.classification.is_historical
    outcome, until = proposed_end(file.retention, is_historical=is_historical, ends_on=file.ends_on, on=on)
    reason = _("長期保存の見直し") if until else ""
    return DisposalItem(list=made, file=file, outcome=outcome, extend_until=until, reason=reason)


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
    """Say what is to become of a file of a list that is not proposed yet. An extension needs a day and a reason, and
    so does the destruction of what is historical.

    :raises RecordsRefused: it is proposed already, or something is missing.
    """
    item = DisposalItem.objects.select_related("file__classification").get(id=item_id)
    _editable(item.list_id)
    item.refresh_from_db(fields=["outcome", "extend_until", "reason"])
    file = item.file
    if outcome == Outcome.EXTEND:
        reason = needed(reason)
        least = max(org.office_day(at), file.ends_on or date.min)
        if extend_until is None or extend_until <= least:
            words = _("いつまで延ばすか、今日と満了日より後の日付を書いてください。")
            raise RecordsRefused(words, field="extend_until")
    elif outcome == Outcome.DISPOSE and file.classification.is_historical:
        reason = needed(reason)
    until, reason = extend_until if outcome == Outcome.EXTEND else None, reason.strip()
    if (item.outcome, item.extend_until, item.reason) == (outcome, until, reason):
        return item
    data: dict[str, JSON] = {"file": file.reference, "was": str(item.outcome), "outcome": outcome}
    item.outcome, item.extend_until, item.reason = outcome, until, reason
    item.save(update_fields=["outcome", "extend_until", "reason"])
    _record(item.list, "records.outcome_set", data, reason=reason, actor=actor, at=at)
    return item


@transaction.atomic
def propose_list(*, list_id: int, actor: Actor, at: datetime) -> DisposalList:
    """Put a list to the second person; its files are 廃棄協議中 from now on. A second click changes nothing.

    :raises RecordsRefused: one of its files is held back, or nobody proposes it.
    """
    found = _locked(list_id)
    if found.state == State.PROPOSED:
        return found
    _editable(list_id)
    if actor.user_id is None:
        raise RecordsRefused(_("協議に出す人が分かりません。ログインし直してください。"))
    items = list(found.items.select_related("file").order_by("file_id"))
    for item in items:
        _move(item.file_id, "disposal_review", actor=actor, at=at)
    found.state, found.proposed_at, found.proposed_by_id = State.PROPOSED, at, actor.user_id
    found.task_id = _ask_second(found, at=at)
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
    _settle(found, at=at)
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
    _settle(found, at=at)
    found.state, found.agreed_at, found.agreed_by_id = State.AGREED, at, actor.user_id
    found.save()
    app.configure_task("records.execute_list").defer(list_id=found.pk)
    _record(found, "records.list_agreed", actor=actor, at=at)
    return found


def execute_list(*, list_id: int, at: datetime) -> int:
    """Carry out an agreed list, file after file, each in its own transaction; returns how many were done.

    May be killed and run again. A file that was held back meanwhile stays, and the list says why; one that cannot be
    erased for a fault does not keep the others, and is tried again by the job.
    """
    found = DisposalList.objects.get(id=list_id)
    if found.state != State.AGREED:
        return 0
    actor = Actor(user_id=found.agreed_by_id)
    done, failed = 0, None
    for item_id in found.items.filter(is_open=True).order_by("file_id").values_list("id", flat=True):
        try:
            done += _carry_out(item_id, actor=actor, at=at)
        except (
            Exception
        ) as error:  # another module's content cannot be erased: the other files go on, the job tries again
            logger.exception("item %s of list %s", item_id, list_id)
            failed = failed or error
    if failed:
        raise failed
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
        order_package(item.file_id)
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
    found = RecordFile.objects.select_for_update().get(id=file_id)
    if found.state == "transferred":
        return found
    if found.state == "transfer_candidate" and found.package_id is None:
        raise RecordsRefused(_("移管用の一式がまだできていません。受け取ってから、受け入れを記録してください。"))
    day = org.office_day(at)
    file = _move(file_id, "transferred", actor=actor, at=at, ended_on=day, receipt=receipt.strip())
    erase_documents(file, actor=actor, at=at)
    files.forget(file.package_id or 0, by=actor, at=at)
    return file


def erase_documents(file: RecordFile, *, actor: Actor, at: datetime) -> None:
    """Leave of each document its number, day and digest; the content is erased where it stands."""
    for document in Document.objects.select_for_update().filter(file=file, gone_at=None).order_by("id"):
        if document.stored_id:
            files.forget(document.stored_id, by=actor, at=at)
        if document.subject_type == "received" and document.subject_id is not None:
            ReceivedDocument.objects.filter(id=document.subject_id, gone_at=None).update(
                title="", sender="", handling="", gone_at=at
            )
            word_received(ReceivedDocument.objects.get(id=document.subject_id))
        elif document.subject_id is not None:
            document_ended.send(
                sender=Document,
                subject_type=document.subject_type,
                subject_id=document.subject_id,
                actor=actor,
                at=at,
            )
        document.title, document.search_text, document.gone_at = "", "", at
        document.save(update_fields=["title", "search_text", "gone_at"])
        word_document(document)


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


def _ask_second(found: DisposalList, *, at: datetime) -> int | None:
    """Put the list before who is to agree: the archive where something historical would be destroyed; else the chief of
    the office, or who looks after the documents of its bureau where the chief proposed it."""
    day = org.office_day(at)
    if needs_archive(found):
        posts = list(org.posts_serving(ARCHIVES, on=day)[:1])
    else:
        heirs = org.successors_of(found.unit, on=day)
        code = heirs[0].code if len(heirs) == 1 else ""
        asked = (
            [
                org.post_in_charge(code, rank=org.Rank.SECTION_CHIEF, on=day),
                *(org.reviewer_post(code, duty=duty, on=day) for duty in REVIEWERS),
            ]
            if code
            else []
        )
        posts = [post for post in asked if post]
    for post in posts:
        if any(one.user_id != found.proposed_by_id for one in org.holders_of(post.id, at=at)):
            subject = Subject("disposal_list", found.pk)
            return process.open_task(
                kind=AGREE, subject=subject, title=found.title, address=f"post:{post.id}", due_on=None, at=at
            )
    return None


def _settle(found: DisposalList, *, at: datetime) -> None:
    if found.task_id is not None:
        process.cancel_task(found.task_id, at=at)
        found.task_id = None


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
