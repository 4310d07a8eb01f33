"""The source of one version: a folder read, checked and compiled into what runs. Nothing here knows the database."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from tocho.engines.forms.api import FormDefinition, FormError, compile_form, say
from tocho.engines.rules.api import (
    DecisionTable,
    RuleError,
    TableError,
    Tree,
    compile_expression,
    compile_table,
    portable_table,
)
from tocho.lib.ruby import has_kanji

from .facts import ProcedureFacts, Text


class DefinitionError(Exception):
    """A definition file has a mistake; the message names the file, the line where known, and the reason."""


@dataclass(frozen=True)
class ProcedureDefinition:
    """One version, ready to run: facts, compiled form and rule tables, process and notice sources."""

    facts: ProcedureFacts
    form: FormDefinition
    rules: Mapping[str, DecisionTable]
    process: str
    notices: Mapping[str, str]
    parts: Mapping[str, FormDefinition] = field(default_factory=dict)
    trees: Mapping[str, Tree | None] = field(default_factory=dict, repr=False)  # tables by which the form computes

    def title(self, language: str = "ja") -> str:
        """The procedure's name in a language."""
        return in_language(self.facts.title, language)

    @property
    def narrow_key(self) -> str:
        """The question whose answer names the resource that is booked; "" where all resources are offered."""
        booking = self.facts.booking
        return self.form.questions[booking.field].kind.spec.get("narrow_by", "") if booking else ""

    @property
    def fixed_keys(self) -> frozenset[str]:
        """The answers that a reservation was made by; a correction leaves them as they are."""
        booking = self.facts.booking
        if booking is None:
            return frozenset()
        return frozenset({booking.field, booking.quantity, self.narrow_key} - {""})


def in_language(value: Text, language: str) -> str:
    """A text in a language (``ja-easy``: やさしい日本語), Japanese where there is no translation."""
    return say(value, language)


def read_folder(folder: Path) -> dict[str, Any]:
    """The source of one version from its folder, as JSON values.

    :raises DefinitionError: a file is missing or not readable as what it is (with file, line and reason).
    """
    toml = folder / "procedure.toml"
    text = _text(toml)
    try:
        facts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"procedure.toml: TOMLとして読めません（{error}）") from error
    _facts(facts, text)
    form_path = folder / "form.json"
    try:
        form = json.loads(_text(form_path))
    except json.JSONDecodeError as error:
        raise DefinitionError(f"form.json:{error.lineno}: JSONとして読めません（{error.msg}）") from error
    return {
        **_parts(folder),
        "facts": facts,
        "form": form,
        "process": _text(folder / "process.bpmn"),
        "rules": {path.stem: _text(path) for path in sorted((folder / "rules").glob("*.dmn"))},
        "notices": {path.stem: _text(path) for path in sorted((folder / "notices").glob("*.typ"))},
    }


def _parts(folder: Path) -> dict[str, Any]:
    """The forms that co-signers fill in; nothing where there are none, so that other sources keep their digest."""
    found = {}
    for path in sorted((folder / "parts").glob("*.json")):
        try:
            found[path.stem] = json.loads(_text(path))
        except json.JSONDecodeError as error:
            raise DefinitionError(f"parts/{path.name}:{error.lineno}: JSONとして読めません（{error.msg}）") from error
    return {"parts": found} if found else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DefinitionError(f"{path.name}: ファイルがありません") from error
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{path.name}: UTF-8ではありません（{error.start}バイト目）") from error


LONGEST_SPOKEN = 500  # characters


def spoken_texts(source: Mapping[str, Any]) -> list[str]:
    """The Japanese that an applicant is shown of a version, each text once: what needs readings (ふりがな)."""
    found: dict[str, None] = {}
    pending: list[Any] = [source["facts"], source["form"]]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            pending.extend(one for key, one in value.items() if key not in UNSPOKEN)
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, str) and has_kanji(value) and len(value) <= LONGEST_SPOKEN:
            found[value] = None
    return list(found)


UNSPOKEN = frozenset({"en", "keywords", "draft_body", "pattern", "condition", "required", "expression", "rows"})


def digest_of(source: Mapping[str, Any]) -> str:
    """sha256 (hex) of a source in canonical JSON."""
    return hashlib.sha256(orjson.dumps(source, option=orjson.OPT_SORT_KEYS)).hexdigest()


PLATFORM_NAMES = ("fee", "fee_collected", "seat", "seat_people", "slot_date", "today")  # as ``rule_context`` gives them


def offered_names(
    facts: ProcedureFacts, form: FormDefinition, parts: Mapping[str, FormDefinition], *, table: str
) -> frozenset[str]:
    """What a rule table may look at by name: the questions of 「自分は使えますか」, or all answers, computed values and
    what the platform adds."""
    if table == "eligibility":
        return frozenset(one.key for one in facts.questions)
    forms = [form, *(parts[one.part] for one in facts.rounds if one.part in parts)]
    asked = {key for one in forms for key in (*one.questions, *(computed.key for computed in one.computed))}
    return frozenset(asked | {*PLATFORM_NAMES})


def compile_source(source: Mapping[str, Any]) -> ProcedureDefinition:
    """Check and compile a source.

    :raises DefinitionError: anything is wrong, with the part (file) and the reason.
    """
    facts = _facts(source["facts"])
    try:
        form = compile_form(source["form"])
    except FormError as error:
        raise DefinitionError(f"form.json: {error}") from error
    parts = {}
    for name, part in source.get("parts", {}).items():
        try:
            parts[name] = compile_form(part)
        except FormError as error:
            raise DefinitionError(f"parts/{name}.json: {error}") from error
    rules = {}
    for name, xml in source["rules"].items():
        try:
            rules[name] = compile_table(xml, offered=offered_names(facts, form, parts, table=name))
        except (TableError, RuleError) as error:
            raise DefinitionError(f"rules/{name}.dmn: {error}") from error
    for fault in reference_faults(facts, form, rules, source["notices"], parts):
        raise DefinitionError(str(fault))
    trees = {
        one.rule: portable_table(source["rules"][one.rule], offered=offered_names(facts, form, parts, table=one.rule))
        for one in form.computed
        if one.rule
    }
    return ProcedureDefinition(facts, form, rules, source["process"], source["notices"], parts, trees)


ENDINGS = {"rules": ".dmn", "notices": ".typ", "parts": ".json"}


@dataclass(frozen=True)
class Fault:
    """One mistake of a source: the part (``facts``, ``form``, ``process``, ``rules/fee``, ``notices/x``), the place in
    it (``booking.field``) and the reason."""

    part: str
    place: str
    reason: str

    def __str__(self) -> str:
        names = {"facts": "procedure.toml", "form": "form.json", "process": "process.bpmn"}
        name = names.get(self.part) or self.part + ENDINGS[self.part.partition("/")[0]]
        return f"{name}: {self.place}: {self.reason}" if self.place else f"{name}: {self.reason}"


REASONS = {
    "missing": "必要な項目がありません",
    "extra_forbidden": "知らない項目です",
    "string_too_short": "空にはできません",
    "int_parsing": "整数で書いてください",
    "int_type": "整数で書いてください",
    "greater_than_equal": "0以上にしてください",
}


def facts_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Every mistake of the facts taken by themselves."""
    try:
        ProcedureFacts.model_validate(raw)
    except ValidationError as error:
        told: set[str] = set()
        for one in error.errors():
            place = ".".join(str(part) for part in one["loc"] if part not in ("str", "dict[str,str]"))
            if place not in told:
                told.add(place)
                yield Fault("facts", place, REASONS.get(one["type"], one["msg"]))


def _facts(raw: Mapping[str, Any], text: str = "") -> ProcedureFacts:
    """The facts, checked; with the text of the file a mistake is named with its line."""
    for fault in facts_faults(raw):
        last = fault.place.rpartition(".")[2]
        named = re.compile(rf'\s*"?{re.escape(last)}"?\s*=')
        line = next((f":{n}" for n, row in enumerate(text.splitlines(), start=1) if named.match(row)), "")
        raise DefinitionError(f"procedure.toml{line}: {fault.place}: {fault.reason}")
    return ProcedureFacts.model_validate(raw)


def _party_faults(facts: ProcedureFacts) -> Iterator[Fault]:
    """Mistakes in what is asked of the parties."""
    if facts.via is not None:
        try:
            compile_expression(facts.via.municipality)
        except RuleError as error:
            yield Fault("facts", "via.municipality", str(error))
    for role in facts.cosign.roles if facts.cosign else ():
        try:
            compile_expression(str(role.least))
        except RuleError as error:
            yield Fault("facts", f"cosign.roles.{role.key}.least", str(error))
    seen: set[str] = set()
    for document in facts.documents:
        try:
            compile_expression(document.required)
        except RuleError as error:
            yield Fault("facts", f"documents.{document.key}.required", str(error))
        if document.key in seen:
            yield Fault("facts", f"documents.{document.key}", "同じ key の書類があります")
        if document.party == "municipality" and (facts.via is None or document.signed):
            yield Fault(
                "facts",
                f"documents.{document.key}.party",
                "区市町村の書類は via のある手続で、署名なしに限ります",
            )
        seen.add(document.key)


def _consult_faults(facts: ProcedureFacts, form: FormDefinition) -> Iterator[Fault]:
    """Mistakes in whom the process asks, and in what they are shown."""
    if facts.consult is None:
        return
    for key in facts.consult.show:
        if key not in form.questions:
            yield Fault("facts", "consult.show", f"form.json に {key} がありません")
    for asked in facts.consult.units:
        if asked.unit == facts.office:
            yield Fault("facts", f"consult.units.{asked.unit}", "審査する課そのものには聞けません")
        try:
            compile_expression(asked.when)
        except RuleError as error:
            yield Fault("facts", f"consult.units.{asked.unit}.when", str(error))


def _part_faults(
    facts: ProcedureFacts, form: FormDefinition, parts: Mapping[str, FormDefinition | None]
) -> Iterator[Fault]:
    """Forms that are named and missing, and questions that a report asks under a key of the application."""
    for role in facts.cosign.roles if facts.cosign else ():
        if role.part and role.part not in parts:
            yield Fault("facts", f"cosign.roles.{role.key}", f"parts/{role.part}.json がありません")
    for one in facts.rounds:
        if one.part and one.part not in parts:
            yield Fault("facts", f"rounds.{one.key}.part", f"parts/{one.part}.json がありません")
            continue
        report = parts[one.part] if one.part else None
        if report is not None and (twice := form.questions.keys() & report.questions.keys()):
            yield Fault(f"parts/{one.part}", "", f"form.json と同じ key があります（{min(twice)}）")


def reference_faults(
    facts: ProcedureFacts,
    form: FormDefinition,
    rules: Mapping[str, Any],
    notices: Mapping[str, str],
    parts: Mapping[str, FormDefinition | None],
) -> Iterator[Fault]:
    """Every mistake between the parts: what one names and the other lacks."""
    for outcome, notice in facts.notices.items():
        if notice.template not in notices:
            yield Fault("facts", f"notices.{outcome}", f"notices/{notice.template}.typ がありません")
        for label, text in notice.rows.items():
            try:
                compile_expression(text)
            except RuleError as error:
                yield Fault("facts", f"notices.{outcome}.rows.{label}", str(error))
    yield from _part_faults(facts, form, parts)
    yield from _party_faults(facts)
    yield from _consult_faults(facts, form)
    if facts.booking and facts.booking.field not in form.questions:
        yield Fault("facts", "booking.field", f"form.json に {facts.booking.field} がありません")
    for computed in form.computed:
        if computed.rule and computed.rule not in rules:
            yield Fault("form", f"computed.{computed.key}", f"rules/{computed.rule}.dmn がありません")
    for name, needed in (("auto", facts.auto), ("eligibility", facts.questions)):
        if needed and name not in rules:
            yield Fault("facts", name, f"{name} を使うには rules/{name}.dmn が必要です")
