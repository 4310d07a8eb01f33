"""Pictures of what is still being written: sound, faulty, endless."""

import re
import subprocess
import sys

import pytest

from tocho.engines.documents import sketch as module
from tocho.engines.documents.api import sketch

HEAD = '#import "/letter.typ": *\n#show: letter\n'
DATA = {"title": "通知", "issuer": "東京都", "issued_on": "2020-11-20", "rows": [["税目", "自動車税"]]}


def test_a_sound_source_gives_pages_and_the_pdf() -> None:
    found = sketch(HEAD + "#opening()\n#facts(data.rows)", DATA)
    assert found.fault is None
    assert found.pdf.startswith(b"%PDF")
    assert [page[:4] for page in found.pages] == [b"\x89PNG"]


def test_a_mistake_is_named_with_its_line() -> None:
    found = sketch(HEAD + "#opening()\n#says[あ #nosuch()]", DATA)
    assert found.fault is not None
    assert (found.fault.line, found.fault.message) == (4, "unknown variable: nosuch")
    assert found.pages == ()


def test_a_sign_without_glyph_is_named_and_the_page_still_shown() -> None:
    found = sketch(HEAD + "あ\U0001f9ffい", DATA)
    assert found.fault is not None
    assert found.fault.missing == "\U0001f9ff"
    assert len(found.pages) == 1


def test_what_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 2)
    found = sketch(HEAD + '#let x = 0\n#while true { x = x + 1; if x > 9000 { x = 0 }; let y = "a" * 1000 }', DATA)
    assert found.fault is not None
    assert not found.pages


def test_packages_and_files_are_out_of_reach() -> None:
    assert sketch('#import "@preview/cetz:0.2.0"', DATA).fault is not None
    assert sketch('#read("/../../../../etc/passwd")', DATA).fault is not None


def test_the_calling_process_loads_no_typst() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup();"
        "from tocho.engines.documents.api import sketch;"
        f"assert sketch('= a', {DATA!r}).pages; sys.exit('typst' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "source",
    [
        '#import "@preview/cetz:0.3.0"',
        '#import "\\u{40}preview/cetz:0.3.0"',
        '#import ("x" + "@preview/cetz:0.3.0").slice(1)',
        '#eval("import (str.from-unicode(64) + \\"preview/cetz:0.3.0\\")")',
        '#read("/../rendering.py")',
    ],
)
def test_no_template_reaches_out(source: str) -> None:
    found = sketch(source, {})
    assert (found.pdf, found.pages) == (b"", ())
    assert found.fault is not None
    assert re.search("may not import|127.0.0.1:9|Connection Failed|escape the project root", found.fault.message)
