import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.files import api as files
from tocho.core.org import api as org
from tocho.ui.downloads import table_response

from .. import actions
from ..forms import AssignForm, CorrectReceivedForm, HandleForm, LinkForm, ReceiveForm, ScanForm, ShowForm
from ..models import ReceivedDocument
from ..permissions import can_handle_received, reach_of, received_visible_to
from ..queries import listing
from ..queries.received import may_read_received, reader_choices, received_page
from ..queries.sources import matters
from .access import crumbs, keep_upload, need_reach, show, unit_choices


def _crumbs(words: str) -> list[tuple[str, str]]:
    return crumbs((_("収受"), reverse("records:received_list")), (words, ""))


@require_GET
def received_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_reach(request, at=at)
    filters = listing.Filters.of(request.GET)
    try:
        page = listing.received_page(reach_of(request.user, at=at), filters, on=org.office_day(at))
    except ValueError:
        return redirect("records:received_list")
    everything, units = [("", _("すべて"))], unit_choices(request.user, at=at)
    context = {
        "page": page,
        "filters": filters,
        "selects": [
            ("state", _("状態"), [*everything, *ReceivedDocument.State.choices], filters.state),
            ("unit", _("部署"), [*everything, *units], filters.unit),
            ("kind", _("届いた方法"), [*everything, *ReceivedDocument.Channel.choices], filters.kind),
        ],
        "can_receive": bool(units),
        "query": filters.query(after=""),
        "crumbs": crumbs((_("収受"), "")),
    }
    return render(request, "records/received_list.html", context)


@require_GET
def received_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The register of what arrived (収受簿) as it is filtered."""
    at = timezone.now()
    need_reach(request, at=at)
    filters = listing.Filters.of(request.GET)
    table = listing.received_rows(reach_of(request.user, at=at), filters, on=org.office_day(at))
    return table_response(request, form, "received", listing.RECEIVED_COLUMNS, table)


@require_http_methods(["GET", "POST"])
def received_add(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = unit_choices(request.user, at=at)
    if not units:
        raise PermissionDenied
    is_post = request.method == "POST"
    initial = {"arrived_on": org.office_day(at).isoformat()}
    form = ReceiveForm(units, request.POST if is_post else None, request.FILES if is_post else None, initial)
    if is_post and form.is_valid():
        actor, upload = org.actor_of(request.user.pk, at=at), form.cleaned_data.pop("file", None)
        once = f"{request.user.pk}:{form.cleaned_data.pop('once') or secrets.token_urlsafe(12)}"
        try:
            stored = keep_upload(upload, actor=actor, at=at) if upload else None
            received = actions.receive_document(
                once=once, stored_id=stored.id if stored else None, actor=actor, at=at, **form.cleaned_data
            )
            actions.register_received(received_id=received.pk, actor=actor, at=at)
        except files.FileRefused as refused:
            form.add_error("file", refused.message)
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, _("収受しました。"))
            return redirect("records:received_detail", received.pk)
    context = {
        "form": form,
        "title": _("文書を収受する"),
        "verb": _("収受する"),
        "crumbs": _crumbs(_("文書を収受する")),
    }
    context["back"] = reverse("records:received_list")
    return render(request, "records/form.html", context, status=422 if form.errors else 200)


def fetch_received(request: HttpRequest, received_id: int, *, to_change: bool = False) -> ReceivedDocument:
    """One that arrived within reach: of the own offices, shown to the person, or of a matter that they may see; 403
    where it may be read but not worked on."""
    at = timezone.now()
    found = received_visible_to(request.user, at=at).select_related("stored").filter(id=received_id).first()
    if found is None:
        found = ReceivedDocument.objects.select_related("stored").filter(id=received_id).first()
        if found is None or not may_read_received(request.user, found, at=at):
            raise Http404
    if to_change and not can_handle_received(request.user, found, at=at):
        raise PermissionDenied
    return found


@require_GET
def received_detail(request: HttpRequest, received_id: int) -> HttpResponse:
    """One that arrived: the next step, what came of it, who was shown it."""
    at = timezone.now()
    received = fetch_received(request, received_id)
    return _detail(request, received, {}, at=at)


def _detail(request: HttpRequest, received: ReceivedDocument, sent: dict[str, forms.Form], *, at: Any) -> HttpResponse:
    day, is_worked_on = org.office_day(at), can_handle_received(request.user, received, at=at)
    is_open = received.state != "handled"
    offered = _forms(received, at=at)
    if not is_worked_on or received.gone_at:
        offered = {}
    context = {
        "received": received,
        "page": received_page(received, user_id=request.user.pk or 0, at=at),
        "tone": listing.TONES.get(received.state, "neutral"),
        "forms": {**{name: make(None, None) for name, make in offered.items()}, **sent},
        "can_work": is_worked_on,
        "is_open": is_open,
        "today": day,
        "crumbs": _crumbs(received.reference or received.title),
    }
    wrong = any(form.errors for form in sent.values())
    return render(request, "records/received_detail.html", context, status=422 if wrong else 200)


Make = Callable[[Any, Any], forms.Form]


def _forms(received: ReceivedDocument, *, at: Any) -> dict[str, Make]:
    """The forms that may be filled in now, by verb: each is made of what was sent, or of nothing."""
    day, is_open = org.office_day(at), received.state != "handled"
    classes = [(each.code, str(each)) for each in listing.classifications(on=day)]
    types = [(name, matter.name) for name, matter in matters().items()]
    typed = {"title": received.title, "sender": received.sender}
    found: dict[str, Make] = {
        "link": lambda data, _files: LinkForm(types, data),
        "show": lambda data, _files: ShowForm(reader_choices(received, on=day, at=at), data),
    }
    if is_open:
        found["correct"] = lambda data, _files: CorrectReceivedForm(data, initial=typed)
        if received.stored_id is None:
            found["scan"] = lambda data, uploads: ScanForm(data, uploads)
    if received.state in ("registered", "assigned"):
        found["assign"] = lambda data, _files: AssignForm(data)
    if received.state == "assigned":
        found["handle"] = lambda data, _files: HandleForm(classes, data)
    return found


@require_http_methods(["POST"])
def received_act(request: HttpRequest, received_id: int, verb: str) -> HttpResponse:
    """One step with what arrived; refused, its form comes back with the reason."""
    at = timezone.now()
    received = fetch_received(request, received_id, to_change=verb != "read")
    if verb == "read":
        actions.read_received(received_id=received.pk, actor=org.actor_of(request.user.pk, at=at), at=at)
        messages.success(request, _("見たことを記録しました。"))
        return redirect("records:received_detail", received.pk)
    make = _forms(received, at=at).get(verb)
    if make is None:
        raise Http404
    form = make(request.POST, request.FILES)
    if form.is_valid():
        try:
            words = ACTS[verb](received, form.cleaned_data, request=request, at=at)
        except files.FileRefused as refused:
            form.add_error("file", refused.message)
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, words)
            return redirect("records:received_detail", received.pk)
    return _detail(request, received, {verb: form}, at=at)


@require_http_methods(["POST"])
def link_end(request: HttpRequest, received_id: int, link_id: int) -> HttpResponse:
    at = timezone.now()
    received = fetch_received(request, received_id, to_change=True)
    if not received.links.filter(id=link_id).exists():
        raise Http404
    actions.unlink_received(link_id=link_id, actor=org.actor_of(request.user.pk, at=at), at=at)
    messages.success(request, _("結び付けを外しました。"))
    return redirect("records:received_detail", received.pk)


def _assign(received: ReceivedDocument, given: dict[str, Any], *, request: HttpRequest, at: Any) -> str:
    view = org.unit_named(given["unit"], on=org.office_day(at))
    code = view.code if view else given["unit"]
    actions.assign_received(received_id=received.pk, unit=code, actor=org.actor_of(request.user.pk, at=at), at=at)
    return _("%(unit)sに配布しました。") % {"unit": org.label_of(code, on=org.office_day(at))}


def _handle(received: ReceivedDocument, given: dict[str, Any], *, request: HttpRequest, at: Any) -> str:
    actions.handle_received(received_id=received.pk, actor=org.actor_of(request.user.pk, at=at), at=at, **given)
    return _("処理を記録し、文書を保存しました。")


def _correct(received: ReceivedDocument, given: dict[str, Any], *, request: HttpRequest, at: Any) -> str:
    actions.correct_received(received_id=received.pk, actor=org.actor_of(request.user.pk, at=at), at=at, **given)
    return _("直しました。")


def _scan(received: ReceivedDocument, given: dict[str, Any], *, request: HttpRequest, at: Any) -> str:
    actor = org.actor_of(request.user.pk, at=at)
    stored = keep_upload(given["file"], actor=actor, at=at)
    actions.attach_scan(received_id=received.pk, stored_id=stored.id, actor=actor, at=at)
    return _("ファイルを加えました。")


def _link(received: ReceivedDocument, given: dict[str, Any], *, request: HttpRequest, at: Any) -> str:
    name = given["subject_type"]
    found = matters()[name].find(given["number"], request.user.pk or 0, at)
    if found is None:
        raise actions.RecordsRefused(_("この番号のものは見つかりません。番号を確かめてください。"), field="number")
    actor = org.actor_of(request.user.pk, at=at)
    actions.link_received(received_id=received.pk, subject_type=name, subject_id=found, actor=actor, at=at)
    return _("結び付けました。")


def _show(received: ReceivedDocument, given: dict[str, Any], *, request: HttpRequest, at: Any) -> str:
    count = actions.show_received(
        received_id=received.pk, user_ids=given["users"], actor=org.actor_of(request.user.pk, at=at), at=at
    )
    return _("%(count)s人に供覧しました。") % {"count": count}


ACTS: dict[str, Callable[..., str]] = {
    "assign": _assign,
    "handle": _handle,
    "correct": _correct,
    "scan": _scan,
    "link": _link,
    "show": _show,
}


@require_GET
def received_download(request: HttpRequest, received_id: int) -> HttpResponseBase:
    received = fetch_received(request, received_id)
    if received.stored_id is None:
        raise Http404
    return files.download_response(received.stored_id, inline=True)
