from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.notify.api import TooManyMails
from tocho.lib.errors import Refused
from tocho.modules.messages import api as exchanges

from .. import actions
from ..forms import FindForm, WithdrawForm
from ..models import Application
from ..permissions import claimable_by, public_id_from
from ..queries import ASKED, correction_form, is_given, is_signed_file, status_page
from ..rules import may_withdraw
from .access import fetch_application, fetch_reader, grant
from .uploads import keep_upload


@login_not_required
@require_GET
def application_status(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    if application.state == Application.State.DRAFT:
        return redirect("procedures:application_review", public_id)
    at = timezone.now()
    page = status_page(application, at=at)
    if page.thread.unread:
        exchanges.mark_read(
            subject=actions.subject_of(application),
            side=exchanges.APPLICANT,
            actor=Actor(user_id=request.user.pk),
            at=at,
        )
    context = {"page": page, "form": exchanges.message_form()}
    return render(request, "procedures/application_status.html", context)


@login_not_required
@require_GET
def application_print(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """申請書（控え）: what was applied for and where it stands, on paper or as a PDF by the browser."""
    application = fetch_application(request, public_id)
    if application.state == Application.State.DRAFT:
        return redirect("procedures:application_review", public_id)
    at = timezone.now()
    context = {"page": status_page(application, at=at), "at": at}
    return render(request, "procedures/application_print.html", context)


@login_not_required
@require_GET
def application_open(request: HttpRequest, token: str) -> HttpResponse:
    public_id = public_id_from(token)
    if not Application.objects.filter(public_id=public_id).exclude(state=Application.State.EXPIRED).exists():
        raise Http404
    grant(request, str(UUID(public_id)))
    if request.user.pk and claimable_by(request.user.pk, [public_id]).exists():
        return redirect("procedures:application_claim")
    return redirect("procedures:application_status", UUID(public_id))


@login_not_required
@require_http_methods(["GET", "POST"])
def application_find(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = Application.objects.filter(
            receipt_number=form.cleaned_data["receipt_number"],
            applicant_email__iexact=form.cleaned_data["email"],
        ).first()
        if found is not None:
            with suppress(TooManyMails):  # the answer is the same for whoever only tries numbers
                actions.send_link(application=found, email=found.applicant_email, at=timezone.now())
        return render(request, "procedures/application_find.html", {"form": form, "sent": True})
    return render(
        request, "procedures/application_find.html", {"form": form, "sent": False}, status=422 if form.errors else 200
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def application_correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    at = timezone.now()
    correction = application.corrections.last()
    if correction is None or application.state not in ASKED:
        if request.method == "POST" and correction is not None and correction.expired_at is not None:
            messages.error(request, _("期限を過ぎていたため、補正を受け取れませんでした。担当の部署にご相談ください。"))
        return redirect("procedures:application_status", public_id)
    if correction.documents and not correction.fields:
        return redirect("procedures:application_documents", public_id)
    posted: dict[str, Any] = {}
    if request.method == "POST":
        posted = {"data": request.POST, "files": request.FILES, "store": keep_upload(request, at=at)}
    form = correction_form(application, correction, at=at, language=get_language() or "ja", **posted)
    if request.method == "POST" and not form.is_refill and form.is_valid():
        try:
            actions.answer_correction(
                application_id=application.id, answers=form.cleaned_answers, by=request.user.pk, at=at
            )
        except actions.NotComplete as refused:
            for messages_of_field in refused.errors.values():
                form.add_error(None, messages_of_field)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("procedures:application_status", public_id)
        else:
            report = _("報告を受け取りました。審査を続けます。")
            messages.success(request, report if correction.part else _("補正を受け取りました。審査を続けます。"))
            return redirect("procedures:application_status", public_id)
    context = {"form": form, "correction": correction, "application": application}
    status = 422 if form.is_bound and not form.is_refill and form.errors else 200
    return render(request, "procedures/application_correct.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def application_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    if not may_withdraw(application.state):
        return redirect("procedures:application_status", public_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_application(
                application_id=application.id,
                reason=form.cleaned_data["reason"],
                by=request.user.pk,
                at=timezone.now(),
            )
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("申請を取り下げました。"))
        return redirect("procedures:application_status", public_id)
    context = {"form": form, "application": application}
    return render(request, "procedures/application_withdraw.html", context, status=422 if form.errors else 200)


@login_not_required
@require_POST
def application_delivery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    way = request.POST.get("notice_by", "")
    try:
        actions.choose_delivery(application_id=application.id, notice_by=way, by=request.user.pk, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("通知の受け取り方を保存しました。"))
    return redirect("procedures:application_status", public_id)


@login_not_required
@require_http_methods(["GET", "POST"])
def booking_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    page = status_page(application, at=timezone.now())
    if request.method == "POST":
        try:
            actions.cancel_booking(application_id=application.id, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("予約を取り消しました。"))
    if request.method == "POST" or not page.may_cancel_booking:
        return redirect("procedures:application_status", public_id)
    return render(request, "procedures/booking_cancel.html", {"page": page})


@login_not_required
@require_GET
def application_file(request: HttpRequest, public_id: UUID, file_id: int) -> FileResponse:
    reader = fetch_reader(request, public_id)
    read_by_signer = reader.signing is not None and is_signed_file(reader.application, file_id)
    if not read_by_signer and not is_given(reader.application, file_id, reader.parties):
        raise Http404
    return files.download_response(file_id, inline=True)
