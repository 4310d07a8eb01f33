"""Text, readings, mail, telephone, corporate number: one string each."""

from typing import Any

from tocho.engines.forms.kinds.base import JSON, Given, Inputs, Kind, expect_text
from tocho.engines.forms.words import say, say_later
from tocho.ui import fields


class Words(Kind):
    """One string, checked by one field."""

    field: type[fields.LineField]

    def options(self) -> dict[str, Any]:
        return {"max_length": self.spec["max_length"]} if "max_length" in self.spec else {}

    def build(self, *, required: bool, given: Given) -> Inputs:
        return {"": self.field(**self.texts(required=required), **self.options())}

    def split(self, value: JSON) -> dict[str, Any]:
        return {"": expect_text(value)}


# What a line may be written in, beyond anything: ``format`` of a text.
FORMATS: dict[str, type[fields.LineField]] = {
    "hiragana": fields.HiraganaField,
    "full_width": fields.FullWidthField,
    "half_width": fields.HalfWidthField,
    "postal_code": fields.PostalCodeField,
}


class TextKind(Words):
    field = fields.LineField

    def build(self, *, required: bool, given: Given) -> Inputs:
        options = {**self.texts(required=required), **self.options(), "autocomplete": self.spec.get("autocomplete", "")}
        if found := FORMATS.get(self.spec.get("format", "")):
            return {"": found(**options)}
        if pattern := self.spec.get("pattern"):
            advice = say_later(self.spec.get("pattern_help") or self.help or self.label)
            return {"": fields.PatternField(pattern=pattern, advice=advice, **options)}
        return {"": fields.LineField(**options)}

    def reading(self, given: Given) -> dict[str, Any] | None:
        field = self.inputs(required=False, given=given)[""]
        return {"kind": "text", "length": field.max_length} if type(field) is fields.LineField else None


class ParagraphsKind(Words):
    field = fields.ParagraphsField


class KanaKind(Words):
    field = fields.KanaField


class EmailKind(Words):
    field = fields.EmailField


class PhoneKind(Words):
    field = fields.PhoneField


class CorporateNumberKind(Words):
    field = fields.CorporateNumberField

    def display(self, value: JSON, language: str) -> str:
        return f"{value[0]}-{value[1:5]}-{value[5:9]}-{value[9:]}" if len(value) == 13 else str(value)


class NoteKind(Kind):
    """A paragraph between the questions; it has no input and no answer."""

    def build(self, *, required: bool, given: Given) -> Inputs:
        return {}

    def join(self, values: Any) -> JSON:
        return None

    def words(self) -> tuple[str, str]:
        """Heading and text in the reader's language."""
        return say(self.label), say(self.help)
