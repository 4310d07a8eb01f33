"""Two procedures of the city with several parties, from the application to the notice: 林地開発 (the municipality works
beside the office) and NPO法人の設立 (officers sign after the submission, then public inspection for two weeks)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.notify.models import Message
from tocho.core.org.models import OrgUnit, UnitKind
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api as process
from tocho.engines.process.background import queue_due_timers
from tocho.modules.cosigning import api as cosigning
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.tests.factories import UNIT, Office, approve, make_office
from tocho.modules.dossiers import api as dossiers
from tocho.modules.dossiers.tests.factories import stored
from tocho.modules.notices import api as notices
from tocho.modules.opinions.actions import answer
from tocho.modules.opinions.models import Opinion
from tocho.modules.procedures import actions
from tocho.modules.procedures.actions.forwarding import MunicipalityWaits
from tocho.modules.procedures.definitions import read_folder
from tocho.modules.procedures.models import Application, ProcedureVersion
from tocho.modules.procedures.queries import content_digest

from .factories import AT, CITY, FOREST_COUNCIL, authorised

pytestmark = pytest.mark.django_db
PLACE = {"postal_code": "198-0212", "prefecture": "東京都", "city": "奥多摩町", "town": "氷川", "rest": "1"}
PERSON = {
    "applicant_name": {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"},
    "applicant_phone": "03-5321-1111",
    "applicant_email": "hanako@example.jp",
}
FOREST_ANSWERS: dict[str, Any] = {
    **PERSON, "forest_address": PLACE, "applicant_address": PLACE, "area": 1.25, "remaining": 40, "purpose": "solar",
    "measures": "沈砂池を置き、斜面に草を植える。", "starts_on": "2021-04-01", "ends_on": "2022-03-31",
}  # fmt: skip
NPO_ANSWERS: dict[str, Any] = {
    **PERSON, "company_name": "特定非営利活動法人みほん", "office_address": PLACE, "activity": "environment",
    "purpose": "森の環境を守る活動を行い、地域に役立つことを目的とする。",
    "directors": 3, "auditors": 1, "paid_officers": 1, "members": 12,
}  # fmt: skip
DOCUMENTS = {
    "rinchi-kaihatsu": ("location_map", "area_map", "plan", "consents", "capacity"),
    "npo-setsuritsu": ("articles", "member_list", "confirmation", "prospectus", "minutes", "plans", "budgets"),
}
OFFICERS = tuple(f"officer{number}@example.jp" for number in range(4))


@pytest.fixture
def office(settings: Any, tmp_path: Any) -> Office:
    settings.VAR_DIR = tmp_path
    return make_office()


def published(key: str) -> ProcedureVersion:
    """As it stands in the city with the processes that it calls, for the tests' office and decided by its chief."""
    call_command("load_processes", verbosity=0)
    make_unit(FOREST_COUNCIL, "計画課", kind=UnitKind.SECTION)
    source = read_folder(CITY / key)
    source["facts"] |= {"office": UNIT, "category": "certificate"}
    return authorised(actions.publish_version(source=source, actor=SYSTEM, at=AT))


def filled_in(key: str, answers: dict[str, Any]) -> Application:
    application = actions.start_application(version=published(key), user_id=None, language="ja", at=AT)
    actions.save_answers(application_id=application.id, answers=answers, at=AT)
    for name in DOCUMENTS[key]:
        place: dict[str, Any] = {"key": name, "party": "applicant", "seen": 0}
        file_ids = [stored(name, f"{name}.pdf")]
        actions.give_document(application_id=application.id, file_ids=file_ids, **place, actor=Actor(), at=AT)
    return application


def accept_documents(office: Office, case: Application, *, at: datetime) -> None:
    for item in dossiers.items_of(actions.subject_of(case)):
        place: dict[str, Any] = {"key": item.key, "party": item.party, "seen": item.turn, "reason": None}
        actions.judge_document(application_id=case.id, actor=office.actor("drafter"), at=at, **place)


def approve_case(office: Office, case: Application, *, at: datetime) -> None:
    """Drafted by the office and decided by its people."""
    words = {"outcome": "approve", "reasons": "", "body": ""}
    number = actions.draft_decision(application_id=case.id, actor=office.actor("drafter"), at=at, **words)
    for name in ("deputy", "reviewer", "chief"):
        approve(office, Decision.objects.get(id=number), name, at=at)


def sealed_notice(case: Application) -> notices.NoticeView:
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "approve")
    (told,) = notices.notices_of(actions.subject_of(case))
    assert (told.state, told.download_url != "") == ("released", True)
    return told


def test_the_forest_council_is_heard_on_a_large_development(office: Office, run_jobs: RunJobs) -> None:
    """森林法10条の2第6項."""
    make_officer("okutama", make_post(make_unit("13308", "奥多摩町", kind=UnitKind.MUNICIPALITY), "森林の担当"))
    draft = filled_in("rinchi-kaihatsu", FOREST_ANSWERS | {"area": 10})
    secretary = make_officer("council", make_post(OrgUnit.objects.get(code=FOREST_COUNCIL), "主事"))
    case = actions.submit_application(application_id=draft.id, at=AT)
    run_jobs()
    assert [task.kind for task in process.tasks_of(actions.subject_of(case))] == ["procedures.forward"]
    asked = Opinion.objects.get(inquiry__subject_id=case.id)
    said: dict[str, Any] = {"verdict": "none", "text": "", "file_ids": []}
    answer(opinion_id=asked.id, actor=Actor(user_id=secretary.id), at=AT, **said)
    kinds = sorted(task.kind for task in process.tasks_of(actions.subject_of(case)))
    assert kinds == ["procedures.examine", "procedures.forward"]


def test_forest_land_is_examined_while_the_municipality_writes(office: Office, run_jobs: RunJobs) -> None:
    town = make_unit("13308", "奥多摩町", kind=UnitKind.MUNICIPALITY)
    clerk = make_officer("okutama", make_post(town, "森林の担当"))
    draft = filled_in("rinchi-kaihatsu", FOREST_ANSWERS)
    case = actions.submit_application(application_id=draft.id, at=AT)
    assert (case.state, case.stopped_on) == ("examining", None)
    assert all(check["ok"] for check in case.checks)
    tasks = process.tasks_of(actions.subject_of(case))
    assert sorted(task.kind for task in tasks) == ["procedures.examine", "procedures.forward"]
    accept_documents(office, case, at=AT)
    with pytest.raises(MunicipalityWaits):
        approve_case(office, case, at=AT)
    said: dict[str, Any] = {"opinion": "conditions", "words": "工事の車は県道を使うこと", "file_id": None}
    actions.forward_case(application_id=case.id, actor=Actor(user_id=clerk.id), at=AT, **said)
    approve_case(office, case, at=AT)
    run_jobs()
    assert sealed_notice(case).title == "林地開発許可書"


def signed_by_all(case: Application, asked: list[int]) -> None:
    for number, one in enumerate(asked):
        answers = {"post": "auditor" if number == 3 else "director", "address": PLACE, "paid": number == 0}
        seen = content_digest(Application.objects.get(id=case.id), at=AT)
        values: dict[str, Any] = {"seen": seen, "answers": answers, "method": "link:code", "actor": Actor(), "at": AT}
        actions.sign_application(application_id=case.id, invitation_id=one, **values)


def test_officers_of_a_nonprofit_accept_after_the_submission(office: Office, run_jobs: RunJobs) -> None:
    draft = filled_in("npo-setsuritsu", NPO_ANSWERS)
    person: dict[str, Any] = {"role": "officer", "name": "伊藤", "actor": Actor(), "at": AT}
    asked = [actions.invite_cosigner(application_id=draft.id, email=one, **person) for one in OFFICERS]
    case = actions.submit_application(application_id=draft.id, at=AT)
    assert case.state == "signing"
    mails = Message.objects.filter(template="procedures/signing_asked").values_list("to_email", flat=True)
    assert sorted(mails) == sorted(OFFICERS)
    signed_by_all(case, asked)
    case.refresh_from_db()
    assert (case.state, [one.state for one in cosigning.invitations_of(actions.subject_of(case))]) == (
        "examining",
        ["signed"] * 4,
    )
    assert all(check["ok"] for check in case.checks)
    assert process.tasks_of(actions.subject_of(case)) == ()  # the public looks first
    assert queue_due_timers(at=AT + timedelta(days=13)) == 0
    later = AT + timedelta(days=14)
    assert queue_due_timers(at=later) == 1
    run_jobs()
    accept_documents(office, case, at=later)
    approve_case(office, case, at=later)
    run_jobs()
    assert sealed_notice(case).title == "設立認証書"
