"""Every fault of a design at once, each with its place (publishing stops at the first)."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tocho.engines.forms.api import FormDefinition, FormError, compile_form
from tocho.engines.process import api as process
from tocho.engines.process.api import ProcessError
from tocho.engines.rules.api import TableError, check_table, compile_table
from tocho.modules.procedures import api as procedures

from .names import domains_of, names_of
from .parts import Source

MAX_FAULTS = 50  # of one part; more than that nobody mends at once
PLACE = re.compile(r"steps\[(\d+)\](?:\.fields\[(\d+)\])?")


@dataclass(frozen=True)
class Problem:
    """What is to be mended: in which part (``form``), where (``steps[0].fields[2].condition``), why.

    ``is_error`` forbids publication; anything else asks for a second look.
    """

    part: str
    place: str
    reason: str
    is_error: bool = True

    @property
    def folder(self) -> str:
        """``rules`` for ``rules/fee``; the part itself where it has no folder."""
        return self.part.partition("/")[0]


def problems(source: Source) -> list[Problem]:
    """Everything that is wrong with a source, part by part; the errors are what keeps it from being published.

    Form definitions and rule tables are compiled as publication compiles them; a part that is wrong does not hide what
    is wrong in another.
    """
    found = [Problem("facts", fault.place, fault.reason) for fault in procedures.facts_faults(source["facts"])]
    form, faults = tolerant_form(source["form"])
    found += faults
    found += [one for name, xml in source["rules"].items() for one in _rule_problems(source, name, xml)]
    parts = {name: tolerant_form(part) for name, part in source.get("parts", {}).items()}
    for name, (_form, faulty) in parts.items():
        found += [replace(one, part=f"parts/{name}") for one in faulty]
    found += _process_problems(source["process"])
    if form is not None and not any(one.part == "facts" for one in found):
        facts = procedures.ProcedureFacts.model_validate(source["facts"])
        forms = {name: compiled for name, (compiled, _faults) in parts.items()}
        found += [
            Problem(fault.part, fault.place, fault.reason)
            for fault in procedures.reference_faults(facts, form, source["rules"], source["notices"], forms)
        ]
    return found


def is_publishable(source: Source) -> bool:
    """Whether nothing keeps a source from being published."""
    return not any(one.is_error for one in problems(source))


def tolerant_form(raw: Mapping[str, Any]) -> tuple[FormDefinition | None, list[Problem]]:
    """The form with whatever was wrong taken out, and all that was wrong; None where nothing is left to show.

    The compiler stops at the first fault: it is taken out, or replaced by something plain of the same key, and the rest
    is compiled again.
    """
    form = copy.deepcopy(dict(raw))
    found: list[Problem] = []
    while len(found) < MAX_FAULTS:
        try:
            compiled = compile_form(form)
            warned = [Problem("form", one.path, one.reason, is_error=False) for one in compiled.warnings]
            return compiled, [*found, *warned]
        except FormError as error:
            told = Problem("form", error.path, error.reason)
            if told in found:
                return None, found
            if not any(one.place.startswith(f"{told.place}.") for one in found):  # else: left by what was taken out
                found.append(told)
            if not _take_out(form, error.path):
                return None, found
    return None, found


_STEP = re.compile(r"\.?(\w+)|\[(\d+)\]")


def _take_out(form: dict[str, Any], path: str) -> bool:
    """Make the place harmless; False where that cannot be done."""
    keys = [int(number) if number else name for name, number in _STEP.findall(path)]
    if not keys:
        return _take_out_unknown(form)
    place = PLACE.match(path)
    if place is None or len(keys) < 2:
        return _forget(form, keys)
    steps = form.get("steps")
    step = steps[int(place[1])] if isinstance(steps, list) and int(place[1]) < len(steps) else None
    if not isinstance(step, dict):
        return _forget(form, keys)
    number = f"x{place[1]}_{place[2] or ''}_"
    if place[2] is None:
        return _mend_step(step, keys[2:], number)
    fields = step["fields"]
    field = fields[int(place[2])]
    rest = keys[4:]
    if isinstance(field, dict) and len(rest) == 1 and rest[0] in field and rest[0] not in ("key", "type", "label"):
        del field[rest[0]]
        return True
    fields[int(place[2])] = _plain(field, number, twin=rest[:1] == ["key"])
    return True


def _plain(field: Any, number: str, *, twin: bool) -> dict[str, Any]:
    """A text question in the place of a faulty one, under the same key where that was right."""
    key = field.get("key") if isinstance(field, dict) else None
    is_key = isinstance(key, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,59}", key) is not None and not twin
    return {"key": key if is_key else f"{number}field", "type": "text", "label": "？"}


def _mend_step(step: dict[str, Any], rest: list[str | int], number: str) -> bool:
    if rest and rest[0] not in ("key", "title", "fields") and rest[0] in step:
        del step[str(rest[0])]
        return True
    plain = {
        "key": f"{number}step",
        "title": "？",
        "fields": [{"key": f"{number}field", "type": "note", "label": "？"}],
    }
    for name in ("key", "title", "fields") if not rest else (str(rest[0]),):
        if rest or not step.get(name):
            step[name] = plain.get(name)
    for extra in set(step) - {"key", "title", "help", "condition", "fields"}:
        del step[extra]
    return True


def _forget(form: dict[str, Any], keys: list[str | int]) -> bool:
    """Take out a member of the form itself, or the row of a list that it stands in."""
    if keys[0] == "title":
        form["title"] = "？"
        return True
    if keys[0] == "computed" and len(keys) > 1 and isinstance(form.get("computed"), list):
        form["computed"].pop(int(keys[1]))
        return True
    return keys[0] not in ("steps", "schema_version") and form.pop(str(keys[0]), None) is not None


def _take_out_unknown(form: dict[str, Any]) -> bool:
    """The form as a whole is not as it should be: unknown members go, what is missing is filled in."""
    known = {"$schema", "schema_version", "title", "steps", "computed", "declaration"}
    before = dict(form)
    for name in set(form) - known:
        del form[name]
    form.setdefault("schema_version", 1)
    form.setdefault("title", "？")
    return form != before


def _rule_problems(source: Source, name: str, xml: str) -> Iterator[Problem]:
    names = names_of(source, table=name)
    found = check_table(xml, inputs=[each.key for each in names], domains=domains_of(names))
    for one in found:
        yield Problem(f"rules/{name}", str(one.place), one.message, one.is_error)
    if not any(one.is_error for one in found):
        yield from _published_faults(name, xml, [each.key for each in names])


def _published_faults(name: str, xml: str, offered: list[str]) -> Iterator[Problem]:
    """What publication refuses beside that, given the same names."""
    try:
        compile_table(xml, offered=offered)
    except TableError as error:
        hint = _("結果の式で使う項目は、条件の列に加えてください。")
        for one in error.problems:
            yield Problem(f"rules/{name}", str(one.place), f"{one.reason} {hint}")


def _process_problems(xml: str) -> list[Problem]:
    try:
        process.check(xml.encode())
    except ProcessError as error:
        found = []
        for one in error.problems:
            line = _("%(line)s行目") % {"line": one.line} if one.line else ""
            found.append(Problem("process", one.element or line, one.reason))
        return found
    return []
