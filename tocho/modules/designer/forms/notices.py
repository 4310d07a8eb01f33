"""What a new notice begins with."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..rules.letters import BEGINNINGS
from ..rules.tables import NAME


class NewNoticeForm(forms.Form):
    """A beginning and a name; the name is a file's and a part's, so it is plain."""

    beginning = forms.ChoiceField(label=gettext_lazy("どんな通知を作りますか"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=gettext_lazy("通知の名前"), help_text=gettext_lazy("英小文字で始まる英数字。例: permit"), max_length=60
    )

    def __init__(self, *args: Any, taken: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = frozenset(taken)
        choices = [(key, label) for key, (label, _letter) in BEGINNINGS.items()]
        self.fields["beginning"].choices = choices  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not NAME.fullmatch(name):
            raise forms.ValidationError(_("英小文字で始まる英数字で、名前を付けてください。"))
        if name in self.taken:
            raise forms.ValidationError(_("この名前の通知は、もうあります。"))
        return name
