"""What must hold for the graph of a process, so that no case can get lost in it."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .spec import Flow, Kind, Node, ProcessError, Spec

# Enough to see through any procedure that a person can read; a larger state space is left unproved.
MARKING_LIMIT = 5000

WAITING = (Kind.USER, Kind.RECEIVE)
Marking = frozenset[tuple[str, int]]


def check_graph(spec: Spec, *, line: int) -> list[ProcessError]:
    """All faults of the graph, in no order: ends that dangle, gateways without conditions, events in wrong places,
    elements that nothing reaches or that reach no end, and joins that wait for ever.

    :param line: where the process itself stands in the file.
    """
    if [node.kind for node in spec.nodes.values()].count(Kind.START) != 1:
        return [ProcessError(_("startEvent はちょうど一つ書いてください。"), element=spec.key, line=line)]
    problems: list[ProcessError] = []
    for node in spec.nodes.values():
        reasons = [*_ways(node), *_conditions(node), *_attachment(spec, node), *_event_gateway(spec, node)]
        problems += [_problem(node, reason) for reason in reasons]
    problems = problems or [_problem(*lost) for lost in _unreachable(spec)]
    return problems or [
        _problem(node, _("この合流は、ほかの道から来る流れを待ち続けることがあります。")) for node in stuck_joins(spec)
    ]


def _problem(node: Node, reason: str) -> ProcessError:
    return ProcessError(reason, element=node.id, line=node.line)


def _ways(node: Node) -> Iterator[str]:
    """Ways in and out that each kind must have."""
    if node.kind in (Kind.START, Kind.BOUNDARY) and node.incoming:
        yield _("ここへ入る流れは書けません。")
    if node.kind in (Kind.END, Kind.TERMINATE):
        if node.outgoing:
            yield _("終了イベントから出る流れは書けません。")
    elif not node.outgoing:
        yield _("次へ進む流れ（sequenceFlow）がありません。")
    elif len(node.outgoing) > 1 and node.kind not in (Kind.EXCLUSIVE, Kind.PARALLEL, Kind.FIRST_EVENT):
        yield _("分岐はゲートウェイで書いてください。")


def _conditions(node: Node) -> Iterator[str]:
    """Conditions stand on the ways out of a diverging exclusive gateway, on each but the default, and nowhere else."""
    ways = {flow.id: flow for flow in node.outgoing}
    if node.default and node.default not in ways:
        yield _("default は、ここから出る流れの id でなければなりません。")
    for flow in node.outgoing:
        diverges = node.kind is Kind.EXCLUSIVE and len(node.outgoing) > 1
        if diverges and flow.id != node.default and flow.condition is None:
            yield _("流れ「%(flow)s」に条件を書くか、それを default にしてください。") % {"flow": flow.id}
        elif flow.condition is not None and (not diverges or flow.id == node.default):
            yield _("流れ「%(flow)s」に条件は書けません。") % {"flow": flow.id}


def _attachment(spec: Spec, node: Node) -> Iterator[str]:
    if node.kind is not Kind.BOUNDARY:
        return
    host = spec.nodes.get(node.attached_to)
    if host is None or host.kind not in WAITING:
        yield _("境界イベントは userTask か receiveTask に付けてください。")
    elif any(event.message == node.message != "" and event.id != node.id for event in spec.events_of(host)):
        yield _("同じメッセージを待つイベントが、すでに付いています。")


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


def _unreachable(spec: Spec) -> Iterator[tuple[Node, str]]:
    followers = {key: spec.followers(key) for key in spec.nodes}
    leaders: dict[str, list[str]] = {key: [] for key in spec.nodes}
    for key, targets in followers.items():
        for target in targets:
            leaders[target].append(key)
    reached = _closure([spec.start], followers)
    ends = [node.id for node in spec.nodes.values() if node.kind in (Kind.END, Kind.TERMINATE)]
    ending = _closure(ends, leaders)
    for node in spec.nodes.values():
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


def stuck_joins(spec: Spec) -> list[Node]:
    """Parallel joins at which a case can be left waiting with nothing else able to move.

    Plays every way that a case can go, whatever the data say (a marking is how many tokens stand where). Tokens do not
    disturb each other, so in each marking it is enough to move one of them in all its ways (a persistent set). Gives up
    and finds nothing beyond ``MARKING_LIMIT`` markings, or where tokens multiply.
    """
    first: Marking = frozenset({(spec.start, 1)})
    seen = {first}
    todo = [first]
    while todo and len(seen) <= MARKING_LIMIT:
        marking = todo.pop()
        moves = (list(_fire(spec, marking, place)) for place, _count in sorted(marking))
        afters = next(filter(None, moves), [])
        if marking and not afters:
            return [spec.nodes[key] for key in sorted({place.partition(" ")[0] for place, _count in marking})]
        nexts = {after for after in afters if all(count <= 2 for _place, count in after)}
        todo += nexts - seen
        seen |= nexts
    return []


def _fire(spec: Spec, marking: Marking, place: str) -> Iterator[Marking]:
    """Every marking that follows when the token at ``place`` moves; at a join, places are "join flow"."""
    node = spec.nodes[place.partition(" ")[0]]
    if node.kind is Kind.PARALLEL:
        taken = [_place(spec, node.id, flow) for flow in node.incoming]
        if {key for key, _count in marking}.issuperset(taken):
            yield _after(spec, marking, taken, node.outgoing)
        return
    if node.kind is Kind.TERMINATE:
        yield frozenset()
    elif node.kind is Kind.EXCLUSIVE or node.kind is Kind.FIRST_EVENT:
        for flow in node.outgoing:
            yield _after(spec, marking, [place], [flow])
    else:
        yield _after(spec, marking, [place], node.outgoing)
    for event in spec.boundaries.get(node.id, ()):
        if event.interrupting:
            yield _after(spec, marking, [place], event.outgoing)


def _place(spec: Spec, element: str, flow: str) -> str:
    return f"{element} {flow}" if spec.nodes[element].kind is Kind.PARALLEL else element


def _after(spec: Spec, marking: Marking, taken: list[str], ways: tuple[Flow, ...] | list[Flow]) -> Marking:
    places = Counter(dict(marking))
    places.subtract(taken)
    places.update(_place(spec, flow.target, flow.id) for flow in ways)
    return frozenset((place, count) for place, count in places.items() if count > 0)
