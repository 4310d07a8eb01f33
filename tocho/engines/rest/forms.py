from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import LineField

from .registry import event_titles, scopes_for

TERMS = ((30, _("30日")), (90, _("90日")), (366, _("1年")))


class TokenForm(forms.Form):
    name = LineField(label=_("名前"), max_length=80, help_text=_("何のための鍵か。例：会計ソフトとの連携"))
    scopes = forms.MultipleChoiceField(label=_("できること"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label=_("期限"), coerce=int, choices=TERMS, initial=90, widget=forms.RadioSelect)

    def __init__(self, *, is_staff: bool, data: Any = None) -> None:
        super().__init__(data)
        self.fields["scopes"].choices = [(scope.key, scope.title) for scope in scopes_for(is_staff=is_staff)]  # type: ignore[attr-defined]


class HookForm(forms.Form):
    url = forms.URLField(
        label=_("知らせ先のアドレス"), max_length=500, assume_scheme="https", help_text=_("https:// で始まるもの")
    )
    kinds = forms.MultipleChoiceField(label=_("知らせるできごと"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["kinds"].choices = list(event_titles().items())  # type: ignore[attr-defined]
