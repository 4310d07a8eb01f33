"""別紙（案）: the notice as it would go out, before anything is decided."""

from tocho.engines.documents import api as documents
from tocho.modules.notices import api as notices
from tocho.modules.notices.tests.factories import AT, DATA, SOURCE


def test_a_preview_is_a_pdf_without_signature_or_code() -> None:
    data = {key: value for key, value in DATA.items() if key != "verify"}
    pdf = notices.preview(title="納税証明書", source=SOURCE, data=data, profile="disposition", at=AT)
    assert pdf.startswith(b"%PDF-")
    verdict = documents.verify(pdf, at=AT)
    assert (verdict.ok, verdict.signer) == (False, "")
