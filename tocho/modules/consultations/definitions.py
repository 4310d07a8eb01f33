"""A theme of consultation as data: what stands in ``city/consultations/*.toml``, read and checked. No database."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tocho.engines.forms.api import FormDefinition, FormError, compile_form

Text = str | dict[str, str]


class ThemeError(Exception):
    """A theme's file has a mistake; the message names file, part and reason."""


class ThemeFacts(BaseModel):
    """The facts of a theme (相談のテーマ), as in its file. ``resource`` is the key of its slots in bookings.

    ``audience``: "public", or "staff" for 職員相談. ``confidential``: the ledger then names nobody who asked.
    ``procedures``: keys of the procedures on whose pages it is offered.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    title: Text
    summary: Text
    unit: str
    resource: str
    audience: str = Field("public", pattern="^(public|staff)$")
    confidential: bool = False
    ways: list[str] = Field(default=["meeting", "chat", "phone"], min_length=1)
    procedures: list[str] = Field(default_factory=list)
    urgent: Text = ""  # what to do when it cannot wait, shown first
    source: str = ""
    questions: list[dict[str, Any]] = Field(default_factory=list)


def read_theme(path: Path) -> ThemeFacts:
    """One theme from its file.

    :raises ThemeError: with the file and the reason.
    """
    try:
        facts = ThemeFacts.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{path.name}: TOMLとして読めません（{error}）") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ThemeError(f"{path.name}: {place}: {first['msg']}") from error
    try:
        triage_form(facts.questions)
    except FormError as error:
        raise ThemeError(f"{path.name}: questions: {error}") from error
    return facts


def triage_form(questions: list[dict[str, Any]]) -> FormDefinition | None:
    """The questions before a consultation (事前の質問) as a form; None where there are none."""
    if not questions:
        return None
    return _compiled(orjson.dumps(questions).decode())


@lru_cache(maxsize=64)
def _compiled(questions: str) -> FormDefinition:
    step = {"key": "triage", "title": {"ja": "事前の質問", "en": "Before we talk"}, "fields": orjson.loads(questions)}
    return compile_form({"schema_version": 1, "title": {"ja": "相談", "en": "Consultation"}, "steps": [step]})


def in_language(value: Text, language: str) -> str:
    """A text in a language, Japanese where there is no translation."""
    return value if isinstance(value, str) else value.get(language) or value.get("ja", "")
