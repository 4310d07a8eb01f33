from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Application, RetentionHold
from ..rules import retention_years
from .catalogue import definition


@dataclass(frozen=True)
class RetentionPage:
    """How long what the applicant gave is kept, by which rule, and why longer, as the office sees it."""

    case_id: int
    number: str
    until: date | None
    years: int
    law: str
    told_at: datetime | None
    erased_at: datetime | None
    holds: Sequence[RetentionHold]

    @property
    def is_held(self) -> bool:
        return any(hold.lifted_at is None for hold in self.holds)

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return (
            (_("案件"), reverse("procedures:case_list")),
            (self.number, reverse("procedures:case_detail", args=[self.case_id])),
            (_("保存期間"), ""),
        )


def retention_page(application: Application) -> RetentionPage:
    """The retention of one case; one query."""
    facts = definition(application.version_id).facts
    declared = facts.retention
    return RetentionPage(
        case_id=application.id,
        number=application.receipt_number or "",
        until=application.kept_until,
        years=retention_years(declared.years if declared else None, facts.category),
        law=(declared.law if declared else "") or _("区分ごとの標準の年数"),
        told_at=application.told_end_at,
        erased_at=application.erased_at,
        holds=list(application.holds.all()),
    )
