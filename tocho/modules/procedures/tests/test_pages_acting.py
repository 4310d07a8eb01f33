"""Applying as agent: the choice at the start, who sees the case, and what the end of the mandate takes away."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import make_resident
from tocho.core.ledger import api as ledger
from tocho.core.notify.models import Message
from tocho.modules.mandates import actions as powers
from tocho.modules.mandates.actions import Scope
from tocho.modules.mandates.models import Mandate
from tocho.modules.mandates.tests.factories import make_agent, make_mandate
from tocho.modules.procedures import actions, queries
from tocho.modules.procedures.definitions import NoticeSpec
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Pages

from .factories import ANSWERS, World, make_world
from .test_races import at_once

pytestmark = pytest.mark.django_db
ANSWERED = {**ANSWERS, "kind": "free", "applicant_email": "suzuki@example.jp"}


@pytest.fixture
def world() -> World:
    return make_world()


def year() -> Scope:
    today = timezone.localdate()
    return Scope([], today, today + timedelta(days=365))


@pytest.fixture
def people(world: World) -> tuple[User, User, Mandate]:
    principal, agent = make_resident(), make_agent()
    return principal, agent, make_mandate(principal, agent, scope=year(), at=timezone.now())


def started(page: Pages, agent: User, mandate: Mandate) -> Application:
    begun = page.post("/procedures/mihon/start/", {"acting": f"agent:{mandate.id}"}, user=agent)
    application = Application.objects.get(public_id=begun.location.split("/")[2])
    return actions.save_answers(application_id=application.id, answers=ANSWERED, at=timezone.now())


def submitted(page: Pages, people: tuple[User, User, Mandate]) -> Application:
    application = started(page, people[1], people[2])
    page.post(f"/apply/{application.public_id}/submit/", {})
    application.refresh_from_db()
    return application


def test_the_choice_is_offered_to_those_who_have_one(page: Pages, people: tuple[User, User, Mandate]) -> None:
    assert "だれとして申請しますか" not in page.get("/procedures/mihon/")
    assert "山田 花子の代理人として" in page.get("/procedures/mihon/", user=people[1])


def test_the_principal_is_the_applicant_and_the_agent_is_named(page: Pages, people: Any, world: World) -> None:
    application = submitted(page, people)
    principal, agent, _mandate = people
    assert (application.user_id, application.acting_as) == (principal.id, "agent")
    assert application.applicant_email == "hanako@example.jp"
    entry = next(one for one in ledger.entries_of(actions.subject_of(application)) if one.kind.endswith("submitted"))
    assert (entry.actor.user_id, entry.actor.acting_for_id) == (agent.id, principal.id)
    status = f"/applications/{application.public_id}/"
    words = "行政書士 鈴木 一郎（登録番号 12345678）が、山田 花子の代理人として申請"
    assert words in page.get(status)
    assert words in Pages().get(status, user=principal)
    assert words in Pages().get(f"/desk/cases/{application.id}/", user=world.office.drafter, queries=40)
    assert application.receipt_number in Pages().get("/my/", user=agent, queries=40).text  # type: ignore[operator]


def test_revoked_the_agent_loses_the_running_case_and_the_principal_keeps_it(page: Pages, people: Any) -> None:
    application = submitted(page, people)
    principal, _agent, mandate = people
    status = f"/applications/{application.public_id}/"
    assert page.get(status).status == 200
    powers.revoke_mandate(mandate_id=mandate.id, user_id=principal.id, at=timezone.now())
    assert page.get(status).status == 404
    assert page.get(f"{status}documents/").status == 404
    assert Pages().get(status, user=principal).status == 200
    gone = Message.objects.get(template="procedures/agent_gone")
    assert gone.to_email == "hanako@example.jp"


def test_past_its_last_day_access_ends_before_the_job_has_run(page: Pages, people: Any) -> None:
    application = submitted(page, people)
    yesterday = timezone.localdate() - timedelta(days=2)
    Mandate.objects.update(starts_on=yesterday, last_on=yesterday)
    assert page.get(f"/applications/{application.public_id}/").status == 404


def test_a_forged_choice_is_oneself(page: Pages, people: Any) -> None:
    stranger = make_resident("other@example.jp", name="他人")
    begun = page.post("/procedures/mihon/start/", {"acting": f"agent:{people[2].id}"}, user=stranger)
    application = Application.objects.get(public_id=begun.location.split("/")[2])
    assert (application.user_id, application.acting_as) == (stranger.id, "self")


def test_a_company_applies_for_itself_or_for_another(page: Pages, people: Any) -> None:
    company = make_resident("kaisha@example.jp", name="株式会社さくら")
    User.objects.filter(id=company.id).update(kind="company")
    Mandate.objects.update(agent=company)
    company.refresh_from_db()
    assert "会社（株式会社さくら）として" in page.get("/procedures/mihon/", user=company)
    begun = page.post("/procedures/mihon/start/", {"acting": "company"})
    assert Application.objects.get(public_id=begun.location.split("/")[2]).acting_as == "company"


def test_the_deciders_read_of_the_agent(page: Pages, people: Any, world: World) -> None:
    application = submitted(page, people)
    row = ["代理人", "行政書士 鈴木 一郎（登録番号 12345678）"]
    assert row in queries.decision_content(application, outcome="approve", reasons="")["brief"]
    office = Pages()
    assert row[1] in office.get(f"/desk/cases/{application.id}/draft/", user=world.office.drafter, queries=50)
    office.post(f"/desk/cases/{application.id}/draft/", {"outcome": "approve", "body": "交付する。", "reasons": ""})
    links = office.get(f"/desk/cases/{application.id}/").links.values()
    assert row[1] in office.get(next(link for link in links if re.search(r"/decisions/\d+/", link)))


@pytest.mark.parametrize(
    ("spec", "named"),
    [({"profile": "disposition"}, True), ({}, False), ({"agent": "named"}, True),
     ({"profile": "disposition", "agent": "omitted"}, False)],
)  # fmt: skip
def test_a_notice_names_the_agent_where_its_law_wants_it(
    page: Pages, people: Any, spec: dict[str, str], named: bool
) -> None:
    notice = NoticeSpec(template="x", title="通知", **spec)  # type: ignore[arg-type]
    data = queries.notice_data(submitted(page, people), notice, None, at=timezone.now())
    assert data["applicant"]["agent"] == ("行政書士 鈴木 一郎（登録番号 12345678）" if named else "")


@pytest.mark.django_db(transaction=True)
def test_revoked_while_the_agent_submits(transactional_db: None) -> None:
    make_world()
    principal, agent = make_resident(), make_agent()
    mandate = make_mandate(principal, agent, scope=year(), at=timezone.now())
    application = started(Pages(), agent, mandate)
    now = timezone.now()
    ends = at_once(
        lambda: actions.submit_application(application_id=application.id, by=agent.id, at=now),
        lambda: powers.revoke_mandate(mandate_id=mandate.id, user_id=principal.id, at=now),
    )
    assert ends in ({"done": 2}, {"done": 1, "refused": 1})
    application.refresh_from_db()
    assert (application.state == "examining") == (ends == {"done": 2})
