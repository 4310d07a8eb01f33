"""From a file to the inventory in the browser: choose, watch, look, confirm."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.jobs.testing import RunJobs
from tocho.modules.inventory.models import ImportRun, ProcedureEntry
from tocho.ui.testing import Pages

from .factories import TAX, World, make_world, table

pytestmark = pytest.mark.django_db
IMPORTS = "/desk/inventory/imports/"
HEAD = ("手続ID", "手続名", "総手続件数")
GOOD = table(HEAD, ("A-1", "納税証明書の交付", 1200))
BAD = table(HEAD, ("A-1", "納税証明書の交付", "多い"))


@pytest.fixture
def world() -> World:
    return make_world()


def send(page: Pages, user: object, content: bytes = GOOD, name: str = "survey.csv", once: str = "once") -> str:
    file = SimpleUploadedFile(name, content)
    sent = {"file": file, "effective_on": "2020-11-20", "default_unit": TAX, "_once": once}
    return str(page.post(IMPORTS, sent, user=user).location)


def test_choose_watch_look_confirm(page: Pages, world: World, run_jobs: RunJobs) -> None:
    there = send(page, world.tax)
    assert "ファイルを確かめています" in page.get(there, queries=12)
    piece = page.get(there, htmx=True)
    assert 'hx-trigger="every 1s"' in piece.html
    run_jobs()
    assert page.get(there, htmx=True).headers["HX-Refresh"] == "true"
    assert page.get(there).h1 == "取り込むと、1件が加わり、0件が変わります"
    assert page.get(there + "confirm/").status == 405
    page.post(there + "confirm/")
    run_jobs()
    assert page.get(there).h1 == "1件が加わり、0件が変わりました"
    assert "survey.csv" in page.get(IMPORTS, queries=14)
    assert ProcedureEntry.objects.get().volume == 1200


def test_errors_are_shown_and_downloaded(page: Pages, world: World, run_jobs: RunJobs) -> None:
    there = send(page, world.tax, BAD)
    run_jobs()
    found = page.get(there)
    assert found.h1 == "誤りが1件あるので、まだ取り込めません"
    assert "0以上の整数" in found
    lines = b"".join(page.get(there + "errors.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("2,A-1,納税証明書の交付,総手続件数,多い,")
    assert page.post(there + "confirm/").status == 422
    assert ProcedureEntry.objects.count() == 0


def test_the_form_sent_twice_is_one_import(page: Pages, world: World) -> None:
    assert send(page, world.tax) == send(page, world.tax)
    assert ImportRun.objects.count() == 1


def test_an_import_may_be_given_up(page: Pages, world: World, run_jobs: RunJobs) -> None:
    there = send(page, world.tax)
    run_jobs()
    assert page.post(there + "discard/").location == IMPORTS
    assert page.get(there).h1 == "この取込はやめました"


@pytest.mark.parametrize(("name", "content"), [("x.pdf", b"%PDF-1.4 x"), ("x.csv", b"<html>"), ("x.csv", b"")])
def test_other_files_are_refused_on_the_form(page: Pages, world: World, name: str, content: bytes) -> None:
    sent = {"file": SimpleUploadedFile(name, content), "effective_on": "2020-11-20", "default_unit": TAX}
    assert page.post(IMPORTS, sent, user=world.tax).status == 422


def test_a_file_of_tomorrow_is_refused_on_the_form(page: Pages, world: World) -> None:
    sent = {"file": SimpleUploadedFile("x.csv", GOOD), "effective_on": "2999-01-01", "default_unit": TAX}
    assert "基準日は今日か" in page.post(IMPORTS, sent, user=world.tax)


def test_others_do_not_find_my_import_but_the_reform_team_does(page: Pages, world: World) -> None:
    there = send(page, world.tax)
    assert page.get(there, user=world.culture).status == 404
    assert page.post(there + "confirm/").status == 404
    assert page.get(there, user=world.planner).status == 200
    assert page.get(f"{IMPORTS}999999/").status == 404
