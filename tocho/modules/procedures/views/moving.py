"""Running cases go on in the flow of the present version: first what would happen, then how far it is."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from tocho.core.ledger.api import Actor
from tocho.engines.process import api as process

from .. import actions
from ..models import ProcedureVersion, VersionMove
from ..permissions import may_move_cases
from ..queries import current_version, definition


@require_http_methods(["GET", "POST"])
def procedure_move(request: HttpRequest, key: str) -> HttpResponse:
    at, user_id = timezone.now(), request.user.pk or 0
    try:
        version = current_version(key)
    except ProcedureVersion.DoesNotExist as error:
        raise Http404 from error
    if not may_move_cases(user_id, version.unit, at=at):
        raise PermissionDenied
    if request.method == "POST":
        actions.request_move(procedure_id=version.procedure_id, actor=Actor(user_id=user_id), at=at)
        return redirect("procedures:procedure_move", key)
    context = {
        "key": key,
        "title": definition(version.id).title(get_language() or "ja"),
        "preview": process.migration_preview(version.process_definition_id),
        "move": VersionMove.objects.filter(procedure=version.procedure_id).order_by("-id").first(),
    }
    return render(request, "procedures/procedure_move.html", context)
