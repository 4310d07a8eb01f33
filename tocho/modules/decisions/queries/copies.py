"""A decided matter as the archive keeps it: the 起案書 as PDF/A, its attachments, and what is said about it."""

from pathlib import Path
from typing import Any

from tocho.core.files import api as files
from tocho.core.org import api as org
from tocho.engines.documents import api as documents
from tocho.modules.records.api import Rendered

from ..models import Decision
from .pages import route_stops

TEMPLATE = Path(__file__).resolve().parent.parent / "templates" / "decisions" / "matter.typ"


def record_copy(decision_id: int) -> Rendered:
    """The copy for the archive. :raises Decision.DoesNotExist:"""
    decision = Decision.objects.get(id=decision_id)
    return Rendered(
        pdf=documents.render(TEMPLATE.read_text(encoding="utf-8"), _data(decision)),
        attachments=tuple((name, _content(file_id)) for name, file_id in _attached(decision)),
        metadata={
            "reference": decision.reference,
            "state": decision.state,
            "category": decision.category,
            "article": decision.article,
            "drafted_at": decision.drafted_at.isoformat(),
            "decided_at": decision.decided_at.isoformat() if decision.decided_at else None,
            "revision": decision.revision,
            "content_digest": decision.content_digest,
        },
    )


def copy_pdf(decision_id: int) -> bytes:
    """The PDF of that copy alone, for web processes. :raises Decision.DoesNotExist: :raises RenderError: as
    ``documents.render_apart``."""
    decision = Decision.objects.get(id=decision_id)
    return documents.render_apart(TEMPLATE.read_text(encoding="utf-8"), _data(decision))


def copy_attachments(decision_id: int) -> list[tuple[str, int]]:
    """(name, id of the file) of what is attached to that copy. :raises Decision.DoesNotExist:"""
    return _attached(Decision.objects.only("revision").get(id=decision_id))


def _attached(decision: Decision) -> list[tuple[str, int]]:
    rows = decision.attachments.filter(revision=decision.revision).order_by("id")
    return list(rows.values_list("name", "file_id"))


def _content(file_id: int) -> bytes:
    with files.open_file(file_id) as stream:
        return stream.read()


def _data(decision: Decision) -> dict[str, Any]:
    moment = decision.decided_at or decision.drafted_at
    steps = decision.steps.filter(circuit=decision.circuit).select_related("post", "acted_by").order_by("stage", "id")
    stops = route_stops(list(steps), user_id=None, at=moment)
    return {
        "title": "起案書",
        "issuer": "東京都",
        "issued_on": org.office_day(moment).isoformat(),
        "number": decision.reference,
        "subject": decision.title,
        "body": decision.body,
        "reasons": decision.reasons,
        "article": decision.article,
        "state": str(decision.get_state_display()),
        "rows": [[str(label), str(value)] for label, value in decision.brief],
        "stations": [
            [stop.role, f"{stop.post} {stop.name}".strip(), stop.at.isoformat()[:10] if stop.at else "", stop.text]
            for stop in stops
        ],
    }
