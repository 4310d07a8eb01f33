"""Pictures of what is still being written: sound, faulty, endless."""

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
