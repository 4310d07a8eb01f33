"""The documents of an application, for those who give them: one page, each document for itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..models import Application
from ..queries import DocumentRow, DocumentsPage, documents_page, file_field
from .access import Reader, actor_at, fetch_application, fetch_reader
from .uploads import keep_upload


def _page(reader: Reader) -> DocumentsPage:
    page = documents_page(reader.application, mine=reader.parties, signing=reader.signing)
    if page is None:
        raise Http404
    return page


@login_not_required
@require_GET
def application_documents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    page = _page(fetch_reader(request, public_id))
    return render(request, "procedures/application_documents.html", {"page": page, "faults": {}})


@login_not_required
@require_POST
def document_give(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    reader = fetch_reader(request, public_id)
    row = _own_row(request, reader, key)
    actor = actor_at(request, reader.application)
    fault = give_uploads(request, reader.application, row, actor=actor)
    return _answer(request, reader, row, fault)


def _own_row(request: HttpRequest, reader: Reader, key: str) -> DocumentRow:
    """The document of one of the reader's own parties; 404 for anybody else's."""
    party = request.POST.get("party", "applicant")
    found = [row for row in _page(reader).own if (row.key, row.item.party) == (key, party)]
    if not found:
        raise Http404
    return found[0]


def give_uploads(request: HttpRequest, application: Application, row: DocumentRow, *, actor: Actor) -> str:
    """Keep and give what was uploaded; what is wrong, in a sentence, "" when nothing is."""
    at = timezone.now()
    kept: list[dict[str, Any]] = []
    field, keep = file_field(row.spec), keep_upload(request, at=at)
    try:
        uploads = field.clean(request.FILES.getlist("files"))
        kept.extend(keep(one, max_bytes=field.max_bytes, allowed=field.media_types) for one in uploads)
        actions.give_document(
            application_id=application.id,
            key=row.key,
            party=row.item.party,
            file_ids=[one["id"] for one in kept],
            seen=whole_number(request.POST.get("seen", "")) or 0,
            actor=actor,
            at=at,
        )
    except ValidationError as error:
        fault = " ".join(error.messages)
    except Refused as refused:
        fault = refused.message
    else:
        return ""
    for one in kept:  # nobody will find a file that was not given
        files.forget(one["id"], by=actor, at=at)
    return fault


def _answer(request: HttpRequest, reader: Reader, row: DocumentRow, fault: str) -> HttpResponse:
    """The changed document for a script, the page for everybody else."""
    if not fault and not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{_documents_url(reader.application)}#{row.anchor}")
    reader.application.refresh_from_db()
    page = _page(reader)
    changed = next((one for one in page.own if one.anchor == row.anchor), row)
    context = {"page": page, "row": changed, "faults": {row.anchor: fault} if fault else {}}
    part, whole = "procedures/_document_changed.html", "procedures/application_documents.html"
    template = part if request.htmx else whole  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if fault else 200)


def _documents_url(application: Application) -> str:
    return reverse("procedures:application_documents", args=[application.public_id])


@login_not_required
@require_POST
def document_remove(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    reader = fetch_reader(request, public_id)
    application, row = reader.application, _own_row(request, reader, key)
    try:
        actions.remove_document(
            application_id=application.id,
            key=key,
            party=row.item.party,
            file_id=whole_number(request.POST.get("file", "")) or 0,
            actor=actor_at(request, application),
            at=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(f"{_documents_url(application)}#{row.anchor}")


@login_not_required
@require_POST
def documents_send(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the office sent back is here again: the case goes on."""
    application = fetch_application(request, public_id)
    try:
        actions.answer_correction(application_id=application.id, answers={}, by=request.user.pk, at=timezone.now())
    except actions.NotComplete as refused:
        for texts in refused.errors.values():
            messages.error(request, " ".join(texts))
        return redirect(_documents_url(application))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("書類を受け取りました。審査を続けます。"))
    return redirect("procedures:application_status", public_id)
