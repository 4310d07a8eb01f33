from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tocho.core.files import api as files
from tocho.core.org import api as org
from tocho.engines.documents import api as documents

from .. import actions
from ..models import Document
from ..permissions import documents_visible_to
from ..queries.detail import page_of
from ..queries.sources import Source, standing
from .access import file_crumbs


def fetch_document(request: HttpRequest, document_id: int, *, at: datetime) -> Document:
    """One document of a file within reach; 404 for any other."""
    rows = documents_visible_to(request.user, at=at).select_related("file")
    found = rows.filter(id=document_id).first()
    if found is None:
        raise Http404
    return found


def note(request: HttpRequest, document: Document, *, part: str = "", at: datetime) -> None:
    actor = org.actor_of(request.user.pk, at=at)
    actions.note_look(document_id=document.pk, part=part, actor=actor, at=at)


def opened(request: HttpRequest, document: Document, *, at: datetime) -> HttpResponseBase:
    """The content of a document: what is stored, the page on which it stands, or, for whom that page is closed, the
    copy that is kept of it. What is kept on paper has no content here: the 簿冊 says where it is."""
    if document.stored_id is not None:
        return files.download_response(document.stored_id, inline=True)
    if page := page_of(document, user_id=request.user.pk or 0, at=at):
        return redirect(page)
    if standing(document):
        return redirect("records:document_copy", document.pk)
    return redirect("records:file_detail", document.file_id)


def _standing(request: HttpRequest, document_id: int, *, at: datetime) -> tuple[Document, Source, int]:
    document = fetch_document(request, document_id, at=at)
    found = standing(document)
    if found is None or document.stored_id is not None:
        raise Http404
    return document, *found


@require_GET
def document_copy(request: HttpRequest, document_id: int) -> HttpResponse:
    """What there is to open of a document whose own page is closed to the reader; no content, so no look yet."""
    document, source, key = _standing(request, document_id, at=timezone.now())
    context = {
        "document": document,
        "attachments": source.attachments(key),
        "crumbs": file_crumbs(document.file, document.title),
    }
    return render(request, "records/document_copy.html", context)


@require_GET
def document_copy_download(request: HttpRequest, document_id: int) -> HttpResponse:
    at = timezone.now()
    document, source, key = _standing(request, document_id, at=at)
    try:
        pdf = source.copy(key)
    except documents.RenderError as error:
        raise actions.RecordsRefused(
            _("この文書の写しを作れませんでした。文書を作った部署に見せてもらってください。")
        ) from error
    note(request, document, part="copy", at=at)
    headers = {
        "Content-Disposition": f'inline; filename="document-{document.pk}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_GET
def document_attachment(request: HttpRequest, document_id: int, file_id: int) -> HttpResponseBase:
    at = timezone.now()
    document, source, key = _standing(request, document_id, at=at)
    if file_id not in {found for _name, found in source.attachments(key)}:
        raise Http404
    note(request, document, part="attachment", at=at)
    return files.download_response(file_id, inline=True)
