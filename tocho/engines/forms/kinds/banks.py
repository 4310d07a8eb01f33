"""An account for refunds and subsidies: bank and branch by code, name or reading, or ゆうちょ銀行's 記号 and 番号."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.engines.forms.kinds.base import JSON, Cleaned, Errors, Given, Inputs, expect, not_blank
from tocho.engines.forms.kinds.people import Set
from tocho.lib import banks
from tocho.lib.text import normalize_line, unify_dashes
from tocho.ui import fields
from tocho.ui.markup import listed

KINDS = {"ordinary": gettext_lazy("普通"), "current": gettext_lazy("当座"), "savings": gettext_lazy("貯蓄")}
ANSWER = ("bank_code", "bank", "branch_code", "branch", "kind", "number", "holder")
SHOWN = 5  # candidates named in a message


class BankAccountKind(Set):
    """``{bank_code, bank, branch_code, branch, kind, number, holder}``: codes of 4 and 3 digits, ``kind`` ordinary,
    current or savings, a number of 7 digits, the holder in 全銀協's half-width characters. Names follow from the codes.
    """

    lines = (("bank", "branch"), ("kind", "number"), ("symbol", "symbol_number"), ("holder",))
    beside = gettext_lazy("ゆうちょ銀行のときは、銀行・支店・口座番号のかわりに、通帳の記号と番号を入力してください。")

    def build(self, *, required: bool, given: Given) -> Inputs:
        line, part = fields.LineField, self.part
        offered = [("", gettext_lazy("選んでください")), *KINDS.items()]
        kind = fields.ChoiceField(
            label=gettext_lazy("預金の種類"), required=False, choices=offered, widget=forms.Select
        )
        return {
            "bank": part(line, gettext_lazy("銀行"), required=False, max_length=60),
            "branch": part(line, gettext_lazy("支店"), required=False, max_length=60),
            "kind": kind,
            "number": part(fields.DigitsField, gettext_lazy("口座番号（7けた）"), required=False, most=7, fill=7),
            "symbol": part(
                fields.DigitsField, gettext_lazy("ゆうちょの記号（5けた）"), required=False, least=5, most=5
            ),
            "symbol_number": part(fields.DigitsField, gettext_lazy("ゆうちょの番号"), required=False, most=8),
            "holder": part(fields.HolderField, gettext_lazy("口座名義（カナ）"), required=required),
        }

    def split(self, value: JSON) -> dict[str, Any]:
        found = expect(value, dict, self.shape)
        raw = super().split({key: text for key, text in found.items() if key not in ("bank_code", "branch_code")})
        for part in ("bank", "branch"):
            if code := found.get(f"{part}_code"):
                raw[part] = f"{code} {found.get(part) or ''}".strip()
        return raw

    def clean_inputs(self, raw: Mapping[str, Any], *, required: bool, given: Given) -> Cleaned:
        if not any(not_blank(raw.get(part)) for part in self.parts if part != "kind"):
            return super().clean_inputs({}, required=required, given=given)
        values, errors = self._each(raw, given)
        place = self._yucho(values, errors) if values.get("symbol") else self._bank(values, errors)
        if errors:
            return Cleaned(errors=errors)
        return Cleaned({**place, "holder": values["holder"]})

    def _each(self, raw: Mapping[str, Any], given: Given) -> tuple[dict[str, Any], Errors]:
        values: dict[str, Any] = {}
        errors: Errors = {}
        for suffix, field in self.inputs(required=True, given=given).items():
            try:
                values[suffix] = field.clean(raw.get(suffix))
            except ValidationError as error:
                errors[suffix] = error.messages
        return values, errors

    def _bank(self, values: Mapping[str, Any], errors: Errors) -> dict[str, str]:
        bank = self._one("bank", values.get("bank", ""), banks.banks_like, errors)
        branch = bank and self._one("branch", values.get("branch", ""), _in(bank.code), errors)
        for part, message in (("kind", _("%(label)sの預金の種類を選んでください")), ("number", _MISSING)):
            if not values.get(part) and part not in errors:
                errors[part] = [str(message) % {"label": self.name(), "part": _("口座番号")}]
        if not bank or not branch or errors:
            return {}
        return _place(bank.code, branch, values["kind"], values["number"])

    def _one(self, part: str, text: str, like: Any, errors: Errors) -> banks.Place | None:
        """The bank or branch that a text means; else an error that says what it may be."""
        words = {"label": self.name(), "part": _("銀行") if part == "bank" else _("支店"), "text": text}
        found = like(text) if text else []
        if len(found) == 1:
            return banks.Place(*found[0])
        if not text:
            message = _MISSING
        elif not found:
            message = gettext_lazy("「%(text)s」という%(part)sが見つかりません。名前か番号を確かめてください")
        else:
            message = gettext_lazy("「%(text)s」で始まる%(part)sがいくつかあります。番号で入力してください：%(found)s")
            more = "…" if len(found) > SHOWN else ""
            words["found"] = listed(f"{place.code} {place.name}" for place in found[:SHOWN]) + more
        errors.setdefault(part, [str(message) % words])
        return None

    def _yucho(self, values: Mapping[str, Any], errors: Errors) -> dict[str, str]:
        account = banks.from_yucho(values["symbol"], values.get("symbol_number", ""))
        branch = banks.branches_like(banks.YUCHO, account.branch) if account else []
        if account is None or not branch:
            errors.setdefault(
                "symbol", [_("ゆうちょ銀行の記号と番号を、通帳のとおりに入力してください。例：12340 12345671")]
            )
            return {}
        return _place(banks.YUCHO, branch[0], account.kind, account.number)

    def display(self, value: JSON, language: str) -> str:
        place = (
            f"{banks.bank_name(value['bank_code'])}（{value['bank_code']}）{value['branch']}（{value['branch_code']}）"
        )
        kind = str(KINDS.get(value["kind"], value["kind"]))
        return f"{place} {kind} {value['number']} {normalize_line(value['holder'])}"


_MISSING = gettext_lazy("%(label)sの%(part)sを入力してください")


def _in(bank: str) -> Any:
    return lambda text: banks.branches_like(bank, unify_dashes(text))


def _place(bank: str, branch: banks.Place, kind: str, number: str) -> dict[str, str]:
    name = banks.bank_name(bank)
    codes = {"bank_code": bank, "bank": name, "branch_code": branch.code, "branch": branch.name}
    return {**codes, "kind": kind, "number": number}
