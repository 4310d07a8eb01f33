"""The HTTP API of mandates: for whom the caller may act. Powers are given and ended by people, on pages."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tocho.core.calendar import api as calendar
from tocho.engines.rest.api import Bearer, Scope

from .queries import held_by

router = Router(tags=["mandates"])
READ = Bearer("mandates:read")
SCOPES = (Scope("mandates:read", _("自分が引き受けた代理を見る")),)


class Power(Schema):
    """A mandate in force in which the caller is the agent. ``procedures`` and ``categories``: what it covers by key;
    all where both are empty. ``id`` goes into ``mandate`` of POST /applications."""

    id: int
    principal: str
    procedures: list[str]
    categories: list[str]
    starts_on: date
    last_on: date
    may_pass_on: bool


@router.get("/mandates", response=list[Power], auth=READ, summary=gettext_noop("自分が代理をしている人の一覧"))
def mandate_list(request: HttpRequest) -> list[dict[str, Any]]:
    """For whom the caller may apply today."""
    user_id = request.auth.user.pk  # type: ignore[attr-defined]
    return [
        {
            "id": one.id,
            "principal": one.principal_name,
            "procedures": list(one.procedures),
            "categories": list(one.categories),
            "starts_on": one.starts_on.isoformat(),
            "last_on": one.last_on.isoformat(),
            "may_pass_on": one.may_pass_on,
        }
        for one in held_by(user_id, on=calendar.office_day(timezone.now()))
    ]
