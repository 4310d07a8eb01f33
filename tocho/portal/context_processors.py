"""What every page of the desk shows around itself: who I am, where I can go."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.core.org.models import UnitKind

from .permissions import units_tended_by


def desk(request: HttpRequest) -> dict[str, Any]:
    """``desk_post`` (主税局 徴収課長) and ``desk_nav``; asked for only where a page uses them."""

    @cache
    def post() -> org.PostView | None:
        posts = org.posts_of(request.user.pk, at=timezone.now()) if request.user.pk else ()
        return posts[0] if posts else None

    def places() -> tuple[tuple[str, str], ...]:
        tends = bool(units_tended_by(request.user, at=timezone.now()))
        return desk_nav(post(), tends=tends)

    def label() -> str:
        held = post()
        return held.label if held else ""

    return {"desk_post": SimpleLazyObject(label), "desk_nav": SimpleLazyObject(places)}


def desk_nav(post: org.PostView | None, *, tends: bool = False) -> tuple[tuple[str, str], ...]:
    """The places of the desk; a municipality works in the cases that pass through it, and nowhere else;
    who holds no post sees to the machinery or has nothing to do here."""
    if post is not None and org.unit(post.unit_code).kind == UnitKind.MUNICIPALITY:
        return (
            (_("きょうの仕事"), reverse("portal:desk")),
            (_("経由する申請"), reverse("procedures:transit_list")),
        )
    machinery = ((_("止まっているもの"), reverse("portal:stalled")),) if tends else ()
    if post is None:
        return ((_("数字で見る改革"), reverse("portal:figures")), *machinery)
    return (
        (_("きょうの仕事"), reverse("portal:desk")),
        (_("決裁の受信箱"), reverse("decisions:inbox")),
        (_("案件"), reverse("procedures:case_list")),
        (_("相談"), reverse("consultations:desk_list")),
        (_("催し"), reverse("events:desk_list")),
        (_("窓口で受け付ける"), reverse("procedures:counter_start")),
        (_("意見照会"), reverse("opinions:opinion_list")),
        (_("事案"), reverse("decisions:decision_list")),
        (_("通知"), reverse("notices:desk_list")),
        (_("文書管理"), reverse("records:file_list")),
        (_("手続デザイナー"), reverse("designer:design_list")),
        (_("改善"), reverse("improvement:review_list")),
        (_("手続棚卸"), reverse("inventory:entry_list")),
        (_("押印の調査"), reverse("seals:requirement_list")),
        (_("月次実績の報告"), reverse("portal:returns")),
        (_("数字で見る改革"), reverse("portal:figures")),
        *machinery,
    )
