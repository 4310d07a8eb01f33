"""What stands still: seen by those who tend it and by nobody else, tried again once, with a record."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from tocho.core.accounts.models import User
from tocho.core.jobs.queries import fetch_rows
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import background
from tocho.engines.process.models import Incident, Token
from tocho.modules.payments import actions as paying
from tocho.modules.payments import api as payments
from tocho.modules.payments.models import Refund
from tocho.modules.payments.providers.base import ProviderRefusedError
from tocho.modules.payments.providers.hosted import HostedPage
from tocho.modules.payments.tests.factories import collected
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.tests.factories import AT, UNIT, World, make_world, submit
from tocho.ui.testing import Page, Pages

pytestmark = pytest.mark.django_db
LIST = "/desk/stalled/"


@pytest.fixture
def world() -> World:
    return make_world()


def stop(application: Application) -> int:
    """The case's present step fails for good, as a background step does."""
    token_id = Token.objects.get(instance__subject_id=application.id, fate="here").id
    for _attempt in range(background.ATTEMPTS):
        background.record_failure(token_id=token_id, timer_id=None, error=OSError("印刷機 10.0.0.7"), at=AT)
    return Incident.objects.get(token_id=token_id).id


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.PAY_SECRET, settings.PAY_URL = "a secret of the tests", "http://localhost:8788"

    def no(*_given: object, **_more: object) -> None:
        raise ProviderRefusedError("card expired")

    monkeypatch.setattr(HostedPage, "refund", no)


def refused_refund(application: Application) -> int:
    intent = collected(subject=Subject("application", application.id), unit=UNIT)
    refund_id = payments.refund(intent_id=intent.id, amount=400, reason="取下げ", actor=SYSTEM, at=AT)
    paying.send_refund(refund_id=refund_id, at=AT)
    return refund_id


def operations() -> User:
    section = make_unit("T-05-01", "情報基盤課", parent=make_unit("T-05", "戦略本部"))
    return make_officer("operator", make_post(section, "主事", serves_as="operations"))


def counted(desk: Page) -> list[str]:
    """What the desk says about how much stands still; the place in the navigation is no count."""
    return [words for words in desk.links if words.startswith("止まっているもの ")]


def waiting(name: str) -> int:
    found = fetch_rows("SELECT id FROM procrastinate_jobs WHERE task_name = %(name)s AND status = 'todo'", name=name)
    return len(found)


def test_nothing_stands_still(page: Pages, world: World) -> None:
    empty = page.get(LIST, user=world.office.deputy, queries=14)
    assert "止まっている案件はありません" in empty
    assert "できなかった還付はありません" in empty
    assert "やり直したもの" not in empty
    assert counted(page.get("/desk/")) == []


def test_the_office_sees_it_and_tries_again_once(page: Pages, world: World) -> None:
    application = submit(world.version, kind="free")
    incident_id = stop(application)
    deputy = world.office.deputy
    assert page.get("/desk/", user=deputy).links["止まっているもの 1件"] == LIST
    shown = page.get(LIST)
    assert "審査する" in shown
    assert shown.links[f"{application.receipt_number} 見本の申請"] == f"/desk/cases/{application.id}/"
    one = page.get(f"{LIST}incidents/{incident_id}/", queries=14)
    assert "山田 花子" in one
    assert "何度やり直しても" in one
    assert "10.0.0.7" not in one  # what engineers read may name internals
    before = waiting("process.run_step")
    assert page.post(f"{LIST}incidents/{incident_id}/").location == LIST
    assert page.post(f"{LIST}incidents/{incident_id}/").location == LIST  # pressed twice
    again = page.get(LIST)
    assert "すでに済んだか、やり直しているところです" in again
    assert "やり直し中" in again
    assert waiting("process.run_step") == before + 1
    entries = ledger.entries_of(Subject("application", application.id))
    retried = [entry for entry in entries if entry.kind == "process.retried"]
    assert [(entry.actor.user_id, entry.unit) for entry in retried] == [(deputy.id, UNIT)]
    assert "止まっていた処理を、職員がやり直しました" in page.get(f"/desk/cases/{application.id}/")


@pytest.mark.usefixtures("refuse")
def test_a_refused_refund_is_tried_again(page: Pages, world: World) -> None:
    refund_id = refused_refund(submit(world.version, kind="free"))
    one = page.get(f"{LIST}refunds/{refund_id}/", user=world.office.chief)
    assert "400円の還付" in one
    assert "card expired" in one
    page.post(f"{LIST}refunds/{refund_id}/")
    refund = Refund.objects.get(id=refund_id)
    assert (refund.state, refund.problem, refund.retried_by_id) == ("requested", "", world.office.chief.id)
    page.post(f"{LIST}refunds/{refund_id}/")
    again = page.get(LIST)
    assert "すでに済んだか、やり直しているところです" in again
    assert "やり直し中" in again


@pytest.mark.usefixtures("refuse")
def test_who_runs_the_platform_sees_all_without_names(page: Pages, world: World) -> None:
    application = submit(world.version, kind="free")
    incident_id, refund_id = stop(application), refused_refund(application)
    operator = operations()
    shown = page.get(LIST, user=operator, queries=15)
    assert "すべての部署" in shown
    assert "主税局 徴収部 徴収課" in shown
    one = page.get(f"{LIST}incidents/{incident_id}/")
    assert "印刷機 10.0.0.7" in one
    assert "山田 花子" not in one
    assert f"/desk/cases/{application.id}/" not in one
    assert page.get(f"{LIST}refunds/{refund_id}/").status == 200
    assert page.get(LIST, user=User.objects.create_superuser("root")).status == 200
    assert page.get("/desk/").location == LIST


def test_others_do_not_reach_it(page: Pages, world: World) -> None:
    incident_id = stop(submit(world.version, kind="free"))
    place = f"{LIST}incidents/{incident_id}/"
    assert page.get(LIST, user=world.office.drafter).status == 403  # 主事
    assert page.post(place).status == 403
    desk = page.get("/desk/")
    assert (counted(desk), "止まっているもの" in desk.links) == ([], False)
    assert page.get(LIST, user=world.office.stranger).status == 200
    assert page.post(place).status == 404  # another section
    assert page.get(f"{LIST}refunds/1/").status == 404
    assert page.get(f"{LIST}incidents/0/").status == 404
    assert page.post(LIST).status == 405
    page.client.logout()
    assert "/accounts/login/" in page.get(LIST).location
    assert Incident.objects.get().retried_at is None


def test_the_list_goes_on_behind_its_first_page(page: Pages, world: World) -> None:
    for _number in range(31):
        stop(submit(world.version, kind="free"))
    first = page.get(LIST, user=world.office.chief, queries=14)
    assert "止まっているもの 31件" in first
    rest = page.get(first.links["次へ"])
    assert rest.text.count("確かめて、やり直す") == 1


def test_a_case_that_was_withdrawn_meanwhile_is_left_alone(page: Pages, world: World) -> None:
    application = submit(world.version, kind="free")
    incident_id = stop(application)
    actions.withdraw_application(application_id=application.id, reason="", at=AT + timedelta(hours=1))
    page.post(f"{LIST}incidents/{incident_id}/", user=world.office.chief)
    shown = page.get(LIST)
    assert "すでに済んだか" in shown
    assert "止まっている案件はありません" in shown
