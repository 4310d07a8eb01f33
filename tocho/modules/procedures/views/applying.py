from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.calendar import api as calendar
from tocho.core.notify.api import TooManyMails
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.modules.notices import api as notices
from tocho.modules.registers import api as registers
from tocho.ui.markup import listed

from .. import actions
from ..forms import EmailForm
from ..models import Application
from ..queries import (
    acting_label,
    acting_options,
    definition,
    documents_of,
    fee_now,
    form_sources,
    given_to_registers,
    signers_of,
    step_page,
    suggestions,
    way_of,
)
from .access import fetch_application, grant
from .catalogue import _version
from .uploads import keep_upload


@login_not_required
@require_POST
def application_start(request: HttpRequest, key: str) -> HttpResponse:
    at, version = timezone.now(), _version(key)
    user = request.user if request.user.is_authenticated else None
    chosen = request.POST.get("acting", "self")
    allowed = dict(acting_options(user, facts=definition(version.id).facts, on=calendar.office_day(at)))
    kind, _sep, mandate = (chosen if chosen in allowed else next(iter(allowed), "self")).partition(":")
    application = actions.start_application(
        version=version,
        user_id=request.user.pk,
        language=get_language() or "ja",
        acting_as="self" if mandate else kind,
        mandate_id=whole_number(mandate),
        at=at,
    )
    if not mandate:  # an agent's access ends with the mandate, not with the session
        grant(request, str(application.public_id))
    steps = definition(application.version_id).form.steps_for({})
    return redirect("procedures:application_step", application.public_id, steps[0].key)


@login_not_required
@require_http_methods(["GET", "POST"])
def application_step(request: HttpRequest, public_id: UUID, step: str) -> HttpResponse:
    application = fetch_application(request, public_id)
    if application.state != Application.State.DRAFT:
        return redirect("procedures:application_status", public_id)
    at = timezone.now()
    page = step_page(application, step)
    if page is None:
        return redirect("procedures:application_review", public_id)
    sources = form_sources(page.compiled, application, at=at)
    posted: dict[str, Any] = {"prefill": suggestions(page.compiled, page.step, user_id=_owner(request, application))}
    if request.method == "POST":
        posted = {"data": request.POST, "files": request.FILES, "store": keep_upload(request, at=at)}
    form = page.step.form(
        initial=application.answers, sources=sources, language=get_language() or "ja",
        figure=page.figure, **posted,
    )  # fmt: skip
    if application.filed_by_id and not request.POST.get("applicant_email"):
        form.errors.pop("applicant_email", None)  # whoever has none gets the receipt on paper
    if request.method == "POST" and not form.is_refill and form.is_valid():
        application = actions.save_answers(
            application_id=application.id, answers=form.cleaned_answers, step=step, at=at
        )
        return _next(request, application, step)
    status = 422 if form.is_bound and not form.is_refill and form.errors else 200
    if status == 422:
        actions.note_stumbles(application=application, step=step, questions=form.errors, at=at)
    context = {"page": page, "form": form, "fee": fee_now(page, form)}
    return render(request, "procedures/application_step.html", context, status=status)


def _next(request: HttpRequest, application: Application, step: str) -> HttpResponse:
    if "_save" in request.POST:
        return redirect("procedures:application_save", application.public_id)
    compiled = definition(application.version_id)
    keys = [one.key for one in compiled.form.steps_for(application.answers)]
    after = keys.index(step) + 1
    if "_review" not in request.POST and after >= len(keys):
        if compiled.facts.documents:
            return redirect("procedures:application_documents", application.public_id)
        if compiled.facts.cosign:
            return redirect("procedures:application_signers", application.public_id)
    if "_review" in request.POST or after >= len(keys):
        return redirect("procedures:application_review", application.public_id)
    return redirect("procedures:application_step", application.public_id, keys[after])


@login_not_required
@require_http_methods(["GET", "POST"])
def application_save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    form = EmailForm(request.POST if request.method == "POST" else None, initial={"email": application.applicant_email})
    sent = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.send_link(application=application, email=form.cleaned_data["email"], at=timezone.now())
            sent = True
        except TooManyMails as refused:
            form.add_error("email", refused.message)
    context = {
        "form": form,
        "application": application,
        "sent": sent,
        "title": definition(application.version_id).title(get_language() or "ja"),
    }
    return render(request, "procedures/application_save.html", context, status=422 if form.errors else 200)


def _review(request: HttpRequest, application: Application, errors: Mapping[str, list[str]]) -> HttpResponse:
    compiled = definition(application.version_id)
    language = get_language() or "ja"
    context = {
        "application": application,
        "title": compiled.title(language),
        "declaration": compiled.form.declaration,
        "summary": compiled.form.summary(application.answers, language=language),
        "documents": documents_of(application, mine=["applicant"]),
        "signers": signers_of(application),
        "acting": acting_label(application),
        "fee": int(application.computed.get("fee") or 0),
        "faults": _faults(application, errors),
        "unsaved": _unsaved(request, application),
        "wish": _wish(request, application),
    }
    return render(request, "procedures/application_review.html", context, status=422 if errors else 200)


def _wish(request: HttpRequest, application: Application) -> Form:
    """How the notice is to come; at first as the owner of the account said before."""
    owner = _owner(request, application)
    if request.method != "POST" and not application.notice_by:
        application.notice_by = notices.standing_wish(owner)
    can_mail = bool(application.applicant_email or application.user_id)
    return notices.WishForm(request.POST or None, notice_by=way_of(application), can_mail=can_mail)


def _unsaved(request: HttpRequest, application: Application) -> str:
    """What the owner typed here and may keep in the own data, in words; "" where there is nothing or nobody."""
    owner = _owner(request, application)
    return listed(registers.unsaved(owner, given_to_registers(application))) if owner else ""


def _owner(request: HttpRequest, application: Application) -> int | None:
    """The person before the screen, if it is about them: an agent's own data have no place in another's application."""
    return application.user_id if application.user_id and application.user_id == request.user.pk else None


def _faults(application: Application, errors: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Each message with the address of the step that asks for it."""
    form = definition(application.version_id).form
    first = form.steps_for(application.answers)[0].key
    return [
        (text, _mended_at(application, key, form.step_of(key) or first))
        for key, texts in errors.items()
        for text in texts
    ]


def _mended_at(application: Application, key: str, step: str) -> str:
    if key.startswith("documents."):
        url = reverse("procedures:application_documents", args=[application.public_id])
        return f"{url}#{key.removeprefix('documents.')}"
    if key == "signers":
        return reverse("procedures:application_signers", args=[application.public_id])
    return reverse("procedures:application_step", args=[application.public_id, step])


@login_not_required
@require_GET
def application_review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    if application.state != Application.State.DRAFT:
        return redirect("procedures:application_status", public_id)
    return _review(request, application, {})


def _chosen_way(request: HttpRequest) -> str:
    """The way that was chosen on the page; "" where none or nonsense was sent."""
    way = request.POST.get("notice_by", "")
    return way if way in notices.Delivery.values else ""


@login_not_required
@require_POST
def application_submit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    try:
        submitted = actions.submit_application(
            application_id=application.id, by=request.user.pk, notice_by=_chosen_way(request), at=timezone.now()
        )
    except actions.NotComplete as refused:
        return _review(request, application, refused.errors)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("procedures:application_review", public_id)
    if submitted.user_id is None and submitted.acting_as != "agent":
        grant(request, str(public_id))
    if "_keep" in request.POST and (owner := _owner(request, submitted)):
        registers.keep(user_id=owner, given=given_to_registers(submitted), at=timezone.now())
    messages.success(request, _("申請を受け付けました。"))
    return redirect("procedures:application_status", public_id)
