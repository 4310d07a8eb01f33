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
from ..forms import CloseForm, FileForm, HoldForm, ReasonForm, ReceiptForm, TitleForm
from ..models import Hold, RecordFile
from ..permissions import can_change, can_release, files_visible_to, is_archivist, reach_of, requests_visible_to
from ..queries import detail, listing
from .access import crumbs, fetch_file, file_crumbs, need_reach, show, unit_choices


@require_GET
def file_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_reach(request, at=at)
    filters, day = listing.Filters.of(request.GET), org.office_day(at)
    try:
        page = listing.file_page(reach_of(request.user, at=at), filters, on=day)
    except ValueError:
        return redirect("records:file_list")
    query = request.GET.copy()
    query.pop("after", None)
    units = unit_choices(request.user, at=at)
    context = {
        "page": page,
        "filters": filters,
        "selects": [
            ("unit", _("部署"), [("", _("すべて")), *units], filters.unit),
            ("classification", _("分類"), [("", _("すべて")), *_classes(day)], filters.classification),
            ("state", _("状態"), [("", _("すべて")), *RecordFile.State.choices], filters.state),
            ("held", _("廃棄の停止"), [("", _("すべて")), ("yes", _("止められているもの"))], filters.held),
        ],
        "can_keep": bool(units),
        "query": query.urlencode(),
    }
    return render(request, "records/file_list.html", context)


def _classes(day: Any) -> list[tuple[str, str]]:
    return [(each.code, str(each)) for each in listing.classifications(on=day)]


@require_GET
def file_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The register of files as it is filtered: CSV in both encodings, Excel."""
    at = timezone.now()
    need_reach(request, at=at)
    filters = listing.Filters.of(request.GET)
    table = listing.file_rows(reach_of(request.user, at=at), filters, on=org.office_day(at))
    return table_response(request, form, "files", listing.FILE_COLUMNS, table)


@require_GET
def classification_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_reach(request, at=at)
    rows = listing.classifications(on=org.office_day(at))
    context = {"rows": rows, "crumbs": crumbs((_("文書分類"), ""))}
    return render(request, "records/classification_list.html", context)


@require_http_methods(["GET", "POST"])
def file_open(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units, day = unit_choices(request.user, at=at), org.office_day(at)
    if not units:
        raise PermissionDenied
    classes = [(each.pk, f"{each}（{each.get_retention_display()}）") for each in listing.classifications(on=day)]
    form = FileForm(units, classes, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            file = actions.open_file(
                unit=form.cleaned_data["unit"],
                classification_id=form.cleaned_data["classification"],
                title=form.cleaned_data["title"],
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, _("ファイル%(number)sを開きました。") % {"number": file.reference})
            return redirect("records:file_detail", file.pk)
    context = {
        "form": form,
        "title": _("ファイルを開く"),
        "verb": _("開く"),
        "crumbs": crumbs((_("ファイルを開く"), "")),
    }
    return render(request, "records/form.html", context, status=422 if form.errors else 200)


@require_GET
def file_detail(request: HttpRequest, file_id: int) -> HttpResponse:
    at = timezone.now()
    file = fetch_file(request, file_id, at=at)
    page = detail.file_detail(file, on=org.office_day(at))
    asked = {hold.request_id for hold, _office in page.holds if hold.request_id}
    context = {
        "page": page,
        "releasable": {hold.pk for hold, _office in page.holds if can_release(request.user, hold, at=at)},
        "requests": set(requests_visible_to(request.user, at=at).filter(id__in=asked).values_list("id", flat=True))
        if asked
        else set(),
        "file": file,
        "tone": listing.TONES.get(file.state, "neutral"),
        "can_change": can_change(request.user, file.unit, at=at),
        "is_archivist": is_archivist(request.user, at=at),
        "is_ended": file.state in ("transferred", "disposed"),
        "crumbs": crumbs((file.reference, "")),
    }
    return render(request, "records/file_detail.html", context)


def _verb(
    request: HttpRequest, file: RecordFile, form: forms.Form, *, title: str, done: str, act: Callable[..., object]
) -> HttpResponse:
    """A page that asks for what an act on a file needs, and does it."""
    at = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            act(actor=org.actor_of(request.user.pk, at=at), at=at, **form.cleaned_data)
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, done)
            return redirect("records:file_detail", file.pk)
    context = {"form": form, "title": title, "verb": title, "crumbs": file_crumbs(file, title)}
    context["back"] = reverse("records:file_detail", args=[file.pk])
    return render(request, "records/form.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
def file_retitle(request: HttpRequest, file_id: int) -> HttpResponse:
    file = fetch_file(request, file_id, at=timezone.now(), to_change=True)
    form = TitleForm(_sent(request), initial={"title": file.title})
    words = {"title": _("名前を直す"), "done": _("名前を直しました。")}
    return _verb(request, file, form, act=lambda **given: actions.retitle_file(file_id=file.pk, **given), **words)


@require_http_methods(["GET", "POST"])
def file_close(request: HttpRequest, file_id: int) -> HttpResponse:
    at = timezone.now()
    file = fetch_file(request, file_id, at=at, to_change=True)
    form = CloseForm(_sent(request), initial={"on": org.office_day(at).isoformat()})
    words = {"title": _("完結する"), "done": _("完結しました。")}
    return _verb(request, file, form, act=lambda **given: actions.close_file(file_id=file.pk, **given), **words)


@require_http_methods(["GET", "POST"])
def file_reopen(request: HttpRequest, file_id: int) -> HttpResponse:
    file = fetch_file(request, file_id, at=timezone.now(), to_change=True)
    words = {"title": _("完結を取り消す"), "done": _("完結を取り消しました。")}
    act = lambda **given: actions.reopen_file(file_id=file.pk, **given)  # noqa: E731  one line, one act
    return _verb(request, file, ReasonForm(_sent(request)), act=act, **words)


@require_http_methods(["GET", "POST"])
def file_hold(request: HttpRequest, file_id: int) -> HttpResponse:
    file = fetch_file(request, file_id, at=timezone.now(), to_change=True)
    words = {"title": _("廃棄を止める"), "done": _("廃棄を止めました。")}
    posts = org.posts_of(request.user.pk or 0, at=timezone.now())
    unit = posts[0].unit_code if posts else file.unit  # who asks for it, and releases it
    act = lambda **given: actions.hold_file(file_id=file.pk, unit=unit, **given)  # noqa: E731
    return _verb(request, file, HoldForm(_sent(request)), act=act, **words)


@require_http_methods(["GET", "POST"])
def hold_release(request: HttpRequest, hold_id: int) -> HttpResponse:
    at = timezone.now()
    hold = (
        Hold.objects.select_related("file").filter(id=hold_id, file__in=files_visible_to(request.user, at=at)).first()
    )
    if hold is None:
        raise Http404
    file = fetch_file(request, hold.file_id, at=at)
    if not can_release(request.user, hold, at=at):
        raise PermissionDenied
    words = {"title": _("廃棄の停止を解く"), "done": _("廃棄の停止を解きました。")}
    act = lambda **given: actions.release_hold(hold_id=hold.pk, **given)  # noqa: E731
    return _verb(request, file, ReasonForm(_sent(request)), act=act, **words)


@require_http_methods(["GET", "POST"])
def file_receipt(request: HttpRequest, file_id: int) -> HttpResponse:
    """The archive confirms that it has taken the file over."""
    at = timezone.now()
    file = fetch_file(request, file_id, at=at)
    if not is_archivist(request.user, at=at):
        raise PermissionDenied
    words = {"title": _("受け入れを記録する"), "done": _("受け入れを記録しました。")}
    act = lambda **given: actions.confirm_transfer(file_id=file.pk, **given)  # noqa: E731
    return _verb(request, file, ReceiptForm(_sent(request)), act=act, **words)


@require_http_methods(["GET", "POST"])
def file_package(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """The package for the archive, whose taking is recorded; sent, it is ordered again where none is made yet."""
    at = timezone.now()
    file = fetch_file(request, file_id, at=at)
    if file.state != "transfer_candidate":
        raise Http404
    if request.method == "POST":
        if file.package_id is None:
            actions.order_package(file.pk)
            messages.success(request, _("移管用の一式を作っています。しばらくしてから、このページを開いてください。"))
        return redirect("records:file_detail", file.pk)
    if file.package_id is None:
        raise Http404
    actions.note_taken(file_id=file.pk, actor=org.actor_of(request.user.pk, at=at), at=at)
    return files.download_response(file.package_id)
