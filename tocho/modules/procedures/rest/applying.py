from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO, Literal, cast
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tocho.core.accounts.models import User, UserKind
from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor, Subject
from tocho.engines.rest.api import After, Bearer, Problem, once
from tocho.modules.mandates import api as mandates
from tocho.modules.notices import api as notices
from tocho.modules.payments import api as payments

from .. import actions
from ..definitions import ProcedureDefinition
from ..models import ActingAs, Application, ProcedureVersion
from ..models import Correction as CorrectionRow
from ..permissions import applications_open_to
from ..queries import definition, file_ids, form_sources, report_answers, representation_of, way_of
from ..rules import may_withdraw
from .catalogue import published

router = Router(tags=["applications"])
READ, WRITE = Bearer("applications:read"), Bearer("applications:write")
PAGE = 50


class NewApplication(Schema):
    """``answers`` as the form's definition names them; files as ``[{"id": …}]`` from POST /files. With ``submit`` false
    it stays a draft, which may be incomplete. ``declared`` says yes to the procedure's declaration. ``mandate``: of GET
    /mandates, to apply as agent for its principal; ``acting_as``: a company's account may say so. ``notice_by``: how
    the notice is to come; left out, as the account's owner said before, else electronically."""

    procedure: str
    answers: dict[str, Any]
    submit: bool = True
    declared: bool = False
    notice_by: Literal["electronic", "post"] | None = None
    acting_as: Literal["self", "company"] = "self"
    mandate: int | None = Field(None, ge=1, le=2**63 - 1)


class Answers(Schema):
    answers: dict[str, Any]


class Declared(Schema):
    declared: bool = False
    notice_by: Literal["electronic", "post"] | None = None


class Delivery(Schema):
    notice_by: Literal["electronic", "post"]


class Reason(Schema):
    reason: str = Field("", max_length=2000)


class Payment(Schema):
    state: str
    amount: int
    url: str


class Correction(Schema):
    """補正の求め, or with a ``part`` the report that a round asks for: ``answers`` by that form (GET /procedures/{key},
    ``parts``). ``documents``: what was sent back, as ``key@party``; given again, then POST /correction sends it."""

    message: str
    fields: list[str]
    documents: list[str]
    part: str
    deadline_on: date


class Notice(Schema):
    title: str
    number: str
    state: str
    issued_on: date
    url: str


class ApplicationBrief(Schema):
    id: UUID
    procedure: str
    title: str
    state: str
    state_label: str
    receipt_number: str | None
    submitted_at: datetime | None
    due_on: date | None


class ApplicationFull(ApplicationBrief):
    """An application as its applicant sees it. ``missing``: what a draft still lacks, by question. ``expires_at``: a
    draft is erased, an application that waits for signatures lapses. ``agent`` acts for the applicant."""

    version: int
    acting_as: str
    agent: str
    notice_by: str
    expires_at: datetime | None
    answers: dict[str, Any]
    missing: dict[str, list[str]]
    fee: int
    payment: Payment | None
    correction: Correction | None
    notices: list[Notice]
    outcome: str
    url: str
    may: list[str]


class ApplicationPage(Schema):
    """``next`` is the value of ``after`` for the following page; null at the end."""

    items: list[ApplicationBrief]
    next: int | None


class GivenFile(Schema):
    id: int
    name: str
    size: int


@router.post("/files", response={201: GivenFile}, auth=WRITE, summary=gettext_noop("ファイルを預ける"))
def file_create(request: HttpRequest, file: File[UploadedFile]) -> Status[files.FileView]:
    """Give a file (20 MB at most), to name it by its id in answers. Checked by content like those of people."""
    at = timezone.now()
    return Status(201, files.store(cast(BinaryIO, file.file), name=file.name or "", by=request.auth.actor, at=at))  # type: ignore[attr-defined]


@router.get("/applications", response=ApplicationPage, auth=READ, summary=gettext_noop("自分の申請の一覧"))
def application_list(request: HttpRequest, state: str = "", after: After = None) -> dict[str, Any]:
    """The caller's applications, newest first, fifty at a time."""
    rows = mine(request).exclude(state=Application.State.EXPIRED).defer("answers", "computed", "checks")
    if state:
        rows = rows.filter(state=state)
    if after:
        rows = rows.filter(id__lt=after)
    found = list(rows.order_by("-id")[: PAGE + 1])
    return {"items": [brief(row) for row in found[:PAGE]], "next": found[PAGE - 1].id if len(found) > PAGE else None}


@router.post("/applications", response={201: ApplicationFull}, auth=WRITE, summary=gettext_noop("申請する"))
def application_create(request: HttpRequest, body: NewApplication) -> Status[dict[str, Any]]:
    """Apply: everything is checked as the pages do, and the receipt number comes at once."""
    version = published(body.procedure)
    at = timezone.now()

    def act() -> tuple[int, dict[str, Any]]:
        user = request.auth.user  # type: ignore[attr-defined]
        application = actions.start_application(
            version=version,
            user_id=user.pk,
            language=get_language() or "ja",
            acting_as=chosen(user, version, body, at=at),
            mandate_id=body.mandate,
            at=at,
        )
        application = keep(application, body.answers, user_id=user.pk, whole=body.submit, at=at)
        if body.submit:
            application = submit(application, body, by=user.pk, at=at)
        return 201, full(application, at=at)

    return once(request, act)


@router.get("/applications/{public_id}", response=ApplicationFull, auth=READ, summary=gettext_noop("申請の状況"))
def application_detail(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """One application: where it is, what is asked, what came of it."""
    return full(fetch(request, public_id), at=timezone.now())


@router.put(
    "/applications/{public_id}/answers",
    response=ApplicationFull,
    auth=WRITE,
    summary=gettext_noop("下書きの内容を入れかえる"),
)
def application_answers(request: HttpRequest, public_id: UUID, body: Answers) -> Status[dict[str, Any]]:
    """Replace the answers of a draft; what is not valid is not kept and stands in ``missing``."""

    def act(application: Application, at: datetime) -> Application:
        return keep(application, body.answers, user_id=caller_id(request), whole=False, at=at)

    return change(request, public_id, act)


@router.post(
    "/applications/{public_id}/submit", response=ApplicationFull, auth=WRITE, summary=gettext_noop("下書きを提出する")
)
def application_submit(request: HttpRequest, public_id: UUID, body: Declared) -> Status[dict[str, Any]]:
    """Submit a draft."""
    by = caller_id(request)
    return change(request, public_id, lambda one, at: submit(one, body, by=by, at=at))


@router.post(
    "/applications/{public_id}/correction", response=ApplicationFull, auth=WRITE, summary=gettext_noop("補正に答える")
)
def application_correct(request: HttpRequest, public_id: UUID, body: Answers) -> Status[dict[str, Any]]:
    """Answer the open correction: the answers that change are enough. Or give the report that a round asks for."""

    def act(application: Application, at: datetime) -> Application:
        asked = open_correction(application)
        if asked is None:
            raise Problem(422, "not-possible", _("いま求められている補正はありません。"))
        before = report_answers(application, asked.part) if asked.part else application.answers
        known = {one.id: one for one in files.views(file_ids(before))}
        by = caller_id(request)
        given = with_files(body.answers, user_id=by, known=known)
        if asked.part:
            given = {**before, **given}
        return actions.answer_correction(application_id=application.id, answers=given, by=by, at=at)

    return change(request, public_id, act)


@router.put(
    "/applications/{public_id}/delivery",
    response=ApplicationFull,
    auth=WRITE,
    summary=gettext_noop("通知の受け取り方を変える"),
)
def application_delivery(request: HttpRequest, public_id: UUID, body: Delivery) -> Status[dict[str, Any]]:
    """Change how the notice is to come, until it is out."""
    by = caller_id(request)
    return change(
        request,
        public_id,
        lambda one, at: actions.choose_delivery(application_id=one.id, notice_by=body.notice_by, by=by, at=at),
    )


@router.post(
    "/applications/{public_id}/withdraw", response=ApplicationFull, auth=WRITE, summary=gettext_noop("申請を取り下げる")
)
def application_withdraw(request: HttpRequest, public_id: UUID, body: Reason) -> Status[dict[str, Any]]:
    """Withdraw before the decision. It cannot be undone."""
    return change(
        request,
        public_id,
        lambda application, at: actions.withdraw_application(
            application_id=application.id, reason=body.reason, by=caller_id(request), at=at
        ),
    )


def caller_id(request: HttpRequest) -> int:
    return request.auth.user.pk  # type: ignore[attr-defined,no-any-return]


def chosen(user: User, version: ProcedureVersion, body: NewApplication, *, at: datetime) -> str:
    """As whom the caller applies. :raises Problem: no company's account, or no mandate that covers the procedure."""
    if body.acting_as == "company" and user.kind != UserKind.COMPANY:
        raise Problem(422, "not-valid", errors={"acting_as": [_("会社のアカウントの鍵で申請してください。")]})
    if body.mandate is None:
        return body.acting_as
    facts, day = definition(version.id).facts, calendar.office_day(at)
    held = mandates.in_force_of(user.pk, procedure=facts.key, category=facts.category, on=day)
    if body.mandate not in {one.id for one in held}:
        words = _("この手続に使える代理ではありません。GET /mandates で確かめてください。")
        raise Problem(422, "not-valid", errors={"mandate": [words]})
    return ActingAs.SELF


def parties_of_caller(application: Application) -> tuple[str, ...]:
    """Whose documents the caller gives: the applicant's, and the agent's where there is one."""
    return ("applicant", "agent") if application.acting_as == ActingAs.AGENT else ("applicant",)


def mine(request: HttpRequest) -> Any:
    return applications_open_to(request.auth.user.pk, ())  # type: ignore[attr-defined]


def fetch(request: HttpRequest, public_id: UUID) -> Application:
    application: Application = get_object_or_404(mine(request), public_id=public_id)
    if application.state == Application.State.EXPIRED:
        raise Http404
    return application


def change(
    request: HttpRequest, public_id: UUID, act: Callable[[Application, datetime], Application]
) -> Status[dict[str, Any]]:
    """One write on one application of the caller, once for each idempotency key."""
    application, at = fetch(request, public_id), timezone.now()

    def once_only() -> tuple[int, dict[str, Any]]:
        act(application, at)
        return 200, full(Application.objects.get(id=application.id), at=at)

    return once(request, once_only)


def change_part(
    request: HttpRequest,
    public_id: UUID,
    act: Callable[[Application, Actor, datetime], None],
    *,
    answer: Callable[[Application], dict[str, Any]],
    status: int = 200,
) -> Status[dict[str, Any]]:
    """One write on a part of an application (documents, co-signers), once for each key; answered with that part."""
    application, at, user_id = fetch(request, public_id), timezone.now(), caller_id(request)
    is_agent = application.acting_as == ActingAs.AGENT and user_id != application.user_id
    actor = Actor(user_id=user_id, acting_for_id=application.user_id if is_agent else None)

    def once_only() -> tuple[int, dict[str, Any]]:
        act(application, actor, at)
        application.refresh_from_db()
        return status, answer(application)

    return once(request, once_only)


def keep(
    application: Application, answers: Mapping[str, Any], *, user_id: int, whole: bool, at: datetime
) -> Application:
    """Put checked answers into a draft. :raises Problem: they must be whole and are not."""
    compiled = definition(application.version_id)
    given = with_files(answers, user_id=user_id, known={})
    result = compiled.form.clean_all(given, form_sources(compiled, application, at=at))
    if whole and result.errors:
        places = {f"answers.{path}": said for path, said in result.errors.items()}
        raise Problem(422, "not-valid", _("入力に足りないところがあります。"), places)
    emptied = dict.fromkeys(application.answers)
    return actions.save_answers(application_id=application.id, answers={**emptied, **result.values}, at=at)


def submit(application: Application, body: NewApplication | Declared, *, by: int, at: datetime) -> Application:
    if definition(application.version_id).form.declaration and not body.declared:
        raise Problem(422, "not-valid", _("申請の宣誓に同意してください。"), {"declared": [_("true にしてください")]})
    way = body.notice_by or ""
    return actions.submit_application(application_id=application.id, by=by, notice_by=way, at=at)


def with_files(answers: Any, *, user_id: int, known: Mapping[int, files.FileView]) -> Any:
    """Answers with each ``{"id": …}`` made whole, where the caller gave that file or the application has it already.

    :raises Problem: a file that is not the caller's: nobody reads a stranger's file by naming it.
    """
    wanted = set(_ids(answers))
    allowed = {**{one.id: one for one in files.given_by(user_id, wanted)}, **known}
    if unknown := sorted(wanted - allowed.keys(), key=str):
        raise Problem(422, "not-valid", _("このファイルは使えません：%(ids)s") % {"ids": unknown[0]})
    return _replaced(answers, allowed)


def _ids(value: Any) -> list[int]:
    if isinstance(value, Mapping):
        if "id" in value:
            given = value["id"]
            return [given] if isinstance(given, int) and 0 < given < 2**63 else [0]
        return [one for inner in value.values() for one in _ids(inner)]
    return [one for inner in value for one in _ids(inner)] if isinstance(value, list) else []


def _replaced(value: Any, allowed: Mapping[int, files.FileView]) -> Any:
    if isinstance(value, Mapping):
        if "id" in value:
            found = allowed[value["id"]]
            return {"id": found.id, "name": found.name, "size": found.size}
        return {key: _replaced(inner, allowed) for key, inner in value.items()}
    return [_replaced(inner, allowed) for inner in value] if isinstance(value, list) else value


def brief(application: Application) -> dict[str, Any]:
    compiled = definition(application.version_id)
    return {
        "id": str(application.public_id),
        "procedure": compiled.facts.key,
        "title": compiled.title(get_language() or "ja"),
        "state": application.state,
        "state_label": application.get_state_display(),
        "receipt_number": application.receipt_number,
        "submitted_at": application.submitted_at and application.submitted_at.isoformat(),
        "due_on": application.due_on and application.due_on.isoformat(),
    }


def full(application: Application, *, at: datetime) -> dict[str, Any]:
    """JSON of one application, whole; also what is kept as the answer to an idempotency key."""
    compiled = definition(application.version_id)
    subject = Subject("application", application.id)
    correction = open_correction(application)
    return {
        **brief(application),
        "version": application.version.number,
        "acting_as": application.acting_as,
        "notice_by": way_of(application),
        "agent": found.agent_label if (found := representation_of(application)) else "",
        "expires_at": application.expires_at and application.expires_at.isoformat(),
        "answers": application.answers,
        "missing": _missing(application, compiled, at=at),
        "fee": application.fee,
        "payment": _payment(subject) if application.fee else None,
        "correction": correction
        and {
            "message": correction.message,
            "fields": correction.fields,
            "documents": correction.documents,
            "part": correction.part,
            "deadline_on": correction.deadline_on.isoformat(),
        },
        "notices": [
            {
                "title": one.title,
                "number": one.number,
                "state": one.state,
                "issued_on": one.issued_on.isoformat(),
                "url": settings.SITE_URL + one.url if one.url else "",
            }
            for one in (notices.notices_of(subject) if application.outcome else ())
        ],
        "outcome": application.outcome,
        "url": settings.SITE_URL + reverse("procedures:application_status", args=[application.public_id]),
        "may": _may(application),
    }


def open_correction(application: Application) -> CorrectionRow | None:
    """What the applicant is asked for now: a correction, or the report of a round."""
    if application.state not in (Application.State.CORRECTION, Application.State.REPORTING):
        return None
    return application.corrections.filter(answered_at=None, expired_at=None).first()


def _missing(application: Application, compiled: ProcedureDefinition, *, at: datetime) -> dict[str, list[str]]:
    if application.state != Application.State.DRAFT:
        return {}
    return dict(compiled.form.clean_all(application.answers, form_sources(compiled, application, at=at)).errors)


def _payment(subject: Subject) -> dict[str, Any] | None:
    intents = payments.intents_of(subject)
    if not intents:
        return None
    last = intents[-1]
    return {"state": last.state, "amount": last.amount, "url": settings.SITE_URL + last.pay_url}


def _may(application: Application) -> list[str]:
    acts = {
        "submit": application.state == Application.State.DRAFT,
        "correct": application.state == Application.State.CORRECTION,
        "report": application.state == Application.State.REPORTING,
        "withdraw": application.state != Application.State.DRAFT and may_withdraw(application.state),
    }
    return [name for name, allowed in acts.items() if allowed]
