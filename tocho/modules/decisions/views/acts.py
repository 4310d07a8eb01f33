"""The pages of the other acts: what it means, what must be said, one press. One table, one view."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..forms import (
    ConfirmForm,
    DeferForm,
    DeputiseForm,
    ObjectForm,
    OpinionForm,
    PaperForm,
    PostsForm,
    ReasonForm,
    ReturnForm,
    ReviseForm,
)
from ..models import Decision, Step
from ..queries import DecisionPage, decision_page
from ..queries.acts import Acts
from ..queries.routes import post_named
from .decisions import fetch, go_on

Offered = Step | bool | None
Words = Any  # a string, or one that is translated when it is shown
Form = forms.Form


@dataclass(frozen=True)
class Act:
    """One act: its heading and button, what it means, whether it is offered (and at which station), its form, and
    what it does with what was said."""

    title: Words
    text: Words
    offered: Callable[[Acts], Offered]
    form: Callable[..., Form]
    do: Callable[..., Decision]
    done: Words
    arguments: Callable[[DecisionPage], Mapping[str, Any]] = lambda page: {}
    variant: str = "primary"
    stays: bool = False  # back to the page of the decision, instead of the desk
    at_station: bool = True  # done at the station that the page was about
    is_bound: bool = False  # to the revision that the page showed


def _offices(text: str, *, at: datetime) -> list[int]:
    """The posts in charge of the offices named, one a line. :raises Refused: one is not found."""
    return [post_named(line, at=at) for line in filter(None, (line.strip() for line in text.splitlines()))]


def _inform(*, decision_id: int, actor: Actor, at: datetime, offices: str) -> Decision:
    return actions.inform_posts(decision_id=decision_id, posts=_offices(offices, at=at), actor=actor, at=at)


def _enter_paper(*, decision_id: int, actor: Actor, at: datetime, decided_on: Any, scans: list[Any]) -> Decision:
    moment = datetime.combine(decided_on, time(17), tzinfo=timezone.get_default_timezone())
    kept = [files.store(one.file, name=one.name or "", by=actor, at=at).id for one in scans]
    paper = actions.OnPaper(min(moment, at), kept)
    return actions.enter_paper_decision(decision_id=decision_id, paper=paper, actor=actor, at=at)


def _return(
    *, decision_id: int, step_id: int, reason: str, actor: Actor, at: datetime, to: int | None = None
) -> Decision:
    return actions.return_draft(
        decision_id=decision_id, step_id=step_id, reason=reason, to_step_id=to, actor=actor, at=at
    )


def _revise(
    *, decision_id: int, step_id: int, actor: Actor, seen: int | None, at: datetime, is_major: bool, **changes: Any
) -> Decision:
    if new := changes.pop("annexes", ()):
        changes["attachments"] = [files.store(one.file, name=one.name or "", by=actor, at=at).id for one in new]
    return actions.revise_draft(
        decision_id=decision_id, step_id=step_id or None, changes=changes, is_major=is_major, actor=actor, seen=seen,
        at=at,
    )  # fmt: skip


ACTS = {
    "return": Act(
        gettext_lazy("差し戻す"),
        gettext_lazy("起案者に戻すと、直した起案が新しい改訂として、はじめから回付されます。"),
        lambda acts: acts.step,
        ReturnForm,
        _return,
        gettext_lazy("差し戻しました。"),
        lambda page: {"targets": page.acts.targets},
    ),
    "reject": Act(
        gettext_lazy("否決する"),
        gettext_lazy("否決は取り消せません。番号はこのまま残ります。直せば通るものは、差し戻してください。"),
        lambda acts: acts.step if acts.step and acts.step.kind == Step.Kind.DECIDE else None,
        ReasonForm,
        actions.reject_matter,
        gettext_lazy("否決しました。"),
        variant="danger",
        is_bound=True,
    ),
    "object": Act(
        gettext_lazy("異議を述べる"),
        gettext_lazy("異議があっても回付は止まりません。異議は決定権者に伝わり、残ったときは共通の上司が決定します。"),
        lambda acts: acts.step if acts.step and acts.step.kind == Step.Kind.CONSULT else None,
        ObjectForm,
        actions.object_to_matter,
        gettext_lazy("異議を述べ、次の人に回付しました。"),
        is_bound=True,
    ),
    "settle": Act(
        gettext_lazy("異議を取り下げる"),
        gettext_lazy("はじめの異議も、記録に残ります。"),
        lambda acts: acts.objections[0] if acts.objections else None,
        OpinionForm,
        actions.settle_objection,
        gettext_lazy("異議を取り下げました。"),
        is_bound=True,
    ),
    "hold": Act(
        gettext_lazy("保留する"),
        gettext_lazy("回付を止めます。期限は進みます。過ぎると上の職に知らされます。"),
        lambda acts: acts.step,
        ReasonForm,
        actions.hold_matter,
        gettext_lazy("保留しました。"),
        stays=True,
    ),
    "resume": Act(
        gettext_lazy("保留を解く"),
        gettext_lazy("止まっていた関与者から、回付を続けます。"),
        lambda acts: acts.resume,
        ConfirmForm,
        actions.resume_matter,
        gettext_lazy("保留を解きました。"),
        stays=True,
    ),
    "pull-up": Act(
        gettext_lazy("引き上げる"),
        gettext_lazy("まだ処理していない人をこえて、あなたの職で承認・決定します。こえられた人は、必ず後閲します。"),
        lambda acts: acts.pull_up,
        ReasonForm,
        actions.pull_up_step,
        gettext_lazy("引き上げて処理しました。"),
        is_bound=True,
    ),
    "deputise": Act(
        gettext_lazy("代決する"),
        gettext_lazy(
            "決定権者が不在で、急ぐときだけ、規程の順位にしたがって代わりに決定します。決定権者は必ず後閲します。"
        ),
        lambda acts: acts.deputise,
        DeputiseForm,
        actions.deputise_decision,
        gettext_lazy("代決しました。決定権者に後閲を求めています。"),
        lambda page: {"needs_instruction": page.acts.needs_instruction},
        is_bound=True,
    ),
    "review": Act(
        gettext_lazy("後閲する"),
        gettext_lazy("あなたがいない間に進んだ処理を確かめます。意見があれば、記録に残せます。"),
        lambda acts: acts.post_reviews[0] if acts.post_reviews else None,
        OpinionForm,
        actions.review_afterwards,
        gettext_lazy("後閲しました。"),
        is_bound=True,
    ),
    "read": Act(
        gettext_lazy("読みました"),
        gettext_lazy("供覧を受けて読んだことを記録します。"),
        lambda acts: acts.to_read[0] if acts.to_read else None,
        ConfirmForm,
        actions.read_matter,
        gettext_lazy("読んだことを記録しました。"),
    ),
    "ask-back": Act(
        gettext_lazy("引戻しを依頼する"),
        gettext_lazy("すでに処理した人がいるため、いま持っている人か審査の担当の同意がいります。"),
        lambda acts: acts.may_ask_back,
        ReasonForm,
        actions.ask_back,
        gettext_lazy("引戻しへの同意を依頼しました。"),
        stays=True,
        at_station=False,
    ),
    "let-back": Act(
        gettext_lazy("引戻しに同意する"),
        gettext_lazy("回付を止めて、起案者の手元に戻します。"),
        lambda acts: acts.let_back,
        ConfirmForm,
        actions.let_back,
        gettext_lazy("引戻しに同意しました。"),
    ),
    "abandon": Act(
        gettext_lazy("廃案にする"),
        gettext_lazy("廃案は取り消せません。番号は、理由とともにこのまま残ります。"),
        lambda acts: acts.may_abandon,
        ReasonForm,
        actions.abandon_matter,
        gettext_lazy("廃案にしました。"),
        variant="danger",
        stays=True,
    ),
    "revise": Act(
        gettext_lazy("改訂する"),
        gettext_lazy("回付中の起案を直します。承認は、承認したときの改訂のまま残ります。"),
        lambda acts: acts.may_revise,
        ReviseForm,
        _revise,
        gettext_lazy("改訂しました。"),
        lambda page: {"decision": page.decision},
        stays=True,
        is_bound=True,
    ),
    "inform": Act(
        gettext_lazy("供覧に付す"),
        gettext_lazy("読んでほしい課に知らせます。読んだ人は、読んだことを記録します。回付は止まりません。"),
        lambda acts: acts.may_inform,
        PostsForm,
        _inform,
        gettext_lazy("供覧に付しました。"),
        stays=True,
        at_station=False,
    ),
    "defer": Act(
        gettext_lazy("後閲にする"),
        gettext_lazy("回付のときに不在とわかっている人を、あとで見る人にします。"),
        lambda acts: bool(acts.to_defer),
        DeferForm,
        actions.defer_stations,
        gettext_lazy("後閲にしました。"),
        lambda page: {"stations": page.acts.to_defer},
        stays=True,
        at_station=False,
    ),
    "circulate": Act(
        gettext_lazy("回付する"),
        gettext_lazy("経路のはじめの人に届きます。"),
        lambda acts: acts.may_circulate,
        ConfirmForm,
        actions.circulate_draft,
        gettext_lazy("回付しました。"),
        stays=True,
        at_station=False,
    ),
    "paper": Act(
        gettext_lazy("書面による決定を登録する"),
        gettext_lazy("書面で受けた決定を登録します。電子決定率には「書面」として数えられます。"),
        lambda acts: acts.may_enter_paper,
        PaperForm,
        _enter_paper,
        gettext_lazy("書面による決定を登録しました。"),
        stays=True,
        at_station=False,
    ),
    "complete": Act(
        gettext_lazy("完結にする"),
        gettext_lazy("この事案の処理がすべて終わったことを記録します。"),
        lambda acts: acts.may_complete,
        ConfirmForm,
        actions.complete_matter,
        gettext_lazy("完結にしました。"),
        stays=True,
        at_station=False,
    ),
}


@require_http_methods(["GET", "POST"])
def decision_act(request: HttpRequest, decision_id: int, verb: str) -> HttpResponse:
    act = ACTS.get(verb)
    if act is None:
        raise Http404
    at = timezone.now()
    decision = fetch(request, decision_id, at)
    station = whole_number(request.POST.get("step", "") or request.GET.get("step", ""))
    page = decision_page(decision, user_id=request.user.pk or 0, station=station, at=at)
    offered = act.offered(page.acts)
    posted = request.method == "POST"
    form = act.form(*((request.POST, request.FILES) if posted else ()), **act.arguments(page))
    if posted and form.is_valid():
        try:
            act.do(**_said(request, act, decision, form), actor=Actor(user_id=request.user.pk), at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
            decision = fetch(request, decision_id, at)  # as it is now: its revision goes into the form
        else:
            messages.success(request, act.done)
            return redirect("decisions:decision_detail", decision_id) if act.stays else go_on(request, at=at)
    elif not offered:
        raise PermissionDenied
    step = offered if isinstance(offered, Step) else page.step
    step_id = whole_number(request.POST.get("step", "")) or (step.id if step else 0)
    context = {"act": act, "form": form, "page": page, "decision": decision, "step_id": step_id, "step": step}
    context["queue"] = request.POST.get("queue") or (request.GET.urlencode() if "queue" in request.GET else "")
    return render(request, "decisions/decision_act.html", context, status=422 if form.errors else 200)


def _said(request: HttpRequest, act: Act, decision: Decision, form: Form) -> dict[str, Any]:
    """What was filled in, and the station that the page was about: who acts on what they did not see is refused."""
    step = {"step_id": whole_number(request.POST.get("step", "")) or 0} if act.at_station else {}
    seen = {"seen": whole_number(request.POST.get("revision", ""))} if act.is_bound else {}
    return {"decision_id": decision.id, **form.cleaned_data, **step, **seen}
