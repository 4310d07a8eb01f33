"""What a new design begins with."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.lib.text import normalize_line

KEY = re.compile(r"^[a-z][a-z0-9-]{1,58}[a-z0-9]\Z")


class NewForm(forms.Form):
    """A procedure that does not exist yet: name, key, office; ``start`` is the shape or the procedure it begins as."""

    title = forms.CharField(
        label=_("手続の名前"),
        max_length=100,
        help_text=_("申請する人が呼ぶ名前で。例：納税証明書の交付"),
        error_messages={"required": _("手続の名前を入力してください。")},
    )
    key = forms.RegexField(
        KEY,
        label=_("アドレスに使う名前"),
        help_text=_("英小文字・数字・ハイフンで。あとから変えられません。例：nozei-shomei"),
        error_messages={
            "required": _("アドレスに使う名前を入力してください。"),
            "invalid": _("英小文字で始め、英小文字・数字・ハイフンだけで書いてください。例：nozei-shomei"),
        },
    )
    unit = forms.ChoiceField(label=_("担当する課"))
    start = forms.ChoiceField(label=_("はじめの形"))

    def __init__(self, *, units: Sequence[Any], starts: Sequence[Any], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        for name, choices in (("unit", units), ("start", starts)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    def clean_title(self) -> str:
        return normalize_line(self.cleaned_data["title"])


class ImportForm(forms.Form):
    """A zip of a procedure's folder."""

    unit = forms.ChoiceField(label=_("担当する課"))
    folder = forms.FileField(
        label=_("手続のフォルダーのzip"),
        help_text=_("procedure.toml・form.json・process.bpmn と、rules・notices の入ったもの"),
        error_messages={"required": _("zipファイルを選んでください。")},
    )

    def __init__(self, *, units: Sequence[Any], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="import_%s")
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(units)
