"""Co-signing: the applicant asks and follows; each co-signer reads exactly what they sign, on a page of their own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.accounts import api as accounts
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.modules.cosigning import api as cosigning

from .. import actions
from ..forms import DeclineForm, InviteForm, SignForm
from ..models import Application
from ..permissions import signing_from
from ..queries import SignersBrief, SigningPage, definition, signers_of, signing_page
from .access import actor_at, fetch_application, fetch_signing, grant_signing


@login_not_required
@require_http_methods(["GET", "POST"])
def application_signers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    brief = signers_of(application)
    if brief is None:
        raise Http404
    posted = request.POST.get("role", "")
    forms = {
        role.spec.key: InviteForm(request.POST if posted == role.spec.key else None, prefix=role.spec.key)
        for role in brief.roles
    }
    form = forms.get(posted)
    if form is not None and form.is_valid():
        try:
            actor = actor_at(request, application)
            actions.invite_cosigner(
                application_id=application.id, role=posted, actor=actor, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _said(application, brief) % form.cleaned_data)
            return redirect("procedures:application_signers", public_id)
    context = {
        "application": application,
        "title": definition(application.version_id).title(get_language() or "ja"),
        "brief": brief,
        "roles": [(role, forms[role.spec.key]) for role in brief.roles],
        "is_draft": application.state == Application.State.DRAFT,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "procedures/application_signers.html", context, status=status)


def _said(application: Application, brief: SignersBrief) -> str:
    if brief.after and application.state == Application.State.DRAFT:
        return _("%(name)sさんを加えました。申請すると、署名のお願いが届きます。")
    return _("%(name)sさんに署名をお願いしました。")


@login_not_required
@require_POST
def signer_act(request: HttpRequest, public_id: UUID, invitation_id: int) -> HttpResponse:
    """Ask one person again, or take the request back."""
    application = fetch_application(request, public_id)
    at = timezone.now()
    try:
        if "_withdraw" in request.POST:
            actor = actor_at(request, application)
            actions.withdraw_invitation(application_id=application.id, invitation_id=invitation_id, actor=actor, at=at)
            messages.success(request, _("署名の依頼を取り消しました。"))
        else:
            actions.remind_cosigner(application_id=application.id, invitation_id=invitation_id, at=at)
            messages.success(request, _("もう一度メールを送りました。"))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("procedures:application_signers", public_id)


@login_not_required
@require_GET
def signing_open(request: HttpRequest, token: str) -> HttpResponse:
    public_id = signing_from(token)
    if cosigning.invitation(public_id) is None:
        raise Http404
    grant_signing(request, public_id)
    return redirect("procedures:signing_detail", public_id)


@login_not_required
@require_http_methods(["GET", "POST"])
def signing_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application, asked = fetch_signing(request, public_id)
    page = signing_page(application, asked, at=timezone.now())
    if request.method == "POST" and "_code" in request.POST:
        return _send_code(request, page)
    data = request.POST if request.method == "POST" else None
    part = _part_form(page, data)
    form = SignForm(data, needs_code=asked.level == "link")
    if data is not None and page.may_sign:
        good = form.is_valid()
        if (part is None or (not part.is_refill and part.is_valid())) and good:
            answers = part.cleaned_answers if part is not None else {}
            fault = _sign(request, page, answers, form.cleaned_data.get("code", ""))
            if not fault:
                return redirect("procedures:signing_detail", public_id)
            form.add_error(None, fault)
            page = signing_page(application, asked, at=timezone.now())
    context = {"page": page, "form": form, "part": part, "known": _is_known(request, asked), "next": request.path}
    status = 422 if data is not None and (form.errors or (part is not None and part.errors)) else 200
    return render(request, "procedures/signing_detail.html", context, status=status)


def _part_form(page: SigningPage, data: Any) -> Any:
    """The form of the own part; None where the role has none or nothing can be signed now."""
    if not page.role.part or not page.may_sign:
        return None
    part = definition(page.application.version_id).parts[page.role.part]
    return part.form_of(None, data, initial=page.invitation.answers, language=get_language() or "ja")


def _is_known(request: HttpRequest, asked: cosigning.InvitationView) -> bool:
    """Whether a signed-in person is the one whose address was asked."""
    return request.user.pk is not None and accounts.has_address(request.user.pk, asked.email)


def _send_code(request: HttpRequest, page: SigningPage) -> HttpResponse:
    at, asked = timezone.now(), page.invitation
    try:
        actions.send_signing_code(application_id=page.application.id, invitation_id=asked.id, at=at)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(
            request, _("%(email)s に確認番号を送りました。10分以内に入力してください。") % {"email": asked.email}
        )
    return redirect(f"{reverse('procedures:signing_detail', args=[asked.public_id])}#sign")


def _sign(request: HttpRequest, page: SigningPage, answers: Mapping[str, Any], code: str) -> str:
    """Sign as the person that the request is known to be; what stands against it, "" when nothing does."""
    asked, at = page.invitation, timezone.now()
    try:
        if asked.level == "link":
            cosigning.try_code(invitation_id=asked.id, code=code, at=at)
            method = "link:code"
        elif _is_known(request, asked):
            steps = request.session.get("account_authentication_methods", [])
            method = "account:" + ",".join(str(step.get("method", "")) for step in steps)
        else:
            return _("%(email)s のアカウントでログインしてから署名してください。") % {"email": asked.email}
        actions.sign_application(
            application_id=page.application.id,
            invitation_id=asked.id,
            seen=request.POST.get("seen", ""),
            answers=answers,
            method=method.rstrip(":"),
            actor=Actor(user_id=request.user.pk if asked.level == "account" else None),
            at=at,
        )
    except actions.NotComplete as refused:
        return " ".join(text for texts in refused.errors.values() for text in texts)
    except Refused as refused:
        return refused.message
    messages.success(request, _("署名しました。ありがとうございました。"))
    return ""


@login_not_required
@require_http_methods(["GET", "POST"])
def signing_decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application, asked = fetch_signing(request, public_id)
    if asked.state != "invited":
        return redirect("procedures:signing_detail", public_id)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_signing(
                application_id=application.id,
                invitation_id=asked.id,
                reason=form.cleaned_data["reason"],
                actor=Actor(user_id=request.user.pk),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("procedures:signing_detail", public_id)
    page = signing_page(application, asked, at=timezone.now())
    context = {"page": page, "form": form}
    return render(request, "procedures/signing_decline.html", context, status=422 if form.errors else 200)
