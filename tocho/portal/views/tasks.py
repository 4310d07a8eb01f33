"""Several tasks of the inbox at once: taking them, putting them back, handing them to a colleague."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from ..inbox import desk_rows

MOST = 100
Act = Callable[[process.TaskView], None]


@require_POST
def desk_tasks(request: HttpRequest) -> HttpResponse:
    """Asked for the first time it shows what will happen; confirmed, it does it task by task and tells of each."""
    at, user_id = timezone.now(), request.user.pk or 0
    wanted = [number for value in request.POST.getlist("task")[:MOST] if (number := whole_number(value))]
    tasks = process.tasks_at(org.addresses_of(user_id, at=at), wanted)
    act = request.POST.get("act", "")
    if not tasks or act not in _titles():
        messages.error(request, _("仕事を選んでから、ボタンを押してください。"))
        return redirect("portal:desk")
    people = org.colleagues([task.address for task in tasks], at=at)
    chosen = whole_number(request.POST.get("to", ""))
    context = {
        "act": act,
        "title": _titles()[act],
        "rows": desk_rows(tasks, user_id=user_id, today=calendar.office_day(at)),
        "people": people if act == "assign" else (),
        "missing": len(set(wanted)) - len(tasks),
    }
    if request.POST.get("confirmed") != "1":
        return render(request, "portal/desk_tasks.html", context)
    if act == "assign" and chosen not in dict(people):
        context["error"] = _("担当する人を選んでください。")
        return render(request, "portal/desk_tasks.html", context, status=422)
    done, refused = _run(tasks, _deed(act, request.POST, user_id=user_id, to=chosen or 0, at=at))
    if not refused:
        messages.success(request, _said(act, done))
        return redirect("portal:desk")
    return render(request, "portal/desk_tasks_done.html", {**context, "done": done, "refused": refused})


def _titles() -> dict[str, str]:
    return {"take": _("引き受ける"), "put_back": _("引き受けをやめる"), "assign": _("担当を替える")}


def _deed(act: str, given: QueryDict, *, user_id: int, to: int, at: datetime) -> Act:
    """What is done with each task; whoever was seen to hold it is taken over, anybody quicker is not."""
    actor = Actor(user_id=user_id)

    def do(task: process.TaskView) -> None:
        if act == "take":
            process.take(task.id, actor=actor, seen_by=whole_number(given.get(f"seen_{task.id}", "")), at=at)
        elif act == "put_back":
            process.put_back(task.id, actor=actor, at=at)
        else:
            process.assign(task.id, to_user_id=to, actor=actor, at=at)

    return do


def _run(tasks: Iterable[process.TaskView], do: Act) -> tuple[int, list[tuple[str, str]]]:
    """Each task in a transaction of its own: how many were done, and those refused with the reason."""
    done, refused = 0, []
    for task in tasks:
        try:
            do(task)
        except Refused as reason:
            refused.append((task.title, reason.message))
        else:
            done += 1
    return done, refused


def _said(act: str, count: int) -> str:
    words = {
        "take": _("%(n)d件を引き受けました。"),
        "put_back": _("%(n)d件の引き受けをやめました。"),
        "assign": _("%(n)d件の担当を替えました。"),
    }
    return words[act] % {"n": count}
