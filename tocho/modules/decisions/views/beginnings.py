"""What the form of a draft begins with: what was typed before, a template of the office, an earlier decision."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.lib.text import whole_number
from tocho.modules.records import api as records
from tocho.ui.tags.words import day_words

from ..models import Decision, Step, TypedDraft
from ..permissions import templates_of, visible_decision


@dataclass(frozen=True)
class Begun:
    """The values that a form begins with, and of what they are: "" nothing, typed, template, copy, received."""

    values: dict[str, Any] = field(default_factory=dict)
    of: str = ""
    name: str = ""


def kept_typing(request: HttpRequest, place: str) -> Begun | None:
    """What was typed at a place and not sent."""
    row = TypedDraft.objects.filter(user_id=request.user.pk or 0, place=place).first()
    return Begun(row.values, "typed") if row else None


def begun_with(request: HttpRequest, *, at: datetime) -> Begun:
    """What the address names: a template, a decision to copy; otherwise what was typed before.

    :raises Http404: what it names is out of reach.
    """
    user_id = request.user.pk or 0
    if given := request.GET.get("template"):
        template = templates_of(user_id, at=at).filter(id=whole_number(given) or 0).first()
        if template is None:
            raise Http404
        return Begun(template.values, "template", template.name)
    if given := request.GET.get("copy"):
        decision = visible_decision(whole_number(given) or 0, user_id, at=at)
        if decision is None:
            raise Http404
        values = initial_of(decision, at=at)
        for name in ("post", "due_on", "paper_reason"):  # of that time, and of its drafter
            values.pop(name)
        return Begun(values, "copy", decision.reference)
    if request.GET.get("received"):
        found = received_in(request, at=at)
        if found is None:
            raise Http404
        title = _("%(title)sについて") % {"title": found.title}
        body = _("%(day)sに%(sender)sから届いた文書（収受%(number)s）について、次のとおり決定してよいか伺います。") % {
            "day": day_words(found.arrived_on, "date"),
            "sender": found.sender,
            "number": found.reference,
        }
        return Begun({"title": title[:200], "body": body}, "received", f"{found.reference} {found.title}".strip())
    return kept_typing(request, "new") or Begun()


def received_in(request: HttpRequest, *, at: datetime) -> records.ReceivedView | None:
    """The received document that the address names, if this person may see it."""
    return records.received_view(whole_number(request.GET.get("received", "")) or 0, request.user.pk or 0, at=at)


def initial_of(decision: Decision, *, at: datetime) -> dict[str, Any]:
    """A decision as it would be typed."""
    return {
        "post": decision.drafter_post_id,
        "category": decision.category,
        "importance": decision.facts.get("importance", "ordinary"),
        "amount": decision.facts.get("amount") or None,
        "title": decision.title,
        "body": decision.body,
        "consulted": _consulted(decision, at=at),
        "due_on": decision.due_on,
        "paper_reason": decision.paper_reason,
    }


def _consulted(decision: Decision, *, at: datetime) -> str:
    """Those consulted, as they would be typed."""
    on = org.office_day(at)
    stages: dict[int, list[str]] = {}
    needed: dict[int, int] = {}
    for step in decision.steps.filter(circuit=decision.circuit, kind=Step.Kind.CONSULT, stands_for=None):
        post = org.post(step.post_id, on=on)
        if post is not None:
            stages.setdefault(step.stage, []).append(org.unit(post.unit_code, on=on).full_name)
            needed[step.stage] = step.needed
    return "\n".join(
        "、".join(names) + (f" のうち{needed[stage]}" if needed[stage] else "") for stage, names in stages.items()
    )
