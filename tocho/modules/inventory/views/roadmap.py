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

from ..queries.roadmap import roadmap as counted
from ..queries.roadmap import span
from ..queries.story import Story, month_ends, story


@login_not_required
@require_GET
def roadmap(request: HttpRequest) -> HttpResponse:
    """The roadmap as of the last record, or of an earlier day that is asked for."""
    today, asked = org.office_day(timezone.now()), request.GET.get("on", "")
    known = span(today=today)
    try:
        on = date.fromisoformat(asked) if asked else known.last
    except ValueError:
        return redirect("inventory:roadmap")
    if not known.first <= on <= max(today, known.last):
        return redirect("inventory:roadmap")
    key = ("roadmap", on, known.mark, get_language() or "ja")
    page: Story = facts.kept_while(facts.state(), key, lambda: story(counted(on=on)))
    days = [(words, f"?{urlencode({'on': day.isoformat()})}") for words, day in month_ends(known.first, known.last)]
    context = {
        "page": page,
        "on": on,
        "days": days,
        "crumbs": [(_("数字で見る改革"), reverse("portal:figures")), (_("デジタル化の行程表"), "")],
        "here": f"?{urlencode({'on': on.isoformat()})}",
    }
    return render(request, "inventory/roadmap.html", context)
