"""Names and addresses: several inputs that make one answer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from tocho.engines.forms.kinds.base import JSON, Cleaned, Given, Inputs, Kind, WrongShapeError, expect, not_blank
from tocho.engines.forms.words import say_later
from tocho.lib.postal import lookup_postal_code
from tocho.ui import fields
from tocho.ui.markup import in_brackets

_in_brackets = lazy(in_brackets, str)  # in the language of whoever reads it


class Set(Kind):
    """Several inputs under one legend; the answer is an object with one string for each."""

    several_inputs = True
    lines: tuple[tuple[str, ...], ...]  # the inputs as they stand side by side
    beside: Any = ""  # what is said below the help of every question of the kind: some inputs may stay empty

    @cached_property
    def parts(self) -> tuple[str, ...]:
        return tuple(name for line in self.lines for name in line)

    @cached_property
    def shape(self) -> Any:
        """What an API is told that sends something else."""
        return format_lazy(gettext_lazy("{} を持つオブジェクトにしてください"), "・".join(self.parts))

    def part(self, field: type[fields.LineField], label: Any, *, required: bool, **options: Any) -> forms.Field:
        made = field(label=label, required=required, **options)
        made.full_label = format_lazy("{}{}", say_later(self.label), _in_brackets(label))
        return made

    def clean_inputs(self, raw: Mapping[str, Any], *, required: bool, given: Given) -> Cleaned:
        if required and not any(not_blank(value) for value in raw.values()):
            message = gettext("%(label)sを入力してください") % {"label": self.name()}
            return Cleaned(errors={self.parts[0]: [message]})  # one sentence instead of one for each input
        return super().clean_inputs(raw, required=required, given=given)

    def split(self, value: JSON) -> dict[str, Any]:
        given = expect(value, dict, self.shape)
        if not set(given) <= set(self.parts):
            raise WrongShapeError(str(self.shape))
        return {name: expect(text, str, self.shape) for name, text in given.items() if text is not None}

    def join(self, values: Mapping[str, Any]) -> JSON:
        found = {name: values[name] for name in self.parts if values.get(name)}
        return found or None


class NameKind(Set):
    """A person's name: family, given, and their readings unless ``kana`` is false."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        super().__init__(spec)
        self.kana = spec.get("kana", True)
        self.lines = (("family", "given"), ("family_kana", "given_kana"))[: 2 if self.kana else 1]

    def build(self, *, required: bool, given: Given) -> Inputs:
        name, kana = fields.NamePartField, fields.KanaField
        made = {
            "family": self.part(name, gettext_lazy("姓"), required=required, autocomplete="family-name"),
            "given": self.part(name, gettext_lazy("名"), required=required, autocomplete="given-name"),
        }
        if self.kana:
            made["family_kana"] = self.part(kana, gettext_lazy("セイ"), required=required, max_length=80)
            made["given_kana"] = self.part(kana, gettext_lazy("メイ"), required=required, max_length=80)
        return made

    def display(self, value: JSON, language: str) -> str:
        name = " ".join(value[part] for part in ("family", "given") if part in value)
        kana = " ".join(value[part] for part in ("family_kana", "given_kana") if part in value)
        return f"{name}（{kana}）" if kana else name


class AddressKind(Set):
    """A postal address in Japan. What the postal code says need not be typed: it is filled in where it is open."""

    lines = (("postal_code",), ("prefecture", "city"), ("town",), ("rest",))

    def build(self, *, required: bool, given: Given) -> Inputs:
        line, part = fields.LineField, self.part
        return {
            "postal_code": part(fields.PostalCodeField, gettext_lazy("郵便番号"), required=required),
            "prefecture": part(fields.PrefectureField, gettext_lazy("都道府県"), required=required),
            "city": part(line, gettext_lazy("市区町村"), required=required, autocomplete="address-level2"),
            "town": part(line, gettext_lazy("町名"), required=False, autocomplete="address-level3"),
            "rest": part(line, gettext_lazy("番地・建物名・部屋番号"), required=required, autocomplete="address-line1"),
        }

    def clean_inputs(self, raw: Mapping[str, Any], *, required: bool, given: Given) -> Cleaned:
        return super().clean_inputs(self.complete(raw), required=required, given=given)

    def complete(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Prefecture, city and town from the postal code when all three were left open."""
        if not_blank(raw.get("postal_code")) and not any(not_blank(raw.get(part)) for part in self.parts[1:4]):
            return {**raw, **found_by_code(str(raw["postal_code"]))}
        return dict(raw)

    def display(self, value: JSON, language: str) -> str:
        place = "".join(value.get(part, "") for part in ("prefecture", "city", "town", "rest"))
        return f"〒{value['postal_code']} {place}" if "postal_code" in value else place


def found_by_code(code: str) -> dict[str, str]:
    """What a postal code says, as raw inputs of an address; empty when the code is unknown."""
    address = lookup_postal_code(code)
    if address is None:
        return {}
    return {"prefecture": address.prefecture, "city": address.city, "town": address.town}
