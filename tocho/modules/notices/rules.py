"""Pure decisions of the notices: verification codes, states, and which answer a check gives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

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


# --- guessing ------------------------------------------------------------------------------------------------------

GUESSES, GUESS_WINDOW = 60, 600  # wrong codes and files from one address within ten minutes
MAX_FILE_BYTES = 10 * 1024 * 1024
