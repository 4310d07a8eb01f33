import subprocess

import pytest

from tocho.engines.documents.api import RenderError, qr_svg, render, render_apart
from tocho.engines.documents.tests.conftest import DATA, SOURCE


def text_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_the_same_input_gives_the_same_bytes() -> None:
    assert render(SOURCE, DATA) == render(SOURCE, DATA)


def test_the_document_declares_archive_and_accessibility_standards(plain: bytes) -> None:
    assert b"<pdfaid:part>2</pdfaid:part>" in plain
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in plain
    assert b"<pdfuaid:part>1</pdfuaid:part>" in plain
    assert b"/Lang (ja-JP)" in plain or b"/Lang(ja-JP)" in plain


def test_dates_are_written_in_the_japanese_era(plain: bytes) -> None:
    assert "令和2年11月20日" in text_of(plain)
    first_year = text_of(render(SOURCE, {**DATA, "issued_on": "2019-05-01"}))
    assert "令和元年5月1日" in first_year
    assert "平成31年4月30日" in text_of(render(SOURCE, {**DATA, "issued_on": "2019-04-30"}))


def test_names_in_rare_characters_are_drawn() -> None:
    assert "𠮷野 髙﨑" in text_of(render(SOURCE, {**DATA, "applicant": {"name": "𠮷野 髙﨑", "address": ""}}))


def test_rows_without_a_value_are_left_out() -> None:
    text = text_of(render(SOURCE, {**DATA, "rows": [["施設", "会議室A"], ["登録番号", ""]]}))
    assert "会議室A" in text
    assert "登録番号" not in text


def test_a_character_without_a_glyph_is_an_error_and_not_a_blank_box() -> None:
    with pytest.raises(RenderError, match="could not be displayed"):
        render(SOURCE, {**DATA, "title": "𓀀"})


def test_data_cannot_become_a_command() -> None:
    hostile = '#read("/letter.typ") "; panic() $x$'
    assert '#read("/letter.typ")' in text_of(render(SOURCE, {**DATA, "office": hostile}))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("#nothing()", "unknown variable"),
        ('#import "@preview/x:0.1.0": y', "packages"),
        ('#read("/etc/passwd")', "not found"),
        ('#read("../rendering.py")', "escape"),
        ("no title", "title"),
    ],
)
def test_a_faulty_template_is_refused_with_its_reason(source: str, reason: str) -> None:
    with pytest.raises(RenderError, match=reason):
        render(source, DATA)


def test_a_qr_code_is_svg_without_margin() -> None:
    assert qr_svg("https://example.jp/verify/7K3M-Q9FX-2BHD/").startswith("<svg")


def test_a_child_renders_the_same_bytes_and_says_the_same_mistakes() -> None:
    assert render_apart(SOURCE, DATA) == render(SOURCE, DATA)
    for make in (render, render_apart):
        with pytest.raises(RenderError, match="unknown variable"):
            make("#nothing", {})
