"""Numbers, amounts of money, days."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tocho.engines.forms.kinds.base import JSON, Given, Inputs, Kind, expect, expect_text
from tocho.engines.forms.words import say, say_later
from tocho.lib.dates import format_era
from tocho.lib.text import written
from tocho.ui import fields

_NUMBER = gettext_lazy("数にしてください")


class NumberKind(Kind):
    """A number between ``min`` and ``max`` with ``digits`` after the point: an ``int`` in JSON, else a ``float``."""

    def build(self, *, required: bool, given: Given) -> Inputs:
        digits = self.spec.get("digits", 0)
        make = fields.DecimalJField if digits else fields.IntegerJField
        options = self.texts(required=required) | {"unit": say_later(self.spec.get("unit", "")), "digits": digits}
        return {"": make(minimum=exact(self.spec.get("min")), maximum=exact(self.spec.get("max")), **options)}

    def split(self, value: JSON) -> dict[str, Any]:
        number = expect(value, (int, float, str), _NUMBER)
        return {"": format(Decimal(str(number)), "f") if isinstance(number, int | float) else number}

    def join(self, values: Any) -> JSON:
        number = values[""]
        return float(number) if isinstance(number, Decimal) else number

    def reading(self, given: Given) -> dict[str, Any] | None:
        field = self.inputs(required=False, given=given)[""]
        assert isinstance(field, fields.DecimalJField)
        return {
            "kind": "number", "digits": field.digits, "unit": str(field.unit), "length": field.max_length,
            "min": _plain(field.minimum), "max": _plain(field.maximum),
        }  # fmt: skip

    def feel(self, value: JSON) -> Any:
        return exact(value)

    def display(self, value: JSON, language: str) -> str:
        unit = say(self.spec.get("unit", ""), language)
        return f"{written(exact(value), named=unit or say(self.label, language))}{unit}"


class MoneyKind(NumberKind):
    """Whole yen."""

    def build(self, *, required: bool, given: Given) -> Inputs:
        options = self.texts(required=required)
        return {"": fields.MoneyField(minimum=self.spec.get("min", 0), maximum=self.spec.get("max"), **options)}

    def display(self, value: JSON, language: str) -> str:
        return f"{value:,}円" if language.startswith("ja") else f"¥{value:,}"


class DateKind(Kind):
    """A day, ``YYYY-MM-DD`` in JSON; ``min`` and ``max`` may be ``today``."""

    def __init__(self, spec: Any) -> None:
        super().__init__(spec)
        self.depends_on_given = "today" in (spec.get("min"), spec.get("max"))

    def build(self, *, required: bool, given: Given) -> Inputs:
        texts = self.texts(required=required)
        if not self.help:
            del texts["help_text"]  # the field has examples of its own
        minimum, maximum = self.limit("min", given), self.limit("max", given)
        autocomplete = self.spec.get("autocomplete", "")
        return {"": fields.EraDateField(minimum=minimum, maximum=maximum, autocomplete=autocomplete, **texts)}

    def limit(self, name: str, given: Given) -> date | None:
        text = self.spec.get(name)
        if text is None:
            return None
        return given.today if text == "today" else date.fromisoformat(text)

    def split(self, value: JSON) -> dict[str, Any]:
        return {"": expect_text(value)}

    def join(self, values: Any) -> JSON:
        return values[""].isoformat() if values[""] else None

    def reading(self, given: Given) -> dict[str, Any] | None:
        low, high = self.limit("min", given), self.limit("max", given)
        return {"kind": "date", "min": low and low.isoformat(), "max": high and high.isoformat()}

    def feel(self, value: JSON) -> Any:
        return date.fromisoformat(value)

    def display(self, value: JSON, language: str) -> str:
        day = date.fromisoformat(value)
        return f"{format_era(day)}（{day.year}年）" if language.startswith("ja") else f"{day.day} {day:%B %Y}"


def _plain(bound: Decimal | int | None) -> str | None:
    """A bound as the browser takes it."""
    return None if bound is None else format(Decimal(bound), "f")


def exact(value: Any) -> Any:
    """A JSON number as Decimal without binary noise; None stays."""
    return None if value is None else Decimal(str(value))
