"""A text in the languages that the engine knows: one box for each, under one label."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ..definitions import LANGUAGES, languages


class TextsWidget(forms.MultiWidget):
    """A box for each language; several lines where texts are long."""

    def __init__(self, *, rows: int = 1) -> None:
        self.codes = languages()
        self.part_labels = [LANGUAGES.get(code, code) for code in self.codes]
        spoken = [{} if code != "en" else {"lang": "en"} for code in self.codes]
        boxes = [
            forms.TextInput(attrs=attrs) if rows == 1 else forms.Textarea(attrs={**attrs, "rows": rows})
            for attrs in spoken
        ]
        super().__init__(dict(zip(self.codes, boxes, strict=True)))
        self.use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["part_labels"] = self.part_labels
        return context

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, dict):
            return [str(value.get(code, "")) for code in self.codes]
        return [str(value or ""), *[""] * (len(self.codes) - 1)]


class TextsField(forms.MultiValueField):
    """A text as definitions hold it: a string where there is only Japanese, else {"ja": …, "en": …}; "" when empty."""

    def __init__(
        self, *, rows: int = 1, required: bool = True, max_length: int = 2000, strip: bool = True, **options: Any
    ) -> None:
        self.codes = languages()
        boxes = [forms.CharField(required=False, max_length=max_length, strip=strip) for _code in self.codes]
        super().__init__(
            fields=boxes, widget=TextsWidget(rows=rows), require_all_fields=False, required=required, **options
        )

    def compress(self, data_list: Sequence[str]) -> str | dict[str, str]:
        given = dict(zip(self.codes, data_list or [""] * len(self.codes), strict=True))
        said = {code: text.replace("\r\n", "\n") for code, text in given.items() if text}
        if set(said) <= {"ja"}:
            return said.get("ja", "")
        return said


def in_language(text: Any, language: str) -> str:
    """One language of a text, empty where it has none."""
    if isinstance(text, dict):
        return str(text.get(language, ""))
    return str(text or "") if language == "ja" else ""


def merged(before: Any, ja: str, en: str) -> str | dict[str, str]:
    """A text with Japanese and English replaced and other languages kept."""
    known = before.items() if isinstance(before, dict) else ()
    others = {code: said for code, said in known if code not in ("ja", "en")}
    if not en and not others:
        return ja
    return {"ja": ja, **({"en": en} if en else {}), **others}


class LinesField(forms.MultiValueField):
    """Several short texts, one to a line, in each language side by side: ["運転免許証", {"ja": …, "en": …}]."""

    def __init__(self, **options: Any) -> None:
        self.codes = languages()
        boxes = [forms.CharField(required=False, max_length=5000) for _code in self.codes]
        super().__init__(fields=boxes, widget=LinesWidget(rows=3), require_all_fields=False, required=False, **options)

    def compress(self, data_list: Sequence[str]) -> list[Any]:
        columns = [text.replace("\r\n", "\n").split("\n") if text else [] for text in data_list or []]
        length = max(map(len, columns), default=0)
        found: list[Any] = []
        for index in range(length):
            said = {
                code: column[index].strip()
                for code, column in zip(self.codes, columns, strict=True)
                if index < len(column) and column[index].strip()
            }
            if said:
                found.append(said["ja"] if set(said) == {"ja"} else said)
        return found


class LinesWidget(TextsWidget):
    """Boxes whose lines belong together."""

    def decompress(self, value: Any) -> list[str]:
        rows = value.get("lines") or [] if isinstance(value, dict) else []
        return ["\n".join(in_language(row, code) for row in rows).rstrip("\n") for code in self.codes]
