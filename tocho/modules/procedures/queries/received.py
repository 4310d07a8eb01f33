"""A case as what came of a received document (収受文書): found by its receipt number, shown to who may read it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language

from tocho.modules.records.api import MatterView

from ..permissions import cases_readable_by
from .catalogue import definition


def case_numbered(text: str, user_id: int, at: datetime) -> int | None:
    """The case with a receipt number among those that an employee may read."""
    rows = cases_readable_by(user_id, at=at).filter(receipt_number=text.strip().upper())
    return rows.values_list("id", flat=True).first() if text.strip() else None


def case_views(ids: list[int], user_id: int, at: datetime) -> list[MatterView]:
    """Those of some cases that an employee may read."""
    return [
        MatterView(
            id=row.id,
            number=row.receipt_number or "",
            title=definition(row.version_id).title(get_language() or "ja"),
            state=str(row.get_state_display()),
            href=reverse("procedures:case_detail", args=[row.id]),
        )
        for row in cases_readable_by(user_id, at=at).filter(id__in=ids).order_by("id")
    ]
