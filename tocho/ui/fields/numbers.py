"""Numbers and days."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocho.lib.dates import format_era, parse_date
from tocho.lib.text import normalize_line, unify_dashes, written
from tocho.ui.fields.text import LineField

YEN = _("円")
_AMOUNT = re.compile(r"[¥￥]|円$|,")


class DecimalJField(LineField):
    """A number, full width and thousands separators forgiven; at most ``digits`` after the point."""

    inputmode = "decimal"

    def __init__(
        self, *, digits: int = 0, minimum: Decimal | int | None = None, maximum: Decimal | int | None = None,
        unit: Any = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        self.digits, self.minimum, self.maximum, self.unit = digits, minimum, maximum, unit
        short = maximum is not None and maximum < 10**6
        super().__init__(max_length=12 if short else 24, **kwargs)

    def tidy(self, text: str) -> str:
        text = normalize_line(text).replace("−", "-").replace(" ", "").removesuffix(str(self.unit))
        return _AMOUNT.sub("", text)

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value))
        return self.number(text) if text else None

    def number(self, text: str) -> Decimal | int:
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise self.refuse(_("%(label)sは数字で入力してください"), "number") from None
        if not number.is_finite() or abs(number) >= 10**15:
            raise self.refuse(_("%(label)sは数字で入力してください"), "number")
        if number != round(number, self.digits):
            message = _("%(label)sは小数点以下%(digits)sけたまでで入力してください")
            whole = _("%(label)sは小数点のない数字で入力してください")
            raise self.refuse(message if self.digits else whole, "digits", digits=self.digits)
        self.check_bounds(number)
        return number if self.digits else int(number)

    def check_bounds(self, number: Decimal) -> None:
        if self.minimum is not None and number < self.minimum:
            raise self.refuse(_("%(label)sは%(limit)s以上で入力してください"), "minimum", limit=self.said(self.minimum))
        if self.maximum is not None and number > self.maximum:
            raise self.refuse(_("%(label)sは%(limit)s以下で入力してください"), "maximum", limit=self.said(self.maximum))

    def said(self, bound: Decimal | int) -> str:
        unit = str(self.unit)
        return written(bound, named=unit or str(self.label or "")) + unit


class IntegerJField(DecimalJField):
    """A whole number."""

    inputmode = "numeric"


class MoneyField(IntegerJField):
    """Yen, not negative: ``¥1,200``, ``１２００円`` → 1200."""

    def __init__(self, *, minimum: int = 0, unit: Any = YEN, **kwargs: Any) -> None:
        super().__init__(minimum=minimum, unit=unit, **kwargs)


class CorporateNumberField(LineField):
    """法人番号: thirteen digits with a check digit (番号利用法施行令35条, 法人番号の指定等に関する省令2条)."""

    inputmode = "numeric"

    def __init__(self, *, max_length: int = 20, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def tidy(self, text: str) -> str:
        return unify_dashes(normalize_line(text)).replace("-", "").replace(" ", "").upper().removeprefix("T")

    def validate(self, value: str) -> None:
        from stdnum.jp import cn

        super().validate(value)
        if value and not re.fullmatch("[0-9]{13}", value):
            raise self.refuse(_("%(label)sは13けたの数字で入力してください"), "corporate_number")
        if value and not cn.is_valid(value):
            raise self.refuse(_("%(label)sの数字に誤りがあります。13けたをもう一度確かめてください"), "check_digit")


class EraDateField(LineField):
    """A day, western or Japanese era: 2020-11-20, 2020/11/20, 令和2年11月20日, R2.11.20. ``clean`` gives a ``date``."""

    def __init__(self, *, minimum: date | None = None, maximum: date | None = None, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        kwargs.setdefault("help_text", _("例：2020年11月20日、令和2年11月20日、2020-11-20"))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> Any:
        if isinstance(value, date):
            value = value.isoformat()
        text = str(super().clean(value))
        if not text:
            return None
        try:
            day = parse_date(text)
        except ValueError:
            message = _("%(label)sを、2020年11月20日 や 令和2年11月20日 のように入力してください")
            raise self.refuse(message, "date") from None
        if self.minimum and day < self.minimum:
            raise self.refuse(_("%(label)sは%(limit)s以後の日にしてください"), "minimum", limit=day_words(self.minimum))
        if self.maximum and day > self.maximum:
            raise self.refuse(_("%(label)sは%(limit)s以前の日にしてください"), "maximum", limit=day_words(self.maximum))
        return day


def day_words(day: date) -> str:
    """A day as the reader's language writes it in a sentence."""
    return format_era(day) if (get_language() or "ja").startswith("ja") else day.isoformat()
