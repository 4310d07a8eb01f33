"""ふりがな over the kanji of a page, for readers who switch them on: known texts get the readings that were stored with
them, other texts those of the words in them that are always read the same. Names that people typed are left alone.

``learn`` takes readings (``lib.ruby``); sources are named in ``settings.FURIGANA_SOURCES`` and asked again each minute.
"""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from html import escape

from django.conf import settings
from django.utils.module_loading import import_string

from tocho.lib.ruby import has_kanji, runs

COOKIE = "furigana"
FILE = "readings.json"  # of the texts of the screens themselves; made at set-up by ``make_readings``
PATIENCE = 60  # seconds
LIMIT = 200_000  # texts that a process keeps
Readings = Mapping[str, Sequence[Sequence[str]]]  # text → its words: (surface, reading)
# Where no ruby may stand or helps nobody: attributes, scripts, titles, options, what is typed, who is meant.
_PIECES = re.compile(
    r"<(?P<skipped>script|style|textarea|title|option|svg|ruby|kbd|code)\b.*?</(?P=skipped)>|<[^>]*>|[^<]+",
    re.DOTALL | re.IGNORECASE,
)

_texts: dict[str, str] = {}  # escaped text → HTML
_words: dict[str, dict[str, str]] = {}  # first character → escaped word → HTML; "" where it is read in several ways
_asked: dict[str, tuple[float, int]] = {}  # source → when it was asked, and how far it was read


def learn(readings: Readings) -> None:
    """Take in readings of texts; what is known already stays."""
    for text, words in readings.items():
        key = escape(text)
        if key in _texts or len(_texts) >= LIMIT:
            continue
        _texts[key] = ruby(words)
        for surface, reading in words:
            if len(re.findall("[々一-鿿]", surface)) >= 2:
                html = ruby([(surface, reading)])
                known = _words.setdefault(surface[0], {})
                known[escape(surface)] = html if known.get(escape(surface), html) == html else ""


def ruby(words: Sequence[Sequence[str]]) -> str:
    """Words as HTML. Screen readers read the kanji themselves, so the reading is hidden from them."""
    return "".join(
        f'<ruby>{escape(part)}<rp aria-hidden="true">（</rp><rt aria-hidden="true">{escape(reading)}</rt>'
        '<rp aria-hidden="true">）</rp></ruby>' if reading else escape(part)
        for part, reading in runs(words)
    )  # fmt: skip


def annotate(html: str) -> str:
    """A page with readings over its kanji. Tags and what stands in them stay as they are."""
    _refresh()
    return _PIECES.sub(lambda match: _spoken(match[0]) if match[0][0] != "<" else match[0], html)


def _spoken(text: str) -> str:
    if not has_kanji(text):
        return text
    core = text.strip()
    start = text.index(core)
    read = _texts.get(core) or _by_words(core)
    if "<" in read:  # one element, so that the words of a button stay together
        read = f"<span>{read}</span>"
    return f"{text[:start]}{read}{text[start + len(core) :]}"


def _by_words(text: str) -> str:
    found, at = [], 0
    while at < len(text):
        known = _words.get(text[at])
        word = max((one for one in known if text.startswith(one, at)), key=len, default="") if known else ""
        found.append((known or {}).get(word) or word or text[at])
        at += len(word) or 1
    return "".join(found)


def _refresh() -> None:
    """Ask the sources whose last answer is older than a minute for what is new."""
    now = time.monotonic()
    for name in ("", *settings.FURIGANA_SOURCES):
        asked, seen = _asked.get(name, (-PATIENCE, 0))
        if now - asked < PATIENCE:
            continue
        source: Callable[[int], tuple[int, Readings]] = import_string(name) if name else _of_screens
        seen, readings = source(seen)
        learn(readings)
        _asked[name] = (now, seen)


def _of_screens(seen: int) -> tuple[int, Readings]:
    path = settings.VAR_DIR / FILE
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:  # set-up has not made them: the words of the sources are read all the same
        return seen, {}
    return (changed, json.loads(path.read_bytes())) if changed != seen else (seen, {})
