"""Documents item by item over the API: given, taken away and given again by the parties; checked and returned by the
office."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema, Status
from pydantic import Field

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.engines.rest.api import Bearer, Problem, once

from .. import actions
from ..models import Application
from ..permissions import officer
from ..queries import DocumentRow, DocumentsBrief, documents_of, file_field, file_ids, is_given
from .applying import READ, WRITE, change_part, fetch, parties_of_caller
from .casework import fetch as fetch_case

router = Router(tags=["documents"])
CASE_READ, CASE_WRITE = Bearer("cases:read"), Bearer("cases:write")
CONTENT: Any = {
    "responses": {
        200: {
            "description": "OK",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class Sheet(Schema):
    """One file of a document; ``change`` against the round before: same, changed, new or empty."""

    id: int
    name: str
    size: int
    given_at: datetime
    change: str


class Document(Schema):
    """One document that a party owes. ``needed``: nothing is decided without it; ``open``: it can be given now;
    ``seen``: what the next act on it names, so that nobody answers to what they have not seen."""

    key: str
    party: str
    title: str
    help: str
    mine: bool
    needed: bool
    open: bool
    state: str
    state_label: str
    reason: str
    round: int
    seen: int
    formats: list[str]
    max_files: int
    max_mb: int
    files: list[Sheet]


class Documents(Schema):
    """All documents of an application; ``asked`` are the keys that wait for the caller."""

    documents: list[Document]
    asked: list[str]


class Given(Schema):
    """Files from POST /files for one document. ``seen`` as it was read."""

    files: list[int] = Field(min_length=1, max_length=100)
    seen: int = Field(ge=0, le=2**31 - 1)
    party: str = Field("applicant", max_length=40)


class Judgement(Schema):
    """確認 (``accept``), or noted to go back with a reason; all returns go out together."""

    party: str = Field("applicant", max_length=40)
    seen: int = Field(ge=0, le=2**31 - 1)
    accept: bool
    reason: str = Field("", max_length=2000)


class Return(Schema):
    """返却: everything that was noted, until when it is to be given again."""

    message: str = Field("", max_length=2000)
    deadline_on: date


class Returned(Documents):
    """``correction``: the applicant is asked, and the standard clock stands."""

    correction: bool


@router.get(
    "/applications/{public_id}/documents", response=Documents, auth=READ, summary=gettext_noop("提出する書類の一覧")
)
def document_list(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """What this application needs, what was given, what the office said about it. Empty where nothing is asked."""
    return own_json(fetch(request, public_id))


@router.post(
    "/applications/{public_id}/documents/{key}",
    response=Documents,
    auth=WRITE,
    summary=gettext_noop("書類を1点出す、出し直す"),
)
def document_give(request: HttpRequest, public_id: UUID, key: str, body: Given) -> Status[dict[str, Any]]:
    """Add files to one document; after a return they begin its next round. A single file replaces the one before.
    When all that was returned is here again, POST /correction sends it."""

    def act(application: Application, actor: Actor, at: datetime) -> None:
        row = _own(application, key, body.party)
        _check_files(application, row, body.files, user_id=actor.user_id or 0)
        actions.give_document(
            application_id=application.id,
            key=key,
            party=body.party,
            file_ids=body.files,
            seen=body.seen,
            actor=actor,
            at=at,
        )

    return change_part(request, public_id, act, answer=own_json)


@router.delete(
    "/applications/{public_id}/documents/{key}/files/{file_id}",
    response=Documents,
    auth=WRITE,
    summary=gettext_noop("出した書類のファイルを外す"),
)
def document_remove(
    request: HttpRequest, public_id: UUID, key: str, file_id: int, party: str = "applicant"
) -> Status[dict[str, Any]]:
    """Take a file away that the office has not judged yet."""

    def act(application: Application, actor: Actor, at: datetime) -> None:
        _own(application, key, party)
        actions.remove_document(
            application_id=application.id, key=key, party=party, file_id=bounded(file_id), actor=actor, at=at
        )

    return change_part(request, public_id, act, answer=own_json)


@router.get(
    "/applications/{public_id}/files/{file_id}",
    auth=READ,
    summary=gettext_noop("申請のファイルを読む"),
    openapi_extra=CONTENT,
)
def application_file_content(request: HttpRequest, public_id: UUID, file_id: int) -> FileResponse:
    """The content of a file of the application: of an answer, or of a document of the caller's own."""
    application = fetch(request, public_id)
    if not is_given(application, bounded(file_id), parties_of_caller(application)):
        raise Http404
    return content(file_id)


@router.get("/cases/{case_id}/documents", response=Documents, auth=CASE_READ, summary=gettext_noop("案件の書類の一覧"))
def case_document_list(request: HttpRequest, case_id: int) -> dict[str, Any]:
    """The documents of a case from all parties. The look is recorded, as it is on the page."""
    at, user_id = timezone.now(), request.auth.user.pk  # type: ignore[attr-defined]
    application = fetch_case(request, case_id, at=at)
    actions.record_look(application=application, actor=officer(user_id, application, at=at), at=at)
    return as_json(documents_of(application, office=True))


@router.post(
    "/cases/{case_id}/documents/{key}/judgement",
    response=Documents,
    auth=CASE_WRITE,
    summary=gettext_noop("書類を1点確認する、返却に入れる"),
)
def case_document_judgement(request: HttpRequest, case_id: int, key: str, body: Judgement) -> Status[dict[str, Any]]:
    """Accept one document, or note that it goes back and why. A file that came meanwhile refuses the judgement."""
    at, user_id = timezone.now(), request.auth.user.pk  # type: ignore[attr-defined]
    application = fetch_case(request, case_id, at=at)

    def act() -> tuple[int, dict[str, Any]]:
        judged = actions.judge_document(
            application_id=application.id,
            key=key,
            party=body.party,
            seen=body.seen,
            reason=None if body.accept else body.reason,
            actor=officer(user_id, application, at=at),
            at=at,
        )
        return 200, as_json(documents_of(judged, office=True))

    return once(request, act)


@router.post(
    "/cases/{case_id}/documents/return",
    response={201: Returned},
    auth=CASE_WRITE,
    summary=gettext_noop("返却に入れた書類を返却する"),
)
def case_documents_return(request: HttpRequest, case_id: int, body: Return) -> Status[dict[str, Any]]:
    """Send back all that was noted, to everybody who gave it, at once."""
    at, user_id = timezone.now(), request.auth.user.pk  # type: ignore[attr-defined]
    application = fetch_case(request, case_id, at=at)

    def act() -> tuple[int, dict[str, Any]]:
        correction = actions.return_documents(
            application_id=application.id,
            message=body.message,
            deadline_on=body.deadline_on,
            actor=officer(user_id, application, at=at),
            at=at,
        )
        application.refresh_from_db()
        return 201, {**as_json(documents_of(application, office=True)), "correction": correction is not None}

    return once(request, act)


@router.get(
    "/cases/{case_id}/files/{file_id}",
    auth=CASE_READ,
    summary=gettext_noop("案件のファイルを読む"),
    openapi_extra=CONTENT,
)
def case_file_content(request: HttpRequest, case_id: int, file_id: int) -> FileResponse:
    """The content of a file of a case, from whichever party. The look is recorded."""
    at, user_id = timezone.now(), request.auth.user.pk  # type: ignore[attr-defined]
    application = fetch_case(request, case_id, at=at)
    if not is_given(application, bounded(file_id)):
        raise Http404
    actions.record_look(application=application, actor=officer(user_id, application, at=at), at=at)
    return content(file_id)


def bounded(file_id: int) -> int:
    """An id that the database can hold; 0, which no row has, for any other."""
    return file_id if 0 < file_id < 2**63 else 0


def content(file_id: int) -> FileResponse:
    response = files.download_response(file_id)
    response["Content-Type"] = "application/octet-stream"
    return response


def own_json(application: Application) -> dict[str, Any]:
    """The documents as the caller sees them."""
    return as_json(documents_of(application, mine=parties_of_caller(application)))


def _own(application: Application, key: str, party: str) -> DocumentRow:
    """A document that the caller gives; not found for anybody else's."""
    brief = documents_of(application, mine=parties_of_caller(application))
    found = [row for row in brief.rows if row.mine and (row.key, row.item.party) == (key, party)] if brief else []
    if not found:
        raise Http404
    return found[0]


def _check_files(application: Application, row: DocumentRow, given: list[int], *, user_id: int) -> None:
    """:raises Problem: not the caller's, used already, too large, or of a kind that this document does not take."""
    ids, field = {bounded(one) for one in given}, file_field(row.spec)
    mine = files.given_by(user_id, ids - file_ids(application.answers))
    if len(mine) != len(given):
        raise Problem(422, "not-valid", _("このファイルは使えません。/files に送り、その番号を1度だけ書いてください。"))
    if any(one.content_type not in field.media_types or one.size > field.max_bytes for one in mine):
        raise Problem(422, "not-valid", _("この書類に出せるのは、%(limits)sです。") % {"limits": row.limits})


def as_json(brief: DocumentsBrief | None) -> dict[str, Any]:
    rows = brief.rows if brief else ()
    return {
        "documents": [_document(row) for row in rows],
        "asked": [row.key for row in brief.asked] if brief else [],
    }


def _document(row: DocumentRow) -> dict[str, Any]:
    item = row.item
    return {
        "key": row.key,
        "party": item.party,
        "title": row.title,
        "help": row.help,
        "mine": row.mine,
        "needed": row.needed,
        "open": row.open,
        "state": item.state if not row.mine or item.state != "flagged" else "given",  # noted is not said yet
        "state_label": row.state_label if row.mine else item.state_label,
        "reason": item.reason if item.state != "flagged" or not row.mine else "",
        "round": item.round,
        "seen": item.turn,
        "formats": list(row.spec.formats),
        "max_files": row.spec.max_files,
        "max_mb": row.spec.max_mb,
        "files": [
            {
                "id": one.file_id,
                "name": one.name,
                "size": one.size,
                "given_at": one.given_at.isoformat(),
                "change": one.change,
            }
            for one in item.sheets
        ],
    }
