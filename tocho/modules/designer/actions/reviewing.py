from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.core.notify import api as notify
from tocho.lib.errors import Refused

from ..definitions import is_publishable
from ..models import Design
from ..permissions import can_review
from .recording import locked, record


class NotReviewable(Refused):
    """The design is not where this act begins, or the person may not do it."""


REVIEW_FIELDS = ("state", "changed_at", "remark", "reviewer", "reviewed_at", "approved_revision", "publish_at")


@transaction.atomic
def request_review(*, design_id: int, actor: Actor, at: datetime) -> Design:
    """Ask another person to approve a design as it stands. Twice is the same as once.

    :raises NotReviewable: faults keep it from being published, or it is not in the making.
    """
    design = locked(design_id)
    if design.state == Design.State.IN_REVIEW:
        return design
    _expect(design, *Design.EDITABLE)
    if not is_publishable(design.source):
        raise NotReviewable(
            _("直すところが残っているため、確認を頼めません。「確認」の画面で、残りを確かめてください。")
        )
    _review(design, Design.State.IN_REVIEW, at=at)
    design.requested_by_id, design.requested_at = actor.user_id, at
    design.save(update_fields=[*REVIEW_FIELDS, "requested_by", "requested_at"])
    record(design, "design.review_requested", actor=actor, at=at)
    return design


@transaction.atomic
def approve_design(*, design_id: int, revision: int, remark: str = "", actor: Actor, at: datetime) -> Design:
    """Approve a design at the revision that the reviewer read (四つの目). Twice is the same as once.

    :raises NotReviewable: the own design, one the person wrote in, another revision, or not in review.
    """
    design = locked(design_id)
    if design.state == Design.State.APPROVED and design.reviewer_id == actor.user_id:
        return design
    _expect(design, Design.State.IN_REVIEW)
    _expect_other_eyes(design, actor, at=at)
    if revision != design.revision:
        raise NotReviewable(_("読んでいた内容から変わっています。もう一度、いまの内容を確かめてください。"))
    _review(design, Design.State.APPROVED, remark=remark, actor=actor, at=at)
    design.approved_revision = design.revision
    design.save(update_fields=[*REVIEW_FIELDS])
    record(design, "design.approved", actor=actor, at=at)
    _tell(design, "design_approved", at=at)
    return design


@transaction.atomic
def return_design(*, design_id: int, remark: str, actor: Actor, at: datetime) -> Design:
    """Give a design back to its author with what is to be mended.

    :raises NotReviewable: no remark, not in review, or the own design.
    """
    design = locked(design_id)
    if design.state == Design.State.RETURNED and design.reviewer_id == actor.user_id:
        return design
    _expect(design, Design.State.IN_REVIEW)
    _expect_other_eyes(design, actor, at=at)
    if not remark.strip():
        raise NotReviewable(_("どこをどう直せばよいかを書いてください。"))
    _review(design, Design.State.RETURNED, remark=remark, actor=actor, at=at)
    design.save(update_fields=[*REVIEW_FIELDS])
    record(design, "design.returned", actor=actor, at=at)
    _tell(design, "design_returned", at=at)
    return design


@transaction.atomic
def reopen_design(*, design_id: int, actor: Actor, at: datetime) -> Design:
    """Take a design back into the making; an approval of it is void. :raises NotReviewable: it is published"""
    design = locked(design_id)
    if design.is_editable:
        return design
    _expect(design, Design.State.IN_REVIEW, Design.State.APPROVED)
    _review(design, Design.State.DRAFT, at=at)
    design.save(update_fields=[*REVIEW_FIELDS])
    record(design, "design.reopened", actor=actor, at=at)
    return design


@transaction.atomic
def plan_publication(*, design_id: int, publish_at: datetime | None, actor: Actor, at: datetime) -> Design:
    """Set the moment at which an approved design is published; None takes it back.

    :raises NotReviewable: not approved, or a moment that has passed.
    """
    design = locked(design_id)
    _expect(design, Design.State.APPROVED)
    if publish_at is not None and publish_at <= at:
        raise NotReviewable(
            _("これからの日時を入力してください。すぐに公開するときは「いま公開する」を押してください。")
        )
    if design.publish_at == publish_at:
        return design
    design.publish_at, design.changed_at = publish_at, at
    design.save(update_fields=["publish_at", "changed_at"])
    planned = publish_at.isoformat() if publish_at else None
    record(design, "design.publication_planned", actor=actor, at=at, publish_at=planned)
    return design


def _expect(design: Design, *states: str) -> None:
    if design.state not in states:
        raise NotReviewable(
            _("この草案はいま「%(state)s」です。ほかの操作が先に行われたため、画面を開き直してください。")
            % {"state": design.get_state_display()}
        )


def _expect_other_eyes(design: Design, actor: Actor, *, at: datetime) -> None:
    if actor.user_id is None or not can_review(actor.user_id, design, at=at):
        raise NotReviewable(
            _(
                "承認や差戻しは、同じ課か上の組織の、この草案を書いていない人だけができます（自分の草案は承認できません）。"
            )
        )


def _review(design: Design, state: str, *, remark: str = "", actor: Actor | None = None, at: datetime) -> None:
    """The state after an act of review; whatever an earlier review had said is void."""
    design.state, design.changed_at, design.remark = state, at, remark.strip()[:2000]
    design.reviewer_id = actor.user_id if actor else None
    design.reviewed_at = at if actor else None
    design.approved_revision = design.publish_at = None


def _tell(design: Design, template: str, *, at: datetime) -> None:
    """Tell the person who asked for the review."""
    if design.requested_by_id is None:
        return
    notify.send(
        key=f"design:{design.id}:{template}:{at.isoformat()}",
        template=f"designer/{template}",
        to_user_id=design.requested_by_id,
        context={
            "title": design.title,
            "remark": design.remark,
            "link": reverse("designer:publish", args=[design.id]),
        },
        at=at,
    )
