from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import LineField, ParagraphsField

from .models import Item, Rating
from .rules import LONGEST_WORDS


class ReviewForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=_("この手続は、いかがでしたか"), coerce=int, choices=Rating.choices, widget=forms.RadioSelect
    )
    words = ParagraphsField(
        label=_("よかったこと、困ったこと"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("お名前や連絡先は書かないでください。個別の質問は「担当とのやりとり」からどうぞ。"),
    )


class EventReviewForm(ReviewForm):
    """The same five levels and words, asked of an event."""

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["rating"].label = _("この催しは、いかがでしたか")
        self.fields["words"].help_text = _("お名前や連絡先は書かないでください。返信はできません。")


class ItemForm(forms.Form):
    title = LineField(label=_("何を改善するか"), max_length=200)
    text = ParagraphsField(
        label=_("くわしく"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class MoveForm(forms.Form):
    state = forms.ChoiceField(label=_("状態"), widget=forms.RadioSelect)
    told = ParagraphsField(
        label=_("手続の案内に載せる言葉"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("改善済みなら何を変えたか、見送りならその理由。だれでも読めます。"),
    )
    version = forms.IntegerField(label=_("改善した版"), required=False, min_value=1, max_value=32_000)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, states: list[str], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        labels = dict(Item.State.choices)
        self.fields["state"].choices = [(state, labels[state]) for state in states]  # type: ignore[attr-defined]
