"""One question or step of a form, edited: the fields of this form are made from the engine's schema of its kind."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.lib.text import normalize_line

from ..definitions import Option, options_of, takes
from .texts import TextsField, in_language, merged

CELLS = ("value", "ja", "en", "help", "help_en")
ADVANCED = {"default", "prefill", "choices_from", "autocomplete", "pattern", "pattern_help", "narrow_by"}
SPARE_ROWS = 3  # empty rows below the choices: adding needs no script
KEY_HELP = gettext_lazy(
    "式や通知で使う名前です。英小文字で始め、英小文字・数字・_ で書きます。公開したあとは変えないでください。"
)


class KeyField(forms.RegexField):
    """The name by which expressions and notices know a question."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            r"^[a-z][a-z0-9_]{0,59}$",
            label=gettext_lazy("キー"),
            help_text=KEY_HELP,
            error_messages={
                "invalid": gettext_lazy("英小文字で始め、英小文字・数字・_ だけで書いてください。例：tax_kind")
            },
            **options,
        )


class StepForm(forms.Form):
    """Title, help and condition of a step."""

    title = TextsField(label=gettext_lazy("見出し"), help_text=gettext_lazy("申請する人への問いかけとして、短く。"))
    help = TextsField(label=gettext_lazy("説明"), required=False, rows=2)
    condition = forms.CharField(
        label=gettext_lazy("このステップを出すとき（式）"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("空のままなら、いつも出します。"),
    )
    key = KeyField()

    def spec(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The step as the definition holds it; its questions stay."""
        data = self.cleaned_data
        made = {"key": data["key"], "title": data["title"]}
        made |= {name: data[name] for name in ("help", "condition") if data[name]}
        return made | {"fields": before.get("fields", [])}


class GeneralForm(forms.Form):
    """What belongs to the form as a whole: title, declaration, computed values."""

    title = TextsField(label=gettext_lazy("フォームの題名"))
    declaration = TextsField(
        label=gettext_lazy("申請する人が最後に確かめる文"),
        required=False,
        rows=2,
        help_text=gettext_lazy("空のままなら聞きません。"),
    )

    def __init__(self, form: Mapping[str, Any], rules: Sequence[str], data: Any = None) -> None:
        super().__init__(data, initial={"title": form.get("title", ""), "declaration": form.get("declaration", "")})
        self.given = form
        rows = [*form.get("computed", []), {}, {}]
        self.row_count = min(max(len(rows), sum(name.startswith("computed_") for name in data or ()) // 3), 50)
        tables = [("", "—"), *((name, name) for name in rules)]
        for index in range(self.row_count):
            row = rows[index] if index < len(rows) else {}
            named = {"key": _("%s行目の名前"), "rule": _("%s行目の表"), "expression": _("%s行目の式")}
            for name, words in named.items():
                attrs = {"aria-label": words % (index + 1), "spellcheck": "false"}
                usual = {"required": False, "initial": row.get(name, ""), "label": attrs["aria-label"]}
                self.fields[f"computed_{index}_{name}"] = (
                    forms.ChoiceField(choices=_with(tables, row.get("rule")), widget=forms.Select(attrs=attrs), **usual)
                    if name == "rule"
                    else forms.CharField(max_length=2000, widget=forms.TextInput(attrs=attrs), **usual)
                )

    def computed_rows(self) -> Iterator[list[BoundField]]:
        for index in range(self.row_count):
            yield [self[f"computed_{index}_{name}"] for name in ("key", "rule", "expression")]

    def form_source(self) -> dict[str, Any]:
        """The whole form with what was edited here, after ``is_valid()``."""
        made = {**self.given, "title": self.cleaned_data["title"]}
        for name in ("declaration", "computed"):
            made.pop(name, None)
        rows = [
            {name: self.cleaned_data[f"computed_{index}_{name}"] for name in ("key", "rule", "expression")}
            for index in range(self.row_count)
        ]
        found = [{name: value for name, value in row.items() if value} for row in rows if any(row.values())]
        if found:
            made["computed"] = found
        if self.cleaned_data["declaration"]:
            made["declaration"] = self.cleaned_data["declaration"]
        return made


def _with(choices: list[tuple[str, str]], value: Any) -> list[tuple[str, str]]:
    """The choices, and a value that is none of them (a table that does not exist yet): it is not lost."""
    return choices if not value or value in dict(choices) else [*choices, (value, value)]


class QuestionForm(forms.Form):
    """A question: its words, its kind's options, when it is asked and must be answered.

    ``spec()`` is the question as the definition holds it. What the engine thinks of it (a condition that cannot be
    read, a key used twice) is not asked here: a design may be saved with faults, its problems are listed beside it.
    """

    label_ = TextsField(label=gettext_lazy("質問"), max_length=500)
    help_ = TextsField(label=gettext_lazy("補足"), required=False, rows=2)
    required_ = forms.ChoiceField(
        label=gettext_lazy("答えてもらうとき"),
        choices=[
            ("no", gettext_lazy("任意")),
            ("yes", gettext_lazy("必須")),
            ("when", gettext_lazy("次の式が成り立つとき必須")),
        ],
    )
    required_when = forms.CharField(label=gettext_lazy("必須にする式"), required=False, max_length=2000)
    condition = forms.CharField(
        label=gettext_lazy("この質問を出すとき（式）"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("空のままなら、いつも聞きます。"),
    )
    key = KeyField()

    def __init__(
        self, spec: Mapping[str, Any], *, kind: str, earlier: Sequence[tuple[str, str]] = (), is_row: bool = False,
        data: Any = None,
    ) -> None:  # fmt: skip
        self.given, self.kind, self.options = spec, kind, options_of(kind)
        super().__init__(data, initial=self._initial(spec))
        for option in self.options:
            if option.shape not in ("choices", "rows"):
                self.fields[f"option_{option.name}"] = option_field(option, earlier)
        if any(option.shape == "choices" for option in self.options):
            self._add_choices(spec.get("choices") or [])
        if is_row or not takes(kind, "condition"):
            del self.fields["condition"]
        if is_row:
            self.fields["required_"].choices = self.fields["required_"].choices[:2]  # type: ignore[attr-defined]
            del self.fields["required_when"]
        if not takes(kind, "required"):
            for name in ("required_", "required_when"):
                self.fields.pop(name, None)

    def _initial(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        required = spec.get("required", False)
        found = {
            "label_": spec.get("label", ""),
            "help_": spec.get("help", ""),
            "required_": "when" if isinstance(required, str) else "yes" if required else "no",
            "required_when": required if isinstance(required, str) else "",
            "condition": spec.get("condition", ""),
            "key": spec.get("key", ""),
        }
        for option in self.options:
            value = spec.get(option.name)
            if option.shape == "json" and value is not None:
                value = json.dumps(value, ensure_ascii=False)
            if option.shape == "flag" and value is None:
                value = option.schema.get("default", option.name == "kana")
            found[f"option_{option.name}"] = value
        return found

    def watch(self, address: str) -> None:
        """Have the condition checked at an address while it is typed."""
        if "condition" in self.fields:
            self.fields["condition"].widget.attrs |= {
                "hx-post": address,
                "hx-trigger": "input changed delay:300ms, load",
                "hx-target": "#condition-said",
                "spellcheck": "false",
            }

    # --- choices, a small sheet

    def _add_choices(self, rows: Sequence[Mapping[str, Any]]) -> None:
        count = max(len(rows), self._posted_rows())
        self.row_count = min(count + SPARE_ROWS, 500)
        for index in range(self.row_count):
            row = rows[index] if index < len(rows) else {}
            number = index + 1
            for name, label, value in (
                ("value", _("%s行目の値"), row.get("value", "")),
                ("ja", _("%s行目の日本語"), in_language(row.get("label"), "ja")),
                ("en", _("%s行目の英語"), in_language(row.get("label"), "en")),
                ("help", _("%s行目の補足"), in_language(row.get("help"), "ja")),
                ("help_en", _("%s行目の補足（英語）"), in_language(row.get("help"), "en")),
            ):
                attrs = {"aria-label": label % number, **({"lang": "en"} if "en" in name else {})}
                widget = forms.TextInput(attrs=attrs)
                self.fields[f"choice_{index}_{name}"] = forms.CharField(
                    required=False, max_length=500, initial=value, widget=widget, label=label % number
                )

    def _posted_rows(self) -> int:
        names = (name.split("_") for name in self.data if name.startswith("choice_"))
        numbers = [int(parts[1]) for parts in names if len(parts) > 2 and parts[1].isdecimal()]
        return min(max(numbers, default=-1) + 1, 500) - SPARE_ROWS if numbers else 0

    def choice_rows(self) -> Iterator[list[BoundField]]:
        """The sheet of choices: value, Japanese, English, help, help in English."""
        for index in range(getattr(self, "row_count", 0)):
            yield [self[f"choice_{index}_{name}"] for name in CELLS]

    def _choices(self) -> list[dict[str, Any]]:
        found = []
        known = [*(self.given.get("choices") or []), *[{}] * self.row_count]
        for index, before in enumerate(known[: self.row_count]):
            cell = {name: self.cleaned_data[f"choice_{index}_{name}"] for name in CELLS}
            if not any(cell.values()):
                continue
            row: dict[str, Any] = {"value": normalize_line(cell["value"]) or f"option_{index + 1}"}
            row["label"] = merged(before.get("label"), cell["ja"] or cell["value"], cell["en"])
            if cell["help"] or cell["help_en"]:
                row["help"] = merged(before.get("help"), cell["help"], cell["help_en"])
            found.append(row)
        return found

    # --- what was made

    def usual(self) -> list[BoundField]:
        """The options that most questions of the kind need."""
        return [self[f"option_{one.name}"] for one in self._shown() if one.name not in ADVANCED]

    def when(self) -> list[BoundField]:
        """When it is asked, and when it must be answered."""
        return [self[name] for name in ("condition", "required_", "required_when") if name in self.fields]

    def advanced(self) -> list[BoundField]:
        """What most people leave as it is: the key, and the options for those who know them."""
        return [self["key"], *(self[f"option_{one.name}"] for one in self._shown() if one.name in ADVANCED)]

    def is_advanced_open(self) -> bool:
        """Whether something there needs attention."""
        return any(bound.errors for bound in self.advanced())

    def _shown(self) -> list[Option]:
        return [one for one in self.options if f"option_{one.name}" in self.fields]

    def spec(self) -> dict[str, Any]:
        """The question as the definition holds it, after ``is_valid()``."""
        data = self.cleaned_data
        made: dict[str, Any] = {"key": data["key"], "type": self.kind, "label": data["label_"]}
        if data["help_"]:
            made["help"] = data["help_"]
        required = data.get("required_", "no")
        if required != "no":
            made["required"] = data.get("required_when") or True if required == "when" else True
        if data.get("condition"):
            made["condition"] = data["condition"]
        for option in self.options:
            if (value := self._value(option)) is not None:
                made[option.name] = value
        if made.get("choices_from"):
            made.pop("choices", None)  # one or the other
        return made

    def _value(self, option: Option) -> Any:
        if option.shape == "choices":
            return self._choices() or None
        if option.shape == "rows":
            return self.given.get("fields") or [{"key": "item", "type": "text", "label": "項目"}]
        value = self.cleaned_data.get(f"option_{option.name}")
        if option.shape == "flag":
            usual = option.schema.get("default", option.name == "kana")
            return value if value != usual or option.name in self.given else None
        return value if value not in (None, "", []) else None


def option_field(option: Option, earlier: Sequence[tuple[str, str]]) -> forms.Field:
    """The field for one option, by the shape of its schema."""
    usual: dict[str, Any] = {"label": option.label, "required": False}
    schema = option.schema
    match option.shape:
        case "words":
            return TextsField(**usual, strip=option.name != "unit")  # " copies" begins with the space before it
        case "number":
            limits: dict[str, Any] = {"min_value": schema.get("minimum"), "max_value": schema.get("maximum")}
            if schema["type"] == "integer":
                return forms.IntegerField(**usual, **limits)
            return NumberField(**usual, **limits)
        case "flag":
            return forms.BooleanField(**usual)
        case "several":
            choices = [(one, one) for one in schema["items"]["enum"]]
            return forms.MultipleChoiceField(**usual, choices=choices, widget=forms.CheckboxSelectMultiple)
        case "question":
            return forms.ChoiceField(**usual, choices=[("", "—"), *earlier])
        case "json":
            return JSONField(**usual, widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}))
    if "enum" in schema:
        return forms.ChoiceField(**usual, choices=[("", "—"), *((one, one) for one in schema["enum"])])
    return forms.CharField(**usual, max_length=schema.get("maxLength", 1000))


class NumberField(forms.FloatField):
    """A number that stays whole when it is."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return int(number) if number is not None and number == int(number) else number


class JSONField(forms.CharField):
    """Something that no other field can show, as JSON."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("JSONとして読めません。")) from error
