import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tocho.ui import furigana
from tocho.ui.testing import Pages

READINGS: furigana.Readings = {
    "税の種類": [["税", "ぜい"], ["の", ""], ["種類", "しゅるい"]],
    "税 & 人": [["税", "ぜい"], [" & ", ""], ["人", "ひと"]],
    "年度末": [["年度", "ねんど"], ["末", "まつ"]],
    "上手": [["上手", "じょうず"]],
    "上手投げ": [["上手", "うわて"], ["投げ", "なげ"]],
}


def plain(html: str) -> str:
    """Ruby as 字[じ]."""
    html = html.replace("<span>", "").replace("</span>", "")
    for tag, words in {'<rp aria-hidden="true">（</rp>': "[", '<rp aria-hidden="true">）</rp>': "]", "<ruby>": "",
                       '<rt aria-hidden="true">': "", "</rt>": "", "</ruby>": ""}.items():  # fmt: skip
        html = html.replace(tag, words)
    return html


@pytest.fixture(autouse=True)
def known(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_texts", "_words", "_asked"):
        monkeypatch.setattr(furigana, name, {})
    settings.VAR_DIR, settings.FURIGANA_SOURCES = tmp_path, []
    (tmp_path / furigana.FILE).write_text(json.dumps(READINGS))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a title="税の種類">税の種類 <b>字</b></a>', '<a title="税の種類">税[ぜい]の種類[しゅるい] <b>字</b></a>'),
        ("<p>\n  税 &amp; 人\n</p>", "<p>\n  税[ぜい] &amp; 人[ひと]\n</p>"),
        ("<p>令和8年度（2026年度）</p>", "<p>令和8年度[ねんど]（2026年度[ねんど]）</p>"),
        ("<p>上手です</p>", "<p>上手です</p>"),  # read in two ways: nobody guesses
        ("<title>税の種類</title><textarea>年度</textarea>", "<title>税の種類</title><textarea>年度</textarea>"),
        ("<option>年度</option><!-- 年度 -->", "<option>年度</option><!-- 年度 -->"),
        ("<script>'年度'</script>", "<script>'年度'</script>"),
        ("<p>末</p>", "<p>末</p>"),  # a single kanji may be read in many ways
    ],
)  # fmt: skip
def test_readings_stand_over_what_is_known(html: str, expected: str) -> None:
    assert plain(furigana.annotate(html)) == expected


def test_what_is_learned_is_escaped() -> None:
    furigana.learn({"<b>字</b>": [["<b>", ""], ["字", "<じ>"], ["</b>", ""]]})
    html = furigana.annotate("<p>&lt;b&gt;字&lt;/b&gt;</p>")
    assert "&lt;じ&gt;" in html
    assert "<b>" not in html


def test_a_source_is_asked_once_a_minute_for_what_is_new(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def source(seen: int) -> tuple[int, furigana.Readings]:
        asked.append(seen)
        return seen + 1, {}

    now = [0.0]
    settings.FURIGANA_SOURCES = ["a.source"]
    monkeypatch.setattr(furigana, "import_string", lambda name: source)
    monkeypatch.setattr("tocho.ui.furigana.time.monotonic", lambda: now[0])
    for now[0] in (100.0, 159.0, 161.0):
        furigana.annotate("")
    assert asked == [0, 1]


def test_readings_are_switched_on_and_off(client: Client, settings: Settings, page: Pages) -> None:
    settings.DEMO = True
    on = client.post("/ui/furigana/", {"furigana": "1", "next": "/ui/"})
    assert (on.status_code, on["Location"]) == (302, "/ui/")
    assert client.cookies["furigana"]["httponly"]
    furigana.learn({"画面部品の一覧": [["画面", "がめん"], ["部品", "ぶひん"], ["の", ""], ["一覧", "いちらん"]]})
    assert "<ruby>部品" in client.get("/ui/").content.decode()
    off = client.post("/ui/furigana/", {"next": "https://evil.example/"})
    assert off["Location"] == "/"
    assert "<ruby>" not in client.get("/ui/").content.decode()


def test_files_and_other_languages_have_none(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    client.post("/ui/furigana/", {"furigana": "1"})
    client.post("/ui/language/", {"language": "en"})
    response: Any = client.get("/ui/")
    assert "<ruby>" not in response.content.decode()
