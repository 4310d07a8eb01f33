"""Pure rules of documents: who may do what in which state, and what changed between two rounds."""

from collections.abc import Collection

GIVABLE = frozenset({"missing", "given", "returned"})
JUDGEABLE = frozenset({"given", "flagged", "accepted", "missing"})


def may_give(state: str) -> bool:
    """A document is taken until it is accepted; one that is to be returned waits for the return."""
    return state in GIVABLE


def compared(digest: str, name: str, *, before: Collection[tuple[str, str]]) -> str:
    """What a file is against the round before, given as (digest, name): ``same``, ``changed`` (same name, another
    content), ``new``; "" where there is no round before."""
    if not before:
        return ""
    if any(digest == old for old, _name in before):
        return "same"
    return "changed" if any(name == old for _digest, old in before) else "new"


def outstanding(states: Collection[str]) -> int:
    """How many documents somebody still has to give."""
    return sum(state in ("missing", "returned") for state in states)
