from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from ..models import Application
from ..permissions import access_token, public_id_from
from .catalogue import definition


@dataclass(frozen=True)
class ApplicationNews:
    """What a channel may say of an application, and the signed address of its status page; nothing of its content."""

    id: int
    user_id: int | None
    title: str
    number: str
    state_label: str
    link: str


def news_of(ids: Iterable[int]) -> dict[int, ApplicationNews]:
    """The news of these applications by id, in the reader's language; one query."""
    return _news(Application.objects.filter(id__in=list(ids)))


def news_of_user(user_id: int | None, *, limit: int) -> dict[int, ApplicationNews]:
    """The news of a person's newest submitted applications, by id; nothing for nobody."""
    if user_id is None:
        return {}
    return _news(Application.objects.filter(user_id=user_id, submitted_at__isnull=False).order_by("-id"), limit)


def news_by_token(token: str) -> ApplicationNews:
    """The news of the application that a mailed link opens. :raises LinkExpired:"""
    return next(iter(_news(Application.objects.filter(public_id=public_id_from(token))).values()))


def _news(rows: QuerySet[Application], limit: int | None = None) -> dict[int, ApplicationNews]:
    language = get_language() or "ja"
    return {
        row.id: ApplicationNews(
            id=row.id,
            user_id=row.user_id,
            title=definition(row.version_id).title(language),
            number=row.receipt_number or "",
            state_label=row.get_state_display(),
            link=reverse("procedures:application_open", args=[access_token(row)]),
        )
        for row in rows.exclude(state=Application.State.EXPIRED).defer("answers", "computed", "checks")[:limit]
    }


@dataclass(frozen=True)
class CaseName:
    """What an office calls one of its cases, and the page on which it works on it; ``unit`` is the office's code."""

    id: int
    number: str
    title: str
    applicant: str
    unit: str
    state_label: str
    href: str


def cases_named(ids: Iterable[int]) -> dict[int, CaseName]:
    """What the offices call these applications, by id, in the reader's language; one query."""
    language = get_language() or "ja"
    rows = Application.objects.filter(id__in=list(ids)).defer("answers", "computed", "checks")
    return {
        row.id: CaseName(
            id=row.id,
            number=row.receipt_number or "",
            title=definition(row.version_id).title(language),
            applicant=row.applicant_name,
            unit=row.unit,
            state_label=row.get_state_display(),
            href=reverse("procedures:case_detail", args=[row.id]),
        )
        for row in rows
    }


def unit_of(application_id: int) -> str:
    """The code of the office that examines an application; "" when there is none."""
    return Application.objects.filter(id=application_id).values_list("unit", flat=True).first() or ""
