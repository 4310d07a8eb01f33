"""A received document is shown to people (供覧): asked, read. It holds nothing up."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process

from ..models import ReceivedDocument, ReceivedReader
from .receiving import record_received
from .recording import RecordsRefused

READ = "records.read"
MOST_READERS = 50


@transaction.atomic
def show_received(*, received_id: int, user_ids: Collection[int], actor: Actor, at: datetime) -> int:
    """Ask people to read a received document: each finds it in the inbox of the main post. Returns how many are new.

    :raises RecordsRefused: nobody was named, too many, somebody without a post, or the document is destroyed.
    """
    found = ReceivedDocument.objects.select_for_update().get(id=received_id)
    known = set(found.readers.values_list("user_id", flat=True))
    wanted = sorted(set(user_ids) - known)
    if found.gone_at is not None:
        raise RecordsRefused(_("廃棄された文書は供覧できません。"))
    if not user_ids or len(known) + len(wanted) > MOST_READERS:
        raise RecordsRefused(
            _("見てほしい人を選んでください（%(most)s人まで）。") % {"most": MOST_READERS}, field="users"
        )
    for user_id in wanted:
        posts = org.posts_of(user_id, at=at)
        if not posts:
            raise RecordsRefused(_("職に就いていない人には供覧できません。"), field="users")
        _ask(found, user_id, posts[0], actor=actor, at=at)
    if wanted:
        data: dict[str, JSON] = {"people": len(wanted)}
        record_received(found, "records.shown", data, actor=actor, at=at)
    return len(wanted)


def _ask(found: ReceivedDocument, user_id: int, post: org.PostView, *, actor: Actor, at: datetime) -> None:
    address = f"post:{post.id}"
    task_id = process.open_task(
        kind=READ, subject=Subject("received", found.pk), title=found.title, address=address, due_on=None, at=at
    )
    ReceivedReader.objects.create(
        received=found,
        user_id=user_id,
        post=post.label,
        address=address,
        asked_at=at,
        asked_by_id=actor.user_id,
        task_id=task_id,
    )


@transaction.atomic
def read_received(*, received_id: int, actor: Actor, at: datetime) -> bool:
    """Confirm that a person has read what was shown; whether there was something to confirm."""
    rows = ReceivedReader.objects.select_for_update().filter(received=received_id, user=actor.user_id, read_at=None)
    reader = rows.select_related("received").first()
    if reader is None:
        return False
    reader.read_at = at
    reader.save(update_fields=["read_at"])
    same = ReceivedReader.objects.filter(received=received_id, task_id=reader.task_id, read_at=None)
    if reader.task_id is not None and not same.exists():  # several of one post share the task
        process.cancel_task(reader.task_id, at=at)
    record_received(reader.received, "records.read", actor=actor, at=at)
    return True
