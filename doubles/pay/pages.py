"""The provider's pages: phone first, Japanese, no script, every value escaped."""

import base64
import hashlib
import io
from html import escape
from pathlib import Path
from sqlite3 import Row

import segno

from doubles.pay import cards

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
TITLES = {"card": "カードで支払う", "emoney": "電子マネーで支払う", "qr": "QRコードで支払う"}
PLANS = (
    ("succeed", "成功", "支払いが終わり、すぐに通知します"),
    ("fail", "失敗", "残高不足で支払えません"),
    ("expire", "時間切れ", "何も通知しません。問い合わせると「時間切れ」と答えます"),
    ("twice", "二重に通知", "成功の通知を2回送ります"),
    ("late", "遅れて通知", "成功の通知を後から送ります"),
)


def page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)} – 見本の決済</title><style>{STYLE}</style></head><body>"
        '<p class="sample">見本の決済ページです。お金は動きません。</p>'
        f"<header><div>みほん決済</div></header><main>{body}</main></body></html>"
    )


def pay_page(order: Row, *, problem: str = "") -> str:
    """The payment page of an open order, by its method."""
    fields = {"card": _card, "emoney": _emoney, "qr": _qr}[order["method"]](order)
    body = (
        f'<h1>{TITLES[order["method"]]}</h1><p class="note">{escape(order["description"])}</p>'
        f'<p class="sum">{order["amount"]:,}円</p>{_alert(problem)}<form method="post">{fields}{_tester()}</form>'
        '<form method="post"><input type="hidden" name="plan" value="cancel">'
        '<button class="plain">支払いをやめて戻る</button></form>'
    )
    return page(TITLES[order["method"]], body)


def _card(order: Row) -> str:
    rows = "".join(f"<tr><td><code>{_grouped(number)}</code></td><td>{text}</td></tr>" for number, text in cards.SHOWN)
    return (
        f'<h2 id="sample">使える見本の番号</h2><table aria-labelledby="sample">{rows}</table>'
        + _field("number", "カード番号", "cc-number", value=_grouped(cards.SUCCESS))
        + f'<div class="two"><div>{_field("expiry", "有効期限（月/年）", "cc-exp", value="12/30")}</div>'
        + f"<div>{_field('code', 'セキュリティコード', 'cc-csc', value='123')}</div></div>"
        + f"<button>{order['amount']:,}円を支払う</button>"
    )


def _emoney(order: Row) -> str:
    return (
        "<h2>電子マネー</h2><p>スマートフォンの電子マネーから支払います。見本なので、ボタンを押すだけで終わります。</p>"
        f"<button>{order['amount']:,}円を支払う</button>"
    )


def _qr(order: Row) -> str:
    svg = io.BytesIO()
    segno.make(f"MIHON-PAY:{order['id']}:{order['amount']}", error="m").save(
        svg, kind="svg", scale=6, border=4, xmldecl=False, svgclass="qr", lineclass=None, title="支払い用のQRコード"
    )
    return (
        "<h2>アプリで読み取ってください</h2>"
        + svg.getvalue().decode()
        + '<p class="note">見本なので、読み取らずに次のボタンで終わります。</p><button>アプリで支払いました</button>'
    )


def _tester() -> str:
    checked = {"succeed": " checked"}
    picks = "".join(
        f'<label class="pick"><input type="radio" name="plan" value="{value}"{checked.get(value, "")}>'
        f'<span><b>{name}</b><br><span class="note">{text}</span></span></label>'
        for value, name, text in PLANS
    )
    return f"<fieldset><legend>試す人のための選択</legend>{picks}</fieldset>"


def three_d_page(order: Row, *, problem: str = "") -> str:
    return page(
        "本人認証",
        f"<h1>本人認証（3-D セキュア）</h1><p>見本の銀行が送った番号 <code>{cards.CODE}</code> を入力してください。</p>"
        f'{_alert(problem)}<form method="post">{_field("otp", "確認番号", "one-time-code")}'
        "<button>認証して支払う</button></form>",
    )


def refused_page(text: str) -> str:
    return page("支払えません", f'<h1>この支払いは受け付けられません</h1><p class="bad">{escape(text)}</p>')


def front_page() -> str:
    return page(
        "みほん決済",
        "<h1>みほん決済</h1><p>試作のまちのための、見本の決済サービスです。支払いは手続のページから始めてください。</p>",
    )


def _field(name: str, label: str, autocomplete: str, *, value: str = "") -> str:
    return (
        f'<label for="{name}">{label}</label><input type="text" inputmode="numeric" id="{name}" name="{name}" '
        f'autocomplete="{autocomplete}" value="{value}">'
    )


def _grouped(number: str) -> str:
    return " ".join(number[n : n + 4] for n in range(0, len(number), 4))


def _alert(problem: str) -> str:
    return f'<p class="bad" role="alert">{escape(problem)}</p>' if problem else ""
