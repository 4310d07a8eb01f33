"""Moving running cases to another version of their process, where what they stand on means the same there.

A case can move when every element at which it rests exists in the new version as the same kind, in the same place and
for the same work, and when the new version needs no value that the case lacks. Tasks stay as they were opened; clocks
of events that are gone stop, those of new events on a place where the case rests begin with its arrival there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject
from tocho.lib.errors import Refused

from .actions import latest, latest_spec, lock
from .calls import called_keys
from .models import Definition, Instance, Timer, Token
from .spec import HumanWork, Node, Service, Spec
from .store import is_moving, spec_for, spec_of, timer_moment


class CannotMove(Refused):
    """The case stands at something that the other version does not have, or not in the same way."""


@dataclass(frozen=True)
class Obstacle:
    """Why some cases cannot move: where they stand, the reason, how many."""

    element_id: str
    name: str
    reason: str
    count: int


@dataclass(frozen=True)
class MigrationPreview:
    """What moving the running cases of other versions would do; nothing is changed by asking."""

    total: int
    movable: int
    obstacles: tuple[Obstacle, ...]


def migration_preview(to_definition_id: int) -> MigrationPreview:
    """How many running cases of the other versions of this process can move here, and what keeps the others."""
    key = Definition.objects.values_list("key", flat=True).get(id=to_definition_id)
    target = spec_of(to_definition_id)
    others = Definition.objects.filter(key=key).exclude(id=to_definition_id).values_list("id", flat=True)
    running = Instance.objects.filter(definition__in=list(others), state=Instance.State.ACTIVE)
    here = Token.objects.filter(instance__in=running, fate=Token.Fate.HERE)
    places = (
        here.order_by()
        .values_list("instance__definition_id", "element_id", "via")
        .annotate(n=Count("instance", distinct=True))
    )
    obstacles, stuck = list[Obstacle](), set[int]()
    for definition_id, element, via, count in places:
        reason = _obstacle(spec_of(definition_id), target, element.partition("/")[0], via)
        if reason:
            name = spec_of(definition_id).nodes[element.partition("/")[0]].name or element
            obstacles.append(Obstacle(element, name, reason, count))
            at_it = here.filter(instance__definition=definition_id, element_id=element, via=via)
            stuck |= set(at_it.values_list("instance_id", flat=True))
    total = running.count()
    missing = _missing(target, running)
    if missing:
        obstacles.append(Obstacle("", target.name, missing, total))
    return MigrationPreview(total, 0 if missing else total - len(stuck), tuple(obstacles))


def _missing(target: Spec, running: QuerySet[Instance]) -> str:
    """Inputs that the new version asks for and a running case (as good as any) has no value for."""
    one = running.first()
    lacking = sorted(target.inputs - one.context.keys()) if one is not None else []
    return _("新しい版が使う値がありません: %(names)s") % {"names": "、".join(lacking)} if lacking else ""


def _obstacle(old: Spec, new: Spec, element: str, via: str) -> str:
    """Why a token at an element cannot stand in the new version; "" when it can."""
    before, after = old.nodes[element], new.nodes.get(element)
    if after is None:
        return _("新しい版に、この段階がありません")
    if (before.kind, before.scope, before.repeat is None) != (after.kind, after.scope, after.repeat is None):
        return _("新しい版では、この段階の種類が違います")
    if _work(before) != _work(after):
        return _("新しい版では、この段階の作業が違います")
    if not before.rests() and via not in after.incoming:
        return _("新しい版では、この合流に来る道が違います")
    return ""


def _work(node: Node) -> tuple[str, ...]:
    """What is done or awaited at an element, as far as a case that stands there depends on it."""
    if isinstance(node.work, HumanWork):
        return ("human", node.work.kind)
    if isinstance(node.work, Service):
        return ("service", node.work.handler)
    return ("event", node.message, str(node.timer is not None))


@transaction.atomic
def migrate(subject: Subject, *, to_definition_id: int, at: datetime) -> int:
    """Move the running case of a subject to another version of its process; the definition it came from.

    In that version already: nothing, and its own id. :raises CannotMove: with the reason; nothing has changed.
    """
    instance = lock(subject)
    if instance is None:
        raise CannotMove(_("この案件の流れは、もう終わっています。"))
    before = instance.definition_id
    if before == to_definition_id:
        return before
    if is_moving(instance.id):
        raise RuntimeError("a handler may not move its own case to another version")
    old, new = spec_for(before, instance.calls), spec_of(to_definition_id)
    stays = list(Token.objects.filter(instance=instance, fate=Token.Fate.HERE))
    _check(instance, old, new, stays, to_definition_id)
    instance.definition_id = to_definition_id
    instance.calls = _calls(new, instance.calls)
    instance.context |= {name: None for name in new.optional if name not in instance.context}
    instance.save(update_fields=["definition", "calls", "context"])
    _renew_timers(instance, stays, at=at)
    return before


def _check(instance: Instance, old: Spec, new: Spec, stays: Sequence[Token], to_definition_id: int) -> None:
    keys = dict(Definition.objects.filter(id__in=[instance.definition_id, to_definition_id]).values_list("id", "key"))
    if len(set(keys.values())) != 1:
        raise CannotMove(_("別の手続の流れには移せません。"))
    if lacking := sorted(new.inputs - instance.context.keys()):
        raise CannotMove(_("新しい版が使う値がありません: %(names)s") % {"names": "、".join(lacking)})
    for stay in stays:
        if "/" in stay.element_id:  # inside a called process, whose version stays as it was
            continue
        if reason := _obstacle(old, new, stay.element_id, stay.via):
            name = old.nodes[stay.element_id].name or stay.element_id
            raise CannotMove(_("「%(name)s」: %(reason)s") % {"name": name, "reason": reason})


def _calls(new: Spec, before: dict[str, int] | None) -> dict[str, int] | None:
    """The versions of the processes that are called: those fixed at the start stay, new ones are fixed now."""
    if not new.calls:
        return None
    found = {key: (before or {}).get(key) or latest(key) for key in called_keys(new, latest_spec)}
    return {key: definition_id for key, definition_id in found.items() if definition_id is not None}


def _renew_timers(instance: Instance, stays: Iterable[Token], *, at: datetime) -> None:
    spec = spec_for(instance.definition_id, instance.calls)
    for stay in stays:
        wanted = set(spec.timers[stay.element_id]) if stay.item is None else set()
        running = Timer.objects.filter(token=stay)
        running.exclude(element_id__in=wanted).delete()
        known = set(running.values_list("element_id", flat=True))
        for element in wanted - known:
            event = spec.nodes[element]
            due_at = timer_moment(event, instance.context, at=stay.arrived_at)
            if due_at is not None and event.timer is not None:
                Timer.objects.create(
                    instance=instance,
                    token=stay,
                    element_id=element,
                    due_at=max(due_at, at),
                    left=event.timer.repeats,
                )
