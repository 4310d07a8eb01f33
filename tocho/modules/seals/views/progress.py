from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tocho.core.org import api as org
from tocho.engines.facts import api as facts

from ..queries.progress import month_ends, span
from ..queries.progress import progress as counted
from ..queries.story import Story, month_days, story


@login_not_required
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far it has come as of the last record, or of an earlier day that is asked for."""
    today, asked = org.office_day(timezone.now()), request.GET.get("on", "")
    known = span(today=today)
    try:
        on = date.fromisoformat(asked) if asked else known.last
        then = date.fromisoformat(request.GET["known"]) if request.GET.get("known") else None
    except ValueError:
        return redirect("seals:progress")
    if not known.first <= on <= max(today, known.last) or (then and then > today):
        return redirect("seals:progress")
    key = ("seals", on, then, known.mark, get_language() or "ja")
    page: Story = facts.kept_while(facts.state(), key, lambda: story(counted(on=on, known=then)))
    days = [
        (words, f"?{urlencode({'on': day.isoformat()})}")
        for words, day in month_days(month_ends(known.first, known.last))
    ]
    context = {
        "page": page,
        "days": days,
        "as_known": f"?{urlencode({'on': on.isoformat(), 'known': on.isoformat()})}",
        "here": f"?{urlencode({'on': on.isoformat()})}",
        "crumbs": [(_("数字で見る改革"), reverse("portal:figures")), (_("はんこレスの進み具合"), "")],
    }
    return render(request, "seals/progress.html", context)
