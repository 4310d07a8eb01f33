from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocho.core.files import api as files
from tocho.core.org import api as org

from .. import actions
from ..forms import UploadForm
from ..queries.detail import changed_lines
from .access import bureau_choices, home_bureau
from .requirements import home

MAX_BYTES = 10_000_000
SALT = "seals.import"
HOURS = 24
SHOWN = 200


@require_http_methods(["GET", "POST"])
def import_start(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    bureaus = bureau_choices(request.user, at=at)
    if not bureaus:
        raise PermissionDenied
    is_post = request.method == "POST"
    initial = {"bureau": home_bureau(request.user, at=at)}
    form = UploadForm(bureaus, request.POST if is_post else None, request.FILES if is_post else None, initial)
    if is_post and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            stored = files.store(
                upload.file,
                name=upload.name,
                max_bytes=MAX_BYTES,
                allowed=frozenset({"csv", "txt", "xlsx"}),
                by=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except files.FileRefused as refused:
            form.add_error("file", refused.message)
        else:
            token = signing.dumps([stored.id, form.cleaned_data["bureau"], request.user.pk], salt=SALT)
            return redirect("seals:import_check", token)
    context = {"form": form, "crumbs": [home(), (_("回答の取込"), "")]}
    return render(request, "seals/import_start.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, token: str) -> tuple[int, str]:
    """The file and the bureau of a link that this person was given a while ago."""
    try:
        file_id, bureau, user_id = signing.loads(token, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature as error:
        raise Http404 from error
    if user_id != request.user.pk:
        raise Http404
    return file_id, bureau


def _shown(reading: actions.Reading) -> list[tuple[int, Any, list[tuple[str, str, str]]]]:
    """row, requirement, (column, before, after) of the first changes; a new requirement has no lines."""
    return [
        (row, change.requirement, changed_lines(change.changes) if change.requirement.pk else [])
        for row, change in reading.changes[:SHOWN]
    ]


@require_http_methods(["GET", "POST"])
def import_check(request: HttpRequest, token: str) -> HttpResponse:
    """What the file would change; confirmed, all of it is written."""
    at = timezone.now()
    file_id, bureau = _asked(request, token)
    names = dict(bureau_choices(request.user, at=at))
    if bureau not in names:
        raise PermissionDenied
    with files.open_file(file_id) as stream:
        content = stream.read()
    context: dict[str, Any] = {
        "crumbs": [home(), (_("回答の取込"), reverse("seals:import_start"))],
        "bureau": names[bureau],
    }
    problem = ""
    try:
        if request.method == "POST":
            done = actions.import_file(content, bureau=bureau, actor=org.actor_of(request.user.pk, at=at), at=at)
            words = {"new": len(done.new), "changed": len(done.changed)}
            messages.success(request, _("取り込みました。新しい事務%(new)d件、変わった事務%(changed)d件。") % words)
            return redirect(f"{reverse('seals:requirement_list')}?bureau={bureau}")
        reading = actions.read_file(content, bureau=bureau, at=at)
        context |= {"reading": reading, "faults": reading.faults[:SHOWN], "changes": _shown(reading)}
    except actions.SealRefused as refused:
        problem = refused.message
    context["problem"] = problem
    return render(request, "seals/import_check.html", context, status=422 if problem else 200)
