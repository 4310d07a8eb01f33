import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linebot.v3.webhook import SignatureValidator

from doubles.line.checks import faults_of
from tocho.modules.line.rules import (
    CODE_LETTERS,
    Hit,
    button_message,
    cards_message,
    cut,
    help_messages,
    new_code,
    nothing_found,
    outside,
    said,
    signature_is_genuine,
    text_message,
)


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_signatures_are_judged_as_lines_own_sdk_does(body: bytes, secret: str) -> None:
    good = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    assert signature_is_genuine(secret, body, good)
    assert SignatureValidator(secret).validate(body.decode("latin-1"), good) == signature_is_genuine(
        secret, body.decode("latin-1").encode(), good
    )
    assert not signature_is_genuine(secret, body + b"x", good)
    assert not signature_is_genuine(secret, body, "é")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("連携", "link"),
        ("連携解除", "unlink"),
        ("状況？", "state"),
        ("ヘルプ", "help"),
        ("", "help"),
        ("車の税金", "search"),
        ("ｎｏｕｚｅｉ", "search"),
    ],
)
def test_what_people_write_is_understood(text: str, intent: str) -> None:
    assert said(text)[0] == intent


def test_a_code_is_found_however_it_is_typed() -> None:
    code = new_code()
    assert set(code) <= set(CODE_LETTERS)
    assert said(f"番号は {code.lower()} ")[1] == code
    assert said(code) == ("follow", code)


@given(
    st.text(min_size=1, max_size=6000), st.lists(st.tuples(st.text(max_size=200), st.text(max_size=200)), max_size=14)
)
def test_messages_keep_within_lines_limits(text: str, pairs: list[tuple[str, str]]) -> None:
    """The double refuses what LINE refuses; whatever titles and texts there are, our messages pass."""
    shown = text.strip() or "x"
    hits = [Hit(title.strip() or "手続", words.strip(), "https://example.jp/") for title, words in pairs] or [
        Hit("手続", "", "https://example.jp/")
    ]
    sent = [
        text_message(shown, quick=[hit.title for hit in hits]),
        cards_message(shown, hits, label="見る・申請する"),
        button_message(shown, label=shown, url="https://example.jp/?a=1"),
    ]
    assert faults_of({"messages": sent}) == []
    assert faults_of({"messages": help_messages(["納税証明書の交付"])}) == []
    assert faults_of({"messages": nothing_found(shown, ["納税証明書の交付"])}) == []


def test_long_texts_are_cut_between_characters() -> None:
    assert cut("𠮷" * 30, 40) == "𠮷" * 19 + "…"
    assert cut("手続", 40) == "手続"


def test_addresses_open_in_the_phones_own_browser() -> None:
    assert outside("https://x.jp/a") == "https://x.jp/a?openExternalBrowser=1"
    assert outside("https://x.jp/a?b=1") == "https://x.jp/a?b=1&openExternalBrowser=1"
