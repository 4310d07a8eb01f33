"""The kinds of questions and their options, read from the engine's published schema: a new kind needs nothing here.

Kinds and options that have no words below are shown by their names in the schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tocho.engines.forms.api import form_schema

COMMON = ("key", "type", "label", "help", "required", "condition")


@dataclass(frozen=True)
class Option:
    """One option of a kind: ``shape`` is words, number, text, flag, several, choices, question, rows or json."""

    name: str
    shape: str
    schema: Mapping[str, Any] = field(repr=False)
    is_needed: bool = False

    @property
    def label(self) -> Any:
        return OPTIONS.get(self.name, self.name)


def _definitions() -> Mapping[str, Any]:
    found: Mapping[str, Any] = form_schema()["definitions"]
    return found


def languages() -> tuple[str, ...]:
    """The languages in which a text may be given: ja first."""
    return tuple(_definitions()["words"]["anyOf"][1]["properties"])


def field_types() -> tuple[str, ...]:
    """The kinds that a question may have, in the engine's order."""
    return tuple(_definitions()["field"]["properties"]["type"]["enum"])


def row_types() -> tuple[str, ...]:
    """The kinds that a question inside a repeating group may have."""
    return tuple(_definitions()["row_field"]["properties"]["type"]["enum"])


def kind_label(kind: str) -> Any:
    """What a kind is called."""
    return KINDS.get(kind, kind)


@cache
def options_of(kind: str) -> tuple[Option, ...]:
    """The options of a kind beyond what every question has; none for an unknown kind."""
    spec = _definitions().get(kind, {})
    needed = set(spec.get("required", ()))
    return tuple(
        Option(name, _shape(name, schema), _resolved(schema), name in needed)
        for name, schema in spec.get("properties", {}).items()
        if name not in COMMON and schema is not False
    )


def takes(kind: str, name: str) -> bool:
    """Whether questions of a kind may have one of the common properties (a note is never required)."""
    return bool(_definitions().get(kind, {}).get("properties", {}).get(name, False))


def _resolved(schema: Any) -> Mapping[str, Any]:
    if isinstance(schema, dict) and "$ref" in schema:
        found: Mapping[str, Any] = _definitions()[schema["$ref"].rpartition("/")[2]]
        return found
    return schema if isinstance(schema, dict) else {}


def _shape(name: str, schema: Any) -> str:
    reference = schema.get("$ref", "").rpartition("/")[2] if isinstance(schema, dict) else ""
    if reference in ("words", "choices"):
        return str(reference)
    if reference == "key":
        return "question"
    found = _resolved(schema)
    if name == "fields":
        return "rows"
    if found.get("type") in ("integer", "number"):
        return "number"
    if found.get("type") == "boolean":
        return "flag"
    if found.get("type") == "array" and "enum" in found.get("items", {}):
        return "several"
    return "text" if found.get("type") == "string" else "json"


LANGUAGES: Mapping[str, str | Promise] = {"ja": _("日本語"), "en": "English", "easy": _("やさしい日本語")}
KINDS: Mapping[str, str | Promise] = {
    "text": _("文字（1行）"),
    "multiline": _("文章（数行）"),
    "kana": _("フリガナ"),
    "name": _("氏名（フリガナつき）"),
    "email": _("メールアドレス"),
    "phone": _("電話番号"),
    "postal_address": _("住所（郵便番号から）"),
    "date": _("日付（和暦・西暦）"),
    "number": _("数"),
    "money": _("金額（円）"),
    "choice": _("一つ選ぶ"),
    "multichoice": _("いくつか選ぶ"),
    "yes_no": _("はい・いいえ"),
    "corporate_number": _("法人番号"),
    "my_number": _("個人番号"),
    "bank_account": _("口座（銀行・支店）"),
    "map_point": _("地図上の場所"),
    "file": _("ファイルの添付"),
    "group": _("くり返し（表の行）"),
    "declaration": _("誓約・同意"),
    "note": _("説明（答えのない文）"),
    "slot": _("予約の枠"),
    "time": _("時刻"),
    "signature": _("本人の確認"),
}
OPTIONS: Mapping[str, str | Promise] = {
    "max_length": _("最大の文字数"),
    "pattern": _("形（正規表現）"),
    "pattern_help": _("形が違うときの言葉"),
    "default": _("はじめの値"),
    "autocomplete": _("ブラウザーが補うもの"),
    "prefill": _("登録情報から補うもの"),
    "kana": _("フリガナも聞く"),
    "min": _("いちばん小さい値・早い日"),
    "max": _("いちばん大きい値・遅い日"),
    "digits": _("小数点より下のけた"),
    "unit": _("単位"),
    "choices": _("選択肢"),
    "choices_from": _("選択肢の一覧の名前"),
    "max_choices": _("選べる数"),
    "max_mb": _("大きさの上限（MB）"),
    "max_files": _("数の上限"),
    "types": _("受け取る形式"),
    "fields": _("行の中の質問"),
    "min_rows": _("少なくとも何行"),
    "max_rows": _("多くとも何行"),
    "row_label": _("行の名前"),
    "narrow_by": _("絞り込みに使う質問"),
}
