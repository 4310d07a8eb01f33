"""Who works on a case: taking it, putting it back, handing it to a colleague; one case, or several at once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from ..models import Application
from ..permissions import officer
from ..queries import CaseFilter, CaseWork, case_list, case_page, work_of, works_of
from .access import fetch_case

Act = Callable[[Application], object]


def work_titles() -> dict[str, str]:
    """What may be done about who works on a case → what the button says."""
    return {"take": _("引き受ける"), "put_back": _("引き受けをやめる"), "assign": _("担当を替える")}


@require_http_methods(["GET", "POST"])
def case_work(request: HttpRequest, case_id: int) -> HttpResponse:
    """Shown, it asks who is to work on the case; sent, it takes it, puts it back or hands it over."""
    at, user_id = timezone.now(), request.user.pk or 0
    application = fetch_case(request, case_id, at=at)
    work = work_of(case_id, user_id=user_id, at=at)
    if work is None:
        messages.error(request, _("この案件の審査は、すでに終わったか、いまは行われていません。"))
        return redirect("procedures:case_detail", case_id)
    if not work.reached:
        raise PermissionDenied
    act, people = request.POST.get("act", ""), org.colleagues([work.address], at=at)
    to = whole_number(request.POST.get("to", ""))
    if request.method == "POST" and (act in ("take", "put_back") or (act == "assign" and to in dict(people))):
        actor = officer(user_id, application, at=at)
        try:
            change_work(act, work, seen=whole_number(request.POST.get("seen", "")), to=to or 0, actor=actor, at=at)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _said(act, dict(people).get(to or 0, "")))
        return redirect("procedures:case_detail", case_id)
    error = _("担当する人を選んでください。") if request.method == "POST" else ""
    page = case_page(application, user_id=user_id, at=at)
    context = {"page": page, "people": people, "error": error}
    return render(request, "procedures/case_work.html", context, status=422 if error else 200)


def _said(act: str, name: str) -> str:
    words = {
        "take": _("この案件を引き受けました。"),
        "put_back": _("引き受けをやめました。課のだれでも引き受けられます。"),
        "assign": _("担当を%(name)sに替えました。") % {"name": name},
    }
    return words[act]


def works_said(act: str, count: int) -> str:
    """What is told when several cases changed hands."""
    words = {
        "take": _("%(n)d件を引き受けました。"),
        "put_back": _("%(n)d件の引き受けをやめました。"),
        "assign": _("%(n)d件の担当を替えました。"),
    }
    return words[act] % {"n": count}


def change_work(act: str, work: CaseWork, *, seen: int | None, to: int, actor: Actor, at: datetime) -> None:
    """One act about who works on a case; whoever was seen to hold it is taken over, anybody quicker is not.

    :raises Refused: a colleague was quicker, or the work is done.
    """
    if act == "take":
        process.take(work.task_id, actor=actor, seen_by=seen, at=at)
    elif act == "put_back":
        process.put_back(work.task_id, actor=actor, at=at)
    else:
        process.assign(work.task_id, to_user_id=to, actor=actor, at=at)


def work_context(act: str, visible: QuerySet[Application], *, user_id: int, at: datetime, most: int) -> dict[str, Any]:
    """What the page shows that asks before several cases change hands."""
    works = works_of(list(visible.values_list("id", flat=True)), user_id=user_id, at=at)
    page = case_list(visible, shown=CaseFilter(), today=calendar.office_day(at), limit=most)
    addresses = [work.address for work in works.values() if work.reached]
    return {
        "page": page,
        "rows": [(row, works.get(row.id)) for row in page.rows],
        "works": works,
        "act": act,
        "title": work_titles()[act],
        "people": org.colleagues(addresses, at=at) if act == "assign" else (),
    }


def work_deed(act: str, works: Mapping[int, CaseWork], given: QueryDict, *, user_id: int, at: datetime) -> Act:
    """What is done with each of several cases."""
    to = whole_number(given.get("to", "")) or 0

    def do(application: Application) -> None:
        work = works.get(application.id)
        if work is None:
            raise Refused(_("この案件の審査は、すでに終わったか、いまは行われていません。"))
        seen = whole_number(given.get(f"seen_{application.id}", ""))
        change_work(act, work, seen=seen, to=to, actor=officer(user_id, application, at=at), at=at)

    return do
