from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from ninja import Router, Schema

from ..models import ProcedureVersion
from ..queries import current_version, definition, form_sources, offered, procedure_page

router = Router(tags=["procedures"])


class ProcedureBrief(Schema):
    """One procedure that is offered."""

    key: str
    title: str
    summary: str
    fee: str
    duration: str


class ProcedureFull(Schema):
    """A procedure's present version: its facts, and its form as data (``form`` follows the published form schema).
    ``parts``: forms that are filled in later or by others (the report of a round, what a co-signer says), by name."""

    key: str
    version: int
    title: str
    summary: str
    who: str
    fee: str
    duration: str
    bring: list[str]
    law: list[str]
    office: str
    declaration: str
    form: dict[str, Any]
    parts: dict[str, dict[str, Any]]


class Choice(Schema):
    value: str
    label: str
    help: str
    group: str


def published(key: str) -> ProcedureVersion:
    try:
        return current_version(key)
    except ProcedureVersion.DoesNotExist as error:
        raise Http404 from error


@router.get("/procedures", response=list[ProcedureBrief], auth=None, summary=gettext_noop("手続の一覧"))
def procedure_list(request: HttpRequest) -> list[dict[str, Any]]:
    """All procedures that are offered, most used first."""
    return [vars(card) for card in offered(get_language() or "ja")]


@router.get("/procedures/{key}", response=ProcedureFull, auth=None, summary=gettext_noop("手続の案内と様式"))
def procedure_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """One procedure, with everything a program needs to fill its form."""
    version = published(key)
    page = procedure_page(version, language=get_language() or "ja")
    source = ProcedureVersion.objects.values_list("source", flat=True).get(id=version.id)
    return {
        **{name: getattr(page, name) for name in ("title", "summary", "who", "fee", "duration", "office")},
        "key": page.key,
        "bring": list(page.bring),
        "law": list(page.law),
        "version": version.number,
        "declaration": definition(version.id).form.declaration,
        "form": source["form"],
        "parts": source.get("parts", {}),
    }


@router.get(
    "/procedures/{key}/choices/{source}",
    response=list[Choice],
    auth=None,
    summary=gettext_noop("空いている枠などの選択肢"),
)
def choice_list(request: HttpRequest, key: str, source: str) -> list[dict[str, str]]:
    """The choices of a question that come from records (``choices_from``): free rooms and seats, now."""
    sources = form_sources(definition(published(key).id), None, at=timezone.now())
    if source not in sources:
        raise Http404
    names = ("value", "label", "help", "group")
    return [dict(zip(names, map(str, row), strict=False)) for row in sources[source]()]
