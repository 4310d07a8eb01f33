"""A form definition rearranged: steps and questions added, moved, copied, taken out. Pure; the input is left as it is.

A place is ``(step,)``, ``(step, field)`` or ``(step, field, row)``: indexes, the last one into the questions of a
repeating group.
"""

import copy
import re
from collections.abc import Iterable
from typing import Any

Form = dict[str, Any]
Place = tuple[int, ...]


class NoSuchPlace(LookupError):
    """The form has no step or question there."""


def list_at(form: Form, place: Place) -> list[Any]:
    """The list in which a place stands. :raises NoSuchPlace:"""
    try:
        rows = form["steps"]
        for index in place[:-1]:
            rows = rows[index]["fields"]
        rows[place[-1]]
    except (LookupError, TypeError):
        raise NoSuchPlace(place) from None
    found: list[Any] = rows
    return found


def at(form: Form, place: Place) -> dict[str, Any]:
    """The step or question at a place. :raises NoSuchPlace:"""
    found = list_at(form, place)[place[-1]]
    if not isinstance(found, dict):
        raise NoSuchPlace(place)
    return found


def keys_of(form: Form) -> set[str]:
    """Every key in use: of questions, computed values, and steps."""
    found: set[str] = set()
    for step in form.get("steps", []):
        found.add(str(step.get("key", "")))
        for field in step.get("fields", []):
            found.add(str(field.get("key", "")))
    return found | {str(one.get("key", "")) for one in form.get("computed", [])}


def free_key(form: Form, stem: str, *, others: Iterable[Form] = ()) -> str:
    """A key that is in use neither here nor in the other forms of the procedure: ``question``, ``question_2``, …"""
    taken = keys_of(form).union(*map(keys_of, others))
    stem = re.sub(r"_\d+$", "", stem) or "question"
    if stem not in taken:
        return stem
    return next(f"{stem}_{n}" for n in range(2, 10_000) if f"{stem}_{n}" not in taken)


APPLICANT = {"name": "name", "email": "email", "phone": "phone", "postal_address": "address"}


def usual_key(form: Form, kind: str, *, others: Iterable[Form] = ()) -> str:
    """What the key of a new question begins with. The first name, e-mail, telephone and address of a form are taken for
    the applicant's, whom the receipt and the mails go to: ``applicant_name``, ``applicant_email`` …"""
    own = f"applicant_{APPLICANT[kind]}" if kind in APPLICANT else ""
    return own if own and own not in keys_of(form).union(*map(keys_of, others)) else kind


def with_step(form: Form, title: str) -> Form:
    """A new step at the end, with a first question (a step without any is none)."""
    made = copy.deepcopy(form)
    step = {"key": free_key(made, f"step_{len(made['steps']) + 1}"), "title": title}
    made["steps"].append({**step, "fields": []})
    return made


def with_field(form: Form, place: Place, spec: dict[str, Any]) -> Form:
    """A new question before the place; the place one after the last appends."""
    made = copy.deepcopy(form)
    rows = made["steps"]
    try:
        for index in place[:-1]:
            rows = rows[index].setdefault("fields", [])
    except (LookupError, TypeError):
        raise NoSuchPlace(place) from None
    rows.insert(place[-1], spec)
    return made


def replaced(form: Form, place: Place, spec: dict[str, Any]) -> Form:
    """Another step or question in the place of one."""
    made = copy.deepcopy(form)
    list_at(made, place)[place[-1]] = spec
    return made


def without(form: Form, place: Place) -> Form:
    """Without the step or question at a place."""
    made = copy.deepcopy(form)
    del list_at(made, place)[place[-1]]
    return made


def moved(form: Form, place: Place, to: Place) -> Form:
    """The step or question at a place moved before the one at ``to`` (counted before the move), also into another step.

    :raises NoSuchPlace: either does not exist, or a step is moved into a step.
    """
    if len(place) != len(to) or (len(place) == 3 and place[:2] != to[:2]):
        raise NoSuchPlace(to)
    made = copy.deepcopy(form)
    source = list_at(made, place)
    target = made["steps"]
    try:
        for index in to[:-1]:
            target = target[index]["fields"]
    except (LookupError, TypeError):
        raise NoSuchPlace(to) from None
    if not 0 <= to[-1] <= len(target):
        raise NoSuchPlace(to)
    spec = source.pop(place[-1])
    index = to[-1] - 1 if source is target and to[-1] > place[-1] else to[-1]
    target.insert(index, spec)
    return made


def shifted(form: Form, place: Place, by: int) -> Form:
    """One up (-1) or down (+1). A question at the edge of its step goes on into the neighbouring step; at the edge of
    the form nothing happens.
    """
    rows = list_at(form, place)
    index = place[-1] + by
    if 0 <= index < len(rows):
        return moved(form, place, (*place[:-1], index + 1 if by > 0 else index))
    step = place[0] + by
    if len(place) == 2 and 0 <= step < len(form["steps"]):
        return moved(form, place, (step, len(form["steps"][step].get("fields", [])) if by < 0 else 0))
    return form


def duplicated(form: Form, place: Place, *, others: Iterable[Form] = ()) -> Form:
    """A copy below, under a key of its own."""
    spec = copy.deepcopy(at(form, place))
    spec["key"] = free_key(form, str(spec.get("key", "")), others=others)
    if len(place) == 1:
        for field in spec.get("fields", []):
            field["key"] = free_key({"steps": [*form["steps"], spec]}, str(field.get("key", "")), others=others)
    return with_field(form, (*place[:-1], place[-1] + 1), spec)


def new_question(kind: str, key: str, label: str) -> dict[str, Any]:
    """The least that a question of a kind needs."""
    spec: dict[str, Any] = {"key": key, "type": kind, "label": label}
    if kind in ("choice", "multichoice"):
        spec["choices"] = [{"value": "a", "label": "選択肢1"}, {"value": "b", "label": "選択肢2"}]
    if kind == "file":
        spec |= {"max_mb": 5, "types": ["pdf", "jpeg", "png"]}
    if kind == "group":
        spec["fields"] = [{"key": "item", "type": "text", "label": "項目"}]
    if kind == "slot":
        spec["choices_from"] = "slots"
    if kind in APPLICANT and key == f"applicant_{APPLICANT[kind]}":
        spec["prefill"] = f"registers.person.{APPLICANT[kind]}"  # once only: what the register knows is not asked again
    return spec
