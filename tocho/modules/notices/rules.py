"""Pure decisions of the notices: verification codes, states, and which answer a check gives."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tocho.core.org import api as org
from tocho.engines.documents.api import DISPOSITION, ORGANISATION, Problem
from tocho.lib.text import normalize_line, unify_dashes
from tocho.modules.notices.models import IN_FORCE, NO_SEAL

# --- verification codes --------------------------------------------------------------------------------------------

# No 0 O, 1 I L, U, Z: what is read or dictated wrongly is not there. 29 symbols, a prime, so that the check symbol
# finds every single wrong symbol and every exchange of two symbols.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
BODY_LENGTH = 11  # 29^11 = 1.2 × 10^16 codes: with 10^8 notices alive, one guess in 10^8 hits one
GROUP = 4
_MEANT = str.maketrans({"U": "V", "Z": "2"})  # the two that can only have been meant otherwise


def code_of(body: str) -> str:
    """The code ``7K3M-Q9FX-2BHD`` for eleven random symbols of ``ALPHABET``: check symbol added, in groups of four."""
    symbols = body + _check_symbol(body)
    return "-".join(symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP))


def read_code(text: str) -> str | None:
    """The code as a person typed it (any width and case, with or without dashes and blanks), or None if mistyped."""
    symbols = unify_dashes(normalize_line(text)).upper().replace("-", "").replace(" ", "").translate(_MEANT)
    if len(symbols) != BODY_LENGTH + 1 or not set(symbols) <= set(ALPHABET):
        return None
    code = code_of(symbols[:-1])
    return code if code[-1] == symbols[-1] else None


def _check_symbol(body: str) -> str:
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


# --- states --------------------------------------------------------------------------------------------------------

ISSUERS = {DISPOSITION: gettext_noop("東京都知事"), ORGANISATION: gettext_noop("東京都"), NO_SEAL: "東京都"}


SEAL_REVIEW = org.Duty.LEGAL_REVIEW  # 公印審査: the post that also reviews the documents of its bureau (文書審査)
ADDRESSEE = frozenset({"name", "address"})  # what a clerk may put right in the notice of a disposition
REVIEW_DAYS = 2  # business days within which a notice is to be looked at
LONGEST_AUTHORISATION = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Form:
    """What an authorisation is for: notices of this kind, made from this template, with this seal, of this office."""

    kind: str
    source: str  # Typst
    profile: str
    unit: str
    title: str


def fault_of_period(starts_on: date, ends_on: date, *, today: date) -> Promise | None:
    """Why a standing authorisation cannot have this period; None: it can."""
    if starts_on < today:
        return _("始まりの日は、今日か、それより後の日にしてください。")
    if ends_on < starts_on:
        return _("終わりの日は、始まりの日か、それより後の日にしてください。")
    if ends_on - starts_on > LONGEST_AUTHORISATION:
        return _("期間は3年までにしてください。続けるときは、様式を見直して、新しく承認します。")
    return None


def can_hand_over(state: str) -> bool:
    """By post: what is sealed for somebody without electronic address, and what did not arrive."""
    return state in ("sealed", "undelivered")


def can_be_reached(state: str) -> bool:
    """The first opening is the arrival; later ones change nothing, and a closed notice does not arrive any more."""
    return state in ("sealed", "released", "undelivered")


# --- timestamps ----------------------------------------------------------------------------------------------------

LATER = -10  # priority of the jobs that nobody waits for
RENEWAL_LEAD = timedelta(days=180)  # a new timestamp well before the old one's certificate ends


def renewal_moment(provable_until: datetime, *, at: datetime) -> datetime:
    """When the next timestamp is due: half a year before the end, or half-way where the end is nearer than a year."""
    return max(provable_until - RENEWAL_LEAD, at + (provable_until - at) / 2)


# --- answers of a check --------------------------------------------------------------------------------------------

Kind = Literal[
    "valid",
    "timestamped",
    "registered",
    "superseded",
    "revoked",
    "unknown",
    "mistyped",
    "unregistered",
    "other",
    "altered",
    "foreign",
    "withdrawn",
    "unsigned",
    "not_pdf",
    "unreadable",
    "too_large",
    "limited",
]


@dataclass(frozen=True)
class Wording:
    """One answer in words: a headline, what it means, what to do; ``tone`` of ``ui_answer``; HTTP status."""

    tone: Literal["ok", "bad", "wait"]
    title: Promise | str
    text: Promise | str
    status: int = 200


ANSWERS: dict[Kind, Wording] = {
    "valid": Wording("ok", _("有効な文書です"), _("都が発行し、いまも有効です。")),
    "timestamped": Wording(
        "ok",
        _("有効な文書です"),
        _(
            "署名の証明書は、いまは期限切れか失効していますが、それより前のタイムスタンプで、署名したときに有効だったことが確かめられます。"
            "発行の記録とも一致し、文書はいまも有効です。"
        ),
    ),
    "registered": Wording(
        "ok",
        _("有効な文書です"),
        _(
            "署名の証明書は、いまは期限切れか失効しています。発行の記録と一字一句同じなので、文書はいまも有効です。"
            "新しいファイルを受け取り直すと、署名だけでも確かめられます。"
        ),
    ),
    "superseded": Wording(
        "wait", _("新しい文書に替わっています"), _("この文書は訂正されました。新しい文書を使ってください。")
    ),
    "revoked": Wording("bad", _("取り消されています"), _("この文書は、いまは効力がありません。")),
    "unknown": Wording(
        "bad",
        _("この番号の文書はありません"),
        _("都はこの確認番号の文書を発行していません。文書を受け取った相手か、発行元とされる部署に確かめてください。"),
        404,
    ),
    "mistyped": Wording(
        "wait",
        _("番号が正しくありません"),
        _("打ち間違いのようです。文書の下にある12文字（例 7K3M-Q9FX-2BHD）を確かめて、もう一度入力してください。"),
        404,
    ),
    "unregistered": Wording(
        "wait",
        _("発行の記録と一致しません"),
        _(
            "都の電子署名はありますが、発行したファイルそのものではありません。受け取った元のファイルで確かめてください。"
        ),
    ),
    "other": Wording(
        "bad",
        _("確認番号とは別の文書です"),
        _(
            "このファイルは都が発行した本物ですが、先に確かめた確認番号の文書とは別の文書です。"
            "題名・発行者・発行日が、求められているものか見比べてください。"
        ),
    ),
    "altered": Wording(
        "bad",
        _("書き換えられています"),
        _("都が署名した後に、内容が変えられたか、何かが付け加えられています。この文書は使わないでください。"),
    ),
    "foreign": Wording(
        "bad", _("都の署名ではありません"), _("電子署名はありますが、都の証明書によるものではありません。")
    ),
    "withdrawn": Wording(
        "bad",
        _("失効した証明書で署名されています"),
        _(
            "署名の証明書は失効していて、発行の記録とも一致しません。この文書は使わず、発行元とされる部署に確かめてください。"
        ),
    ),
    "unsigned": Wording(
        "wait",
        _("確かめられませんでした"),
        _(
            "都の電子署名がなく、発行の記録とも一致しません。印刷してスキャンしたものや保存し直したものは確かめられません。"
            "受け取った元のファイルか、文書の下にある確認番号で確かめてください。"
        ),
    ),
    "not_pdf": Wording("wait", _("PDFファイルではありません"), _("都から受け取ったPDFファイルを選んでください。"), 422),
    "unreadable": Wording(
        "bad",
        _("ファイルが壊れています"),
        _("PDFとして読めませんでした。受け取った元のファイルで確かめてください。"),
        422,
    ),
    "too_large": Wording(
        "wait",
        _("ファイルが大きすぎます"),
        _("確かめられるのは10 MBまでです。都の通知はそれより小さい大きさです。"),
        413,
    ),
    "limited": Wording(
        "wait",
        _("しばらくお待ちください"),
        _("同じところから続けて何度も確認がありました。10分ほどたってから、もう一度お試しください。"),
        429,
    ),
}

GOOD: frozenset[Kind] = frozenset({"valid", "timestamped", "registered"})
_PROBLEM_ANSWERS: dict[Problem, Kind] = {
    "not_pdf": "not_pdf",
    "unreadable": "unreadable",
    "unsigned": "unsigned",
    "altered": "altered",
    "extended": "altered",
    "untrusted": "foreign",
    "expired": "unregistered",
    "revoked": "withdrawn",
}


def answer_to_state(state: str) -> Kind:
    """What is said about a notice of ours; one that is not out yet does not exist for the public."""
    if state in IN_FORCE:
        return "valid"
    if state == "superseded":
        return "superseded"
    return "revoked" if state == "revoked" else "unknown"


def answer_to_file_of_ours(state: str, *, ended: bool, timestamped: bool) -> Kind:
    """What is said about a file that we released: its state first, then how its signature stands today.

    ``ended``: the signing certificate has expired or was revoked; ``timestamped``: a timestamp was there before.
    """
    answer = answer_to_state(state)
    if answer != "valid" or not ended:
        return answer
    return "timestamped" if timestamped else "registered"


def answer_to_stranger(problem: Problem | None) -> Kind:
    """What is said about a file that is none of those we released, by the verdict on its signature."""
    return "unregistered" if problem is None else _PROBLEM_ANSWERS[problem]


# --- lists of recipients -------------------------------------------------------------------------------------------

NAME, POSTAL, ADDRESS, EMAIL, WISH = "宛名", "郵便番号", "住所", "メール", "電子通知の希望"
KNOWN_COLUMNS = (NAME, POSTAL, ADDRESS, EMAIL, WISH)
YES, NO = ("はい", "○", "〇", "1", "希望する", "yes"), ("", "いいえ", "×", "0", "希望しない", "no")
MOST_ROWS, MOST_ERRORS = 20_000, 500
_PLACE = re.compile(r"\{([^{}\n]{1,60})\}")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a list: the line of the file (the heading is 1), the column, the value, why."""

    row: int
    column: str
    value: str
    reason: Promise | str


def placeholders(text: str) -> tuple[str, ...]:
    """The columns that a text asks for: ``{未納額}``."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """The text with each ``{column}`` replaced; an unknown one is left as it stands."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def wants_electronic(values: Mapping[str, str]) -> bool:
    """Whether somebody has said that notices may come electronically (デジタル手続法7条1項ただし書), and where to."""
    return values.get(WISH, "").strip().lower() in YES and bool(values.get(EMAIL))


def words_of_failure(error: Exception) -> str:
    """Why a notice could not be made, for the office: which sign has no glyph, otherwise the error's own words."""
    if sign := getattr(error, "missing", ""):
        return _("文字「%(sign)s」は表示できません。別の字に直してください。") % {"sign": sign}
    return str(error)[:500]


def faults_of_heading(columns: Sequence[str], *, asked: Sequence[str]) -> list[Fault]:
    """Columns that are missing, empty or named twice; ``asked`` are those that text and table need."""
    found = [Fault(1, name, "", _("この列がありません。")) for name in (NAME, *asked) if name not in columns]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    return [*found, *(Fault(1, name, "", _("同じ名前の列が2つあります。")) for name in twice)]


def faults_of_row(number: int, values: Mapping[str, str], *, asked: Sequence[str]) -> list[Fault]:
    """What is wrong with one recipient."""
    found = [Fault(number, name, "", _("空です。")) for name in dict.fromkeys((NAME, *asked)) if not values.get(name)]
    mail, wish = values.get(EMAIL, ""), values.get(WISH, "").strip().lower()
    if mail and (not _MAIL.fullmatch(mail) or len(mail) > MAIL_LENGTH):
        found.append(Fault(number, EMAIL, mail, _("メールアドレスの形ではありません。")))
    if wish not in YES + NO:
        found.append(Fault(number, WISH, values[WISH], _("「はい」か「いいえ」を入れてください。")))
    elif wish in YES and not mail:
        found.append(Fault(number, EMAIL, "", _("電子通知を希望する人には、メールアドレスが要ります。")))
    elif not mail and not values.get(ADDRESS):
        found.append(Fault(number, ADDRESS, "", _("郵送する人には、住所が要ります。")))
    elif wish in NO and not values.get(ADDRESS):
        found.append(Fault(number, ADDRESS, "", _("電子通知を希望しない人には、住所が要ります。")))
    return [
        *found,
        *(Fault(number, key, text[:50], _("長すぎます。")) for key, text in values.items() if len(text) > LONGEST),
    ]


MAIL_LENGTH, LONGEST = 254, 500

# --- corrections ---------------------------------------------------------------------------------------------------


def corrected(data: Mapping[str, Any], changes: Mapping[str, str]) -> dict[str, Any]:
    """The data of a notice with some of its words changed; what every new notice is given anew is taken out.

    ``changes``: ``name``, ``address``, ``body`` (a paragraph on each line), ``reasons`` (a reason on each line) and
    ``row-N`` for the value of the N-th row of the table, from 0.
    """
    new = {
        key: given for key, given in data.items() if key not in ("number", "issued_on", "issuer", "title", "profile")
    }
    who = {key: changes[key] for key in ("name", "address") if key in changes}
    new["applicant"] = {**(data.get("applicant") or {}), **who}
    if "body" in changes:
        new["body"] = [line for line in changes["body"].splitlines() if line.strip()]
    if "reasons" in changes:
        new["reasons"] = changes["reasons"]
    if "rows" in data:
        new["rows"] = [[label, changes.get(f"row-{n}", old)] for n, (label, old) in enumerate(data["rows"])]
    return new


# --- post ----------------------------------------------------------------------------------------------------------

UNOPENED_DAYS = 10  # business days after which an unopened electronic notice goes by post
SERVED_AFTER = timedelta(days=14)  # 公示送達 counts two weeks after it was put up (行政手続法15条3項、民事訴訟法112条)


# --- guessing ------------------------------------------------------------------------------------------------------

GUESSES, GUESS_WINDOW = 60, 600  # wrong codes and files from one address within ten minutes
WIDTH_V6 = 64  # bits: what one subscriber is given


def guesser_at(address: str) -> str:
    """By what somebody who guesses is counted: the address, of IPv6 the network that one subscriber has all of."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, WIDTH_V6), strict=False))


MAX_FILE_BYTES = 10 * 1024 * 1024
