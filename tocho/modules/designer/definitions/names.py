"""What a rule table, a process or a letter of a procedure may ask for, by name: the form's questions, what is computed
from them, and what the platform adds. Reads sources that may be faulty."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tocho.engines.rules.api import Domain
from tocho.modules.procedures.api import in_language

Source = Mapping[str, Any]
KINDS = {
    "number": "number", "money": "number", "yes_no": "boolean", "declaration": "boolean", "date": "date",
    "multichoice": "list", "file": "list", "group": "list", "name": "context", "postal_address": "context",
}  # fmt: skip


@dataclass(frozen=True)
class InputName:
    """One name: what people call it, its type (as a typeRef; ``list`` and ``context`` too), its values with their
    words where they are listed, and what is known of its values."""

    key: str
    label: str
    kind: str
    origin: str  # "form", "computed", "platform" or "question"
    choices: tuple[tuple[str, str], ...] = ()
    domain: Domain | None = None


def names_of(source: Source, *, table: str = "") -> tuple[InputName, ...]:
    """The names that a table of a procedure may use, each once; ``eligibility`` is asked its questions only."""
    if table == "eligibility":
        return tuple(_questions(source))
    found = {name.key: name for name in (*_platform(), *_computed(source), *_fields(source))}
    return tuple(reversed(found.values()))


def domains_of(names: tuple[InputName, ...]) -> dict[str, Domain]:
    """What is known of the values of each name, for finding gaps."""
    return {name.key: name.domain for name in names if name.domain}


def _text(value: Any) -> str:
    return in_language(value, "ja") if isinstance(value, str | dict) else ""


def _members(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _reports(source: Source) -> list[Any]:
    """The forms that the applicant fills in for later rounds: what they ask is known from then on."""
    facts, parts = source.get("facts"), source.get("parts", {})
    rounds = _members(facts.get("rounds")) if isinstance(facts, dict) else []
    return [parts[name] for one in rounds if isinstance(name := one.get("part"), str) and name in parts]


def _fields(source: Source) -> Iterator[InputName]:
    forms = [source.get("form"), *_reports(source)]
    steps = [step for form in forms if isinstance(form, dict) for step in _members(form.get("steps"))]
    for field in (each for step in reversed(steps) for each in reversed(_members(step.get("fields")))):
        key = field.get("key")
        if isinstance(key, str) and field.get("type") != "note":
            kind = KINDS.get(str(field.get("type")), "string")
            choices = tuple(
                (str(each.get("value")), _text(each.get("label"))) for each in _members(field.get("choices"))
            )
            label = _text(field.get("label")) or key
            yield InputName(key, label, kind, "form", choices, _domain(field, kind, choices))


def _domain(field: Mapping[str, Any], kind: str, choices: tuple[tuple[str, str], ...]) -> Domain | None:
    if field.get("type") == "choice" and choices:
        return Domain(", ".join('"' + value.replace('"', '\\"') + '"' for value, _word in choices))
    if kind != "number":
        return None
    low = field.get("min", 0 if field.get("type") == "money" else None)
    high = field.get("max")
    bounds = (
        [f">= {low}"]
        if low is not None and high is None
        else [f"<= {high}"]
        if low is None and high is not None
        else []
    )
    both = f"[{low}..{high}]" if low is not None and high is not None else ""
    return Domain(both or "".join(bounds), whole=not field.get("digits"))


def _computed(source: Source) -> Iterator[InputName]:
    forms = [one for one in (source.get("form"), *_reports(source)) if isinstance(one, dict)]
    for each in (one for form in forms for one in _members(form.get("computed"))):
        if isinstance(each.get("key"), str):
            yield InputName(each["key"], _text(each.get("label")) or each["key"], "", "computed")


def _platform() -> Iterator[InputName]:
    yield InputName("slot_date", _("予約した日"), "date", "platform")
    yield InputName("seat_people", _("予約した枠の人数"), "number", "platform", (), Domain(">= 0", whole=True))
    seats = (("confirmed", _("席あり")), ("waiting", _("キャンセル待ち")), ("", _("なし")))
    yield InputName("seat", _("席"), "string", "platform", seats)
    yield InputName("fee_collected", _("手数料の納付"), "boolean", "platform")
    yield InputName("fee", _("手数料"), "number", "platform", (), Domain(">= 0", whole=True))
    yield InputName("today", _("判断する日"), "date", "platform")


def _questions(source: Source) -> Iterator[InputName]:
    facts = source.get("facts")
    for each in _members(facts.get("questions")) if isinstance(facts, dict) else []:
        if isinstance(each.get("key"), str):
            yield InputName(each["key"], _text(each.get("text")) or each["key"], "boolean", "question")
