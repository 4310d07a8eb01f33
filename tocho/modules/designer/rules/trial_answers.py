"""Sample answers for any form, so that a procedure can be tried out without typing."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tocho.engines.forms.api import FormDefinition

NAME = {"family": "見本", "given": "花子", "family_kana": "ミホン", "given_kana": "ハナコ"}
PLACE = {"postal_code": "163-8001", "prefecture": "東京都", "city": "新宿区", "town": "西新宿", "rest": "2丁目8-1"}
PLAIN: Mapping[str, Any] = {
    "text": "見本",
    "multiline": "見本の文章です。",
    "kana": "ミホン",
    "email": "mihon@example.jp",
    "phone": "03-5321-1111",
    "postal_address": PLACE,
    "yes_no": True,
    "declaration": True,
    "corporate_number": "8000020130001",
}


def sample_answers(form: FormDefinition, specs: Mapping[str, Mapping[str, Any]], *, today: date) -> dict[str, Any]:
    """Answers to every question of a form, in the order in which it asks them; a kind nobody knows here stays open.

    :param specs: the questions as the definition holds them, by key.
    """
    return {key: value for key, spec in specs.items() if (value := sample(spec, today=today)) is not None}


def sample(spec: Mapping[str, Any], *, today: date) -> Any:
    """One answer that a question accepts; None where none is known."""
    kind = spec.get("type")
    if kind == "name":
        return NAME if spec.get("kana", True) else {"family": "見本", "given": "花子"}
    if kind == "money" and "default" not in spec:
        return max(spec.get("min", 0), min(spec.get("max", 100_000), 100_000))
    if kind in ("number", "money"):
        return spec.get("default", max(spec.get("min", 1), 1) if spec.get("max", 1) >= 1 else spec.get("max"))
    if kind == "date":
        return _day(spec, today).isoformat()
    if kind in ("choice", "multichoice"):
        value = spec["choices"][0]["value"] if spec.get("choices") else None
        return [value] if kind == "multichoice" and value else value
    if kind == "file":
        return [{"id": 0, "name": "見本.pdf", "size": 1000}]
    if kind == "group":
        row = {one["key"]: sample(one, today=today) for one in spec.get("fields", [])}
        return [{name: value for name, value in row.items() if value is not None}]
    if kind == "text" and "pattern" in spec:
        return None
    return PLAIN.get(str(kind))


def _day(spec: Mapping[str, Any], today: date) -> date:
    if spec.get("max") == "today":
        return today
    return today + timedelta(days=7) if spec.get("min") == "today" else date(1985, 4, 1)
