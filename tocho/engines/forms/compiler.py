"""Checks a definition as a whole and compiles it once; every mistake is told with its place, line and reason."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from django.utils.translation import gettext as _

from tocho.engines.forms.definition import Computed, FormDefinition, Step
from tocho.engines.forms.kinds import make_kind
from tocho.engines.forms.kinds.offers import offer_of, usage
from tocho.engines.forms.questions import Question
from tocho.engines.forms.source import FormError, Place, Source, path_of
from tocho.engines.forms.words import say
from tocho.engines.rules.api import Expression, RuleError, compile_expression
from tocho.lib.patterns import is_quick

_KEPT_DEFINITIONS = 512
_MY_NUMBER = re.compile("my_?number|(マイナンバー|個人番号)(?!カード)")
# Words of FEEL (DMN 1.3, chapter 10): a question of that name could not be used in a condition.
_RESERVED = frozenset(
    {
        "and", "or", "not", "in", "if", "then", "else", "for", "return", "some",
        "every", "satisfies", "between", "true", "false", "null", "instance", "of", "function", "external",
    }
)  # fmt: skip


def compile_form(source: Mapping[str, Any] | str | bytes) -> FormDefinition:
    """A form definition, ready to run. The same source compiles once: it is kept by its SHA-256 in canonical JSON.

    :param source: the parsed JSON, or its text (then errors know their line).
    :raises FormError: with path, line and reason in the reader's language.
    """
    read = Source(source)
    try:
        raw = orjson.dumps(read.data, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise FormError("", _("JSONで書けない値が入っています（%s）") % error) from None
    return _compiled(_Digested(hashlib.sha256(raw).hexdigest(), read))


@dataclass(frozen=True)
class _Digested:
    """A source that is the same as another of the same digest."""

    digest: str
    source: Source = field(compare=False)


@lru_cache(maxsize=_KEPT_DEFINITIONS)
def _compiled(given: _Digested) -> FormDefinition:
    return _Compiler(given.source, given.digest).compile()


class _Compiler:
    """Walks through a definition once, knowing which questions stand before."""

    def __init__(self, source: Source, digest: str) -> None:
        self.source, self.digest = source, digest
        self.keys: dict[str, Place] = {}
        self.earlier: frozenset[str] = frozenset()  # the questions before the one that is looked at
        self.pages: frozenset[str] = frozenset()  # those of earlier steps
        self.files: set[str] = set()
        self.warnings: list[FormError] = []
        self.questions: dict[str, Question] = {}

    def compile(self) -> FormDefinition:
        self.source.check_schema()
        data = self.source.data
        self.only_once((("steps", index, "key"), step["key"]) for index, step in enumerate(data["steps"]))
        steps = tuple(self.step(step, ("steps", index)) for index, step in enumerate(data["steps"]))
        computed = tuple(self.computed(one, ("computed", n)) for n, one in enumerate(data.get("computed", ())))
        declaration = data.get("declaration", "")
        warnings = tuple(self.warnings)
        definition = FormDefinition(data["title"], declaration, steps, computed, self.digest, self.questions, warnings)
        for step in steps:
            step.definition = definition
        return definition

    def step(self, spec: Mapping[str, Any], place: Place) -> Step:
        condition = self.expression(spec, "condition", place)
        self.pages = self.earlier
        questions = tuple(self.question(one, (*place, "fields", n), condition) for n, one in enumerate(spec["fields"]))
        self.questions |= {question.key: question for question in questions}
        return Step(spec["key"], spec["title"], spec.get("help", ""), questions, condition)

    def question(self, spec: Mapping[str, Any], place: Place, gate: Expression | None) -> Question:
        self.take_key(spec["key"], place)
        self.warn_of_my_number(spec, place)
        if spec["type"] == "slot":
            self.take_key(f"{spec['key']}_label", place)
        for check in (_choices, _bounds, _days, _pattern, _rows):
            if found := check(spec):
                raise self.source.error((*place, found[0]), found[1])
        if (narrow := spec.get("narrow_by")) and narrow not in self.pages:
            raise self.source.error((*place, "narrow_by"), self.not_on_earlier_page([narrow]))
        if spec["type"] == "group":
            self.only_once(((*place, "fields", n, "key"), one["key"]) for n, one in enumerate(spec["fields"]))
            self.row_fields(spec["fields"], (*place, "fields"))
        condition = self.expression(spec, "condition", place)
        required: bool | Expression | None = spec.get("required", False)
        if isinstance(required, str):
            required = self.expression(spec, "required", place)
        self.earlier |= {spec["key"]}
        self.files |= {spec["key"]} if spec["type"] == "file" else set()
        conditions = tuple(one for one in (gate, condition) if one is not None)
        looks_at = frozenset().union(*(one.names for one in (*conditions, required) if isinstance(one, Expression)))
        return Question(spec["key"], spec["type"], make_kind(spec), conditions, required or False, looks_at)

    def warn_of_my_number(self, spec: Mapping[str, Any], place: Place) -> None:
        """番号利用法19条・20条: who may not collect somebody's individual number may not ask for it."""
        asked = f"{spec['key']} {say(spec['label'], 'ja')}" if spec["type"] in ("text", "number", "group") else ""
        if _MY_NUMBER.search(asked):
            words = _("個人番号（マイナンバー）は、法令で認められた事務のほかでは聞けません。質問を消してください")
            self.warnings.append(self.source.error((*place, "label"), words))

    def row_fields(self, specs: Sequence[Mapping[str, Any]], place: Place) -> None:
        for index, spec in enumerate(specs):
            self.warn_of_my_number(spec, (*place, index))
            for check in (_choices, _bounds, _days, _pattern):
                if found := check(spec):
                    raise self.source.error((*place, index, found[0]), found[1])

    def computed(self, spec: Mapping[str, Any], place: Place) -> Computed:
        self.take_key(spec["key"], place)
        found = Computed(spec["key"], spec.get("rule", ""), self.expression(spec, "expression", place))
        self.earlier |= {spec["key"]}
        return found

    def take_key(self, key: str, place: Place) -> None:
        """:raises FormError: another question or computed value has this key, or FEEL could not read it."""
        if key in self.keys:
            first = path_of(self.keys[key])
            reason = _("キー「%(key)s」は %(first)s でも使われています。別の名前にしてください") % {
                "key": key,
                "first": first,
            }
            raise self.source.error((*place, "key"), reason)
        if key in _RESERVED:
            raise self.source.error((*place, "key"), _("「%s」は式の言葉なので、キーにできません") % key)
        self.keys[key] = place

    def only_once(self, named: Iterable[tuple[Place, str]]) -> None:
        seen: set[str] = set()
        for place, key in named:
            if key in seen:
                raise self.source.error(place, _("キー「%s」が2回あります。別の名前にしてください") % key)
            seen.add(key)

    def expression(self, spec: Mapping[str, Any], name: str, place: Place) -> Expression | None:
        """The FEEL expression of a property, which may look at what was asked before; None when there is none."""
        if name not in spec:
            return None
        try:
            compiled = compile_expression(spec[name])
        except RuleError as error:
            raise self.source.error((*place, name), error.message) from None
        if unknown := sorted(compiled.names - self.earlier):
            words = _("「%s」はこの項目より前で聞いていません。条件に使えるのは、前に聞いた項目だけです")
            raise self.source.error((*place, name), words % "・".join(unknown))
        if late := sorted(compiled.names & self.files - self.pages):
            raise self.source.error((*place, name), self.not_on_earlier_page(late))
        return compiled

    def not_on_earlier_page(self, names: Iterable[str]) -> str:
        return _("「%s」は前のステップで聞いてください。同じステップの中では使えません") % "・".join(names)


Fault = tuple[str, str] | None  # (property, reason)


def _choices(spec: Mapping[str, Any]) -> Fault:
    if spec["type"] != "slot" and "choices_from" in spec and offer_of(spec["choices_from"]) is None:
        words = {"name": spec["choices_from"], "known": usage()}
        return "choices_from", _("「%(name)s」という一覧はありません。使えるのは %(known)s です") % words
    values = [row["value"] for row in spec.get("choices", ())]
    if twins := sorted({value for value in values if values.count(value) > 1}):
        return "choices", _("値「%s」が2回あります") % "・".join(twins)
    if values and "default" in spec and spec["default"] not in values:
        return "default", _("「%s」は選択肢にありません") % spec["default"]
    return None


def _bounds(spec: Mapping[str, Any]) -> Fault:
    if spec["type"] in ("number", "money") and spec.get("min", 0) > spec.get("max", float("inf")):
        return "max", _("max は min 以上にしてください")
    return None


def _days(spec: Mapping[str, Any]) -> Fault:
    if spec["type"] != "date":
        return None
    for name in ("min", "max"):
        try:
            date.fromisoformat(spec[name]) if spec.get(name, "today") != "today" else None
        except ValueError:
            return name, _("「%s」という日はありません") % spec[name]
    if "today" not in (spec.get("min"), spec.get("max")) and spec.get("min", "") > spec.get("max", "9999"):
        return "max", _("max は min 以後の日にしてください")
    return None


def _pattern(spec: Mapping[str, Any]) -> Fault:
    try:
        re.compile(spec.get("pattern", ""))
        quick = is_quick(spec.get("pattern", ""))
    except (re.error, OverflowError, RecursionError) as error:
        return "pattern", _("正規表現として読めません（%s）") % error
    if not quick:
        return "pattern", _("同じ文字に続けて当てはまる繰り返しがあると、終わらないことがあります。書き直してください")
    return None


def _rows(spec: Mapping[str, Any]) -> Fault:
    if spec["type"] == "group" and spec.get("min_rows", 0) > spec.get("max_rows", 10):
        return "max_rows", _("max_rows は min_rows 以上にしてください")
    return None
