import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM, Actor
from tocho.modules.procedures import api as procedures

from ..models import Design
from .recording import locked, record
from .reviewing import NotReviewable, _expect, _tell

logger = logging.getLogger(__name__)


@transaction.atomic
def publish_design(*, design_id: int, actor: Actor, at: datetime) -> Design:
    """Make an approved design the version that new applications begin with. Twice is the same as once.

    Running applications keep theirs. The search index follows by a job.
    :raises NotReviewable: not approved, or it cannot be published as it stands (the reason is in the message).
    """
    design = locked(design_id)
    if design.state == Design.State.PUBLISHED:
        return design
    _expect(design, Design.State.APPROVED)
    try:
        with transaction.atomic():
            number = procedures.publish(source=design.source, actor=actor, at=at)
    except procedures.DefinitionError as error:
        raise NotReviewable(_("公開できませんでした。%(reason)s") % {"reason": error}) from error
    design.state, design.published_at, design.published_number = Design.State.PUBLISHED, at, number
    design.changed_at = at
    design.save(update_fields=["state", "published_at", "published_number", "changed_at"])
    days = (at - design.created_at).days
    record(design, "design.published", actor=actor, at=at, version=number, days=days)
    return design


def publish_due(*, at: datetime) -> int:
    """Publish every approved design whose moment has come, each in a transaction of its own; returns how many.

    One that cannot be published goes back to its author with the reason; nobody has to find out from the site.
    """
    due = Design.objects.filter(state=Design.State.APPROVED, publish_at__lte=at).order_by("publish_at", "id")
    published = 0
    for design_id in due.values_list("id", flat=True):
        try:
            with transaction.atomic():
                if not _is_due(design_id, at=at):
                    continue
                publish_design(design_id=design_id, actor=SYSTEM, at=at)
                published += 1
        except NotReviewable as refused:
            _give_back(design_id, reason=refused.message, at=at)
    return published


def _is_due(design_id: int, *, at: datetime) -> bool:
    """Whether a design, locked now, is still to be published: another worker may have been quicker."""
    design = locked(design_id)
    return design.state == Design.State.APPROVED and design.publish_at is not None and design.publish_at <= at


@transaction.atomic
def _give_back(design_id: int, *, reason: str, at: datetime) -> None:
    design = locked(design_id)
    if design.state != Design.State.APPROVED:
        return
    logger.warning("design %s cannot be published as planned", design.id)
    design.state, design.remark, design.changed_at = Design.State.RETURNED, reason[:2000], at
    design.publish_at = design.approved_revision = None
    design.save(update_fields=["state", "remark", "changed_at", "publish_at", "approved_revision"])
    record(design, "design.publication_failed", actor=SYSTEM, at=at)
    _tell(design, "design_not_published", at=at)
