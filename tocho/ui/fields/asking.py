"""What every field of ours does: say what is missing by its name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class Asking(forms.Field):
    """A field whose "this is missing" names the field and the verb: 電話番号を入力してください."""

    ask = _("%(label)sを入力してください")
    autocomplete: str = ""  # what the browser may fill in (WCAG 1.3.5)
    inputmode = ""
    full_label: Any = ""  # for messages, where the label alone would not tell: 申請者（姓）

    def __init__(self, *, autocomplete: str = "", **kwargs: Any) -> None:
        self.autocomplete = autocomplete or self.autocomplete
        self.ask = (kwargs.get("error_messages") or {}).get("required", self.ask)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if self.autocomplete:
            attrs["autocomplete"] = self.autocomplete
        if self.inputmode:
            attrs["inputmode"] = self.inputmode
        return attrs

    def refuse(self, message: Any, code: str, **params: object) -> ValidationError:
        """The error to raise; ``%(label)s`` in the message is the field's label."""
        label = self.full_label or self.label or _("この項目")
        return ValidationError(message, code=code, params={"label": label, **params})

    def validate(self, value: Any) -> None:
        if self.required and value in self.empty_values:
            raise self.refuse(self.ask, "required")
