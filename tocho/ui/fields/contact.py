"""Where to reach somebody: mail, telephone, postal address."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from tocho.lib import postal
from tocho.lib.text import normalize_line, unify_dashes
from tocho.ui.fields.text import LineField


class EmailField(LineField):
    widget = forms.EmailInput
    autocomplete = "email"

    def __init__(self, *, max_length: int = 254, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def tidy(self, text: str) -> str:
        local, at, domain = normalize_line(text).replace(" ", "").rpartition("@")
        return f"{local}{at}{domain.lower()}" if at else domain

    def validate(self, value: str) -> None:
        super().validate(value)
        try:
            validate_email(value) if value else None
        except ValidationError:
            message = _("%(label)sを、hanako@example.jp のように@を入れて入力してください")
            raise self.refuse(message, "email") from None


class TelephoneInput(forms.TextInput):
    input_type = "tel"


class PhoneField(LineField):
    """A telephone number with its area code; hyphens may be left out. ``+81`` becomes ``0``."""

    widget = TelephoneInput
    autocomplete = "tel"

    def __init__(self, *, max_length: int = 30, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def tidy(self, text: str) -> str:
        text = re.sub(r"[()\s.]+", "-", unify_dashes(normalize_line(text)))
        text = re.sub(r"^\+81-?(0)?", "0", text)
        return hyphenate_phone(re.sub("-+", "-", text).strip("-"))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"0[0-9]{9,10}|\+[1-9][0-9]{6,14}", value.replace("-", "")):
            raise self.refuse(_("%(label)sは市外局番から入力してください。例：03-5321-1111"), "phone")


def hyphenate_phone(number: str) -> str:
    """Hyphens where the numbering plan puts them, for the kinds that can be told without a table of area codes."""
    if "-" in number:
        return number
    if re.fullmatch(r"0[5-9]0[0-9]{8}", number):
        return f"{number[:3]}-{number[3:7]}-{number[7:]}"
    if re.fullmatch(r"0(120|570|990)[0-9]{6}", number):
        return f"{number[:4]}-{number[4:7]}-{number[7:]}"
    if re.fullmatch(r"0[36][0-9]{8}", number):
        return f"{number[:2]}-{number[2:6]}-{number[6:]}"
    return number


class PostalCodeField(LineField):
    """Seven digits, with or without 〒 and hyphen; stored as ``163-8001``."""

    autocomplete = "postal-code"
    inputmode = "numeric"

    def __init__(self, *, max_length: int = 12, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def tidy(self, text: str) -> str:
        digits = postal.plain_postal_code(text)
        return postal.format_postal_code(digits) if digits else normalize_line(text)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and postal.plain_postal_code(value) is None:
            raise self.refuse(_("%(label)sは7けたの数字で入力してください。例：163-8001"), "postal_code")


class PrefectureField(LineField):
    """One of the 47, with or without 都・府・県."""

    autocomplete = "address-level1"

    def tidy(self, text: str) -> str:
        text = normalize_line(text)
        return next((name for name in postal.PREFECTURES if text and text in (name, name[:-1])), text)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and value not in postal.PREFECTURES:
            raise self.refuse(_("%(label)sを、東京都のように入力してください"), "prefecture")
