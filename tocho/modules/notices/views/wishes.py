from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import actions
from ..forms import WishForm
from ..queries import standing_wish


@require_http_methods(["GET", "POST"])
def wish_edit(request: HttpRequest) -> HttpResponse:
    user_id = request.user.pk or 0
    form = WishForm(request.POST if request.method == "POST" else None, notice_by=standing_wish(user_id))
    if request.method == "POST" and form.is_valid() and form.cleaned_data["notice_by"]:
        actions.state_wish(user_id=user_id, by=form.cleaned_data["notice_by"], at=timezone.now())
        messages.success(request, _("次の申請から、この受け取り方になります。"))
        return redirect("portal:my_data")
    return render(request, "notices/wish_edit.html", {"form": form}, status=422 if form.errors else 200)
