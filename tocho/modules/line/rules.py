"""Pure: signatures, words, and the messages of the Messaging API as it limits them."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

Message = dict[str, Any]

KEPT_DAYS = 7
TICKET_MINUTES = 30
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
COLUMNS = 10
LIMITS = {"title": 40, "text": 60, "label": 20}
TICKET_LIFE = timedelta(minutes=TICKET_MINUTES)


@dataclass(frozen=True)
class Hit:
    """A procedure as a card in the talk shows it."""

    title: str
    text: str
    url: str


def signature_is_genuine(secret: str, body: bytes, signature: str) -> bool:
    """Whether LINE signed this body: ``X-Line-Signature`` is the base64 of HMAC-SHA256 with the channel's secret."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "replace"))


def new_code() -> str:
    """A word short enough to type: 8 symbols without look-alikes, 1.1 × 10^12 possible, good for 30 minutes, once."""
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


def word_digest(word: str) -> bytes:
    """SHA-256 of a ticket's word."""
    return hashlib.sha256(word.encode()).digest()


def said(text: str) -> tuple[str, str]:
    """What a text wants: link, unlink, state, help, follow (with a code) or search (with the words)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    word = plain.lower().rstrip("。!?？！")
    for intent, words in COMMANDS.items():
        if word in words:
            return intent, ""
    code = plain.upper().split()[-1] if plain else ""
    if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS):
        return "follow", code
    return ("search", plain[:100]) if plain else ("help", "")


COMMANDS: Mapping[str, frozenset[str]] = {
    "link": frozenset({"連携", "連携する", "れんけい", "link"}),
    "unlink": frozenset({"連携解除", "連携をやめる", "解除", "unlink"}),
    "state": frozenset({"状況", "申請の状況", "じょうきょう", "status", "my applications"}),
    "help": frozenset({"使い方", "ヘルプ", "help", "?", "こんにちは", "hello", "メニュー"}),
}


def cut(text: str, limit: int) -> str:
    """A text within a limit of UTF-16 units, as LINE counts, with an ellipsis where something was left out."""
    if len(text.encode("utf-16-le")) <= 2 * limit:
        return text
    while len(text.encode("utf-16-le")) > 2 * (limit - 1):
        text = text[:-1]
    return text + "…"


def text_message(text: str, *, quick: Sequence[str] = ()) -> Message:
    """A text, with words to tap below it."""
    message: Message = {"type": "text", "text": cut(text, 5000)}
    if quick:
        message["quickReply"] = {"items": [_tap(word) for word in quick[:13]]}
    return message


def _tap(word: str) -> Message:
    label = cut(word, LIMITS["label"])
    return {"type": "action", "action": {"type": "message", "label": label, "text": cut(word, 300)}}


def cards_message(alt: str, hits: Sequence[Hit], *, label: str) -> Message:
    """Cards to leaf through, each with one button that opens an address in the phone's browser."""
    columns = [
        {
            "title": cut(hit.title, LIMITS["title"]),
            "text": cut(hit.text or hit.title, LIMITS["text"]),
            "actions": [_open(label, hit.url)],
        }
        for hit in hits[:COLUMNS]
    ]
    return {"type": "template", "altText": cut(alt, 400), "template": {"type": "carousel", "columns": columns}}


def button_message(text: str, *, label: str, url: str) -> Message:
    """A text with one button that opens an address in the phone's browser."""
    template = {"type": "buttons", "text": cut(text, 160), "actions": [_open(label, url)]}
    return {"type": "template", "altText": cut(text, 400), "template": template}


def _open(label: str, url: str) -> Message:
    return {"type": "uri", "label": cut(label, LIMITS["label"]), "uri": outside(url)}


def outside(url: str) -> str:
    """The address, opened in the phone's own browser: there people are signed in and can save."""
    return f"{url}{'&' if '?' in url else '?'}openExternalBrowser=1"


def help_messages(popular: Sequence[str]) -> list[Message]:
    """What the account can do, with what people come for most to tap."""
    text = _(
        "さがしている手続を、いつもの言葉で送ってください。\n例：車の税金\n\n"
        "「状況」：申請の状況を見る\n「連携」：アカウントとつなぐ"
    )
    return [text_message(text, quick=[*popular, _("状況"), _("連携")])]


def nothing_found(text: str, popular: Sequence[str]) -> list[Message]:
    """Nothing found: say so and offer what people come for most."""
    words = _("「%(text)s」に当てはまる手続は見つかりませんでした。別の言葉でお試しください。") % {
        "text": cut(text, 100)
    }
    return [text_message(words, quick=popular)]
