from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.jobs.api import app as jobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.lib.errors import Refused

from ..models import Delivery, Hook
from ..registry import event_titles
from ..rules import faults_of_address, new_hook_secret

MOST_HOOKS = 20


class HookRefused(Refused):
    """A webhook that is not made."""


@transaction.atomic
def make_hook(*, user_id: int, url: str, kinds: Sequence[str], at: datetime) -> Hook:
    """Tell an address of events from now on.

    :raises HookRefused: not an address that can be called, not https, unknown kinds, or too many hooks.
    """
    if faults_of_address(url):
        raise HookRefused(_("アドレスを確かめてください。名前かポート番号が、アドレスとして使えません。"))
    parts = urlsplit(url)
    if parts.hostname not in settings.WEBHOOK_TRUSTED_HOSTS and parts.scheme != "https":
        raise HookRefused(_("https:// で始まるアドレスを入力してください。"))
    if parts.username or not parts.hostname:
        raise HookRefused(_("アドレスを確かめてください。利用者名やパスワードは書けません。"))
    if not kinds or not set(kinds) <= set(event_titles()):
        raise HookRefused(_("知らせるできごとを、1つ以上選んでください。"))
    if Hook.objects.filter(user_id=user_id, ended_at=None).count() >= MOST_HOOKS:
        raise HookRefused(_("知らせ先が多すぎます。使っていない知らせ先を止めてから、もう一度登録してください。"))
    hook = Hook.objects.create(user_id=user_id, url=url, secret=new_hook_secret(), kinds=sorted(set(kinds)), made_at=at)
    ledger.append(
        subject=Subject("hook", hook.id),
        kind="rest.hook_made",
        actor=Actor(user_id=user_id),
        at=at,
        data={"kinds": list(hook.kinds)},
    )
    return hook


@transaction.atomic
def end_hook(*, hook_id: int, because: str, actor: Actor, at: datetime) -> None:
    """Stop telling an address. Done again it changes nothing.

    :param because: "owner", or "failing" after an event could not be delivered for days.
    """
    hook = Hook.objects.select_for_update().get(id=hook_id)
    if hook.ended_at is not None:
        return
    hook.ended_at, hook.ended_because = at, because
    hook.save(update_fields=["ended_at", "ended_because"])
    ledger.append(
        subject=Subject("hook", hook.id), kind="rest.hook_ended", actor=actor, at=at, data={"because": because}
    )


@transaction.atomic
def reopen_hook(*, hook_id: int, actor: Actor, at: datetime) -> None:
    """Tell an address again that was given up, first of what did not reach it. Asked twice it does so once.

    Events while it was ended were never made for it: a receiver asks the API what it has missed.
    :raises HookRefused: it was not given up (its owner has ended it, or it is told already), or its owner has too many.
    """
    hook = _locked_failing(hook_id)
    if Hook.objects.filter(user_id=hook.user_id, ended_at=None).count() >= MOST_HOOKS:
        raise HookRefused(_("知らせ先が多すぎます。使っていない知らせ先を止めてから、もう一度お試しください。"))
    hook.ended_at, hook.ended_because, hook.put_away_at = None, "", None
    hook.save(update_fields=["ended_at", "ended_because", "put_away_at"])
    waiting = hook.deliveries.exclude(state=Delivery.State.DELIVERED).filter(entry_id__isnull=False)
    ids = list(waiting.order_by("id").values_list("id", flat=True))
    Delivery.objects.filter(id__in=ids).update(state=Delivery.State.WAITING, tries=0)
    if ids:
        jobs.configure_task("rest.deliver").batch_defer(*[dict[str, JSON](delivery_id=one) for one in ids])
    ledger.append(subject=Subject("hook", hook.id), kind="rest.hook_reopened", actor=actor, at=at, data={})


@transaction.atomic
def put_away_hook(*, hook_id: int, actor: Actor, at: datetime) -> None:
    """Leave a hook ended that was given up: nobody need look at it any more; its owner may still have it told again.

    :raises HookRefused: it was not given up, or is told again.
    """
    hook = _locked_failing(hook_id)
    hook.put_away_at = at
    hook.save(update_fields=["put_away_at"])
    ledger.append(subject=Subject("hook", hook.id), kind="rest.hook_put_away", actor=actor, at=at, data={})


def _locked_failing(hook_id: int) -> Hook:
    hook = Hook.objects.select_for_update().get(id=hook_id)
    if hook.ended_at is None or hook.ended_because != "failing":
        raise HookRefused(_("この知らせ先は、すでに知らせているか、持ち主が止めています。"))
    return hook
