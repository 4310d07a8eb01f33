from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from ninja import Router, Schema, Status
from pydantic import Field

from tocho.core.calendar import api as calendar
from tocho.engines.rest.api import After, Bearer, once

from .. import actions
from ..models import Application
from ..permissions import cases_visible_to, officer
from ..queries import CaseFilter, case_page, decision_content, definition
from ..queries import case_list as case_rows

router = Router(tags=["cases"])
READ, WRITE = Bearer("cases:read"), Bearer("cases:write")
MOST = 2**63 - 1


class CaseBrief(Schema):
    id: int
    number: str
    title: str
    applicant: str
    state_label: str
    submitted_at: datetime | None
    due_on: date | None


class CasePage(Schema):
    """``next`` is the value of ``after`` for the following page; null at the end."""

    items: list[CaseBrief]
    next: int | None


class Check(Schema):
    title: str
    ok: bool
    detail: str


class Given(Schema):
    question: str
    label: str
    display: str


class CaseFull(Schema):
    """A case as its office sees it. ``mine``: the caller may ask for a correction or draft now."""

    id: int
    number: str
    procedure: str
    title: str
    state: str
    unit: str
    applicant: str
    submitted_at: datetime | None
    due_on: date | None
    answers: dict[str, Any]
    given: list[Given]
    checks: list[Check]
    mine: bool


class CorrectionRequest(Schema):
    """補正の求め: what is missing, which questions are asked again (none: all), until when."""

    message: str = Field(min_length=1, max_length=4000)
    fields: list[str] = []
    deadline_on: date


class Draft(Schema):
    """起案: the outcome, the reasons of a refusal, the text (the procedure's own where it is left out)."""

    outcome: Literal["approve", "reject"]
    reasons: str = Field("", max_length=4000)
    body: str = Field("", max_length=8000)


class Drafted(Schema):
    decision: int
    case: int


@router.get("/cases", response=CasePage, auth=READ, summary=gettext_noop("所属の案件の一覧"))
def case_list(request: HttpRequest, q: str = "", state: str = "", after: After = None) -> dict[str, Any]:
    """The cases of the caller's offices, newest first, fifty at a time."""
    at = timezone.now()
    visible = cases_visible_to(request.auth.user.pk, at=at)  # type: ignore[attr-defined]
    shown = CaseFilter(text=q, state=state)
    page = case_rows(visible, shown=shown, after=str(after or ""), today=calendar.office_day(at))
    return {"items": [vars(row) for row in page.rows], "next": int(page.next) if page.next else None}


@router.get("/cases/{case_id}", response=CaseFull, auth=READ, summary=gettext_noop("案件の内容"))
def case_detail(request: HttpRequest, case_id: int) -> dict[str, Any]:
    """One case. The look is recorded, as it is on the page."""
    at, user_id = timezone.now(), request.auth.user.pk  # type: ignore[attr-defined]
    application = fetch(request, case_id, at=at)
    page = case_page(application, user_id=user_id, at=at)
    actions.record_look(application=application, actor=officer(user_id, application, at=at), at=at)
    return {
        "id": application.id,
        "number": application.receipt_number or "",
        "procedure": page.facts.key,
        "title": definition(application.version_id).title(get_language() or "ja"),
        "state": application.state,
        "unit": application.unit,
        "applicant": application.applicant_name,
        "submitted_at": application.submitted_at,
        "due_on": application.due_on,
        "answers": application.answers,
        "given": [
            {"question": row.key, "label": row.label, "display": row.display}
            for step in page.summary
            for row in step.rows
        ],
        "checks": [{"detail": "", **check} for check in application.checks],
        "mine": page.mine,
    }


@router.post(
    "/cases/{case_id}/corrections", response={201: CaseBrief}, auth=WRITE, summary=gettext_noop("補正を求める")
)
def case_correct(request: HttpRequest, case_id: int, body: CorrectionRequest) -> Status[dict[str, Any]]:
    """Ask the applicant for a correction; the standard clock stops."""
    at, user_id = timezone.now(), request.auth.user.pk  # type: ignore[attr-defined]
    application = fetch(request, case_id, at=at)

    def act() -> tuple[int, dict[str, Any]]:
        actor = officer(user_id, application, at=at)
        actions.request_correction(
            application_id=case_id,
            message=body.message,
            fields=body.fields,
            deadline_on=body.deadline_on,
            actor=actor,
            at=at,
        )
        return 201, _brief(case_id, at=at)

    return once(request, act)


@router.post("/cases/{case_id}/draft", response={201: Drafted}, auth=WRITE, summary=gettext_noop("起案し、回付する"))
def case_draft(request: HttpRequest, case_id: int, body: Draft) -> Status[dict[str, Any]]:
    """Draft the decision and send it on its route; the deciders then find it in their inboxes."""
    at, user_id = timezone.now(), request.auth.user.pk  # type: ignore[attr-defined]
    application = fetch(request, case_id, at=at)

    def act() -> tuple[int, dict[str, Any]]:
        text = body.body.strip() or decision_content(application, outcome=body.outcome, reasons="")["body"]
        decision_id = actions.draft_decision(
            application_id=case_id,
            outcome=body.outcome,
            reasons=body.reasons,
            body=text,
            actor=officer(user_id, application, at=at),
            at=at,
        )
        return 201, {"decision": decision_id, "case": case_id}

    return once(request, act)


def fetch(request: HttpRequest, case_id: int, *, at: datetime) -> Application:
    visible = cases_visible_to(request.auth.user.pk, at=at)  # type: ignore[attr-defined]
    found: Application = get_object_or_404(visible, id=case_id if 0 < case_id <= MOST else None)
    return found


def _brief(case_id: int, *, at: datetime) -> dict[str, Any]:
    found = Application.objects.filter(id=case_id)
    row = case_rows(found, shown=CaseFilter(), today=calendar.office_day(at)).rows[0]
    return {
        "id": row.id,
        "number": row.number,
        "title": row.title,
        "applicant": row.applicant,
        "state_label": row.state_label,
        "submitted_at": row.submitted_at and row.submitted_at.isoformat(),
        "due_on": row.due_on and row.due_on.isoformat(),
    }
