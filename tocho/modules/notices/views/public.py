from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tocho.core.files import api as files
from tocho.engines.documents import api as documents
from tocho.modules.notices import actions, rules
from tocho.modules.notices.forms import CodeForm, FileForm
from tocho.modules.notices.permissions import notices_for_bearer
from tocho.modules.notices.queries import Answer, answer_to_code, answer_to_file, cancellation_of, successor_of
from tocho.ui.forms import invalid

FORM_OVERHEAD = 64 * 1024  # what multipart adds to a file


@login_not_required
@never_cache
@require_safe
def notice_detail(request: HttpRequest, token: str) -> HttpResponseBase:
    notice = get_object_or_404(notices_for_bearer(token).defer("data"))
    if _is_read_by_a_person(request) and rules.can_be_reached(notice.state):
        actions.record_arrival(notice_id=notice.id, means="opened", at=timezone.now())
    cancellation = cancellation_of(notice)
    context = {
        "notice": notice,
        "successor": successor_of(notice),
        "cancellation": cancellation,
        "remedy": notice.data.get("remedy", "") if cancellation else "",
    }
    return _unlisted(render(request, "notices/notice_detail.html", context))


@login_not_required
@never_cache
@require_safe
def notice_download(request: HttpRequest, token: str) -> HttpResponseBase:
    notice = get_object_or_404(notices_for_bearer(token).defer("data"))
    at = timezone.now()
    file_id = notice.file_id or actions.keep_document(notice_id=notice.id, at=at)
    if _is_read_by_a_person(request) and rules.can_be_reached(notice.state):
        actions.record_arrival(notice_id=notice.id, means="downloaded", at=at)
    return _unlisted(files.download_response(file_id))


def _is_read_by_a_person(request: HttpRequest) -> bool:
    """Not a browser that fetches ahead, and not a mail scanner's HEAD: those are no arrival."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _unlisted(response: HttpResponseBase) -> HttpResponseBase:
    """The address is the permission: it must not reach search engines or other sites."""
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"  # with none at all, browsers send "Origin: null" and CSRF refuses
    return response


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET if "code" in request.GET else None)
    context = {"form": form, "file_form": FileForm()}
    if not form.is_bound:
        return render(request, "notices/verify.html", context)
    if not form.is_valid():
        return invalid(request, "notices/verify.html", context)
    code = rules.read_code(form.cleaned_data["code"])
    if code is None:
        return _answered(request, Answer("mistyped"))
    return redirect("notices:verify_code", code)


@login_not_required
@never_cache
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    return _answered(request, _answer_to_guess(request, code))


@login_not_required
@never_cache
@require_safe
def verify_code_json(request: HttpRequest, code: str) -> HttpResponse:
    answer = _answer_to_guess(request, code)
    notice = answer.notice
    body = {"answer": answer.kind} | (
        {"title": notice.title, "issuer": notice.issuer, "issued_on": notice.issued_on, "code": notice.code}
        | ({"superseded_by": notice.successor_code} if notice.successor_code else {})
        if notice
        else {}
    )
    return JsonResponse(body, status=answer.wording.status)


@login_not_required
@csrf_exempt  # changes nothing, and the token would have to be read after the whole upload
@require_POST
def verify_file(request: HttpRequest) -> HttpResponse:
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > rules.MAX_FILE_BYTES + FORM_OVERHEAD:
        return _answered(request, Answer("too_large", is_file=True))
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return invalid(request, "notices/verify.html", {"form": CodeForm(), "file_form": form})
    if _has_guessed_enough(request):
        return _answered(request, Answer("limited", is_file=True))
    given = form.cleaned_data
    answer = answer_to_file(given["file"][0].read(), code=given["of_code"], at=timezone.now())
    if not answer.is_good:
        _count_guess(request)
    return _answered(request, answer)


@login_not_required
@require_safe
def revocation_list_download(request: HttpRequest) -> HttpResponse:
    found = documents.revocation_list()
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="application/pkix-crl")


@login_not_required
@require_safe
def certificate_download(request: HttpRequest) -> HttpResponse:
    pem = documents.root_pem()
    if pem is None:
        raise Http404
    disposition = {"Content-Disposition": 'attachment; filename="virtual-tocho-ca.pem"'}
    return HttpResponse(pem, content_type="application/x-pem-file", headers=disposition)


def _answered(request: HttpRequest, answer: Answer) -> HttpResponse:
    context: dict[str, object] = {"answer": answer}
    if answer.is_good and answer.notice and not answer.is_file:  # whoever has the file goes on to what is in it
        context["file_form"] = FileForm(initial={"of_code": answer.notice.code})
    return render(request, "notices/verify_answer.html", context, status=answer.wording.status)


def _answer_to_guess(request: HttpRequest, code: str) -> Answer:
    """The answer to a code, unless this address has guessed wrong too often. The code space is what protects; this
    only keeps a script from burning our time. All processes count together.
    """
    if _has_guessed_enough(request):
        return Answer("limited")
    answer = answer_to_code(code)
    if answer.kind in ("unknown", "mistyped"):
        _count_guess(request)
    return answer


def _guess_key(request: HttpRequest) -> str:
    return f"notices:guesses:{rules.guesser_at(get_adapter().get_client_ip(request))}"


def _has_guessed_enough(request: HttpRequest) -> bool:
    return int(cache.get(_guess_key(request), 0)) >= rules.GUESSES


def _count_guess(request: HttpRequest) -> None:
    key = _guess_key(request)
    if not cache.add(key, 1, rules.GUESS_WINDOW):
        with suppress(ValueError):  # it expired a moment ago
            cache.incr(key)
