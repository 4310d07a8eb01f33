"""Repeating groups: the same few questions for each vehicle, each member, each document."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tocho.engines.forms.kinds.base import JSON, Cleaned, Errors, Given, Inputs, Kind, not_blank
from tocho.engines.forms.words import say
from tocho.ui.markup import colon

DEFAULT_MAX_ROWS = 10
CleanOne = Callable[[Kind, Any, bool], Cleaned]  # sub-question, what was given, whether it is required


class GroupKind(Kind):
    """Rows of sub-questions; the answer is a list of objects. Rows left wholly blank do not count."""

    def __init__(self, spec: Mapping[str, Any], make: Callable[[Mapping[str, Any]], Kind]) -> None:
        super().__init__(spec)
        self.fields = {one["key"]: make(one) for one in spec["fields"]}
        self.max_rows = int(spec.get("max_rows", DEFAULT_MAX_ROWS))

    def build(self, *, required: bool, given: Given) -> Inputs:
        return {}

    def min_rows(self, *, required: bool) -> int:
        return int(self.spec.get("min_rows", 1 if required else 0))

    def row_title(self, index: int) -> str:
        """``1件目``, or the definition's ``row_label`` with the number."""
        label = self.spec.get("row_label")
        return f"{say(label)} {index + 1}" if label else _("%s件目") % (index + 1)

    def clean(self, value: JSON, *, required: bool, given: Given) -> Cleaned:
        if value is not None and not (isinstance(value, list) and all(isinstance(row, dict) for row in value)):
            return Cleaned(errors={"": [_("オブジェクトの一覧にしてください")]})

        def clean_one(kind: Kind, answer: JSON, need: bool) -> Cleaned:
            return kind.clean(answer, required=need, given=given)

        return self.clean_rows(value or [], clean_one, required=required)

    def clean_rows(self, rows: Sequence[Mapping[str, Any]], clean_one: CleanOne, *, required: bool) -> Cleaned:
        """Check rows of what ``clean_one`` understands: JSON answers, or what was typed into the inputs of each."""
        values: list[JSON] = []
        errors: Errors = {}
        for index, row in enumerate(rows):
            if any(not_blank(answer) for answer in row.values()):
                value, wrong = self._clean_row(row, clean_one)
                values.append(value)
                errors |= {f"{index}.{path}": messages for path, messages in wrong.items()}
        if counted := self._count_error(len(values), required=required):
            errors[""] = [counted]
        return Cleaned(errors=errors) if errors else Cleaned(values or None)

    def _clean_row(self, row: Mapping[str, Any], clean_one: CleanOne) -> tuple[dict[str, JSON], Errors]:
        values: dict[str, JSON] = {}
        errors: Errors = {name: [_("知らない項目です")] for name in row if name not in self.fields}
        for name, kind in self.fields.items():
            cleaned = clean_one(kind, row.get(name), bool(kind.spec.get("required")))
            errors |= {f"{name}.{path}".rstrip("."): messages for path, messages in cleaned.errors.items()}
            if cleaned.value is not None:
                values[name] = cleaned.value
        return values, errors

    def _count_error(self, count: int, *, required: bool) -> str:
        least = self.min_rows(required=required)
        if count < least:
            return _("%(label)sを%(limit)s件以上入力してください") % {"label": self.name(), "limit": least}
        if count > self.max_rows:
            return _("%(label)sは%(limit)s件までにしてください") % {"label": self.name(), "limit": self.max_rows}
        return ""

    def feel(self, value: JSON) -> Any:
        return [
            {name: self.fields[name].feel(one) for name, one in row.items() if name in self.fields} for row in value
        ]

    def display(self, value: JSON, language: str) -> str:
        comma = "、" if language.startswith("ja") else ", "
        lines = []
        for index, row in enumerate(value):
            shown = [
                f"{say(kind.label, language)}{colon()}{kind.display(row[name], language)}"
                for name, kind in self.fields.items() if name in row
            ]  # fmt: skip
            lines.append(f"{self.row_title(index)}　{comma.join(shown)}")
        return "\n".join(lines)
