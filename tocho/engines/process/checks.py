"""What must hold for the graph of a process, so that no case can get lost in it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import combinations

from django.utils.translation import gettext as _

from .spec import ENDS, HOLDERS, Flow, Kind, Node, ProcessError, Spec

# Enough to see through any procedure that a person can read; a larger state space is left unproved.
MARKING_LIMIT = 5000

WAITING = (Kind.USER, Kind.RECEIVE, *HOLDERS)
THROWING = (*HOLDERS, Kind.SERVICE)
CHOICES = (Kind.EXCLUSIVE, Kind.INCLUSIVE)
SPLITS = (*CHOICES, Kind.PARALLEL, Kind.FIRST_EVENT)
Marking = frozenset[tuple[str, int]]


def check_graph(spec: Spec, *, line: int) -> list[ProcessError]:
    """All faults of the graph, in no order: ends that dangle, gateways without conditions, events in wrong places,
    elements that nothing reaches or that reach no end, and joins that wait for ever. Each sub-process is a graph of
    its own, one element of the one around it.

    :param line: where the process itself stands in the file.
    """
    problems = [_problem(*lost) for lost in _starts(spec)]
    if sum(node.kind is Kind.START and not node.scope for node in spec.nodes.values()) != 1:
        problems.append(ProcessError(_("startEvent はちょうど一つ書いてください。"), element=spec.key, line=line))
    if problems:
        return problems
    for node in spec.nodes.values():
        reasons = [*_ways(node), *_conditions(node), *_attachment(spec, node), *_event_gateway(spec, node)]
        problems += [_problem(node, reason) for reason in [*reasons, *_thrown(spec, node)]]
    return problems or [_problem(*lost) for scope in spec.starts for lost in _lost(spec, scope)]


def _lost(spec: Spec, scope: str) -> list[tuple[Node, str]]:
    reason = _("この合流は、ほかの道から来る流れを待ち続けることがあります。")
    return list(_unreachable(spec, scope)) or [(node, reason) for node in stuck_joins(spec, scope)]


def _starts(spec: Spec) -> Iterator[tuple[Node, str]]:
    starts = Counter(node.scope for node in spec.nodes.values() if node.kind is Kind.START)
    for node in spec.nodes.values():
        if node.kind is Kind.SUBPROCESS and starts[node.id] != 1:
            yield node, _("subProcess の中に、startEvent をちょうど一つ書いてください。")


def _problem(node: Node, reason: str) -> ProcessError:
    return ProcessError(reason, element=node.id, line=node.line, name=node.name)


def _ways(node: Node) -> Iterator[str]:
    """Ways in and out that each kind must have."""
    if node.kind in (Kind.START, Kind.BOUNDARY) and node.incoming:
        yield _("ここへ入る流れは書けません。")
    if node.kind in ENDS:
        if node.outgoing:
            yield _("終了イベントから出る流れは書けません。")
    elif not node.outgoing:
        yield _("次へ進む流れ（sequenceFlow）がありません。")
    elif len(node.outgoing) > 1 and node.kind not in SPLITS:
        yield _("分岐はゲートウェイで書いてください。")


def _conditions(node: Node) -> Iterator[str]:
    """Conditions stand on the ways out of a diverging exclusive or inclusive gateway, on each but the default."""
    ways = {flow.id: flow for flow in node.outgoing}
    if node.default and node.default not in ways:
        yield _("default は、ここから出る流れの id でなければなりません。")
    for flow in node.outgoing:
        diverges = node.kind in CHOICES and len(node.outgoing) > 1
        if diverges and flow.id != node.default and flow.condition is None:
            yield _("流れ「%(flow)s」に条件を書くか、それを default にしてください。") % {"flow": flow.id}
        elif flow.condition is not None and (not diverges or flow.id == node.default):
            yield _("流れ「%(flow)s」に条件は書けません。") % {"flow": flow.id}


def _attachment(spec: Spec, node: Node) -> Iterator[str]:
    if node.kind is not Kind.BOUNDARY:
        return
    host = spec.nodes.get(node.attached_to)
    thrown = node.error is not None or node.escalation is not None
    if host is None or host.scope != node.scope or host.kind not in (THROWING if thrown else WAITING):
        yield _("この境界イベントを付けられるのは %(kinds)s です。") % {
            "kinds": "、".join(kind.value for kind in (THROWING if thrown else WAITING))
        }
    elif any(event.message == node.message != "" and event.id != node.id for event in spec.events_of(host)):
        yield _("同じメッセージを待つイベントが、すでに付いています。")
    elif host.kind is Kind.SERVICE and (node.escalation is not None or not node.interrupting):
        yield _("serviceTask の境界には、中断するエラーだけを付けられます。")
    elif node.error is not None and not node.interrupting:
        yield _("エラーの境界イベントは、いつも中断します。")


def _thrown(spec: Spec, node: Node) -> Iterator[str]:
    """An error thrown inside a sub-process of this file that nobody catches would end the whole case."""
    if node.kind is not Kind.ERROR or not node.scope:
        return
    scope = node.scope
    while scope:
        if any(event.error in (node.error, "") for event in spec.boundaries.get(scope, ())):
            return
        scope = spec.nodes[scope].scope
    yield _("エラー「%(code)s」を受ける境界イベントがありません。") % {"code": node.error}


def _event_gateway(spec: Spec, node: Node) -> Iterator[str]:
    if node.kind is not Kind.FIRST_EVENT:
        return
    targets = [spec.nodes[flow.target] for flow in node.outgoing]
    if len(targets) < 2:
        yield _("イベントゲートウェイからは、二つ以上のイベントへ進んでください。")
    for target in targets:
        if target.kind not in (Kind.CATCH, Kind.RECEIVE) or len(target.incoming) != 1 or target.id in spec.boundaries:
            yield _("「%(target)s」は、このゲートウェイだけから入るイベントでなければなりません。") % {
                "target": target.id
            }


def _unreachable(spec: Spec, scope: str) -> Iterator[tuple[Node, str]]:
    nodes = [node for node in spec.nodes.values() if node.scope == scope]
    followers = {node.id: spec.followers(node.id) for node in nodes}
    leaders: dict[str, list[str]] = {key: [] for key in followers}
    for key, targets in followers.items():
        for target in targets:
            leaders[target].append(key)
    reached = _closure([spec.starts[scope]], followers)
    ending = _closure([node.id for node in nodes if node.kind in ENDS], leaders)
    for node in nodes:
        if node.id not in reached:
            yield node, _("開始イベントからここへ来る道がありません。")
        elif node.id not in ending:
            yield node, _("ここから終了イベントへ行く道がありません。")


def _closure(seeds: list[str], edges: dict[str, list[str]]) -> set[str]:
    found, todo = set(seeds), list(seeds)
    while todo:
        fresh = set(edges[todo.pop()]) - found
        found |= fresh
        todo += fresh
    return found


def stuck_joins(spec: Spec, scope: str = "") -> list[Node]:
    """Joins at which a case can be left waiting with nothing else able to move.

    Plays every way that a case can go, whatever the data say (a marking is how many tokens stand where). A token with
    one way only goes first: nothing can tell the difference. Otherwise, without inclusive joins, tokens do not disturb
    each other, so it is enough to move one of them in all its ways (a persistent set); an inclusive join looks at where
    the others stand, so all orders are played. Beyond ``MARKING_LIMIT`` markings, or where tokens multiply, it gives
    up: nothing is found, but inclusive joins are refused, because what they wait for cannot be told.
    """
    gathers = [spec.nodes[key] for key in spec.gathers if spec.nodes[key].scope == scope]
    first: Marking = frozenset({(spec.starts[scope], 1)})
    seen = {first}
    todo = [first]
    while todo:
        marking = todo.pop()
        afters = _afters(spec, marking, every_order=bool(gathers))
        if marking and not afters:
            return [spec.nodes[key] for key in sorted({place.partition(" ")[0] for place, _count in marking})]
        nexts = {after for after in afters if all(count <= 2 for _place, count in after)}
        if len(seen) > MARKING_LIMIT or (gathers and len(nexts) < len(afters)):
            return gathers
        todo += nexts - seen
        seen |= nexts
    return []


def _afters(spec: Spec, marking: Marking, *, every_order: bool) -> set[Marking]:
    """The markings that can follow one, as far as they need to be looked at."""
    places = sorted(place for place, _count in marking)
    if every_order:
        plain = next((place for place in places if _has_one_way(spec, place)), None)
        if plain is not None:
            return set(_fire(spec, marking, plain))
        return {after for place in places for after in _fire(spec, marking, place)}
    return next((found for place in places if (found := set(_fire(spec, marking, place)))), set())


def _has_one_way(spec: Spec, place: str) -> bool:
    node = spec.nodes.get(place)  # the place of a token that waits at a join is no element
    return node is not None and node.kind not in ENDS and node.id not in spec.boundaries and len(node.outgoing) == 1


def _fire(spec: Spec, marking: Marking, place: str) -> Iterator[Marking]:
    """Every marking that follows when the token at ``place`` moves; at a join, places are "join flow"."""
    node = spec.nodes[place.partition(" ")[0]]
    if " " in place:
        taken = _joined(spec, marking, node)
        for ways in _ways_on(node) if taken else ():
            yield _after(spec, marking, taken, ways)
        return
    if node.kind in (Kind.TERMINATE, Kind.ERROR):
        yield frozenset()
    else:
        for ways in _ways_on(node):
            yield _after(spec, marking, [place], ways)
    for event in spec.boundaries.get(node.id, ()):
        if event.interrupting:
            yield _after(spec, marking, [place], event.outgoing)


def _joined(spec: Spec, marking: Marking, node: Node) -> list[str]:
    """The places whose tokens a join takes now; none while it has to wait (BPMN 2.0, 13.4.2 and 13.4.3)."""
    places = {key for key, _count in marking}
    filled = [place for flow in node.incoming if (place := _place(spec, node.id, flow)) in places]
    if node.kind is Kind.PARALLEL:
        return filled if len(filled) == len(node.incoming) else []
    ways = {place.partition(" ")[2] for place in filled}
    elements = {place.partition(" ")[0] for place in places} - {node.id}
    return [] if any(must_wait(spec, node.id, element, ways) for element in elements) else filled


def must_wait(spec: Spec, join: str, element: str, filled: AbstractSet[str]) -> bool:
    """Whether an inclusive join with tokens on the ways ``filled`` waits for a token that stands at ``element``: it can
    come by a way that is still empty, and by none of those that are filled (BPMN 2.0, 13.4.3)."""
    ways = spec.reach[join].get(element, frozenset())
    return not ways <= filled and not ways & filled


def _ways_on(node: Node) -> list[tuple[Flow, ...]]:
    """Which flows may be taken together when the flow leaves an element."""
    if node.kind is Kind.EXCLUSIVE or node.kind is Kind.FIRST_EVENT:
        return [(flow,) for flow in node.outgoing]
    if node.kind is Kind.INCLUSIVE and len(node.outgoing) > 1:
        chosen = [flow for flow in node.outgoing if flow.id != node.default]
        groups = [ways for size in range(1, len(chosen) + 1) for ways in combinations(chosen, size)]
        return [*groups, *((flow,) for flow in node.outgoing if flow.id == node.default)]
    return [node.outgoing]


def _place(spec: Spec, element: str, flow: str) -> str:
    node = spec.nodes[element]
    joins = node.kind is Kind.PARALLEL or (node.kind is Kind.INCLUSIVE and len(node.incoming) > 1)
    return f"{element} {flow}" if joins else element


def _after(spec: Spec, marking: Marking, taken: Iterable[str], ways: tuple[Flow, ...]) -> Marking:
    places = Counter(dict(marking))
    places.subtract(taken)
    places.update(_place(spec, flow.target, flow.id) for flow in ways)
    return frozenset((place, count) for place, count in places.items() if count > 0)
