"""Fields for whatever a pydantic model holds, so that a fact that another part adds can be edited without a line here.

:func:`shape_of` names the shape of a member; :class:`Sheet` edits a list of small models as rows of cells.
"""

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..definitions import CHOICE_WORDS
from .texts import TextsField, merged

SPARE_ROWS = 2
MAX_ROWS = 200


def shape_of(annotation: Any) -> str:
    """words, lines_of_words, text, lines, number, count (a number or an expression), flag, choice, pairs, rows,
    named_rows, part, nest or json."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        if set(inner) == {str, dict[str, str]}:
            return "words"
        left = [one for one in inner if one is not type(None)]
        if len(left) == 1 and _is_model(left[0]):
            return "part" if is_flat(left[0]) else "nest" if is_nest(left[0]) else "json"
        return "count" if set(inner) == {int, str} else "json"
    if origin is Literal:
        return "choice"
    if origin is list:
        of = shape_of(inner[0])
        if _is_model(inner[0]) and is_flat(inner[0]):
            return "rows"
        return {"text": "lines", "choice": "lines", "words": "lines_of_words"}.get(of, "json")
    if origin is dict:
        if inner == (str, str):
            return "pairs"
        return "named_rows" if _is_model(inner[1]) and is_flat(inner[1]) else "json"
    return {bool: "flag", int: "number", str: "text"}.get(annotation, "json")


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def is_flat(model: type[BaseModel]) -> bool:
    """Whether each member of a model fits into cells of a sheet."""
    simple = {"words", "text", "lines", "number", "count", "flag", "choice", "pairs"}
    return all(shape_of(info.annotation) in simple for info in model.model_fields.values())


def is_nest(model: type[BaseModel]) -> bool:
    """Whether each member of a model is a field or a sheet: 連署 with its roles."""
    shapes = {shape_of(info.annotation) for info in model.model_fields.values()}
    return "rows" in shapes and shapes <= {
        "words",
        "text",
        "lines",
        "number",
        "count",
        "flag",
        "choice",
        "pairs",
        "rows",
    }


def model_of(annotation: Any) -> type[BaseModel]:
    """The model inside ``list[Model]``, ``dict[str, Model]`` or ``Model | None``."""
    found: type[BaseModel] = next(one for one in get_args(annotation) if _is_model(one))
    return found


def default_of(info: FieldInfo) -> Any:
    """What a member is when nothing is given; None where it must be given."""
    return None if info.is_required() else info.get_default(call_default_factory=True)


# --- values as text of one box, and back -----------------------------------------------------------------------------


def as_text(value: Any, shape: str) -> Any:
    if value is None:
        return "" if shape != "flag" else False
    if shape == "lines":
        return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    if shape == "pairs":
        return "\n".join(f"{name} = {said}" for name, said in value.items()) if isinstance(value, dict) else str(value)
    if shape == "json":
        return json.dumps(value, ensure_ascii=False, indent=2)
    return value


def from_text(text: Any, shape: str) -> Any:
    """:raises forms.ValidationError: it cannot be read"""
    if shape == "lines":
        return [line.strip() for line in str(text).splitlines() if line.strip()]
    if shape == "count":
        return int(text) if str(text).isdecimal() else text
    if shape == "pairs":
        return dict(_pairs(str(text)))
    if shape == "json":
        try:
            return json.loads(text) if str(text).strip() else None
        except ValueError as error:
            raise forms.ValidationError(_("JSONとして読めません。")) from error
    return text


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if not line.strip():
            continue
        name, sign, said = line.partition(" = ")
        if not sign:
            raise forms.ValidationError(_("「名前 = 式」の形で、1行に1つ書いてください：%s") % line)
        yield name.strip(), said.strip()


class ShapedField(forms.CharField):
    """A box whose text stands for a list, for pairs or for JSON."""

    def __init__(self, *, shape: str, **options: Any) -> None:
        self.shape = shape
        rows = 1 if shape in ("text", "count") else 3
        widget = forms.TextInput() if rows == 1 else forms.Textarea(attrs={"rows": rows})
        super().__init__(required=False, max_length=20_000, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else as_text(value, self.shape)

    def clean(self, value: Any) -> Any:
        return from_text(super().clean(value), self.shape)


def choices_of(annotation: Any) -> list[tuple[str, Any]]:
    """The values of a member, each in words."""
    return [(one, CHOICE_WORDS.get(one, one)) for one in get_args(annotation)]


def limits_of(info: FieldInfo) -> dict[str, Any]:
    """The least and the greatest number that a member may be."""
    found = {"min_value": "ge", "max_value": "le"}
    return {
        name: getattr(rule, bound) for name, bound in found.items() for rule in info.metadata if hasattr(rule, bound)
    }


def field_for(
    annotation: Any, *, label: Any, help_text: Any = "", rows: int = 1, limits: Mapping[str, Any] | None = None
) -> forms.Field:
    """The field that edits one member which is no sheet."""
    shape = shape_of(annotation)
    usual: dict[str, Any] = {"label": label, "help_text": help_text}
    match shape:
        case "words":
            return TextsField(required=False, rows=rows, **usual)
        case "number":
            return forms.IntegerField(required=False, **usual, **(limits or {}))
        case "flag":
            return forms.BooleanField(required=False, **usual)
        case "choice":
            return forms.ChoiceField(choices=choices_of(annotation), required=False, **usual)
    return ShapedField(shape=shape, **usual)


# --- sheets ----------------------------------------------------------------------------------------------------------


class Sheet:
    """A list of small models, edited as rows; each text in two cells, Japanese and English.

    Its cells are fields of the form it stands in; ``rows()`` shows them, ``value()`` reads them after ``is_valid()``.
    """

    def __init__(
        self, form: forms.Form, name: str, model: type[BaseModel], given: Any, *, named: bool, labels: Any,
        most: int = MAX_ROWS,
    ) -> None:  # fmt: skip
        self.form, self.name, self.named = form, name, named
        self.columns = [("_name", "text", labels("name"))] if named else []
        for member, info in model.model_fields.items():
            shape = shape_of(info.annotation)
            if shape == "words":
                self.columns += [
                    (f"{member}.ja", "text", labels(member)),
                    (f"{member}.en", "text", f"{labels(member)} (en)"),
                ]
            else:
                self.columns.append((member, shape, labels(member)))
        self.model = model
        self.given = _as_rows(given, named=named)
        posted = sum(key.startswith(f"{name}-") and key.endswith(f"-{self.columns[0][0]}") for key in form.data)
        self.count = min(max(len(self.given) + SPARE_ROWS, posted), most)
        for index in range(self.count):
            self._add_row(index, self.given[index] if index < len(self.given) else {})

    @property
    def heads(self) -> list[Any]:
        return [label for _member, _shape, label in self.columns]

    def _add_row(self, index: int, row: Mapping[str, Any]) -> None:
        for member, shape, label in self.columns:
            words = _("%(row)s行目の%(label)s") % {"row": index + 1, "label": label}
            name, _dot, language = member.partition(".")
            value = row.get(name)
            if language:
                value = (
                    value.get(language, "") if isinstance(value, dict) else (value or "" if language == "ja" else "")
                )
            if value is None and row and name in self.model.model_fields:
                value = default_of(self.model.model_fields[name])
            field = self._cell(member, shape, words)
            field.initial = as_text(value, shape)
            field.widget.attrs["aria-label"] = words
            if language == "en":
                field.widget.attrs["lang"] = "en"
            self.form.fields[f"{self.name}-{index}-{member}"] = field

    def _cell(self, member: str, shape: str, label: str) -> forms.Field:
        annotation = self.model.model_fields[member].annotation if member in self.model.model_fields else str
        if shape == "choice":
            return forms.ChoiceField(choices=[("", "—"), *choices_of(annotation)], required=False)
        if shape == "flag":
            return forms.BooleanField(required=False, label=label)
        if shape == "number":
            return forms.IntegerField(required=False, label=label, **limits_of(self.model.model_fields[member]))
        field = ShapedField(shape=shape, label=label)
        if shape in ("lines", "pairs"):
            field.widget.attrs["rows"] = 2
        return field

    def rows(self) -> Iterator[list[BoundField]]:
        for index in range(self.count):
            yield [self.form[f"{self.name}-{index}-{member}"] for member, _shape, _label in self.columns]

    def errors(self) -> list[str]:
        return [f"{bound.label}：{said}" for row in self.rows() for bound in row for said in bound.errors]

    def value(self) -> Any:
        """The list (or the mapping by name) as facts hold it; rows left wholly empty do not count."""
        found: list[tuple[str, dict[str, Any]]] = []
        for index in range(self.count):
            cells = {
                member: self.form.cleaned_data.get(f"{self.name}-{index}-{member}")
                for member, _shape, _label in self.columns
            }
            if any(cell not in (None, "", False, [], {}) for cell in self._telling(cells)):
                before = self.given[index] if index < len(self.given) else {}
                found.append((str(cells.get("_name") or ""), self._row(cells, before)))
        return dict(found) if self.named else [row for _name, row in found]

    def _telling(self, cells: Mapping[str, Any]) -> Iterator[Any]:
        """The cells that say something by themselves: a choice that is always made does not."""
        for member, shape, _label in self.columns:
            if shape not in ("choice", "flag", "number") and member not in ("required",):
                yield cells[member]

    def _row(self, cells: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for member, info in self.model.model_fields.items():
            if shape_of(info.annotation) == "words":
                value = merged(before.get(member), cells[f"{member}.ja"] or "", cells[f"{member}.en"] or "")
            else:
                value = cells[member]
            is_usual = not info.is_required() and value in (default_of(info), None, "", [], {})
            if not is_usual or member in before:
                row[member] = value
        return row


class Nest:
    """A small model that holds sheets (連署 with its roles): its own members as fields, its lists as rows.

    ``value()`` is None where every list is empty: then the procedure has none of it.
    """

    def __init__(
        self, form: forms.Form, name: str, model: type[BaseModel], given: Any, *, labels: Any, helps: Any
    ) -> None:
        self.form, self.name, self.model, self.labels = form, name, model, labels
        self.given: dict[str, Any] = given if isinstance(given, dict) else {}
        self.sheets: dict[str, Sheet] = {}
        for member, info in model.model_fields.items():
            if shape_of(info.annotation) == "rows":
                row = model_of(info.annotation)
                self.sheets[member] = Sheet(
                    form, f"{name}.{member}", row, self.given.get(member), named=False, labels=labels
                )
            else:
                label, help_text = labels(member), helps(member)
                field = field_for(info.annotation, label=label, help_text=help_text, limits=limits_of(info))
                value = self.given.get(member)
                field.initial = default_of(info) if value is None else value
                form.fields[f"{name}.{member}"] = field

    @property
    def fields(self) -> list[BoundField]:
        return [self.form[f"{self.name}.{member}"] for member in self.model.model_fields if member not in self.sheets]

    @property
    def tables(self) -> list[tuple[Any, Sheet]]:
        """The sheets, each under what it is called."""
        return [(self.labels(member), sheet) for member, sheet in self.sheets.items()]

    def value(self) -> dict[str, Any] | None:
        lists = {member: sheet.value() for member, sheet in self.sheets.items()}
        if not any(lists.values()):
            return None
        made: dict[str, Any] = {}
        for member, info in self.model.model_fields.items():
            value = lists[member] if member in lists else self.form.cleaned_data.get(f"{self.name}.{member}")
            is_usual = not info.is_required() and value in (default_of(info), None, "", [], {})
            if value is not None and (not is_usual or member in self.given):
                made[member] = value
        return made


def _as_rows(given: Any, *, named: bool) -> list[dict[str, Any]]:
    if named and isinstance(given, dict):
        return [{"_name": name, **row} for name, row in given.items() if isinstance(row, dict)]
    rows: Sequence[Any] = given if isinstance(given, list) else []
    return [row for row in rows if isinstance(row, dict)]
