"""The guideline for procedures on line as a checklist that the designer itself verifies (都政の構造改革 ver.0: はんこ・
添付・対面の見直し; デジタル手続法2条・11条; 行政手続法5–8条; 行政不服審査法82条). Pure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.modules.registers import api as registers

from ..definitions import Source
from .guideline_words import HARD_WORDS, HELD, ON_PAPER, SEALS

LABEL, CHOICE, HELP, SENTENCE, ROW_FIELDS = 28, 32, 120, 65, 5  # signs that a phone shows without trouble


@dataclass(frozen=True)
class Finding:
    """One thing to mend: the words, and the part and place that they stand in."""

    part: str
    place: str
    text: str


@dataclass(frozen=True)
class Check:
    """One item of the checklist with what it found; none means it is fulfilled."""

    key: str
    title: str | Promise
    why: str | Promise
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not self.findings


CHECKS: tuple[tuple[str, Any, Any], ...] = (
    ("seal", gettext_lazy("はんこ・署名を求めない"), gettext_lazy("押印を求める根拠がなければ、廃止します。")),
    (
        "attachment",
        gettext_lazy("行政が持っている書類を求めない"),
        gettext_lazy("デジタル手続法第11条。情報連携や登録情報で確かめます。"),
    ),
    (
        "online",
        gettext_lazy("最初から最後までオンラインで終わる"),
        gettext_lazy("郵送や来庁を求めると、オンラインでは終わりません。"),
    ),
    (
        "once",
        gettext_lazy("登録した情報を聞き直さない"),
        gettext_lazy("氏名や住所は、登録情報から補えます（ワンスオンリー）。"),
    ),
    ("width", gettext_lazy("スマートフォンの幅で読める"), gettext_lazy("長い見出しと、横に広い行を避けます。")),
    (
        "words",
        gettext_lazy("やさしい言葉で、短い文"),
        gettext_lazy("役所の言葉と長い文は、申請をやめる理由になります。"),
    ),
    (
        "remedy",
        gettext_lazy("不承認の通知に理由と教示がある"),
        gettext_lazy("行政手続法第8条、行政不服審査法第82条、行政事件訴訟法第46条。"),
    ),
    ("period", gettext_lazy("標準処理期間を示している"), gettext_lazy("行政手続法第6条。")),
    (
        "law",
        gettext_lazy("根拠と出典を示している"),
        gettext_lazy("審査の基準は、根拠とともに公にします（行政手続法第5条）。"),
    ),
    ("english", gettext_lazy("英語がそろっている"), gettext_lazy("申請する人が読む言葉に、英語を添えます。")),
    (
        "fee",
        gettext_lazy("手数料の説明・計算・流れが合っている"),
        gettext_lazy("説明と違う額が請求されることを防ぎます。"),
    ),
    (
        "used",
        gettext_lazy("聞いたことを使っている"),
        gettext_lazy("使わない情報は集めません（個人情報保護法第61条）。"),
    ),
    ("retention", gettext_lazy("保存する期間を決めている"), gettext_lazy("期間が過ぎたら消します。")),
)


def guideline(source: Source) -> list[Check]:
    """Every item with its findings. The source may be faulty: what cannot be read finds nothing."""
    return [Check(key, title, why, tuple(FINDERS[key](source))) for key, title, why in CHECKS]


# --- the words of a source -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """A text that applicants read: where it stands, what it is (label, help, …), its languages."""

    part: str
    place: str
    kind: str
    text: Any

    @property
    def ja(self) -> str:
        return str(self.text.get("ja", "")) if isinstance(self.text, dict) else str(self.text or "")


def texts(source: Source) -> Iterator[Words]:
    """Everything that an applicant reads before and while applying."""
    facts = source["facts"]
    for name in ("title", "summary", "who", "fee", "duration"):
        if facts.get(name):
            yield Words("facts", name, "fact", facts[name])
    for index, one in enumerate(_rows(facts.get("bring"), dict, str)):
        yield Words("facts", f"bring.{index}", "fact", one)
    for one in _rows(facts.get("questions"), dict):
        yield Words("facts", "questions", "fact", one.get("text", ""))
        if one.get("help"):
            yield Words("facts", "questions", "help", one["help"])
    yield from _form_texts(source["form"])


def _form_texts(form: Mapping[str, Any]) -> Iterator[Words]:
    for n, step in enumerate(_rows(form.get("steps"), dict)):
        yield Words("form", f"steps[{n}]", "title", step.get("title", ""))
        if step.get("help"):
            yield Words("form", f"steps[{n}]", "help", step["help"])
        for m, field in enumerate(_rows(step.get("fields"), dict)):
            yield from _field_texts(field, f"steps[{n}].fields[{m}]")
    if form.get("declaration"):
        yield Words("form", "declaration", "fact", form["declaration"])


def _field_texts(field: Mapping[str, Any], place: str) -> Iterator[Words]:
    yield Words("form", place, "label", field.get("label", ""))
    if field.get("help"):
        yield Words("form", place, "help", field["help"])
    for row in _rows(field.get("choices"), dict):
        yield Words("form", place, "choice", row.get("label", ""))
        if row.get("help"):
            yield Words("form", place, "help", row["help"])
    for row in _rows(field.get("fields"), dict):
        yield from _field_texts(row, place)


def _rows(value: Any, *kinds: type) -> list[Any]:
    return [one for one in value if isinstance(one, kinds)] if isinstance(value, list) else []


def _fields(source: Source) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for n, step in enumerate(_rows(source["form"].get("steps"), dict)):
        for m, field in enumerate(_rows(step.get("fields"), dict)):
            yield f"steps[{n}].fields[{m}]", field


# --- the checks ------------------------------------------------------------------------------------------------------


def _found(source: Source, pattern: re.Pattern[str], message: str) -> Iterator[Finding]:
    for words in texts(source):
        if match := pattern.search(words.ja):
            yield Finding(words.part, words.place, message % {"word": match[0], "text": words.ja[:60]})


def seal(source: Source) -> Iterator[Finding]:
    yield from _found(source, SEALS, _("「%(word)s」を求めています：%(text)s"))


def attachment(source: Source) -> Iterator[Finding]:
    for place, field in _fields(source):
        words = " ".join(one.ja for one in _field_texts(field, place))
        if field.get("type") == "file" and (held := _held(words)):
            yield Finding("form", place, held)
    for one in _rows(source["facts"].get("documents"), dict):
        if not one.get("avoidable") and (held := _held(Words("", "", "", one.get("title", "")).ja)):
            yield Finding("facts", "documents", held)


def _held(words: str) -> str:
    """That a document is one the government has, by which register and law where that is known; "" for others."""
    for known in registers.known_documents():
        if name := next((name for name in (known.title, *known.words) if name in words), ""):
            told = {"name": name, "register": known.register, "basis": known.basis}
            return _("「%(name)s」は%(register)sで確かめられます（%(basis)s）。添付を省けませんか。") % told
    match = HELD.search(words)
    return _("「%s」は行政が確かめられます。添付を省けませんか。") % match[0] if match else ""


def online(source: Source) -> Iterator[Finding]:
    yield from _found(source, ON_PAPER, _("「%(word)s」とあります：%(text)s"))


def once(source: Source) -> Iterator[Finding]:
    for place, field in _fields(source):
        if field.get("type") in ("name", "postal_address", "phone", "email") and not field.get("prefill"):
            label = Words("", "", "", field.get("label", "")).ja
            if str(field.get("key", "")).startswith("applicant"):
                yield Finding("form", place, _("「%s」は、登録情報から補えます。") % label)


def width(source: Source) -> Iterator[Finding]:
    limits = {"label": LABEL, "title": LABEL, "choice": CHOICE, "help": HELP}
    for words in _form_texts(source["form"]):
        limit = limits.get(words.kind)
        if limit and len(words.ja) > limit:
            said = {"count": len(words.ja), "limit": limit, "text": words.ja[:40]}
            yield Finding("form", words.place, _("%(count)s字あります（%(limit)s字まで）：%(text)s…") % said)
    for place, field in _fields(source):
        count = len(_rows(field.get("fields"), dict))
        if count > ROW_FIELDS:
            yield Finding(
                "form",
                place,
                _("1行に質問が%(count)s個あります（%(limit)s個まで）。") % {"count": count, "limit": ROW_FIELDS},
            )


def words(source: Source) -> Iterator[Finding]:
    for one in texts(source):
        for hard, plain in HARD_WORDS.items():
            if hard in one.ja:
                yield Finding(
                    one.part,
                    one.place,
                    _("「%(hard)s」は「%(plain)s」と言えませんか：%(text)s")
                    % {"hard": hard, "plain": plain, "text": one.ja[:40]},
                )
        for sentence in re.split(r"[。！？\n]", one.ja):
            if len(sentence) > SENTENCE:
                yield Finding(
                    one.part,
                    one.place,
                    _("文が長すぎます（%(count)s字）：%(text)s…") % {"count": len(sentence), "text": sentence[:40]},
                )


def remedy(source: Source) -> Iterator[Finding]:
    notices = source["facts"].get("notices")
    if not isinstance(notices, dict) or not notices:
        return
    spec = notices.get("reject")
    if not isinstance(spec, dict):
        yield Finding("facts", "notices", _("不承認（reject）の通知がありません。"))
        return
    letter = str(source.get("notices", {}).get(str(spec.get("template")), ""))
    part = f"notices/{spec.get('template')}"
    if "reasons" not in letter:
        yield Finding(part, "", _("不承認の通知に、理由（reasons）が載っていません。"))
    if "remedy" not in letter:
        yield Finding(part, "", _("不承認の通知に、教示（remedy）が載っていません。"))
    said = Words("", "", "", source["facts"].get("remedy", "")).ja
    if "審査請求" not in said:
        yield Finding("facts", "remedy", _("教示に、審査請求のことが書かれていません。"))


def period(source: Source) -> Iterator[Finding]:
    if not source["facts"].get("standard_days"):
        yield Finding("facts", "standard_days", _("標準処理期間がありません。"))
    if not source["facts"].get("duration"):
        yield Finding("facts", "duration", _("かかる時間の説明がありません。"))


def law(source: Source) -> Iterator[Finding]:
    for name, said in (("law", _("根拠の法令がありません。")), ("sources", _("事実の出典がありません。"))):
        value = source["facts"].get(name)
        if not value:
            yield Finding("facts", name, said)
        elif "ひな形" in str(value):
            yield Finding("facts", name, _("ひな形の値が残っています。"))


def english(source: Source) -> Iterator[Finding]:
    for one in texts(source):
        if (
            one.ja
            and re.search(r"[ぁ-んァ-ヶ一-龠]", one.ja)
            and not (isinstance(one.text, dict) and one.text.get("en"))
        ):
            yield Finding(one.part, one.place, _("英語がありません：%s") % one.ja[:40])


def fee(source: Source) -> Iterator[Finding]:
    said = Words("", "", "", source["facts"].get("fee", "")).ja
    computed = any(one.get("key") == "fee" for one in _rows(source["form"].get("computed"), dict))
    asks = bool(re.search(r"[0-9０-９,，]+\s*円", said))
    if computed and not asks:
        yield Finding("facts", "fee", _("手数料を計算していますが、説明に額がありません：%s") % said)
    if asks and not computed:
        yield Finding("form", "computed", _("説明に額がありますが、フォームが手数料（fee）を計算していません。"))
    if computed and "fee_collected" not in source["process"]:
        yield Finding("process", "", _("手数料がありますが、流れが納付を待っていません。"))


def used(source: Source) -> Iterator[Finding]:
    looked = " ".join([source["process"], *source.get("rules", {}).values(), *source.get("notices", {}).values()])
    looked += " ".join(str(one) for one in _rows(source["form"].get("computed"), dict))
    looked += str(source["facts"].get("notices", "")) + str(source["facts"].get("booking", ""))
    for _place, field in _fields(source):
        looked += " ".join(str(field.get(name, "")) for name in ("condition", "required", "narrow_by"))
    looked += " ".join(str(step.get("condition", "")) for step in _rows(source["form"].get("steps"), dict))
    for place, field in _fields(source):
        key = str(field.get("key", ""))
        if field.get("type") in ("note", "declaration") or key.startswith("applicant"):
            continue
        if not re.search(rf"\b{re.escape(key)}\b", looked):
            label = Words("", "", "", field.get("label", "")).ja
            yield Finding(
                "form",
                place,
                _("「%s」は、表・流れ・通知のどこでも使われていません。職員が読むだけなら、必要か確かめてください。")
                % label,
            )


def retention(source: Source) -> Iterator[Finding]:
    value = source["facts"].get("retention")
    if not value:
        yield Finding("facts", "retention", _("保存する期間が決まっていません。"))
    elif "ひな形" in str(value):
        yield Finding("facts", "retention", _("ひな形の値が残っています。"))


FINDERS = {
    "seal": seal, "attachment": attachment, "online": online, "once": once, "width": width, "words": words,
    "remedy": remedy, "period": period, "law": law, "english": english, "fee": fee, "used": used,
    "retention": retention,
}  # fmt: skip
