"""Words: a line, paragraphs, readings, names."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.lib.text import normalize, normalize_line, refused_character, to_katakana, unify_dashes
from tocho.ui.fields.asking import Asking

MAX_LINE = 200
MAX_PARAGRAPHS = 4000
_KANA = re.compile("[ァ-ヺー・ ]+")


class LineField(Asking, forms.CharField):
    """One line of text, width and blanks normalised."""

    def __init__(self, *, max_length: int = MAX_LINE, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators = [check for check in self.validators if getattr(check, "code", "") != "max_length"]

    def tidy(self, text: str) -> str:
        return normalize_line(text)

    def to_python(self, value: Any) -> str:
        text = self.tidy(str(value)) if value not in self.empty_values else ""
        if refused_character(text):
            raise self.refuse(
                _("%(label)sに使えない文字（制御文字や外字）が入っています。入力し直してください"), "characters"
            )
        return text

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.max_length and len(value) > self.max_length:
            message = _("%(label)sは%(limit)s文字以内で入力してください（いま%(length)s文字です）")
            raise self.refuse(message, "max_length", limit=self.max_length, length=len(value))


class ParagraphsField(LineField):
    """Several lines; what was typed stays, only line ends, invisible characters and width change."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = MAX_PARAGRAPHS, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def tidy(self, text: str) -> str:
        return normalize(text).strip()


class PatternField(LineField):
    """One line that must match a pattern; the message says how to write it."""

    def __init__(self, *, pattern: str, advice: object, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern = re.compile(pattern)
        self.advice = advice

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not self.pattern.fullmatch(value):
            raise self.refuse(self.advice, "pattern")


class KanaField(LineField):
    """Readings: ひらがな and ﾊﾝｶｸ become カタカナ."""

    def tidy(self, text: str) -> str:
        return to_katakana(unify_dashes(normalize_line(text)).replace("-", "ー"))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not _KANA.fullmatch(value):
            raise self.refuse(_("%(label)sはカタカナかひらがなで入力してください。例：ヤマダ"), "kana")


class NamePartField(LineField):
    """A family or given name, as the person writes it."""

    def __init__(self, *, max_length: int = 40, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
