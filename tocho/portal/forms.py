"""What people enter in the shell itself: the monthly returns."""

from typing import Any

from django import forms
from django.utils.translation import gettext as words
from django.utils.translation import gettext_lazy as _

from tocho.engines.facts import api as facts
from tocho.ui.fields import IntegerJField, LineField


class ReturnForm(forms.Form):
    """What a bureau returns for a month."""

    numerator = IntegerJField(label="", minimum=0, help_text=_("このシステムの外で行ったもの。なければ0。"))
    denominator = IntegerJField(
        label="", minimum=0, help_text=_("このシステムの外で行ったもの。このシステムの記録は含めません。")
    )
    note = LineField(
        label=_("備考"),
        required=False,
        max_length=200,
        help_text=_("数字といっしょに公表されます。前の月と大きく違うときは、その理由。"),
    )
    reason = LineField(label=_("訂正の理由"), required=False, max_length=200, help_text=_("経過に残ります。"))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, indicator: facts.Indicator, newest: facts.Returned | None, data: Any = None) -> None:
        initial: dict[str, Any] = {"seen": newest.id if newest else 0}
        if newest:
            initial |= {"numerator": newest.numerator, "denominator": newest.denominator, "note": newest.note}
        super().__init__(data, initial=initial)
        counters = facts.installed().counters
        self.fields["numerator"].label = words(counters[indicator.numerator].title)
        if indicator.denominator is None:
            del self.fields["denominator"]
        else:
            self.fields["denominator"].label = words(counters[indicator.denominator].title)
        if newest is None:
            del self.fields["reason"]

    def given(self, unit: str, month: str) -> facts.Given:
        """What was entered, for the action."""
        said = self.cleaned_data
        return facts.Given(
            unit=unit,
            month=month,
            numerator=said["numerator"],
            denominator=said.get("denominator"),
            note=said["note"],
            reason=said.get("reason", ""),
            seen=said["seen"],
        )


class ReturnFileForm(forms.Form):
    """Returns of several months or bureaus as a spreadsheet."""

    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("ExcelかCSV（UTF-8、Shift_JISなど）。一覧から書き出したファイルに入力すると確実です。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("空のファイルです。")},
    )
