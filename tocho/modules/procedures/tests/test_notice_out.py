"""A case ends, and its decision is 施行済, when the notice is out: not when it is written."""

from datetime import timedelta
from typing import Any

import pytest

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.engines.process import api as process
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.tests.factories import approve, circulate, make_draft, make_office
from tocho.modules.notices import actions as notices
from tocho.modules.notices.models import Notice
from tocho.modules.notices.signals import notice_sealed
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import case_page, status_page
from tocho.ui.testing import Pages

from .factories import AT, COURSE, World, authorised, make_slot, source, submit
from .test_actions import decide, draft, kinds

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=3)
LETTER = '#import "/letter.typ": *\n#show: letter\n#opening()\n#decision()\n#remedy(act: "この処分")\n#verification()'


def unsealed(profile: str = "disposition", **values: Any) -> World:
    """A procedure whose approval is a notice with a seal, for which nothing stands authorised."""
    approved = {"template": "letter", "title": "見本の許可書", "profile": profile}
    made = source(**{"notices": {"approve": approved}, **values}) | {"notices": {"letter": LETTER}}
    office = make_office()
    return World(office, actions.publish_version(source=made, actor=SYSTEM, at=AT))


def decided(world: World) -> Application:
    application = submit(world.version, kind="free")
    draft(world, application)
    decide(world, application)
    return fresh(application)


def fresh(application: Application) -> Application:
    return Application.objects.get(id=application.id)


def about(application: Application) -> Decision:
    return Decision.objects.get(subject_type="application", subject_id=application.id)


def place(application: Application) -> str:
    view = process.where(Subject("application", application.id))
    assert view is not None
    return "、".join(step.name for step in view.steps if step.state == "now")


def review(world: World, run_jobs: RunJobs) -> None:
    keeper = world.office.actor("reviewer")
    notices.review_seal(notice_id=Notice.objects.get().id, actor=keeper, at=LATER)
    run_jobs()


def stop_issue(world: World, application: Application) -> None:
    stop = make_draft(world.office, subject_id=90, relates_to=about(application).id, relation="cancel_issuance")
    circulate(world.office, stop)
    for name in ("deputy", "reviewer", "chief"):
        approve(world.office, stop, name)


def test_a_case_waits_for_the_seal_and_ends_when_the_notice_is_out(run_jobs: RunJobs) -> None:
    world = unsealed()
    application = decided(world)
    run_jobs()
    application = fresh(application)
    assert (application.state, application.closed_at, place(application)) == ("decided", None, "通知を出す")
    assert about(application).state == "decided"
    review(world, run_jobs)
    application = fresh(application)
    assert (application.state, place(application), about(application).state) == ("closed", "", "issued")
    assert kinds(application)[-1] == "application.closed"
    issued = [one.kind for one in ledger.entries_of(Subject("decision", about(application).id))]
    assert issued.count("decision.issued") == 1


def test_the_applicant_reads_no_outcome_before_the_notice(page: Pages, run_jobs: RunJobs) -> None:
    application = decided(unsealed())
    run_jobs()
    shown = status_page(fresh(application), at=LATER)
    assert (shown.application.get_state_display(), shown.tone) == ("通知の準備中", "info")
    assert [one.title for one in shown.moments if one.at is None] == ["通知を作成しています", "結果をお知らせします"]
    assert not any(notice.url for notice in shown.notices)


def test_what_waits_stays_in_the_list_of_what_is_due(page: Pages, run_jobs: RunJobs) -> None:
    world = unsealed()
    application = decided(world)
    listed = page.get("/desk/cases/?sort=due", user=world.office.drafter)
    assert application.receipt_number in listed
    assert "通知の準備中" in listed
    shown = page.get(f"/desk/cases/{application.id}/")
    assert page.get(f"/desk/notices/{Notice.objects.get().id}/").status == 200
    assert "見本の許可書" in shown
    assert "署名待ち" in shown
    review(world, run_jobs)
    assert application.receipt_number not in page.get("/desk/cases/?sort=due")
    assert case_page(fresh(application), user_id=world.office.drafter.id, at=LATER).notices


def test_what_is_authorised_ends_by_the_job_that_seals(run_jobs: RunJobs) -> None:
    world = unsealed()
    authorised(world.version)
    application = decided(world)
    assert application.state == "decided"
    run_jobs()
    assert (fresh(application).state, about(application).state) == ("closed", "issued")


def test_a_worker_that_dies_before_it_tells_is_made_up_for(run_jobs: RunJobs) -> None:
    world = unsealed()
    authorised(world.version)
    application = decided(world)
    heard = list(notice_sealed.receivers)
    notice_sealed.receivers.clear()
    notice_sealed.sender_receivers_cache.clear()
    try:
        run_jobs()
    finally:
        notice_sealed.receivers[:] = heard
        notice_sealed.sender_receivers_cache.clear()
    assert (Notice.objects.get().state, fresh(application).state) == ("released", "decided")
    notices.seal_notice(notice_id=Notice.objects.get().id, at=LATER)  # the job is run again
    assert fresh(application).state == "closed"
    notices.seal_notice(notice_id=Notice.objects.get().id, at=LATER)
    assert kinds(application).count("application.closed") == 1


def test_news_of_another_notice_moves_no_case(run_jobs: RunJobs) -> None:
    application = decided(unsealed())
    assert not actions.go_on_after_notice(application_id=application.id, kind="mihon.reject", at=LATER)
    assert fresh(application).state == "decided"


def test_what_has_no_notice_is_issued_with_the_decision() -> None:
    world = unsealed(notices={})
    application = decided(world)
    assert (application.state, about(application).state) == ("closed", "issued")


def test_a_cancelled_issue_takes_the_waiting_notice_with_it(run_jobs: RunJobs) -> None:
    world = unsealed()
    application = decided(world)
    stop_issue(world, application)
    assert (Notice.objects.count(), about(application).state) == (0, "issuance_cancelled")
    assert "notice.dropped" in [one.kind for one in ledger.entries_of(Subject("application", application.id))]


def test_what_was_cancelled_before_its_notice_is_examined_and_decided_anew(run_jobs: RunJobs) -> None:
    world = unsealed()
    application = decided(world)
    stop_issue(world, application)
    run_jobs()
    application = fresh(application)
    assert (application.state, application.outcome, place(application)) == ("examining", "", "審査する")
    assert process.tasks_of(Subject("application", application.id))[0].kind == "procedures.examine"
    assert not actions.go_on_without_notice(application_id=application.id, kind="mihon.approve", at=LATER)
    draft(world, application)
    decide(world, application)
    run_jobs()
    review(world, run_jobs)
    assert fresh(application).state == "closed"
    assert [
        one.state
        for one in Decision.objects.filter(subject_id=application.id, subject_type="application").order_by("id")
    ] == [
        "issuance_cancelled",
        "issued",
    ]


def test_a_place_is_given_back_while_its_notice_waits(run_jobs: RunJobs) -> None:
    world = unsealed("organisation", **{**COURSE, "notices": {}, "process": "koza-uketsuke"})
    made = world.version.source | {"notices": {"letter": LETTER}}
    spec = {"template": "letter", "title": "受講票", "profile": "organisation"}
    made["facts"] = {**made["facts"], "notices": {"approve": spec}}
    version = actions.publish_version(source=made, actor=SYSTEM, at=AT)
    application = submit(version, slot=str(make_slot().id))
    run_jobs()
    assert fresh(application).state == "decided"
    actions.cancel_booking(application_id=application.id, at=AT + timedelta(hours=1))
    run_jobs()
    assert (fresh(application).state, Notice.objects.count()) == ("closed", 0)
