"""起案の定型 of an office, and what somebody has typed and not sent yet."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.lib.errors import Refused

from ..models import DraftTemplate, TypedDraft


@transaction.atomic
def save_template(
    *, template_id: int | None, unit: str, name: str, values: Mapping[str, str], actor: Actor, at: datetime
) -> DraftTemplate:
    """Keep a template of an office under a name, a new one or changed. The same again changes nothing.

    :raises Refused: the office has another of this name, or it was ended meanwhile.
    """
    row = DraftTemplate(unit=unit, made_by_id=actor.user_id or 0)
    if template_id is not None:
        row = DraftTemplate.objects.select_for_update().get(id=template_id, unit=unit)
        if row.ended_at is not None:
            raise Refused(_("この定型は使われなくなりました。新しく作ってください。"))
        if (row.name, row.values) == (name, dict(values)):
            return row
    row.name, row.values, row.changed_at = name, dict(values), at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("同じ名前の定型があります。ほかの名前にしてください。")) from error
    _record(row, "draft_template.saved", actor, at)
    return row


@transaction.atomic
def end_template(*, template_id: int, actor: Actor, at: datetime) -> None:
    """It is not offered any more; what was drafted from it stays."""
    row = DraftTemplate.objects.select_for_update().get(id=template_id)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        _record(row, "draft_template.ended", actor, at)


def _record(row: DraftTemplate, kind: str, actor: Actor, at: datetime) -> None:
    ledger.append(subject=Subject("draft_template", row.id), kind=kind, actor=actor, at=at, unit=row.unit, data={})


@transaction.atomic
def keep_typed(*, user_id: int, place: str, values: Mapping[str, str], at: datetime) -> None:
    """What has been typed so far. No act of the office, so no entry: nobody else sees it."""
    TypedDraft.objects.update_or_create(user_id=user_id, place=place, defaults={"values": dict(values), "kept_at": at})


@transaction.atomic
def forget_typed(*, user_id: int, place: str) -> None:
    """The draft was made, or its writer begins anew."""
    TypedDraft.objects.filter(user_id=user_id, place=place).delete()
