"""The process tab: what is drawn is saved, checked, read as sentences, exchanged as a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.models import Design
from tocho.ui.testing import Page, Pages

from .factories import make_design

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    return make_design(office.drafter, unit=UNIT)


def post(page: Pages, office: Office, design: Design, **data: object) -> Page:
    design.refresh_from_db()
    values = {"revision": design.revision, **data}
    return page.post(f"/desk/designer/{design.id}/process/", values, user=office.drafter)


def test_process_reads_as_sentences(page: Pages, office: Office, design: Design) -> None:
    shown = page.get(f"/desk/designer/{design.id}/process/", user=office.drafter)
    assert "文で読む" in shown
    assert "職員" in shown


def test_process_shows_what_is_wrong_and_keeps_it(page: Pages, office: Office, design: Design) -> None:
    xml = design.source["process"].replace('tocho:handler="procedures.run_checks"', 'tocho:handler="no.such"')
    assert post(page, office, design, do="save", xml=xml).status == 302
    shown = page.get(f"/desk/designer/{design.id}/process/", user=office.drafter)
    assert "「no.such」は用意されていません" in shown
    design.refresh_from_db()
    assert design.source["process"] == xml
    assert post(page, office, design, do="undo").status == 302
    assert "文で読む" in page.get(f"/desk/designer/{design.id}/process/", user=office.drafter)


@pytest.mark.parametrize("data", [b"<nonsense", b"<a/>", b"\xff\xfe", b""])
def test_what_is_no_bpmn_is_refused(page: Pages, office: Office, design: Design, data: bytes) -> None:
    before = design.source["process"]
    refused = post(page, office, design, do="upload", file=SimpleUploadedFile("x.bpmn", data))
    assert refused.status == 422
    design.refresh_from_db()
    assert design.source["process"] == before


def test_process_file_goes_out_and_comes_back(page: Pages, office: Office, design: Design) -> None:
    file = page.get(f"/desk/designer/{design.id}/process/file/", user=office.drafter)
    assert file.content.decode() == design.source["process"]
    changed = file.content.replace("審査".encode(), "吟味".encode())
    assert post(page, office, design, do="upload", file=SimpleUploadedFile("x.bpmn", changed)).status == 302
    design.refresh_from_db()
    assert design.source["process"].encode() == changed


def test_process_of_a_shape_and_of_nothing(page: Pages, office: Office, design: Design) -> None:
    assert post(page, office, design, do="shape", shape="shape:notification").status == 302
    design.refresh_from_db()
    assert f'<process id="{design.key}"' in design.source["process"]
    assert post(page, office, design, do="shape", shape="shape:none").status == 422
    assert post(page, office, design, do="back:1").status == 302
    assert post(page, office, design, do="back:99").status == 422
    assert post(page, office, design, do="else").status == 400


def test_process_check_answers_with_sentences_or_faults(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/process/check/"
    assert "文で読む" in page.post(address, {"xml": design.source["process"]}, user=office.drafter, htmx=True)
    assert "公開できません" in page.post(address, {"xml": "<a/>"}, user=office.drafter, htmx=True)


@pytest.mark.parametrize("path", ["", "check/"])
def test_others_may_not_change_a_process(page: Pages, office: Office, design: Design, path: str) -> None:
    address = f"/desk/designer/{design.id}/process/{path}"
    assert page.post(address, {}).status == 302
    assert page.post(address, {}, user=office.stranger).status == 404
