"""The process tab: what is drawn is saved, checked, read as sentences, exchanged as a file."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

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


EACH = """<callActivity id="ask" name="意見を聞く" calledElement="iken-shokai"
                  tocho:give="units = [section]" tocho:take="answers = opinions">
      <multiInstanceLoopCharacteristics isSequential="true" tocho:collection='["R02-1600-06-02"]'
                                        tocho:item="section" tocho:results="all">
        <completionCondition>count(answers) &gt; 1</completionCondition>
      </multiInstanceLoopCharacteristics>
    </callActivity>
    <boundaryEvent id="failed" attachedToRef="ask"><errorEventDefinition errorRef="error_no_section"/></boundaryEvent>
    <boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">
      <escalationEventDefinition escalationRef="escalation_late"/>
    </boundaryEvent>
    <sequenceFlow id="f1" sourceRef="run_checks" targetRef="ask"/>
    <sequenceFlow id="f2" sourceRef="ask" targetRef="examine"/>
    <sequenceFlow id="f3" sourceRef="failed" targetRef="examine"/>
    <sequenceFlow id="f4" sourceRef="late" targetRef="examine"/>"""
CODES = """<error id="error_no_section" name="no_section" errorCode="no_section"/>
  <escalation id="escalation_late" name="late" escalationCode="late"/>
  <process """


def each_of_a_list(design: Design, **changes: str) -> str:
    """The design's process with a call for each of a list, an error and an escalation during it."""
    way = '<sequenceFlow id="run_checks_to_examine" sourceRef="run_checks" targetRef="examine"/>'
    xml: str = design.source["process"]
    assert way in xml
    each = EACH
    for old, new in changes.items():
        each = each.replace(old, new)
    shape = re.compile(r'<bpmndi:BPMNEdge id="run_checks_to_examine_edge".*?</bpmndi:BPMNEdge>', re.S)
    return shape.sub("", xml.replace(way, each).replace("<process ", CODES, 1))


def test_a_call_for_each_of_a_list_is_read_and_saved(page: Pages, office: Office, design: Design) -> None:
    call_command("load_processes", settings.BASE_DIR / "city" / "processes", verbosity=0)
    address, xml = f"/desk/designer/{design.id}/process/", each_of_a_list(design)
    read = page.post(f"{address}check/", {"xml": xml}, user=office.drafter, htmx=True)
    assert "公開できません" not in read, read.text
    for words in ("別の流れ", "意見を聞く", "一覧の分だけくり返す"):
        assert words in read
    assert post(page, office, design, do="save", xml=xml).status == 302
    shown = page.get(address)
    assert "意見を聞く" in shown
    design.refresh_from_db()
    assert design.source["process"] == xml


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("iken-shokai", "", "ask"),
        ("[section]", "[section", "ask"),
        ("error_no_section", "nothing", "failed"),
        ("escalation_late", "nothing", "late"),
        ("count(answers)", "count(nowhere", "ask"),
    ],
)
def test_its_faults_stand_at_their_element(
    page: Pages, office: Office, design: Design, old: str, new: str, element: str
) -> None:
    xml = each_of_a_list(design, **{old: new})
    read = page.post(f"/desk/designer/{design.id}/process/check/", {"xml": xml}, user=office.drafter, htmx=True)
    assert "公開できません" in read
    assert f'data-element="{element}"' in read.html


def test_the_panel_offers_published_processes(page: Pages, office: Office, design: Design) -> None:
    call_command("load_processes", settings.BASE_DIR / "city" / "processes", verbosity=0)
    shown = page.get(f"/desk/designer/{design.id}/process/", user=office.drafter)
    assert "iken-shokai" in shown.html


@pytest.mark.parametrize("path", ["", "check/"])
def test_others_may_not_change_a_process(page: Pages, office: Office, design: Design, path: str) -> None:
    address = f"/desk/designer/{design.id}/process/{path}"
    assert page.post(address, {}).status == 302
    assert page.post(address, {}, user=office.stranger).status == 404
