"""Words: a line, paragraphs, readings, names."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.lib.banks import holder_kana
from tocho.lib.text import normalize, normalize_line, refused_character, to_hiragana, to_katakana, unify_dashes
from tocho.ui.fields.asking import Asking

MAX_LINE = 200
MAX_PARAGRAPHS = 4000
_HIRAGANA = re.compile("[ぁ-ゖー・ ]+")
_FULL = {ord(" "): "\u3000", **{code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)}}
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


class AsWrittenField(ParagraphsField):
    """Several lines that go into a document: width stays, too."""

    def tidy(self, text: str) -> str:
        return text.replace("\r\n", "\n").strip()


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


class HiraganaField(LineField):
    """ひらがな only; カタカナ and ﾊﾝｶｸ become ひらがな."""

    def tidy(self, text: str) -> str:
        return to_hiragana(unify_dashes(normalize_line(text)).replace("-", "ー"))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not _HIRAGANA.fullmatch(value):
            raise self.refuse(_("%(label)sはひらがなで入力してください。例：やまだ"), "hiragana")


class FullWidthField(LineField):
    """全角 only, as some registers want it: ABC 12 becomes ＡＢＣ　１２."""

    def tidy(self, text: str) -> str:
        return normalize_line(text).translate(_FULL)


class HalfWidthField(LineField):
    """半角英数 and signs only: ＡＢＣ１２ becomes ABC12."""

    def tidy(self, text: str) -> str:
        return unify_dashes(normalize_line(text))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not value.isascii():
            raise self.refuse(_("%(label)sは半角の英字・数字・記号で入力してください"), "half_width")


class HolderField(LineField):
    """An account holder as banks write it: 全銀協's half-width katakana, capitals and signs."""

    def tidy(self, text: str) -> str:
        return holder_kana(text) or normalize_line(text)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and holder_kana(value) is None:
            message = _("%(label)sは、通帳のとおりカナで入力してください（漢字は使えません）。例：ヤマダ ハナコ")
            raise self.refuse(message, "holder")


class DigitsField(LineField):
    """A number that is a name: so many digits, filled up with zeros in front where ``fill`` says so."""

    inputmode = "numeric"

    def __init__(self, *, most: int, least: int = 1, fill: int = 0, **kwargs: Any) -> None:
        self.most, self.least, self.fill = most, least, fill
        super().__init__(max_length=12, **kwargs)

    def tidy(self, text: str) -> str:
        digits = unify_dashes(normalize_line(text)).replace("-", "").replace(" ", "")
        return digits.zfill(self.fill) if digits else digits

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not (value.isascii() and value.isdigit() and self.least <= len(value) <= self.most):
            raise self.refuse(_("%(label)sは%(limit)sけたまでの数字で入力してください"), "digits", limit=self.most)


class NamePartField(LineField):
    """A family or given name, as the person writes it."""

    def __init__(self, *, max_length: int = 40, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
