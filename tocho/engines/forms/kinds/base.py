"""What all kinds of questions share.

A kind turns one question of a definition into Django fields (its *inputs*), their cleaned values into one JSON value
(the *answer*), and that answer into what rules compute with and what people read. The same inputs check a browser's
form and an API's JSON, so both say the same.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from tocho.engines.forms.words import Text, say, say_later

JSON = Any
Choice = tuple[Any, ...]  # (value, label[, help[, group]])
SlotSource = Callable[[], Iterable[Choice]]
Inputs = dict[str, forms.Field]  # suffix → field; a simple question has the one suffix ""
Errors = dict[str, list[str]]  # path below the question ("" itself, "family", "0.number") → messages


@dataclass(frozen=True)
class Given:
    """What a question may look at besides its own value: earlier answers, the caller's slot sources, today."""

    answers: Mapping[str, JSON] = field(default_factory=dict)
    sources: Mapping[str, SlotSource] = field(default_factory=dict)
    today: date = date.max
    _offers: dict[str, list[Choice]] = field(default_factory=dict)
    inputs: dict[tuple[int, bool], Inputs] = field(default_factory=dict)  # built under these circumstances, by kind

    def offers(self, name: str) -> list[Choice]:
        """The choices of a source, asked once.

        :raises LookupError: the caller gave no source of that name.
        """
        if name not in self.sources:
            raise LookupError(f"no source {name!r} was given to the form")
        if name not in self._offers:
            self._offers[name] = list(self.sources[name]())
        return self._offers[name]


@dataclass(frozen=True)
class Cleaned:
    """An answer that was checked; ``value`` is None when the question was left open or has errors."""

    value: JSON = None
    errors: Errors = field(default_factory=dict)


class WrongShapeError(ValueError):
    """An API's value is of another JSON type than the question takes; the message says which it takes."""


def copy_of(field: forms.Field) -> forms.Field:
    """A field of one form's own: what a form may change of it (``initial``, the widget and its attributes) is copied,
    all else shared. ``deepcopy`` takes ten times as long, and a step has eighty fields."""
    widget = field.widget
    made: forms.Field = _twin(field)
    made.widget = deepcopy(widget) if isinstance(widget, forms.MultiWidget) else _twin(widget)
    made.widget.attrs = dict(widget.attrs)
    return made


def _twin(thing: Any) -> Any:
    made = object.__new__(type(thing))
    made.__dict__.update(thing.__dict__)
    return made


class Kind:
    """One type of question with its options (the ``spec`` of the definition)."""

    several_inputs = False  # a name, an address: shown as one set with a legend
    depends_on_given = False  # inputs differ by day or by free slots: never kept

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.spec = spec
        self.label: Text = spec["label"]
        self.help: Text = spec.get("help", "")
        self._kept: dict[bool, Inputs] = {}

    def build(self, *, required: bool, given: Given) -> Inputs:
        """The Django fields of this question."""
        raise NotImplementedError

    def texts(self, *, required: bool) -> dict[str, Any]:
        """Label, help and need, as every single-input field takes them."""
        return {"label": say_later(self.label), "help_text": say_later(self.help), "required": required}

    def inputs(self, *, required: bool, given: Given) -> Inputs:
        """The Django fields, shared between requests: a form copies them, ``clean`` of a field does not change it."""
        if not self.depends_on_given:
            if required not in self._kept:
                self._kept[required] = self.build(required=required, given=given)
            return self._kept[required]
        key = id(self), required
        if key not in given.inputs:
            given.inputs[key] = self.build(required=required, given=given)
        return given.inputs[key]

    def split(self, value: JSON) -> dict[str, Any]:
        """An answer as raw values of the inputs.

        :raises WrongShapeError: the JSON value is not of the type this question takes.
        """
        return {"": value}

    def join(self, values: Mapping[str, Any]) -> JSON:
        """Cleaned values of the inputs as the answer; None when the question was left open."""
        return values[""] or None

    def needs(self, raw: Mapping[str, Any], *, required: bool) -> bool:
        """Whether the inputs are required: an optional name that was begun has to be finished."""
        return required or (self.several_inputs and any(not_blank(value) for value in raw.values()))

    def clean(self, value: JSON, *, required: bool, given: Given) -> Cleaned:
        """Check one JSON value, as an API sends it or a draft keeps it."""
        try:
            raw = self.split(value) if value is not None else {}
        except WrongShapeError as wrong:
            return Cleaned(errors={"": [str(wrong)]})
        return self.clean_inputs(raw, required=required, given=given)

    def clean_inputs(self, raw: Mapping[str, Any], *, required: bool, given: Given) -> Cleaned:
        """Check what was typed into the inputs (suffix → raw value)."""
        values: dict[str, Any] = {}
        errors: Errors = {}
        for suffix, one in self.inputs(required=self.needs(raw, required=required), given=given).items():
            try:
                values[suffix] = one.clean(raw.get(suffix))
            except ValidationError as error:
                errors[suffix] = error.messages
        return Cleaned(errors=errors) if errors else Cleaned(self.join(values))

    def feel(self, value: JSON) -> Any:
        """An answer as rules and conditions see it."""
        return value

    def reading(self, given: Given) -> dict[str, Any] | None:
        """How the browser reads this question's answer for conditions of the same page (``feel/reading.js``); None
        where it cannot read it as ``clean_inputs`` does.
        """
        return None

    def display(self, value: JSON, language: str) -> str:
        """An answer as people read it."""
        return str(value)

    def name(self) -> str:
        return say(self.label)


_TEXT = gettext_lazy("文字列にしてください")


def not_blank(value: Any) -> bool:
    """Whether an input holds more than blanks."""
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], False)


def expect(value: JSON, kinds: type | tuple[type, ...], message: Any) -> JSON:
    """The value itself.

    :raises WrongShapeError: it is of another type (``True`` is no number here).
    """
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        raise WrongShapeError(message)
    return value


def expect_text(value: JSON) -> str:
    """:raises WrongShapeError: the value is no string."""
    return str(expect(value, str, _TEXT))
