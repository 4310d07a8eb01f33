"""Procedures from folders: every mistake named with file, line and reason; nothing half published; a fourth in data."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.journeys.city import CULTURE
from tocho.core.jobs.testing import RunJobs
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.procedures import actions, api
from tocho.modules.procedures.models import Application, Procedure, ProcedureVersion
from tocho.ui.testing import Pages

from .factories import CITY, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two procedures: one that is right, and after it one to break."""
    make_officer(
        "tanaka", make_post(make_unit(CULTURE, "地域活動推進課", parent=make_unit("R02-0700", "生活文化局")), "主事")
    )
    for key in ("a-koza", "b-koza"):
        shutil.copytree(CITY / "koza-uketsuke", tmp_path / key)
        change(tmp_path / key / "procedure.toml", 'key = "koza-uketsuke"', f'key = "{key}"')
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


MISTAKES = [
    ("procedure.toml", "standard_days = 1", "standard_days = ", r"procedure\.toml.*line 5"),
    ("procedure.toml", "standard_days = 1", 'standard_days = "one"', r"procedure\.toml:5: standard_days"),
    ("procedure.toml", "popularity", "populrity", r"procedure\.toml:6: populrity: 知らない項目"),
    ("procedure.toml", 'office = "R02-0700-03-01"', 'office = "R99-9999"', r"procedure\.toml: office: .*R99-9999"),
    ("procedure.toml", 'field = "session"', 'field = "sesion"', r"procedure\.toml: booking\.field: .*sesion"),
    ("procedure.toml", '"display.session"', '"display."', r"procedure\.toml: notices\.approve\.rows\.講座"),
    ("procedure.toml", 'template = "confirmation"', 'template = "none"', r".*notices/none\.typ がありません"),
    ("form.json", '"schema_version": 1,', '"schema_version": 1', r"form\.json:4: JSON"),
    ("form.json", '"type": "slot"', '"type": "slots"', r"form\.json: .*slots"),
    ("rules/auto.dmn", "<text>seat</text>", "<text>seat +</text>", r"rules/auto\.dmn: .*行目"),
    ("process.bpmn", 'targetRef="run_checks"', 'targetRef="run_check"', r"process\.bpmn: .*run_check"),
    ("process.bpmn", "procedures.close", "procedures.shut", r"process\.bpmn: .*procedures\.shut"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), MISTAKES)
def test_a_mistake_is_named_and_nothing_is_published(folder: Path, name: str, old: str, new: str, said: str) -> None:
    change(folder / "b-koza" / name, old, new)
    with pytest.raises(CommandError, match=r"b-koza: " + said):
        call_command("load_procedures", str(folder))
    assert not Procedure.objects.exists()


def test_loading_again_makes_no_new_version(folder: Path) -> None:
    for _again in range(2):
        call_command("load_procedures", str(folder))
    assert sorted(ProcedureVersion.objects.values_list("procedure__key", "number")) == [("a-koza", 1), ("b-koza", 1)]


def test_a_fourth_procedure_needs_no_python(page: Pages, folder: Path, run_jobs: RunJobs) -> None:
    fourth = folder / "b-koza"
    change(fourth / "procedure.toml", 'ja = "講座・説明会の申込み"', 'ja = "見学の申込み"')
    (fourth / "form.json").write_text(FORM, encoding="utf-8")
    text = (fourth / "procedure.toml").read_text(encoding="utf-8")
    (fourth / "procedure.toml").write_text(text[: text.index("[auto]")], encoding="utf-8")
    for name in ("rules", "notices"):
        shutil.rmtree(fourth / name)
    call_command("load_procedures", str(fourth))
    assert "見学の申込み" in page.get("/procedures/")
    step = page.post("/procedures/b-koza/start/").location
    review = page.post(step, {"applicant_name-family": "山田", "applicant_name-given": "花子", "people": "３"}).location
    assert "山田 花子" in page.get(review)
    page.post(page.get(review).location or review.replace("review", "submit"))
    case = Application.objects.get()
    assert (case.state, case.answers["people"]) == ("examining", 3)


FORM = """{"schema_version": 1, "title": "見学の申込み", "steps": [{"key": "who", "title": "あなたのこと", "fields": [
  {"key": "applicant_name", "type": "name", "label": "氏名", "kana": false, "required": true},
  {"key": "people", "type": "number", "label": "人数", "required": true, "min": 1, "max": 40}]}]}"""


def test_a_version_is_read_aloud_after_its_publication(run_jobs: RunJobs) -> None:
    version = make_world().version
    assert api.readings_after(0) == (0, {})
    run_jobs()
    actions.write_readings(version_id=version.id)
    seen, words = api.readings_after(0)
    assert words["氏名"] == [["氏名", "しめい"]]
    assert api.readings_after(seen) == (seen, {})
