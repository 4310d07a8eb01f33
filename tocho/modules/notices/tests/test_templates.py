from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tocho.engines.documents.api import qr_svg, render
from tocho.modules.notices.tests.factories import DATA

TEMPLATES = sorted((settings.BASE_DIR / "city/procedures").glob("*/notices/*.typ"))
URL = "https://virtual-tocho.example/verify/7K3M-Q9FX-2BHD/"
ISSUED: dict[str, Any] = {
    "title": "納税証明書",
    "number": "",
    "issued_on": "2020-11-20",
    "issuer": "東京都知事",
    "profile": "disposition",
    "verify": {"url": URL, "code": "7K3M-Q9FX-2BHD", "qr_svg": qr_svg(URL)},
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
@pytest.mark.parametrize("reasons", ["納付を確認できないため。", "一つ目の理由。\n二つ目の理由。", ["理由の一覧"]])
def test_every_template_of_the_sample_city_makes_a_document(path: Path, reasons: object) -> None:
    pdf = render(path.read_text(), {**DATA, **ISSUED, "reasons": reasons})
    assert pdf.startswith(b"%PDF-1.7")


def test_the_sample_city_has_templates() -> None:
    assert len(TEMPLATES) >= 5


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_template_makes_do_with_little(path: Path) -> None:
    """No address, no kana, no decision, no rows: the applicant of a course gives no more."""
    data = {**ISSUED, "profile": "none", "applicant": {"name": "山田 花子"}, "rows": [], "reasons": ""}
    assert render(path.read_text(), data).startswith(b"%PDF-1.7")
