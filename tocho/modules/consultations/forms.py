from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import LineField, ParagraphsField, PhoneField

from .models import Consultation

Slots = Sequence[tuple[str, Sequence[tuple[str, str]]]]  # by day: (id, words)
CHOOSE = ("", _("選んでください"))


class BookingForm(forms.Form):
    slot = forms.ChoiceField(label=_("いつ"))
    way = forms.ChoiceField(label=_("相談の方法"), widget=forms.RadioSelect)
    name = LineField(
        label=_("お呼びする名前"), max_length=100, required=False, help_text=_("本名でなくてもかまいません。")
    )
    email = forms.EmailField(label=_("メールアドレス"), help_text=_("予約の確認と、当日の入り口をお送りします。"))
    phone = PhoneField(label=_("電話番号"), required=False, help_text=_("電話で相談するときだけ必要です。"))

    def __init__(self, slots: Slots, ways: Sequence[str], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        labels = dict(Consultation.Way.choices)
        self.fields["slot"].choices = [CHOOSE, *slots]  # type: ignore[attr-defined]
        self.fields["way"].choices = [(way, labels[way]) for way in ways]  # type: ignore[attr-defined]
        if len(ways) == 1:
            self.fields["way"].initial = ways[0]


class SlotForm(forms.Form):
    slot = forms.ChoiceField(label=_("いつ"))

    def __init__(self, slots: Slots, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["slot"].choices = [CHOOSE, *slots]  # type: ignore[attr-defined]


class RecordForm(forms.Form):
    was_held = forms.TypedChoiceField(
        label=_("どうなりましたか"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("相談を行った")), ("no", _("相手が来なかった"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    record = ParagraphsField(
        label=_("相談記録"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("この部署の職員だけが読めます。読んだことは記録されます。"),
    )
