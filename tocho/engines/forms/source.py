"""The JSON of a form definition: read, checked against its published schema, every mistake with its place and line."""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.lib.errors import Refused

Place = tuple[str | int, ...]
SCHEMA = Path(__file__).parent / "schema" / "form-1.json"
_BLANK = re.compile(r"[ \t\r\n]*")
_ATOM = re.compile(r"[-+.\w]+")


class FormError(Refused):
    """A definition has a mistake: ``path`` as ``steps[0].fields[2].condition``, ``line`` (when it was given as text)
    and ``reason`` in the reader's language.
    """

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        self.path, self.reason, self.line = path, reason, line
        place = _("%(path)s（%(line)s行目）") % {"path": path, "line": line} if line else path
        super().__init__(f"{place}: {reason}" if place else reason)


def path_of(place: Place) -> str:
    """``("steps", 0, "key")`` → ``steps[0].key``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


class Source:
    """A definition as parsed JSON, and its text (when known) to tell lines by."""

    def __init__(self, given: Mapping[str, Any] | str | bytes) -> None:
        self.text = ""
        if isinstance(given, bytes):
            try:
                given = given.decode()
            except UnicodeDecodeError as error:
                raise FormError("", _("UTF-8で保存してください（%s バイト目が読めません）") % error.start) from None
        self.data: Any = self._parse(given) if isinstance(given, str) else given

    def _parse(self, text: str) -> Any:
        self.text = text.removeprefix("\ufeff")
        try:
            return json.loads(self.text, object_pairs_hook=_refuse_twins)
        except json.JSONDecodeError as error:
            reason = _("JSONとして読めません（%s文字目）。かっことコンマを確かめてください") % error.colno
            raise FormError("", reason, error.lineno) from None
        except _TwinError as twin:
            raise FormError(str(twin), _("「%s」が同じかっこの中に2回あります") % twin) from None

    def error(self, place: Place, reason: str) -> FormError:
        """The error to raise for something wrong at a place."""
        return FormError(path_of(place), reason, line_of(self.text, place) if self.text else None)

    def check_schema(self) -> None:
        """:raises FormError: the definition does not follow ``schema/form-1.json``."""
        from fastjsonschema import JsonSchemaValueException

        try:
            schema_check()(self.data)
        except JsonSchemaValueException as error:
            place = tuple(int(part) if part.isdigit() else part for part in error.path[1:])
            raise self.error(place, _reason(error)) from None


class _TwinError(Exception):
    pass


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwinError(key)
        found[key] = value
    return found


@lru_cache(maxsize=1)
def form_schema() -> Mapping[str, Any]:
    """The published schema of a form definition, for those who help to write one; not to be changed."""
    found: Mapping[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def schema_check() -> Callable[[Any], Any]:
    """The compiled schema (0.2 s, once in a process)."""
    import fastjsonschema

    check: Callable[[Any], Any] = fastjsonschema.compile(dict(form_schema()))
    return check


def _reason(error: Any) -> str:
    """What fastjsonschema found, said so that the designer knows what to do."""
    definition: Mapping[str, Any] = error.definition if isinstance(error.definition, dict) else {}
    value, rule = error.value, error.rule
    words = {"value": _short(value), "limit": error.rule_definition, "names": ""}
    if rule == "required":
        words["names"] = "・".join(name for name in definition["required"] if name not in value)
    elif rule == "additionalProperties":
        words["names"] = "・".join(name for name in value if name not in definition.get("properties", {}))
    elif rule == "enum":
        words["names"] = "・".join(str(one) for one in definition["enum"])
    elif rule == "pattern" and error.name.endswith(("key", "narrow_by", "rule", "choices_from")):
        rule = "key"
    elif rule == "minItems" and error.name.endswith("fields"):
        rule = "questions"
    return str(_REASONS.get(rule, _OTHER_REASON)) % words


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


_REASONS = {
    "required": gettext_lazy("「%(names)s」を書いてください"),
    "additionalProperties": gettext_lazy("「%(names)s」はここでは使えません"),
    "enum": gettext_lazy("「%(value)s」は使えません。次のどれかにしてください：%(names)s"),
    "const": gettext_lazy("%(limit)s にしてください"),
    "key": gettext_lazy("「%(value)s」は使えません。小文字の英字で始め、小文字の英字・数字・_ だけで書いてください"),
    "type": gettext_lazy("「%(value)s」は種類が違います。ここに書けるのは %(limit)s です"),
    "minLength": gettext_lazy("空にはできません"),
    "minItems": gettext_lazy("%(limit)s つ以上書いてください"),
    "questions": gettext_lazy("質問を %(limit)s つ以上置いてください"),
    "maxItems": gettext_lazy("%(limit)s つまでにしてください"),
    "minimum": gettext_lazy("%(limit)s 以上にしてください"),
    "maximum": gettext_lazy("%(limit)s 以下にしてください"),
    "exclusiveMinimum": gettext_lazy("%(limit)s より大きくしてください"),
    "uniqueItems": gettext_lazy("同じものが2つあります"),
    "pattern": gettext_lazy("「%(value)s」は形が違います"),
    "anyOf": gettext_lazy('「%(value)s」は形が違います。文字列か {"ja": …, "en": …} などにしてください'),
    "oneOf": gettext_lazy("「rule」か「expression」のどちらか一つを書いてください"),
}
_OTHER_REASON = gettext_lazy("「%(value)s」はここには書けません")


# --- lines -----------------------------------------------------------------------------------------------------------


def line_of(text: str, place: Place) -> int:
    """The line (from 1) on which the value at a place begins; of the nearest part above it when it is missing.

    ``text`` must be valid JSON.
    """
    position = _skip(text, 0)
    for part in place:
        found = _child(text, position, part)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _child(text: str, position: int, part: str | int) -> int | None:
    """Where the member ``part`` of the object or array at ``position`` begins."""
    is_object = text[position] == "{"
    if text[position] not in "{[" or is_object != isinstance(part, str):
        return None
    position, index = _skip(text, position + 1), 0
    while text[position] not in "}]":
        name: str | int = index
        start = position
        if is_object:
            name, position = scanstring(text, position + 1, True)
            position = _skip(text, _skip(text, position) + 1)  # past the colon
        if name == part:
            return start if is_object and text[position] not in "{[" else position
        position = _skip(text, _end(text, position))
        position = _skip(text, position + 1) if text[position] == "," else position
        index += 1
    return None


def _end(text: str, position: int) -> int:
    """Just past the value at ``position``."""
    if text[position] == '"':
        return int(scanstring(text, position + 1, True)[1])
    if text[position] not in "{[":
        match = _ATOM.match(text, position)
        return match.end() if match else position + 1
    depth = 0
    while True:
        if text[position] == '"':
            position = int(scanstring(text, position + 1, True)[1])
            continue
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(text[position], 0)
        position += 1
        if depth == 0:
            return position
