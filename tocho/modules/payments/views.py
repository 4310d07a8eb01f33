from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tocho.ui.forms import invalid

from . import actions
from .forms import MethodForm
from .models import PaymentIntent
from .permissions import intents_for_bearer
from .providers import provider
from .providers.base import CallbackForgedError
from .queries import payment_state, receipt_page

MAX_CALLBACK_BYTES = 64 * 1024


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def payment_choose(request: HttpRequest, token: str) -> HttpResponseBase:
    intent = get_object_or_404(intents_for_bearer(token))
    if intent.state != PaymentIntent.State.DUE:
        return redirect("payments:payment_result", token)
    form = MethodForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "intent": intent}
    if not form.is_bound:
        return _unlisted(render(request, "payments/payment_choose.html", context))
    if not form.is_valid():
        return _unlisted(invalid(request, "payments/payment_choose.html", context))
    try:
        url = actions.start_attempt(intent_id=intent.id, method=form.cleaned_data["method"], at=timezone.now())
    except actions.NotDue:  # paid in another window meanwhile
        return redirect("payments:payment_result", token)
    return _unlisted(redirect(url))


@login_not_required
@never_cache
@require_safe
def payment_result(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where the provider leads back to. The payer's browser is believed in nothing: only callbacks move money."""
    state = payment_state(get_object_or_404(intents_for_bearer(token)))
    if state.is_waiting and state.attempt and state.attempt.returned_at is None and request.method == "GET":
        actions.note_return(attempt_id=state.attempt.id, at=timezone.now())
    template = "payments/_payment_state.html" if request.htmx else "payments/payment_result.html"  # type: ignore[attr-defined]
    return _unlisted(render(request, template, {"state": state, "intent": state.intent}))


@login_not_required
@never_cache
@require_safe
def receipt_detail(request: HttpRequest, token: str) -> HttpResponseBase:
    page = receipt_page(get_object_or_404(intents_for_bearer(token)))
    if page is None:
        raise Http404
    return _unlisted(render(request, "payments/receipt_detail.html", {"page": page}))


@login_not_required
@csrf_exempt  # the provider's signature decides
@require_POST
def provider_callback(request: HttpRequest) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > MAX_CALLBACK_BYTES:
        return _answer("too large", 413)
    at = timezone.now()
    try:
        event = provider().read_callback(request.headers, request.body, at=at)
    except CallbackForgedError:
        return _answer("not signed", 400)
    try:
        return _answer(actions.take_event(event, at=at), 200)
    except actions.UnknownPaymentError:
        return _answer("unknown", 404)
    except actions.AmountMismatchError:
        return _answer("another amount", 422)


def _answer(result: str, status: int) -> JsonResponse:
    return JsonResponse({"result": result}, status=status)


def _unlisted(response: HttpResponseBase) -> HttpResponseBase:
    """The address is the permission: it must not reach search engines or other sites."""
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"  # with none at all, browsers send "Origin: null" and CSRF refuses
    return response
