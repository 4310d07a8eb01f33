from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tocho.core.jobs.api import app as jobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Entry
from tocho.core.notify import api as notify
from tocho.core.org import api as org

from ..models import Delivery, Hook
from ..registry import Audience, event_sources, event_titles
from ..rules import canonical, next_try, signed_headers
from ..sending import NotSentError, post
from .hooks import end_hook


@transaction.atomic
def read_ledger(*, at: datetime) -> int:
    """Make a delivery of every event in newly sealed blocks for each hook that asked for it; returns how many.

    Acts pay nothing for being told of: the ledger is read, once (``ledger.read_new``).
    """
    hooks = list(Hook.objects.filter(ended_at=None))
    entries = ledger.read_new(reader="rest.hooks", kinds={kind for hook in hooks for kind in hook.kinds})
    made = [one for group in _by_type(entries) for one in _deliveries(group, hooks, at=at)]
    for delivery in Delivery.objects.bulk_create(made):
        jobs.configure_task("rest.deliver").defer(delivery_id=delivery.id)
    return len(made)


def _by_type(entries: Iterable[Entry]) -> list[list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.subject.type].append(entry)
    return list(found.values())


def _deliveries(entries: Sequence[Entry], hooks: Sequence[Hook], *, at: datetime) -> list[Delivery]:
    source = event_sources().get(entries[0].subject.type)
    if source is None:
        return []
    audiences = source.audience_of({entry.subject.id for entry in entries})
    units = {hook.user_id: frozenset(org.unit_codes_of(hook.user_id, at=at)) for hook in hooks}
    return [
        Delivery(hook=hook, entry_id=entry.id, event=_event(entry, audience), made_at=at)
        for entry in entries
        if entry.kind in source.kinds and (audience := audiences.get(entry.subject.id))
        for hook in hooks
        if entry.kind in hook.kinds and (hook.user_id == audience.user_id or audience.unit in units[hook.user_id])
    ]


def _event(entry: Entry, audience: Audience) -> dict[str, Any]:
    """A thin event: what happened to which thing, and where to ask; nothing of its content leaves unasked."""
    return {
        "id": f"evt_{entry.id}",
        "type": entry.kind,
        "at": entry.at.isoformat(),
        "subject": {"type": entry.subject.type, "id": audience.public_id},
        "href": settings.SITE_URL + audience.href,
    }


def deliver(*, delivery_id: int, at: datetime) -> None:
    """Call the hook of a delivery once and remember how it went; schedule the next try where it failed.

    The call may reach its receiver twice when a worker is killed between its answer and our commit: ``Webhook-Id``
    stays the same, so that receivers can tell. After the last try the hook ends and its owner is told.
    """
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update(of=("self",)).select_related("hook").get(id=delivery_id)
        if delivery.state != Delivery.State.WAITING or delivery.hook.ended_at is not None:
            return
        delivery.tries, delivery.tried_at = delivery.tries + 1, at
        delivery.answer, ok = _call(delivery, at=at)
        pause = next_try(delivery.tries)
        if ok:
            delivery.state = Delivery.State.DELIVERED
        elif pause is None:
            delivery.state = Delivery.State.FAILED
        else:
            jobs.configure_task("rest.deliver", schedule_at=at + pause).defer(delivery_id=delivery.id)
        delivery.save(update_fields=["tries", "tried_at", "answer", "state"])
        if delivery.state == Delivery.State.FAILED and delivery.entry_id is not None:
            _give_up(delivery.hook, at=at)


def _call(delivery: Delivery, *, at: datetime) -> tuple[str, bool]:
    body = canonical(delivery.event)
    headers = signed_headers(secret=delivery.hook.secret, message_id=delivery.event["id"], at=at, body=body)
    try:
        status = post(delivery.hook.url, body, headers)
    except NotSentError as error:
        return str(error)[:200], False
    return str(status), 200 <= status < 300


def _give_up(hook: Hook, *, at: datetime) -> None:
    end_hook(hook_id=hook.id, because="failing", actor=SYSTEM, at=at)
    if not hook.user.email:
        return
    notify.send(
        key=f"rest.hook_failing:{hook.id}",
        template="rest/hook_failing",
        to_email=hook.user.email,
        to_user_id=hook.user_id,
        context={"url": hook.url, "link": "/my/programs/"},
        language="ja",
        at=at,
    )


@transaction.atomic
def try_hook(*, hook_id: int, at: datetime) -> Delivery:
    """Send a trial event, so that the receiver's check of signatures can be tried out."""
    event = {
        "id": f"evt_trial_{hook_id}_{int(at.timestamp())}",
        "type": "trial",
        "at": at.isoformat(),
        "subject": {"type": "hook", "id": str(hook_id)},
        "href": settings.SITE_URL + "/my/programs/",
        "kinds": sorted(event_titles()),
    }
    delivery = Delivery.objects.create(hook_id=hook_id, event=event, made_at=at)
    jobs.configure_task("rest.deliver").defer(delivery_id=delivery.id)
    return delivery


@transaction.atomic
def resend(*, delivery_id: int, at: datetime) -> None:
    """Send a delivery again, from the first try; its event and ``Webhook-Id`` stay the same."""
    delivery = Delivery.objects.select_for_update().get(id=delivery_id)
    if delivery.state == Delivery.State.WAITING:
        return
    delivery.state, delivery.tries = Delivery.State.WAITING, 0
    delivery.save(update_fields=["state", "tries"])
    jobs.configure_task("rest.deliver").defer(delivery_id=delivery.id)
