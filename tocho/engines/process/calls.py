"""Call activities: the processes that one process goes through, chosen when a case starts and drawn into one spec.

A called process becomes the inside of the call activity, its elements named ``call/element``: one case stays one
instance, with one lock, one history and one list of tasks.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from .spec import Call, Flow, Node, ProcessError, Spec

MAX_ID = 80
Find = Callable[[str], Spec | None]


def linked(spec: Spec, called: Mapping[str, Spec]) -> Spec:
    """One spec in which each call activity holds the process that it calls.

    :param called: the processes by their key, those that they call themselves among them.
    """
    if not spec.calls:
        return spec
    nodes, starts = dict(spec.nodes), dict(spec.starts)
    for node in spec.calls:
        if isinstance(node.work, Call) and node.work.key in called:
            inner = linked(called[node.work.key], called)
            nodes |= {f"{node.id}/{key}": _inside(node.id, one) for key, one in inner.nodes.items()}
            starts |= {_scope(node.id, scope): f"{node.id}/{start}" for scope, start in inner.starts.items()}
    return replace(spec, nodes=nodes, starts=starts)


def _scope(call: str, scope: str) -> str:
    return f"{call}/{scope}" if scope else call


def _inside(call: str, node: Node) -> Node:
    """An element of the called process as it is named inside the caller."""
    return replace(
        node,
        id=f"{call}/{node.id}",
        scope=_scope(call, node.scope),
        incoming=tuple(f"{call}/{flow}" for flow in node.incoming),
        outgoing=tuple(
            Flow(f"{call}/{flow.id}", f"{call}/{flow.source}", f"{call}/{flow.target}", flow.line, flow.condition)
            for flow in node.outgoing
        ),
        default=f"{call}/{node.default}" if node.default else "",
        attached_to=f"{call}/{node.attached_to}" if node.attached_to else "",
    )


def check_calls(spec: Spec, find: Find, path: tuple[str, ...] = ()) -> list[ProcessError]:
    """What is wrong with the call activities of a process: unknown processes, inputs that are not given, circles, and
    names too long to be told apart.

    :param find: the published process of a key, None when there is none. :param path: the keys that lead here.
    """
    return [
        ProcessError(reason, element=node.id, line=node.line, name=node.name)
        for node in spec.calls
        if isinstance(node.work, Call) and (reason := _fault(node, node.work, find, (*path, spec.key)))
    ]


def _fault(node: Node, call: Call, find: Find, path: tuple[str, ...]) -> str:
    inner = find(call.key)
    if inner is None:
        return _("呼び出す流れ「%(key)s」は公開されていません。") % {"key": call.key}
    if call.key in path:
        return _("流れ「%(key)s」が自分自身を呼び出しています。") % {"key": call.key}
    missing = inner.inputs - {name for name, _expression in call.give}
    if missing:
        return _("「%(key)s」に渡す値がありません: %(names)s（tocho:give）") % {
            "key": call.key,
            "names": "、".join(sorted(missing)),
        }
    deeper = check_calls(inner, find, path)
    if deeper:
        return deeper[0].reason
    longest = max(len(key) for key in linked(inner, _found(inner, find)).nodes)
    if longest + len(node.id) + 1 > MAX_ID:
        return _("呼び出しが深すぎます（要素の id を続けた長さの上限80文字）。")
    return ""


def _found(spec: Spec, find: Find) -> dict[str, Spec]:
    """The processes that a process calls, directly or not, by their key."""
    found: dict[str, Spec] = {}
    todo = [spec]
    while todo:
        for node in todo.pop().calls:
            if isinstance(node.work, Call) and node.work.key not in found:
                inner = find(node.work.key)
                if inner is not None:
                    found[node.work.key] = inner
                    todo.append(inner)
    return found


def called_keys(spec: Spec, find: Find) -> tuple[str, ...]:
    """The keys of all processes that a process calls, directly or not."""
    return tuple(_found(spec, find))
