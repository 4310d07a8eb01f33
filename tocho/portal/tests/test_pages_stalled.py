"""What stands still: seen by those who tend it and by nobody else, tried again once, with a record."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from tocho.core.accounts.models import User
from tocho.core.jobs.queries import fetch_rows, job_counts
from tocho.core.jobs.testing import fail_job
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.notify.models import Message
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import background
from tocho.engines.process.models import Incident, Token
from tocho.engines.rest.models import Delivery, Hook
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
    assert "止まっているものはありません" in empty
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
    shown = page.get(LIST, user=operator, queries=24)
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
    assert rest.html.count("data-row") == 1


def test_a_case_that_was_withdrawn_meanwhile_is_left_alone(page: Pages, world: World) -> None:
    application = submit(world.version, kind="free")
    incident_id = stop(application)
    actions.withdraw_application(application_id=application.id, reason="", at=AT + timedelta(hours=1))
    page.post(f"{LIST}incidents/{incident_id}/", user=world.office.chief)
    shown = page.get(LIST)
    assert "すでに済んだか" in shown
    assert "止まっているものはありません" in shown


def failed_mail() -> Message:
    return Message.objects.create(
        key="procedures.received:1",
        template="procedures/application_received",
        to_email="hanako@example.jp",
        subject="【受付番号 T-1】山田花子の申請を受け付けました",
        body="本文",
        state="failed",
        attempts=1,
        last_error="550 <hanako@example.jp>: no such user",
        created_at=AT,
        tried_at=AT,
    )


def failing_hook(owner: User) -> Hook:
    hook = Hook.objects.create(
        user=owner,
        url="https://hooks.example.jp/in?key=very-secret",
        secret="whsec_c2VjcmV0",
        kinds=["procedures.submitted"],
        made_at=AT,
        ended_at=AT,
        ended_because="failing",
    )
    event = {"id": "evt_1", "type": "procedures.submitted"}
    Delivery.objects.create(hook=hook, entry_id=1, event=event, state="failed", tries=8, answer="503", made_at=AT)
    Delivery.objects.create(hook=hook, entry_id=2, event=event, state="waiting", tries=3, answer="503", made_at=AT)
    return hook


def test_who_runs_the_platform_sees_its_machinery_without_persons(page: Pages, world: World) -> None:
    job_id = fail_job("notices.seal_notice", error=OSError("山田 花子"), notice_id=7)
    mail, hook = failed_mail(), failing_hook(world.office.chief)
    shown = page.get(LIST, user=operations(), queries=24)
    assert "止まっているもの 3件" in shown
    assert "通知に電子署名をして届ける" in shown
    assert "外部のシステムかネットワークにつながりませんでした" in shown
    assert "【受付番号 …】…の申請を受け付けました" in shown
    assert "宛先のメールアドレスに届きませんでした" in shown
    assert "hooks.example.jp" in shown
    assert "届いていない知らせ 2件" in shown
    pages = [shown, *(page.get(f"{LIST}{key}/") for key in (f"jobs/{job_id}", f"mails/{mail.id}", f"hooks/{hook.id}"))]
    for one in pages:
        for secret in ("花子", "hanako", "very-secret", "T-1"):
            assert secret not in one
    assert "notices.seal_notice" in pages[1]
    assert "受け取れないと答え続けました（503）" in pages[3]


def test_the_machinery_is_tried_again_once(page: Pages, world: World) -> None:
    job_id = fail_job("notices.seal_notice", error=OSError(), notice_id=7)
    mail, hook = failed_mail(), failing_hook(world.office.chief)
    operator = operations()
    page.get(LIST, user=operator)
    places = [f"{LIST}jobs/{job_id}/", f"{LIST}mails/{mail.id}/", f"{LIST}hooks/{hook.id}/"]
    for place in [*places, *places]:  # each pressed twice
        assert page.post(place, {"act": "retry"}).location == LIST
    again = page.get(LIST)
    assert "をやり直しています" in again
    assert "すでに済んだか、やり直しているところです" in again
    assert "止まっているものはありません" in again
    assert Message.objects.get(id=mail.id).state == "queued"
    assert Hook.objects.get(id=hook.id).ended_at is None
    assert set(Delivery.objects.values_list("state", "tries")) == {("waiting", 0)}
    assert (waiting("notices.seal_notice"), waiting("rest.deliver")) == (1, 2)
    for subject, kind in [
        (Subject("job", job_id), "jobs.retried"),
        (Subject("mail", mail.id), "notify.retried"),
        (Subject("hook", hook.id), "rest.hook_reopened"),
    ]:
        assert [(one.kind, one.actor.user_id) for one in ledger.entries_of(subject)] == [(kind, operator.id)]


def test_what_is_not_wanted_any_more_is_put_away(page: Pages, world: World) -> None:
    job_id = fail_job("notices.seal_notice", error=OSError())
    mail, hook = failed_mail(), failing_hook(world.office.chief)
    page.get(LIST, user=operations())
    for place in (f"jobs/{job_id}", f"mails/{mail.id}", f"hooks/{hook.id}"):
        assert page.post(f"{LIST}{place}/", {"act": "put_away"}).location == LIST
    assert "止まっているものはありません" in page.get(LIST)
    assert (Message.objects.get(id=mail.id).state, Hook.objects.get(id=hook.id).ended_because) == ("failed", "failing")
    assert job_counts().get("failed", 0) == 0


def test_an_office_does_not_reach_the_machinery(page: Pages, world: World) -> None:
    job_id = fail_job("notices.seal_notice", error=OSError())
    mail = failed_mail()
    shown = page.get(LIST, user=world.office.chief)
    assert "止まっているものはありません" in shown
    assert "通知に電子署名をして届ける" not in shown
    for place in (f"jobs/{job_id}", f"mails/{mail.id}", "nothing/1"):
        assert page.get(f"{LIST}{place}/").status == 404
        assert page.post(f"{LIST}{place}/").status == 404
