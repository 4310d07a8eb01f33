"""Requests for disclosure (開示請求): received, searched for, judged document by document, decided, closed."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org

from ..models import DisclosureItem, DisclosureRequest, DisclosureSearch, Document, ReceivedDocument
from ..rules import BARE, LONGEST_DAYS, MOST_ITEMS, WITHHELD, due_day, outcome_of, refusal_to_extend
from .holding import hold_for_request, release_for_request
from .recording import RecordsRefused, apart, known_unit, lock_series, needed, record

State = DisclosureRequest.State
Verdict = DisclosureItem.Verdict


@transaction.atomic
def open_request(
    *,
    unit: str,
    title: str,
    requested_on: date,
    once: str,
    received_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> DisclosureRequest:
    """Begin to answer a request, with the next number of the office and fiscal year, without gaps. It is to be decided
    within fourteen days (東京都情報公開条例12条1項). The same ``once`` is the same request.

    :raises RecordsRefused: it would have come in the future.
    """
    if known := DisclosureRequest.objects.filter(once=once).first():
        return known
    today = org.office_day(at)
    if requested_on > today:
        raise RecordsRefused(_("請求の日は今日か、それより前の日にしてください。"), field="requested_on")
    code, year = known_unit(unit, at=at), calendar.fiscal_year(today)
    lock_series(f"disclosure:{code}:{year}")
    if known := DisclosureRequest.objects.filter(once=once).first():
        return known
    last = DisclosureRequest.objects.filter(unit=code, fiscal_year=year).aggregate(last=Max("number"))["last"] or 0
    request = DisclosureRequest.objects.create(
        unit=code,
        fiscal_year=year,
        number=last + 1,
        title=title,
        requested_on=requested_on,
        due_on=due_day(requested_on),
        received=ReceivedDocument.objects.get(id=received_id) if received_id else None,
        once=once,
        changed_at=at,
    )
    _record(request, "records.request_opened", {"due_on": request.due_on.isoformat()}, actor=actor, at=at)
    return request


@transaction.atomic
def correct_request(
    *, request_id: int, title: str, asked_on: date, corrected_on: date, actor: Actor, at: datetime
) -> DisclosureRequest:
    """Note that the request was put right (補正, 条例6条2項): what it asks for now; the days that took do not count
    towards its time limit (12条1項ただし書).

    :raises RecordsRefused: the days do not follow each other, the time was extended, or the request is decided.
    """
    request = _open(request_id)
    if not request.requested_on <= asked_on <= corrected_on <= org.office_day(at):
        raise RecordsRefused(
            _("補正を求めた日は請求の日から、補正された日は今日までの日にしてください。"), field="corrected_on"
        )
    if request.extension_reason:
        raise RecordsRefused(_("期限を延ばした後は、補正の日数を入れられません。"), field="corrected_on")
    days = (corrected_on - asked_on).days
    if (request.title, request.correction_days) == (title, days):
        return request
    if days < request.correction_days:
        raise RecordsRefused(_("補正にかかった日数は減らせません。"), field="corrected_on")
    request.title, request.correction_days = title, days
    request.due_on = due_day(request.requested_on, correction_days=days)
    _save(request, at=at)
    data: dict[str, JSON] = {"days": days, "due_on": request.due_on.isoformat()}
    _record(request, "records.request_corrected", data, actor=actor, at=at)
    return request


@transaction.atomic
def note_search(
    *, request_id: int, asked: Mapping[str, str], found: int, actor: Actor, at: datetime
) -> DisclosureSearch:
    """Keep that something was looked for and how much of it was found; the same search of a person twice in a row is
    kept once. The words stand beside the ledger, not in it.

    :raises RecordsRefused: the request is decided.
    """
    request = _open(request_id)
    said = {key: value for key, value in sorted(asked.items()) if value}
    last = request.searches.order_by("-id").first()
    if last and (last.asked, last.found, last.made_by_id) == (said, found, actor.user_id):
        return last
    search = DisclosureSearch.objects.create(
        request=request, asked=said, found=found, made_at=at, made_by_id=actor.user_id
    )
    _record(request, "records.searched", {"search": search.pk, "found": found}, actor=actor, at=at)
    return search


@transaction.atomic
def add_items(*, request_id: int, document_ids: Collection[int], actor: Actor, at: datetime) -> int:
    """Put documents that were found on the list of a request; how many were not there yet. Their files are kept as long
    as the request is not closed. Whoever calls has seen to it that the person may see them.

    :raises RecordsRefused: the request is decided, or there would be too many.
    """
    request = _open(request_id)
    known = set(request.items.values_list("document_id", flat=True))
    rows = Document.objects.filter(id__in=set(document_ids) - known, gone_at=None).order_by("id")
    found = list(rows.values_list("id", "file_id"))
    if len(known) + len(found) > MOST_ITEMS:
        raise RecordsRefused(_("一つの請求の文書は%(most)s件までです。") % {"most": MOST_ITEMS})
    if not found:
        return 0
    hold_for_request(request, {file_id for _key, file_id in found}, actor=actor, at=at)
    DisclosureItem.objects.bulk_create(
        DisclosureItem(request=request, document_id=key, added_at=at, added_by_id=actor.user_id) for key, _file in found
    )
    data: dict[str, JSON] = {"documents": [key for key, _file in found[:200]], "count": len(found)}
    _record(request, "records.items_added", data, actor=actor, at=at)
    return len(found)


@transaction.atomic
def judge_item(
    *, item_id: int, verdict: str, exemption: str = "", note: str = "", actor: Actor, at: datetime
) -> DisclosureItem:
    """Say what becomes of one document of a request; where something of it is withheld, on which ground (条例7条各号).

    :raises RecordsRefused: the request is decided, or the ground is missing.
    """
    item = DisclosureItem.objects.get(id=item_id)
    request = _open(item.request_id)
    if verdict in WITHHELD and not exemption:
        words = _("非開示の部分があるときは、条例7条のどの号によるかを選んでください。")
        raise RecordsRefused(words, field="exemption")
    if verdict == Verdict.APART:
        note = needed(note, field="note")
    exemption = exemption if verdict in WITHHELD else ""
    if (item.verdict, item.exemption, item.note) == (verdict, exemption, note.strip()):
        return item
    data: dict[str, JSON] = {"document": item.document_id, "was": str(item.verdict), "verdict": verdict}
    item.verdict, item.exemption, item.note = verdict, exemption, note.strip()
    item.save(update_fields=["verdict", "exemption", "note"])
    _record(request, "records.item_judged", data | {"exemption": exemption}, actor=actor, at=at)
    return item


@transaction.atomic
def note_item_seen(*, item_id: int, actor: Actor, at: datetime) -> Document:
    """Record that a document was opened for a request: in its file's history, with the number of the request."""
    item = DisclosureItem.objects.select_for_update().get(id=item_id)
    document = Document.objects.select_related("file").get(id=item.document_id)
    item.seen_at = at
    item.save(update_fields=["seen_at"])
    data: dict[str, JSON] = {"document": document.pk, "request": item.request_id}
    record(document.file, "records.seen", data, actor=actor, at=at)
    return document


@transaction.atomic
def extend_request(*, request_id: int, due_on: date, reason: str, actor: Actor, at: datetime) -> DisclosureRequest:
    """Take longer, once, at most sixty days from the request (条例12条2項), for a reason.

    :raises RecordsRefused: it was extended before, the day does not fit, or there is no reason.
    """
    request, reason = _open(request_id), needed(reason)
    if (request.due_on, request.extension_reason) == (due_on, reason):
        return request
    if request.extension_reason:
        raise RecordsRefused(_("期限はもう延ばされています。延ばせるのは一度だけです。"), field="due_on")
    if why := refusal_to_extend(request.requested_on, request.due_on, due_on):
        raise RecordsRefused(why, field="due_on")
    request.due_on, request.extension_reason = due_on, reason
    _save(request, at=at)
    data: dict[str, JSON] = {"due_on": due_on.isoformat(), "most": LONGEST_DAYS}
    _record(request, "records.request_extended", data, reason=reason, actor=actor, at=at)
    return request


@transaction.atomic
def decide_request(
    *,
    request_id: int,
    decision: str = "",
    decided_on: date | None = None,
    bare: str = "",
    actor: Actor,
    at: datetime,
) -> DisclosureRequest:
    """Note how it was decided; what that was follows from the documents: 全部開示, 一部開示, 非開示, 不存在.

    :param bare: ``refused`` (存否応答拒否) or ``rejected`` (却下), which no document is looked at for.
    :raises RecordsRefused: a document is not judged yet, nothing was looked for, or the day lies in the future.
    """
    request = _locked(request_id)
    if request.state == State.DECIDED:
        return request
    _needs_open(request)
    day = decided_on or org.office_day(at)
    if not request.requested_on <= day <= org.office_day(at):
        raise RecordsRefused(_("決定の日は、請求の日から今日までの間にしてください。"), field="decided_on")
    verdicts = list(request.items.values_list("verdict", flat=True))
    _needs_answer(request, verdicts, bare=bare)
    request.state, request.outcome, request.decided_on = State.DECIDED, bare or outcome_of(verdicts), day
    request.decision = decision.strip()
    _save(request, at=at)
    data: dict[str, JSON] = {"outcome": request.outcome, "documents": len(verdicts), "on": day.isoformat()}
    data |= {"days": (day - request.requested_on).days, "in_time": day <= request.due_on}
    _record(request, "records.request_decided", data, actor=actor, at=at)
    return request


@transaction.atomic
def close_request(*, request_id: int, reason: str, actor: Actor, at: datetime) -> DisclosureRequest:
    """Close a decided request, or an open one that was taken back (取下げ); the files kept for it go on.

    :raises RecordsRefused: there is no reason.
    """
    request, reason = _locked(request_id), needed(reason)
    if request.state in (State.CLOSED, State.WITHDRAWN):
        return request
    released = release_for_request(request, reason=reason, actor=actor, at=at)
    request.state = State.CLOSED if request.state == State.DECIDED else State.WITHDRAWN
    _save(request, at=at)
    kind = f"records.request_{request.state}"
    _record(request, kind, {"released": released}, reason=reason, actor=actor, at=at)
    return request


def _needs_answer(request: DisclosureRequest, verdicts: list[str], *, bare: str) -> None:
    if bare in BARE:
        if verdicts:
            raise RecordsRefused(_("文書を加えた請求は、存否応答拒否・却下にできません。"), field="bare")
        return
    if waiting := verdicts.count(Verdict.OPEN):
        raise RecordsRefused(_("まだ決めていない文書が%(count)s件あります。") % {"count": waiting})
    if not request.searches.exists():
        raise RecordsRefused(_("文書を探した記録がありません。探してから決定してください。"))


def _locked(request_id: int) -> DisclosureRequest:
    return DisclosureRequest.objects.select_for_update().get(id=request_id)


def _open(request_id: int) -> DisclosureRequest:
    request = _locked(request_id)
    _needs_open(request)
    return request


def _needs_open(request: DisclosureRequest) -> None:
    if request.state != State.OPEN:
        raise RecordsRefused(_("この請求はもう決定されたか、取り下げられています。"))


def _save(request: DisclosureRequest, *, at: datetime) -> None:
    request.changed_at = at
    request.save(force_update=True)


def _record(
    request: DisclosureRequest,
    kind: str,
    data: dict[str, JSON] | None = None,
    *,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    whole: dict[str, Any] = {"number": request.reference, **(data or {})}
    ledger.append(
        subject=Subject("disclosure", request.pk),
        kind=kind,
        actor=actor,
        at=at,
        unit=request.unit,
        data=whole,
        personal=apart(reason),
    )
