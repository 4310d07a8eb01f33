"""Which notice goes out for which outcome: ``facts.notices`` changed for one template, the others left as they are."""

from collections.abc import Collection, Mapping
from typing import Any


def with_mapping(
    facts: Mapping[str, Any], template: str, outcomes: Collection[str], spec: Mapping[str, Any]
) -> dict[str, Any]:
    """The facts in which exactly these outcomes send the template, with title, profile and rows of ``spec``.

    An outcome that another template had is taken over: each outcome sends one notice. Without an outcome, title and
    rows are kept under the template's own name, which no decision has.
    """
    raw = facts.get("notices")
    before = dict(raw) if isinstance(raw, dict) else {}
    kept = {key: each for key, each in before.items() if not _uses(each, template) and key not in outcomes}
    mine = {outcome: {"template": template, **spec} for outcome in (outcomes or (template,) if spec else ())}
    order = [*dict.fromkeys([*before, *mine])]
    return {**facts, "notices": {key: {**kept, **mine}[key] for key in order if key in kept or key in mine}}


def _uses(spec: Any, template: str) -> bool:
    return isinstance(spec, dict) and spec.get("template") == template
