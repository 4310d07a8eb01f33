"""Made-up answers to a procedure's form, so that a notice can be seen before anybody has applied. Marked as samples."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tocho.engines.forms.api import FormDefinition
from tocho.engines.rules.api import RuleError, compile_expression
from tocho.lib.text import written
from tocho.modules.procedures.api import in_language

NAME = {"family": "都庁", "given": "花子", "family_kana": "トチョウ", "given_kana": "ハナコ"}
ADDRESS = {
    "postal_code": "1638001", "prefecture": "東京都", "city": "新宿区", "town": "西新宿二丁目", "rest": "8番1号",
}  # fmt: skip


def sample_answers(form: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """An answer to every question of a form definition, by its kind; conditions are left aside."""
    steps = form.get("steps") if isinstance(form.get("steps"), list) else []
    fields = [field for step in steps or [] if isinstance(step, dict) for field in step.get("fields", [])]
    return {field["key"]: _answer(field, on) for field in fields if isinstance(field, dict) and field.get("key")}


def _answer(field: Mapping[str, Any], on: date) -> Any:
    kind, label = field.get("type"), in_language(field.get("label") or "", "ja")
    choices = [each for each in field.get("choices") or [] if isinstance(each, dict)]
    first = str(choices[0].get("value", "")) if choices else None
    samples: dict[Any, Any] = {
        "name": NAME,
        "postal_address": ADDRESS,
        "email": "hanako@example.jp",
        "phone": "03-5321-1111",
        "kana": "トチョウ ハナコ",
        "date": (on + timedelta(days=7)).isoformat(),
        "number": field.get("min", 1),
        "money": field.get("min", 1000),
        "choice": first,
        "multichoice": [first] if first else [],
        "yes_no": True,
        "declaration": True,
        "corporate_number": "8000020130001",
        "file": [{"id": "sample", "name": "書類（見本）.pdf", "size": 1000}],
        "group": [],
        "slot": "1",
    }
    return samples.get(kind, f"{label}（見本）")


def sample_data(
    form: FormDefinition | None, answers: Mapping[str, Any], rows: Mapping[str, str], *, on: date
) -> dict[str, Any]:
    """What a template gets: the rows worked out from sample answers; a row that fails shows its label as a sample."""
    context = _context(form, answers, on=on)
    display = context["display"]
    return {
        "office": "担当課（見本）",
        "applicant": {
            "name": " ".join((NAME["family"], NAME["given"])),
            "kana": " ".join((NAME["family_kana"], NAME["given_kana"])),
            "address": display.get("applicant_address", "東京都新宿区西新宿二丁目8番1号"),
            "company": display.get("company_name", ""),
        },
        "rows": [[label, _row(label, text, context)] for label, text in rows.items()],
        "decision": {"number": "見本第1号", "decided_on": on.isoformat(), "article": "根拠の条文（見本）"},
        "number": "見本第1号",
        "issued_on": on.isoformat(),
        "reasons": "申請の内容が要件に合わないため（見本）。",
        "receipt_number": "2020-000001",
        "language": "ja",
        "verify": {"url": "https://example.jp/verify/7K3M-Q9FX-2BHD", "code": "7K3M-Q9FX-2BHD"},
    }


def _context(form: FormDefinition | None, answers: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    platform = {"fee": 400, "fee_collected": True, "seat": "confirmed", "seat_people": 1, "today": on, "slot_date": on}
    if form is None:
        return {**platform, "display": {}}
    try:
        display = {row.field_key: row.display for step in form.summary(answers, language="ja") for row in step.rows}
        return {**form.context(answers), **platform, "display": display}
    except (LookupError, TypeError, ValueError):
        return {**platform, "display": {}}


def _row(label: str, text: str, context: Mapping[str, Any]) -> str:
    try:
        value = compile_expression(text)(context)
    except RuleError:
        value = None
    return written(value, named=label) if value not in (None, "") else f"{label}（見本）"
