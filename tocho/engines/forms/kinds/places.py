"""A place on the map: chosen by municipality, by a click, by the device's own position, or typed; or told in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.engines.forms.kinds.base import JSON, Cleaned, Errors, Given, Inputs, WrongShapeError, expect, not_blank
from tocho.engines.forms.kinds.people import Set
from tocho.lib.tokyo import MUNICIPALITIES, is_in_tokyo
from tocho.ui import fields

_OFFICES = {one.code: one for one in MUNICIPALITIES}
DIGITS = 6  # after the point: about ten centimetres


class MapPointKind(Set):
    """``{lat, lon}`` in degrees (WGS84) within Tokyo and its islands, and ``address`` in words; one of both will do."""

    lines = (("municipality",), ("lat", "lon"), ("address",))
    beside = gettext_lazy(
        "地図で選ぶか、区市町村を選んでください。わからないときは、場所を言葉で書いてもかまいません。"
    )

    def build(self, *, required: bool, given: Given) -> Inputs:
        offices = [("", gettext_lazy("選んでください")), *((one.code, one.name) for one in MUNICIPALITIES)]
        municipality = fields.ChoiceField(
            label=gettext_lazy("区市町村"), required=False, choices=offices, widget=forms.Select
        )
        degrees: dict[str, Any] = {"required": False, "digits": DIGITS}
        return {
            "municipality": municipality,
            "lat": self.part(fields.DecimalJField, gettext_lazy("緯度"), minimum=-90, maximum=90, **degrees),
            "lon": self.part(fields.DecimalJField, gettext_lazy("経度"), minimum=-180, maximum=180, **degrees),
            "address": self.part(fields.LineField, gettext_lazy("場所の説明（住所・目印）"), required=False),
        }

    def split(self, value: JSON) -> dict[str, Any]:
        found = expect(value, dict, self.shape)
        if not set(found) <= {"lat", "lon", "address"}:
            raise WrongShapeError(str(self.shape))
        degrees = {name: expect(found[name], (int, float, str), self.shape) for name in ("lat", "lon") if name in found}
        raw = {name: str(number) if isinstance(number, str) else plain(number) for name, number in degrees.items()}
        return {**raw, **super().split({name: text for name, text in found.items() if name == "address"})}

    def clean_inputs(self, raw: Mapping[str, Any], *, required: bool, given: Given) -> Cleaned:
        cleaned = super().clean_inputs(raw, required=False, given=given)
        if cleaned.errors:
            return cleaned
        errors: Errors = {}
        found = dict(cleaned.value or {})
        words = {"label": self.name()}
        if ("lat" in found) != ("lon" in found):
            errors["lon" if "lat" in found else "lat"] = [_("%(label)sは、緯度と経度を両方入力してください") % words]
        elif "lat" in found and not is_in_tokyo(found["lat"], found["lon"]):
            errors["lat"] = [_("%(label)sは、東京都の中の場所を選んでください") % words]
        elif required and not found:
            errors["municipality"] = [_("%(label)sを、地図で選ぶか、言葉で書いてください") % words]
        return Cleaned(errors=errors) if errors else Cleaned(found or None)

    def join(self, values: Mapping[str, Any]) -> JSON:
        """The point typed or clicked; else the office of the municipality."""
        office = _OFFICES.get(values.get("municipality") or "")
        found: dict[str, JSON] = {}
        for name in ("lat", "lon"):
            if values.get(name) is not None:
                found[name] = float(values[name])
        if office and not found:
            found = {"lat": office.lat, "lon": office.lon}
            values = {**values, "address": values.get("address") or f"東京都{office.name}"}
        return found | ({"address": values["address"]} if values.get("address") else {})

    def needs(self, raw: Mapping[str, Any], *, required: bool) -> bool:
        return required

    def feel(self, value: JSON) -> Any:
        return {key: Decimal(str(one)) if isinstance(one, int | float) else one for key, one in value.items()}

    def display(self, value: JSON, language: str) -> str:
        point = f"{plain(value['lat'])}, {plain(value['lon'])}" if "lat" in value else ""
        words = value.get("address", "")
        return f"{words}（{point}）" if words and point else words or point


def plain(degrees: Any) -> str:
    """Degrees as people type them."""
    return format(Decimal(str(degrees)), "f") if not_blank(degrees) else ""
