"""Small definitions to test with."""

from typing import Any

from tocho.engines.forms.api import FormDefinition, compile_form

CHOICES = [
    {"value": "car", "label": {"ja": "車", "en": "Car"}},
    {"value": "land", "label": {"ja": "土地", "en": "Land"}},
]


def question(key: str, kind: str = "text", **options: Any) -> dict[str, Any]:
    if kind in ("choice", "multichoice") and "choices_from" not in options:
        options.setdefault("choices", CHOICES)
    return {"key": key, "type": kind, "label": f"{key}の名", **options}


def source(*steps: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    pages = [{"key": f"step{n}", "title": f"ステップ{n}", "fields": fields} for n, fields in enumerate(steps)]
    return {"schema_version": 1, "title": {"ja": "申請", "en": "Application"}, "steps": pages, **more}


def form(*steps: list[dict[str, Any]], **more: Any) -> FormDefinition:
    return compile_form(source(*steps, **more))


def one(kind: str, **options: Any) -> FormDefinition:
    """A form with a single question ``q``."""
    return form([question("q", kind, **options)])


NAME = {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"}
ADDRESS = {"postal_code": "163-8001", "prefecture": "東京都", "city": "新宿区", "town": "西新宿", "rest": "2-8-1"}
ACCOUNT = {
    "bank_code": "0001",
    "bank": "みずほ銀行",
    "branch_code": "001",
    "branch": "東京営業部",
    "kind": "ordinary",
    "number": "0123456",
    "holder": "ﾔﾏﾀﾞ ﾊﾅｺ",
}
FILE = {"id": 7, "name": "免許証.jpg", "size": 240_000}
SLOTS = {"slots": lambda: [("1", "1日 午前", "空き 3", "room-a"), ("2", "1日 午後", "", "room-b")]}
EVERY_KIND: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({}, "品川 300"),
    "multiline": ({}, "一行\n二行"),
    "kana": ({}, "ヤマダ"),
    "name": ({}, NAME),
    "email": ({}, "hanako@example.jp"),
    "phone": ({}, "03-5321-1111"),
    "postal_address": ({}, ADDRESS),
    "date": ({}, "2020-11-20"),
    "number": ({"digits": 1, "unit": "度"}, 36.5),
    "money": ({}, 1200),
    "choice": ({}, "car"),
    "multichoice": ({}, ["car", "land"]),
    "yes_no": ({}, False),
    "corporate_number": ({}, "8000020130001"),
    "bank_account": ({}, ACCOUNT),
    "map_point": ({}, {"lat": 35.68944, "lon": 139.69167, "address": "東京都庁"}),
    "file": ({"max_mb": 5}, [FILE]),
    "group": (
        {"fields": [question("no", required=True), question("owner", "name")]},
        [{"no": "1", "owner": NAME}, {"no": "2"}],
    ),
    "declaration": ({}, True),
    "slot": ({"choices_from": "slots"}, "2"),
}  # fmt: skip
