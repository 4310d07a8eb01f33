"""The HTTP API of decisions: what the caller's posts may see, and the acts of a station."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema, Status
from pydantic import Field

from tocho.core.ledger.api import Actor
from tocho.engines.rest.api import After, Bearer, Scope, once

from . import actions
from .models import Decision
from .permissions import decisions_visible_to, visible_parts
from .queries import decision_page, visible_page

router = Router(tags=["decisions"])
READ, WRITE = Bearer("decisions:read"), Bearer("decisions:write")
SCOPES = (
    Scope("decisions:read", _("見られる事案を見る"), for_staff=True),
    Scope("decisions:write", _("自分の番の事案を承認・決定する、差し戻す、否決する"), for_staff=True),
)
MOST = 2**63 - 1


class DecisionBrief(Schema):
    id: int
    reference: str
    title: str
    state: str
    outcome: str
    unit: str


class DecisionPage(Schema):
    """``next`` is the value of ``after`` for the following page; null at the end."""

    items: list[DecisionBrief]
    next: int | None


class Stop(Schema):
    role: str
    name: str
    post: str
    at: datetime | None
    text: str
    state: str


class DecisionFull(DecisionBrief):
    """A matter with its route. ``step`` is the station on which it is the caller's turn; null otherwise."""

    body: str
    reasons: str
    article: str
    route: list[Stop]
    step: int | None
    is_decider: bool


class Act(Schema):
    """``step`` as the matter showed it: who acts on what they did not see is refused."""

    step: int = Field(ge=1, le=MOST)
    opinion: str = Field("", max_length=4000)


class ActWithReason(Schema):
    step: int = Field(ge=1, le=MOST)
    reason: str = Field(min_length=1, max_length=4000)


@router.get("/decisions", response=DecisionPage, auth=READ, summary=gettext_noop("見られる事案の一覧"))
def decision_list(request: HttpRequest, q: str = "", state: str = "", after: After = None) -> dict[str, Any]:
    """The matters that the caller may see, newest first, fifty at a time."""
    parts = visible_parts(request.auth.user.pk, at=timezone.now())  # type: ignore[attr-defined]
    page = visible_page(parts, text=q, state=state, after=after)
    return {"items": [brief(row) for row in page.rows], "next": int(page.next) if page.next else None}


@router.get("/decisions/{decision_id}", response=DecisionFull, auth=READ, summary=gettext_noop("事案と回付の状況"))
def decision_detail(request: HttpRequest, decision_id: int) -> dict[str, Any]:
    """One matter, with its route and whose turn it is."""
    return full(request, decision_id, at=timezone.now())


@router.post(
    "/decisions/{decision_id}/approve", response=DecisionFull, auth=WRITE, summary=gettext_noop("承認・決定する")
)
def decision_approve(request: HttpRequest, decision_id: int, body: Act) -> Status[dict[str, Any]]:
    """承認, or on the last station 決定."""
    return act(request, decision_id, actions.approve_step, step_id=body.step, opinion=body.opinion)


@router.post("/decisions/{decision_id}/return", response=DecisionFull, auth=WRITE, summary=gettext_noop("差し戻す"))
def decision_return(request: HttpRequest, decision_id: int, body: ActWithReason) -> Status[dict[str, Any]]:
    """差戻し to the drafter."""
    return act(request, decision_id, actions.return_draft, step_id=body.step, reason=body.reason)


@router.post("/decisions/{decision_id}/reject", response=DecisionFull, auth=WRITE, summary=gettext_noop("否決する"))
def decision_reject(request: HttpRequest, decision_id: int, body: ActWithReason) -> Status[dict[str, Any]]:
    """否決 by the decider."""
    return act(request, decision_id, actions.reject_matter, step_id=body.step, reason=body.reason)


def fetch(request: HttpRequest, decision_id: int, *, at: datetime) -> Decision:
    visible = decisions_visible_to(request.auth.user.pk, at=at)  # type: ignore[attr-defined]
    return get_object_or_404(visible, id=decision_id if 0 < decision_id <= MOST else None)


def act(request: HttpRequest, decision_id: int, verb: Callable[..., Decision], **values: Any) -> Status[dict[str, Any]]:
    """One act of the caller on a station, once for each idempotency key."""
    at = timezone.now()
    fetch(request, decision_id, at=at)

    def once_only() -> tuple[int, dict[str, Any]]:
        verb(decision_id=decision_id, actor=Actor(user_id=request.auth.user.pk), at=at, **values)  # type: ignore[attr-defined]
        return 200, full(request, decision_id, at=at)

    return once(request, once_only)


def brief(row: Decision) -> dict[str, Any]:
    return {
        "id": row.id,
        "reference": row.reference,
        "title": row.title,
        "state": row.state,
        "outcome": row.outcome,
        "unit": row.unit,
    }


def full(request: HttpRequest, decision_id: int, *, at: datetime) -> dict[str, Any]:
    decision = fetch(request, decision_id, at=at)
    page = decision_page(decision, user_id=request.auth.user.pk, at=at)  # type: ignore[attr-defined]
    return {
        **brief(decision),
        "body": decision.body,
        "reasons": decision.reasons,
        "article": decision.article,
        "route": [{**vars(stop), "at": stop.at and stop.at.isoformat()} for stop in page.people],
        "step": page.step.id if page.step else None,
        "is_decider": page.is_decider,
    }
