"""公開: what changes, the review by other eyes, and the moment of publication."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..forms import PlanForm, RemarkForm
from ..models import Design
from ..queries import publish_page
from .access import actor_of, fetch_design, fetch_own_design, show_tab


def _page(request: HttpRequest, design: Design, *, status: int = 200, **forms: Any) -> HttpResponse:
    at = timezone.now()
    compare = whole_number(request.GET.get("compare", ""))
    context = {
        "page": publish_page(design, user_id=request.user.pk or 0, compare=compare, at=at),
        "remark_form": forms.get("remark_form") or RemarkForm(),
        "plan_form": forms.get("plan_form") or PlanForm(),
    }
    return show_tab(request, design, "publish", "designer/publish.html", context, at=at, status=status)


@require_GET
def publish(request: HttpRequest, design_id: int) -> HttpResponse:
    return _page(request, fetch_design(request, design_id, at=timezone.now()))


@require_POST
def publish_act(request: HttpRequest, design_id: int) -> HttpResponse:
    """One act, named by its button; reviewers need not be of the owning office."""
    at = timezone.now()
    act = request.POST.get("act", "")
    is_review = act in ("approve", "return")
    design = (fetch_design if is_review else fetch_own_design)(request, design_id, at=at)
    handler = ACTS.get(act)
    if handler is None:
        raise Http404
    remark_form, plan_form = RemarkForm(request.POST), None
    try:
        if act == "plan":
            plan_form = PlanForm(request.POST)
            if not plan_form.is_valid():
                return _page(request, design, status=422, plan_form=plan_form)
            said = _plan(request, design, plan_form.cleaned_data["publish_at"], at)
        else:
            said = handler(request, design, at)
    except Refused as refused:
        bound = plan_form if plan_form is not None else remark_form
        bound.is_valid()
        bound.add_error(None, refused.message)
        design.refresh_from_db()
        forms = {"plan_form": plan_form} if plan_form is not None else {"remark_form": remark_form}
        return _page(request, design, status=422, **forms)
    messages.success(request, said)
    return redirect("designer:publish", design_id)


Act = Callable[[HttpRequest, Design, datetime], str]


def _request(request: HttpRequest, design: Design, at: datetime) -> str:
    actions.request_review(design_id=design.id, actor=actor_of(request, design, at=at), at=at)
    return _("確認を頼みました。同じ課か上の組織の、この草案を書いていない人が承認します。")


def _revision(request: HttpRequest) -> int:
    return whole_number(request.POST.get("revision", "")) or 0


def _approve(request: HttpRequest, design: Design, at: datetime) -> str:
    actor = actor_of(request, design, at=at)
    remark = request.POST.get("remark", "")
    actions.approve_design(design_id=design.id, revision=_revision(request), remark=remark, actor=actor, at=at)
    return _("承認しました。")


def _return(request: HttpRequest, design: Design, at: datetime) -> str:
    actor = actor_of(request, design, at=at)
    actions.return_design(design_id=design.id, remark=request.POST.get("remark", ""), actor=actor, at=at)
    return _("差し戻しました。")


def _reopen(request: HttpRequest, design: Design, at: datetime) -> str:
    actions.reopen_design(design_id=design.id, actor=actor_of(request, design, at=at), at=at)
    return _("作成中に戻しました。")


def _plan(request: HttpRequest, design: Design, publish_at: datetime | None, at: datetime) -> str:
    actor = actor_of(request, design, at=at)
    actions.plan_publication(design_id=design.id, publish_at=publish_at, actor=actor, at=at)
    return _("公開の予定を決めました。") if publish_at else _("公開の予定を取り消しました。")


def _unplan(request: HttpRequest, design: Design, at: datetime) -> str:
    return _plan(request, design, None, at)


def _publish(request: HttpRequest, design: Design, at: datetime) -> str:
    actions.publish_design(design_id=design.id, actor=actor_of(request, design, at=at), at=at)
    return _("公開しました。これから始まる申請に使われます。")


def _discard(request: HttpRequest, design: Design, at: datetime) -> str:
    actions.discard_design(design_id=design.id, actor=actor_of(request, design, at=at), at=at)
    return _("草案を取りやめました。")


def _back(request: HttpRequest, design: Design, at: datetime) -> str:
    number = whole_number(request.POST.get("number", "")) or 0
    actor = actor_of(request, design, at=at)
    actions.bring_back(design_id=design.id, number=number, revision=_revision(request), actor=actor, at=at)
    return _("改訂%sの内容に戻しました。") % number


ACTS: dict[str, Act] = {
    "request": _request,
    "approve": _approve,
    "return": _return,
    "reopen": _reopen,
    "plan": _unplan,
    "unplan": _unplan,
    "publish": _publish,
    "discard": _discard,
    "back": _back,
}
