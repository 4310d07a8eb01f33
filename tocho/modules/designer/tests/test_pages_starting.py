"""Beginning a design: from a shape, a copy, the version in use, a zip; and what is refused without losing anything."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.accounts.models import UserKind
from tocho.core.org.tests.factories import make_user
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.definitions import shape, to_zip
from tocho.modules.designer.models import Design
from tocho.modules.procedures.tests.factories import make_version
from tocho.ui.testing import Pages

from .factories import make_design

pytestmark = pytest.mark.django_db
NEW = {"title": "道路の使用許可", "key": "doro-shiyo", "unit": UNIT, "start": "shape:permit"}


@pytest.fixture
def office() -> Office:
    return make_office()


def test_design_start_from_a_shape(page: Pages, office: Office) -> None:
    shown = page.get("/desk/designer/new/?start=shape:subsidy", user=office.drafter)
    assert "補助金の交付申請" in shown
    made = page.post("/desk/designer/new/", NEW, user=office.drafter)
    design = Design.objects.get()
    assert made.location == f"/desk/designer/{design.id}/facts/"
    assert (design.key, design.unit, design.base_number) == ("doro-shiyo", UNIT, None)
    assert 'id="doro-shiyo"' in design.source["process"]


def test_design_start_copies_a_procedure(page: Pages, office: Office) -> None:
    make_version()
    page.post("/desk/designer/new/", {**NEW, "start": "copy:mihon"}, user=office.drafter)
    assert [field["key"] for field in Design.objects.get().source["form"]["steps"][0]["fields"]] == ["kind", "copies"]


@pytest.mark.parametrize(
    ("name", "value"), [("key", "Road!"), ("key", "mihon"), ("title", ""), ("start", "shape:none")]
)
def test_design_start_keeps_what_was_typed(page: Pages, office: Office, name: str, value: str) -> None:
    make_version()
    wrong = page.post("/desk/designer/new/", {**NEW, name: value}, user=office.drafter)
    assert wrong.status == 422
    kept = {**NEW, name: value}
    assert (wrong.fields["title"], wrong.fields["key"]) == (kept["title"], kept["key"])


def test_design_start_refuses_a_second_open_design(page: Pages, office: Office) -> None:
    page.post("/desk/designer/new/", NEW, user=office.drafter)
    assert "すでに作られています" in page.post("/desk/designer/new/", NEW, user=office.drafter)


def test_design_next_begins_from_the_version_in_use(page: Pages, office: Office) -> None:
    make_version()
    assert "見本の申請" in page.get("/desk/designer/new/", user=office.drafter)
    first = page.post("/desk/designer/new/mihon/", user=office.drafter).location
    assert Design.objects.get().base_number == 1
    assert page.post("/desk/designer/new/mihon/", user=office.drafter).location == first  # once more: the same
    assert page.post("/desk/designer/new/mihon/", user=office.stranger).status == 404
    assert page.get("/desk/designer/new/mihon/", user=office.drafter).status == 405


def test_a_resident_makes_no_procedures(page: Pages, office: Office) -> None:
    resident = make_user("hanako", kind=UserKind.RESIDENT)
    assert page.get("/desk/designer/new/").status == 302
    assert page.get("/desk/designer/new/", user=resident).status == 403


def test_design_export_and_import(page: Pages, office: Office) -> None:
    design = make_design(office.drafter, unit=UNIT)
    packed = page.get(f"/desk/designer/{design.id}/export.zip", user=office.drafter).response.content
    assert page.get(f"/desk/designer/{design.id}/export.zip", user=office.stranger).status == 404
    design.delete()
    upload = SimpleUploadedFile("mihon.zip", packed)
    page.post("/desk/designer/new/import/", {"unit": UNIT, "folder": upload}, user=office.drafter)
    assert Design.objects.get().source == design.source


def test_design_import_refuses_what_it_cannot_read_or_what_is_anothers(page: Pages, office: Office) -> None:
    def give(data: bytes, user: object) -> object:
        upload = SimpleUploadedFile("x.zip", data)
        unit = UNIT if user is office.drafter else "T-01-01-02"
        return page.post("/desk/designer/new/import/", {"unit": unit, "folder": upload}, user=user)

    assert "zipとして読めません" in give(b"x", office.drafter)
    make_version()
    source = {**(shape("permit") or {})}
    source["facts"] = {**source["facts"], "key": "mihon"}
    assert "ほかの課のもの" in give(to_zip(source, folder="mihon"), office.stranger)
    assert not Design.objects.exists()
