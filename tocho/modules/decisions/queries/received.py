"""A matter as what came of a received document (収受文書): found by its number, shown to who may see it, said in full
for the search over what is kept.
"""

from datetime import datetime

from django.urls import reverse

from tocho.modules.records.api import MatterView

from ..models import Decision
from ..permissions import visible_decision, visible_parts
from .lists import Sought, visible_page


def decision_named(text: str, user_id: int, at: datetime) -> int | None:
    """The one matter of an office with a number (or, failing that, words) among what a person may see; None where there
    are several or none. What led to a decision about a case stands at the case."""
    if not text.strip():
        return None
    page = visible_page(visible_parts(user_id, at=at), sought=Sought(q=text.strip()), limit=2)
    rows = [row for row in page.rows if row.subject_type == "decision"]
    exact = [row for row in rows if row.reference == text.strip()]
    found = exact or rows
    return found[0].id if len(found) == 1 else None


def matter_views(ids: list[int], user_id: int, at: datetime) -> list[MatterView]:
    """Those of some matters that a person may see."""
    found = [decision for key in ids if (decision := visible_decision(key, user_id, at=at))]
    return [
        MatterView(
            id=row.id,
            number=row.reference,
            title=row.title,
            state=str(row.get_state_display()),
            href=reverse("decisions:decision_detail", args=[row.id]),
        )
        for row in found
    ]


def begin_with(received_id: int) -> str:
    """Where a matter is drafted from a received document."""
    return f"{reverse('decisions:draft_new')}?received={received_id}"


def said_text(decision_id: int) -> str:
    """What a matter says, as far as it is not erased."""
    row = (
        Decision.objects.filter(id=decision_id, erased_at=None).values_list("title", "body", "reasons", "brief").first()
    )
    if row is None:
        return ""
    title, body, reasons, brief = row
    return "\n".join([title, body, reasons, *(f"{label} {value}" for label, value in brief)])
