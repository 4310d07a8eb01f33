from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from tocho.engines.forms.api import StepForm, Store
from tocho.ui.fields import LineField, ParagraphsField

from .definitions import MAX_CHARACTERS, message_definition
from .rules import with_phrase


def message_form(
    data: QueryDict | None = None,
    files: MultiValueDict[str, Any] | None = None,
    *,
    store: Store | None = None,
    phrase: str = "",
) -> StepForm:
    """The form of a message of either side. With a ``phrase`` what was typed comes back with it, and nothing is sent.

    After ``is_valid()`` and ``has_content`` its ``cleaned_answers`` are ``text`` and ``files``.
    """
    if data is not None and phrase:
        data = data.copy()
        data["text"] = with_phrase(data.get("text", ""), phrase)
        data["_lookup"] = "phrase"  # a helper button of the engine: show again, send nothing
    return message_definition().steps[0].form(data, files, store=store)


def has_content(form: StepForm) -> bool:
    """Whether a valid message says anything; otherwise the form asks for it."""
    if form.cleaned_answers.get("text") or form.cleaned_answers.get("files"):
        return True
    form.add_error("text", _("メッセージを入力してください。"))
    return False


class PhraseForm(forms.Form):
    unit = forms.ChoiceField(label=_("使う部署"))
    title = LineField(
        label=_("見出し"),
        max_length=60,
        help_text=_("例：本人確認書類の撮り直し"),
        error_messages={"required": _("見出しを入力してください。")},
    )
    text = ParagraphsField(
        label=_("文"),
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("特定の人の名前や番号は書かないでください。"),
        error_messages={"required": _("文を入力してください。")},
    )

    def __init__(self, units: Iterable[tuple[str, str]], data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(units)
        if len(field.choices) == 1:
            field.initial, field.widget = field.choices[0][0], forms.HiddenInput()
