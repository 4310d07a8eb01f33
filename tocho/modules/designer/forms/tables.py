"""What an officer enters about a rule table beside its cells."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.engines.rules.api import KIND_WORDS, GridColumn

from ..definitions.names import InputName
from ..rules.tables import NAME, TABLE_KINDS, input_column

OTHER = ""


class NewTableForm(forms.Form):
    """Which kind of table is begun; only conditions have a name of their own."""

    kind = forms.ChoiceField(label=gettext_lazy("何の表を作りますか"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=gettext_lazy("表の名前（条件・計算のとき）"),
        help_text=gettext_lazy("英小文字で始まる英数字。ほかの場所から、この名前で使います。例: discount"),
        required=False,
        max_length=60,
    )

    def __init__(self, *args: Any, taken: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = frozenset(taken)
        kind = self.fields["kind"]
        offered = [each for each in TABLE_KINDS if each.name not in self.taken]
        kind.choices = [(each.key, each.label) for each in offered]  # type: ignore[attr-defined]
        kind.choice_helps = {each.key: each.note for each in offered}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind = next((each for each in TABLE_KINDS if each.key == data.get("kind")), None)
        name = (kind.name if kind else "") or data.get("name", "").strip()
        if kind and not NAME.fullmatch(name):
            self.add_error("name", _("英小文字で始まる英数字で、名前を付けてください。"))
        elif name in self.taken:
            self.add_error("name", _("この名前の表は、もうあります。"))
        return {**data, "name": name}


class ColumnForm(forms.Form):
    """The head of a column. A condition looks at a name that is offered, or at an expression that is written."""

    label = forms.CharField(label=gettext_lazy("見出し"), max_length=100, required=False)
    source = forms.ChoiceField(label=gettext_lazy("何を見ますか"), required=False)
    text = forms.CharField(label=gettext_lazy("式"), max_length=500, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("値の種類"), required=False)
    allowed = forms.CharField(
        label=gettext_lazy("選べる値"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy(
            'コンマで区切ります。例: "car", "house"　優先順位で選ぶ当てはめ方では、先に書いた値ほど優先します。'
        ),
    )
    words = forms.CharField(
        label=gettext_lazy("値の呼び方"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("1行に1つ、「コード=呼び方」と書きます。例: car=自動車税"),
    )
    default = forms.CharField(
        label=gettext_lazy("どの規則にも当たらないときの値"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("空のままなら、なし。"),
    )

    def __init__(self, *args: Any, column: GridColumn, names: tuple[InputName, ...], **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(column, names), **kwargs})
        self.column, self.names = column, names
        kinds = [("", _("決めない")), *((kind, _(word)) for kind, word in KIND_WORDS.items())]
        if column.kind not in dict(kinds):
            kinds.append((column.kind, column.kind))
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        offered = [(name.key, f"{name.label}（{name.key}）") for name in names]
        self.fields["source"].choices = [*offered, (OTHER, _("式を書く"))]  # type: ignore[attr-defined]
        for name in _superfluous(column):
            del self.fields[name]
        if column.role == "output":
            self.fields["text"].label = _("名前（英数字）")
            self.fields["text"].help_text = _("この値を使う側が呼ぶ名前です。例: fee")
        elif column.role == "input":
            self.fields["text"].help_text = _("「式を書く」を選んだときだけ使います。例: count(documents) > 0")

    def changed(self) -> GridColumn:
        """The column as it was entered; a name that is newly chosen brings its type, values and words along."""
        data = self.cleaned_data
        if self.column.role == "note":
            return GridColumn("note", data["label"])
        source, fresh = data.get("source", OTHER), None
        if source and source != self.initial.get("source"):
            fresh = input_column(next(name for name in self.names if name.key == source))
        if fresh:
            return GridColumn(
                "input", data["label"] or fresh.label, fresh.text, fresh.kind, fresh.allowed, "", fresh.words
            )
        words = tuple(_pair(line) for line in data["words"].splitlines() if line.strip())
        text = source or data["text"].strip()
        return GridColumn(
            self.column.role,
            data["label"],
            text,
            data["kind"],
            data["allowed"].strip(),
            data.get("default", "").strip(),
            words,
        )

    def clean_words(self) -> str:
        text: str = self.cleaned_data["words"]
        if any("=" not in line for line in text.splitlines() if line.strip()):
            raise forms.ValidationError(_("1行に1つ、「コード=呼び方」の形で書いてください。"))
        return text


def _pair(line: str) -> tuple[str, str]:
    value, _sign, word = line.partition("=")
    return value.strip(), word.strip()


def _superfluous(column: GridColumn) -> tuple[str, ...]:
    if column.role == "note":
        return ("source", "text", "kind", "allowed", "words", "default")
    return ("default",) if column.role == "input" else ("source",)


def _initial(column: GridColumn, names: tuple[InputName, ...]) -> dict[str, str]:
    is_name = any(name.key == column.text for name in names)
    return {
        "label": column.label,
        "source": column.text if is_name else OTHER,
        "text": "" if is_name and column.role == "input" else column.text,
        "kind": column.kind,
        "allowed": column.allowed,
        "words": "\n".join(f"{value}={word}" for value, word in column.words),
        "default": column.default,
    }


class TryForm(forms.Form):
    """The inputs of a table to be tried: one field for each name that it asks for."""

    def __init__(self, *args: Any, needed: Iterable[InputName], **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "try", **kwargs})
        for name in needed:
            self.fields[name.key] = _field(name)


def _field(name: InputName) -> forms.Field:
    label = name.label if name.label == name.key else f"{name.label}（{name.key}）"
    blank = ("", _("（未入力）"))
    if name.choices:
        return forms.ChoiceField(label=label, required=False, choices=[blank, *name.choices])
    if name.kind == "boolean":
        return forms.ChoiceField(
            label=label, required=False, choices=[blank, ("true", _("はい")), ("false", _("いいえ"))]
        )
    if name.kind == "list":
        return forms.IntegerField(
            label=label, required=False, min_value=0, max_value=100, help_text=_("いくつあるか（件数）")
        )
    if name.kind == "number":
        return forms.DecimalField(label=label, required=False)
    if name.kind == "date":
        return forms.DateField(label=label, required=False, help_text=_("例: 2020-11-20"))
    return forms.CharField(label=label, required=False, max_length=200)


class SheetForm(forms.Form):
    """A spreadsheet that is to take the place of the table."""

    file = forms.FileField(label=gettext_lazy("Excel か CSV のファイル"))
