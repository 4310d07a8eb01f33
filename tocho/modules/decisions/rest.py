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
    Scope("decisions:write", _("自分の番の事案を承認・決定する、差し戻す、否決する、保留する、読む"), for_staff=True),
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
    """A matter with its route. ``step`` is the station on which it is the caller's turn; null otherwise.

    ``on_hold`` is the station at which the caller may end a 保留; ``post_reviews`` and ``to_read`` are the caller's
    stations for 後閲 and 供覧 that are open.
    """

    revision: int
    body: str
    reasons: str
    article: str
    route: list[Stop]
    step: int | None
    is_decider: bool
    on_hold: int | None
    post_reviews: list[int]
    to_read: list[int]


class Act(Schema):
    """``step`` and ``revision`` as the matter showed them: who acts on what they did not see is refused."""

    step: int = Field(ge=1, le=MOST)
    revision: int | None = Field(None, ge=1, le=MOST)
    opinion: str = Field("", max_length=4000)


class ActWithReason(Schema):
    step: int = Field(ge=1, le=MOST)
    revision: int | None = Field(None, ge=1, le=MOST)
    reason: str = Field(min_length=1, max_length=4000)


class Station(Schema):
    step: int = Field(ge=1, le=MOST)


class Reason(Schema):
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
    return act(request, decision_id, actions.approve_step, step_id=body.step, seen=body.revision, opinion=body.opinion)


@router.post("/decisions/{decision_id}/return", response=DecisionFull, auth=WRITE, summary=gettext_noop("差し戻す"))
def decision_return(request: HttpRequest, decision_id: int, body: ActWithReason) -> Status[dict[str, Any]]:
    """差戻し to the drafter."""
    return act(request, decision_id, actions.return_draft, step_id=body.step, reason=body.reason)


@router.post("/decisions/{decision_id}/reject", response=DecisionFull, auth=WRITE, summary=gettext_noop("否決する"))
def decision_reject(request: HttpRequest, decision_id: int, body: ActWithReason) -> Status[dict[str, Any]]:
    """否決 by the decider."""
    return act(request, decision_id, actions.reject_matter, step_id=body.step, seen=body.revision, reason=body.reason)


@router.post("/decisions/{decision_id}/object", response=DecisionFull, auth=WRITE, summary=gettext_noop("異議を述べる"))
def decision_object(request: HttpRequest, decision_id: int, body: ActWithReason) -> Status[dict[str, Any]]:
    """異議 by who is consulted (協議); the draft goes on with it."""
    return act(
        request, decision_id, actions.object_to_matter, step_id=body.step, seen=body.revision, opinion=body.reason
    )


@router.post("/decisions/{decision_id}/hold", response=DecisionFull, auth=WRITE, summary=gettext_noop("保留する"))
def decision_hold(request: HttpRequest, decision_id: int, body: ActWithReason) -> Status[dict[str, Any]]:
    """保留 by whose turn it is."""
    return act(request, decision_id, actions.hold_matter, step_id=body.step, reason=body.reason)


@router.post("/decisions/{decision_id}/resume", response=DecisionFull, auth=WRITE, summary=gettext_noop("保留を解く"))
def decision_resume(request: HttpRequest, decision_id: int, body: Station) -> Status[dict[str, Any]]:
    """The end of a 保留, at the station ``on_hold``."""
    return act(request, decision_id, actions.resume_matter, step_id=body.step)


@router.post(
    "/decisions/{decision_id}/post-review", response=DecisionFull, auth=WRITE, summary=gettext_noop("後閲する")
)
def decision_post_review(request: HttpRequest, decision_id: int, body: Act) -> Status[dict[str, Any]]:
    """後閲, at one of ``post_reviews``."""
    return act(
        request, decision_id, actions.review_afterwards, step_id=body.step, seen=body.revision, opinion=body.opinion
    )


@router.post("/decisions/{decision_id}/read", response=DecisionFull, auth=WRITE, summary=gettext_noop("供覧を読む"))
def decision_read(request: HttpRequest, decision_id: int, body: Station) -> Status[dict[str, Any]]:
    """The receipt of 供覧, at one of ``to_read``."""
    return act(request, decision_id, actions.read_matter, step_id=body.step)


@router.post("/decisions/{decision_id}/pull-back", response=DecisionFull, auth=WRITE, summary=gettext_noop("引き戻す"))
def decision_pull_back(request: HttpRequest, decision_id: int, body: Reason) -> Status[dict[str, Any]]:
    """引戻し by the drafter, before anybody has acted."""
    return act(request, decision_id, actions.pull_back_draft, reason=body.reason)


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
        "revision": decision.revision,
        "body": decision.body,
        "reasons": decision.reasons,
        "article": decision.article,
        "route": [{**vars(stop), "at": stop.at and stop.at.isoformat()} for stop in page.people],
        "step": page.step.id if page.step else None,
        "is_decider": page.is_decider,
        "on_hold": page.acts.resume.id if page.acts.resume else None,
        "post_reviews": [step.id for step in page.acts.post_reviews],
        "to_read": [step.id for step in page.acts.to_read],
    }
