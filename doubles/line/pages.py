"""The telephone: one page without script, every value escaped; it reloads itself."""

import base64
import hashlib
from html import escape
from pathlib import Path
from typing import Any

from doubles.line.platform import Person

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def page(title: str, body: str, *, refresh: bool = False) -> str:
    again = '<meta http-equiv="refresh" content="5">' if refresh else ""
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{again}'
        f"<title>{escape(title)} – 見本のトーク</title><style>{STYLE}</style></head><body>"
        f'<p class="sample">見本のトークです。LINEのサービスではありません。</p><main>{body}</main></body></html>'
    )


def talk_page(person: Person, *, typed: str = "") -> str:
    """The talk with the account, newest below; ``typed`` stands ready to be sent."""
    if not person.is_friend:
        add = '<form method="post"><input type="hidden" name="act" value="add"><button>友だちに追加する</button></form>'
        return page("公式アカウント", f"<h1>バーチャル都庁</h1><p>手続をさがし、状況の知らせを受け取れます。</p>{add}")
    said = "".join(_bubble(who, message) for who, message in person.talk[-30:])
    taps = "".join(_taps(message) for who, message in person.talk[-1:] if who == "bot")
    body = (
        f'<h1>バーチャル都庁</h1><div class="talk" id="talk">{said}</div>{taps}'
        '<form method="post" class="write"><input type="hidden" name="act" value="write">'
        '<label for="text">メッセージ</label>'
        f'<input id="text" name="text" maxlength="500" required value="{escape(typed)}">'
        '<button>送る</button></form><p><a href="/">更新する</a></p>'
        '<form method="post"><input type="hidden" name="act" value="block">'
        '<button class="plain">ブロックする</button></form>'
    )
    return page("トーク", body)


def _bubble(who: str, message: dict[str, Any]) -> str:
    if message["type"] == "text":
        return f'<p class="bubble {who}">{escape(message["text"])}</p>'
    template = message["template"]
    columns = template["columns"] if template["type"] == "carousel" else [template]
    return '<div class="cards">' + "".join(map(_card, columns)) + "</div>"


def _card(column: dict[str, Any]) -> str:
    title = f"<h2>{escape(column['title'])}</h2>" if "title" in column else ""
    acts = "".join(
        f'<a class="act" href="{escape(action["uri"])}">{escape(action["label"])}</a>'
        for action in column["actions"]
        if action["type"] == "uri"
    )
    return f'<div class="card">{title}<p>{escape(column["text"])}</p>{acts}</div>'


def _taps(message: dict[str, Any]) -> str:
    items = (message.get("quickReply") or {}).get("items", ())
    return "".join(
        '<form method="post" class="tap"><input type="hidden" name="act" value="write">'
        f'<button name="text" value="{escape(item["action"]["text"])}">'
        f"{escape(item['action']['label'])}</button></form>"
        for item in items
        if item["action"]["type"] == "message"
    )
