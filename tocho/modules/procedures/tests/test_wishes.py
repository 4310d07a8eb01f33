"""How the notice is to come: what was said, what counts, until when it can be changed (デジタル手続法7条1項但書)."""

from typing import Any

import pytest

from tocho.core.accounts.tests.factories import make_resident
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.engines.rest.tests.factories import Program, make_person, make_secret
from tocho.lib.errors import Refused
from tocho.modules.decisions.tests.factories import Office, make_office
from tocho.modules.notices.actions import state_wish
from tocho.modules.notices.models import Notice
from tocho.modules.procedures import actions
from tocho.modules.procedures.definitions import read_folder
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.rules import way_of_notice
from tocho.ui.testing import Pages

from .factories import ANSWERS, AT, World, make_world, submit
from .test_pages_counter import file_it
from .test_rounds import SHAPE, applied, grant, pass_on, shape

pytestmark = pytest.mark.django_db
FREE = {"kind": "free"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize(
    ("said", "online", "reachable", "way"),
    [
        ("", True, True, "electronic"),
        ("", False, True, "post"),
        ("electronic", False, True, "electronic"),
        ("post", True, True, "post"),
        ("electronic", True, False, "post"),
        ("", True, False, "post"),
    ],
)
def test_the_notice_goes_the_way_that_was_wished(said: str, online: bool, reachable: bool, way: str) -> None:
    assert way_of_notice(said, online=online, reachable=reachable) == way


def evidence(application: Application) -> tuple[Any, Any]:
    entries = ledger.entries_of(Subject("application", application.id))
    told = next(one for one in entries if one.kind == "application.submitted")
    return told.data["notice_by"], told.data["wish"]


def test_what_the_account_said_before_counts_where_nothing_is_said(world: World) -> None:
    person = make_resident()
    assert evidence(submit(world.version, user_id=person.id, **FREE)) == ("electronic", "")
    state_wish(user_id=person.id, by="post", at=AT)
    state_wish(user_id=person.id, by="post", at=AT)
    assert evidence(submit(world.version, user_id=person.id, **FREE)) == ("post", "account")
    kinds = [one.kind for one in ledger.entries_of(Subject("user", person.id))]
    assert kinds.count("notice.wish_stated") == 1


def test_the_last_page_asks_and_keeps_what_was_chosen(page: Pages, world: World) -> None:
    person = make_resident()
    state_wish(user_id=person.id, by="post", at=AT)
    application = actions.start_application(version=world.version, user_id=person.id, language="ja", at=AT)
    actions.save_answers(application_id=application.id, answers={**ANSWERS, **FREE}, at=AT)
    review = page.get(f"/apply/{application.public_id}/review/", user=person)
    assert review.fields["notice_by"] == "post"
    page.post(f"/apply/{application.public_id}/submit/", {"notice_by": "electronic"})
    application.refresh_from_db()
    assert application.notice_by == "electronic"
    assert evidence(application) == ("electronic", "application")
    assert "結果の通知の受け取り方：電子" in page.get(f"/applications/{application.public_id}/")


def test_at_the_counter_it_is_the_post_unless_said(page: Pages, world: World) -> None:
    application = file_it(page, world)
    assert application.notice_by == "post"
    assert "メールアドレスがないので、郵送します。" in page.get(f"/applications/{application.public_id}/")


def test_it_can_be_changed_until_the_notice_is_out(page: Pages, world: World) -> None:
    person = make_resident()
    application = submit(world.version, user_id=person.id, **FREE)
    url = f"/applications/{application.public_id}/delivery/"
    assert page.post(url, {"notice_by": "post"}, user=person).status == 302
    application.refresh_from_db()
    assert application.notice_by == "post"
    assert "通知の受け取り方を保存しました" in page.get(f"/applications/{application.public_id}/")
    page.post(url, {"notice_by": "pigeon"})
    application.refresh_from_db()
    assert application.notice_by == "post"
    assert page.get(url).status == 405
    assert page.post(url, {"notice_by": "post"}, user=make_resident("taro@example.jp")).status == 404
    Application.objects.filter(id=application.id).update(closed_at=AT)
    with pytest.raises(Refused, match="変えられません"):
        actions.choose_delivery(application_id=application.id, notice_by="electronic", at=AT)


def test_the_office_sees_it(page: Pages, world: World) -> None:
    application = submit(world.version, **FREE)
    actions.choose_delivery(application_id=application.id, notice_by="post", at=AT)
    seen = page.get(f"/desk/cases/{application.id}/", user=world.office.drafter)
    assert "通知の受け取り方" in seen
    assert "郵送" in seen


@pytest.fixture
def office() -> Office:
    return make_office()


def test_without_the_wish_it_is_sealed_and_waits_for_the_post(
    office: Office, run_jobs: RunJobs, settings: Any, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path
    source, whole = shape(), read_folder(SHAPE)
    source["notices"], source["facts"]["notices"] = whole["notices"], whole["facts"]["notices"]
    application = applied(source)
    actions.choose_delivery(application_id=application.id, notice_by="post", at=AT)
    pass_on(office, application)
    grant(office, application)
    notice = Notice.objects.get()
    assert notice.recipient_email == ""
    actions.choose_delivery(application_id=application.id, notice_by="electronic", at=AT)
    actions.choose_delivery(application_id=application.id, notice_by="post", at=AT)
    run_jobs()
    notice.refresh_from_db()
    assert (notice.state, notice.signature_level) == ("sealed", "B-B")
    with pytest.raises(Refused, match="すでに出ています"):
        actions.choose_delivery(application_id=application.id, notice_by="electronic", at=AT)
    kinds = [one.kind for one in ledger.entries_of(Subject("application", application.id))]
    assert kinds.count("notice.readdressed") == 2


def test_programs_say_it_too(world: World) -> None:
    program = Program(make_secret(make_person(), ["applications:read", "applications:write"]))
    new = {"procedure": "mihon", "answers": {**ANSWERS, **FREE}, "declared": True, "notice_by": "post"}
    made = program.post("/applications", new, key="k").json()
    assert made["notice_by"] == "post"
    changed = program.put(f"/applications/{made['id']}/delivery", {"notice_by": "electronic"})
    assert (changed.status_code, changed.json()["notice_by"]) == (200, "electronic")
    assert program.put(f"/applications/{made['id']}/delivery", {"notice_by": "x"}).status_code == 422
