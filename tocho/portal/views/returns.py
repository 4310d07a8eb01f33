"""The monthly returns: bureaus × months, one return, a file of them, the reminder."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.org import api as org
from tocho.engines.facts import api as facts
from tocho.lib.dates import fiscal_year_label
from tocho.lib.text import whole_number
from tocho.ui.downloads import table_response
from tocho.ui.forms import show_problems

from .. import returns as reads
from ..figures import month_words
from ..forms import ReturnFileForm, ReturnForm
from ..permissions import EVERYTHING, bureaus_returning, can_see_returns_of

SALT, HOUR = "portal.returns", 3600


def _seen(request: HttpRequest) -> frozenset[str]:
    found = bureaus_returning(request.user, at=timezone.now())
    if not found:
        raise PermissionDenied
    return found


def _indicator(key: str) -> facts.Indicator:
    found = reads.indicators().get(key)
    if found is None:
        raise Http404
    return found


def _grid(request: HttpRequest, key: str) -> reads.Grid:
    at = timezone.now()
    years = reads.years(at)
    year = whole_number(request.GET.get("year", "")) or years[0]
    if year not in years:
        raise Http404
    return reads.grid(_indicator(key), year, _seen(request), at=at)


@require_GET
def returns(request: HttpRequest) -> HttpResponse:
    """The first indicator, unless another is chosen."""
    at = timezone.now()
    seen, keys = _seen(request), reads.indicators()
    page = _grid(request, request.GET.get("of") or next(iter(keys), ""))
    here = f"{reverse('portal:returns')}?of={page.indicator.key}"
    context = {
        "page": page,
        "title": _(page.indicator.title),
        "years": [(fiscal_year_label(year), f"{here}&year={year}") for year in reads.years(at)],
        "here": f"{here}&year={page.year}",
        "kinds": [(_(one.title), f"{reverse('portal:returns')}?of={key}") for key, one in keys.items()],
        "can_certify": bool(facts.bureaus_certified_by(request.user.pk or 0, at=at)),
        "reminded": [(words, month) for month, words in page.months if _late_in(page, month)]
        if EVERYTHING in seen
        else [],
    }
    return render(request, "portal/returns.html", context)


def _late_in(page: reads.Grid, month: str) -> list[str]:
    return [row.code for row in page.rows for cell in row.cells if cell and (cell.month, cell.state) == (month, "late")]


@require_GET
def return_file(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """The year as a file to fill in."""
    page = _grid(request, key)
    name, columns, rows = f"returns-{page.year}", reads.heads(page.indicator), reads.file_rows(page)
    return table_response(request, form, name, columns, rows)


@require_http_methods(["GET", "POST"])
def return_detail(request: HttpRequest, key: str, unit: str, month: str) -> HttpResponse:
    at = timezone.now()
    seen, indicator = _seen(request), _indicator(key)
    page = reads.return_page(indicator, unit, month, at=at)
    if page is None or not can_see_returns_of(unit, seen, at=at):
        raise Http404
    own = facts.bureaus_certified_by(request.user.pk or 0, at=at)
    may = org.bureau_code_of(unit, on=org.office_day(at)) in own
    form = ReturnForm(indicator, page.newest, request.POST if request.method == "POST" else None) if may else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            given = form.given(unit, month)
            try:
                done = facts.certify_returns(indicator_key=key, given=[given], certifier_id=request.user.pk or 0, at=at)
            except facts.CertifyRefused as refused:
                show_problems(form, refused, names={})
            else:
                messages.success(request, _("報告を認証しました。") if done else _("報告は、すでに同じ内容です。"))
                return redirect("portal:return_detail", key, unit, month)
    title = _("%(unit)s　%(month)sの報告") % {"unit": page.unit_name, "month": month_words(month)}
    context = {
        "page": page,
        "form": form,
        "title": title,
        "indicator": _(indicator.title),
        "crumbs": [(_("月次実績の報告"), reverse("portal:returns")), (title, "")],
    }
    return render(request, "portal/return_detail.html", context, status=422 if form and form.errors else 200)


@require_POST
def returns_remind(request: HttpRequest, key: str, month: str) -> HttpResponse:
    """Remind the bureaus that are late with a month."""
    at = timezone.now()
    if EVERYTHING not in _seen(request):
        raise PermissionDenied
    indicator = _indicator(key)
    year = next((year for year in reads.years(at) if month in reads.months_of(year, at)), None)
    if year is None:
        raise Http404
    late = _late_in(reads.grid(indicator, year, frozenset({EVERYTHING}), at=at), month)
    told = 0
    for unit in late:
        people = reads.people_reminded(unit, at=at)
        if people:
            link = reverse("portal:return_detail", args=[key, unit, month])
            actor = org.actor_of(request.user.pk, at=at)
            facts.remind_bureau(
                indicator_key=key, unit=unit, month=month, user_ids=people, link=link, actor=actor, at=at
            )
            told += 1
    words = {"told": told, "silent": len(late) - told}
    messages.success(request, _("%(told)s局に知らせました。認証する人のいない局：%(silent)s") % words)
    return redirect(f"{reverse('portal:returns')}?of={key}&year={year}")


@require_http_methods(["GET", "POST"])
def returns_import(request: HttpRequest, key: str) -> HttpResponse:
    """Choose a file; see every fault or what it would return; certify all of it at once."""
    at = timezone.now()
    _seen(request)
    indicator = _indicator(key)
    own = facts.bureaus_certified_by(request.user.pk or 0, at=at)
    if not own:
        raise PermissionDenied
    context: dict[str, Any] = {
        "indicator": _(indicator.title),
        "crumbs": [(_("月次実績の報告"), reverse("portal:returns")), (_("ファイルで報告"), "")],
    }
    if request.method == "POST" and request.POST.get("checked"):
        return _certify_file(request, indicator, context)
    form = ReturnFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        if upload.size > reads.MOST_BYTES:
            form.add_error("file", _("ファイルが大きすぎます。2MBまでにしてください。"))
        else:
            context["reading"] = found = reads.read_returns(indicator, upload.read(), list(own), at=at)
            given = [asdict(change.given) for change in found.changes]
            context["checked"] = "" if found.faults else signing.dumps([request.user.pk, key, given], salt=SALT)
    context["form"] = form
    wrong = form.errors or (context.get("reading") and context["reading"].faults)
    return render(request, "portal/returns_import.html", context, status=422 if wrong else 200)


def _certify_file(request: HttpRequest, indicator: facts.Indicator, context: dict[str, Any]) -> HttpResponse:
    """What was checked an hour ago at most, by the same person; refused whole if something has changed since."""
    try:
        user_id, key, given = signing.loads(request.POST["checked"], salt=SALT, max_age=HOUR)
    except signing.BadSignature as error:
        raise Http404 from error
    if (user_id, key) != (request.user.pk, indicator.key):
        raise Http404
    try:
        done = facts.certify_returns(
            indicator_key=key, given=[facts.Given(**one) for one in given], certifier_id=user_id, at=timezone.now()
        )
    except facts.CertifyRefused as refused:
        context |= {"form": ReturnFileForm(), "problem": refused.message}
        return render(request, "portal/returns_import.html", context, status=422)
    messages.success(request, _("%(done)s件の報告を認証しました。") % {"done": done})
    return redirect("portal:returns")
