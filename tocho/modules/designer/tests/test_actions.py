"""Saving, undo, four eyes, publication."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tocho.core.ledger.api import Subject, entries_of
from tocho.core.notify import api as notify
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer import actions
from tocho.modules.designer.models import Design, Revision
from tocho.modules.procedures.models import Application, ProcedureVersion
from tocho.modules.procedures.tests.factories import FORM, make_version, submit

from .factories import AT, by, colleague_of, make_design

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    return make_design(office.drafter, unit=UNIT)


def save(design: Design, user: object, part: str, value: object, **more: object) -> Design:
    values = {"revision": design.revision, "at": AT} | more
    return actions.save_part(design_id=design.id, part=part, value=value, actor=by(user), **values)  # type: ignore[arg-type]


def approve(design: Design, office: Office) -> Design:
    actions.request_review(design_id=design.id, actor=by(office.drafter), at=AT)
    return actions.approve_design(design_id=design.id, revision=design.revision, actor=by(office.chief), at=AT)


def test_a_saved_part_is_a_revision_in_the_ledger(design: Design, office: Office) -> None:
    saved = save(design, office.drafter, "rules/fee", "<x/>")
    assert (saved.revision, saved.source["rules"]) == (2, {"fee": "<x/>"})
    assert [row.part for row in Revision.objects.filter(design=design)] == ["rules/fee", ""]
    assert [one.kind for one in entries_of(Subject("design", design.id))] == ["design.started", "design.changed"]
    assert save(saved, office.drafter, "rules/fee", "<x/>").revision == 2  # nothing changed, nothing written
    assert save(saved, office.drafter, "rules/fee", None).source["rules"] == {}


def test_a_stale_save_is_refused_only_where_it_would_overwrite(design: Design, office: Office) -> None:
    save(design, office.drafter, "process", "<a/>")
    with pytest.raises(actions.Stale) as refused:
        save(design, office.drafter, "process", "<b/>", revision=1)
    assert refused.value.revision == 2
    assert save(design, office.drafter, "rules/fee", "<x/>", revision=1).source["process"] == "<a/>"


def test_the_key_is_kept_and_an_earlier_revision_comes_back(design: Design, office: Office) -> None:
    facts = design.source["facts"] | {"key": "other", "title": "別の名前"}
    changed = save(design, office.drafter, "facts", facts)
    assert (changed.source["facts"]["key"], changed.title) == ("mihon", "別の名前")
    back = actions.bring_back(design_id=design.id, number=1, revision=2, actor=by(office.drafter), at=AT)
    assert (back.revision, back.title) == (3, "見本の申請")
    assert Revision.objects.get(design=design, number=3).back_to == 1


def test_one_open_design_for_a_procedure(design: Design, office: Office) -> None:
    with pytest.raises(actions.UnderWay) as refused:
        make_design(office.drafter, unit=UNIT)
    assert refused.value.design_id == design.id
    actions.discard_design(design_id=design.id, actor=by(office.drafter), at=AT)
    assert make_design(office.drafter, unit=UNIT).id != design.id


def test_nobody_approves_the_own_design(design: Design, office: Office) -> None:
    colleague = colleague_of(UNIT)
    save(design, colleague, "facts", design.source["facts"] | {"keywords": ["見本"]})
    actions.request_review(design_id=design.id, actor=by(office.drafter), at=AT)
    for person in (office.drafter, colleague, office.stranger):
        with pytest.raises(actions.NotReviewable):
            actions.approve_design(design_id=design.id, revision=2, actor=by(person), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Design.objects.filter(id=design.id).update(
            state="approved", reviewer=office.drafter, approved_revision=2, reviewed_at=AT
        )
    with pytest.raises(actions.NotReviewable):  # not the revision that is there
        actions.approve_design(design_id=design.id, revision=1, actor=by(office.chief), at=AT)
    assert actions.approve_design(design_id=design.id, revision=2, actor=by(office.chief), at=AT).approved_revision == 2


def test_what_is_approved_does_not_change_unless_the_approval_is_void(design: Design, office: Office) -> None:
    approve(design, office)
    with pytest.raises(actions.NotEditable):
        save(design, office.drafter, "process", "<a/>")
    with pytest.raises(IntegrityError), transaction.atomic():
        Design.objects.filter(id=design.id).update(revision=7)
    reopened = actions.reopen_design(design_id=design.id, actor=by(office.drafter), at=AT)
    assert (reopened.state, reopened.approved_revision, reopened.reviewer_id) == ("draft", None, None)


def test_a_return_says_what_to_mend(design: Design, office: Office) -> None:
    actions.request_review(design_id=design.id, actor=by(office.drafter), at=AT)
    with pytest.raises(actions.NotReviewable):
        actions.return_design(design_id=design.id, remark=" ", actor=by(office.chief), at=AT)
    back = actions.return_design(design_id=design.id, remark="見出しを短く", actor=by(office.chief), at=AT)
    assert back.is_editable
    assert "見出しを短く" in notify.inbox_of(office.drafter.id)[0].body


def test_a_faulty_design_cannot_ask_for_review(design: Design, office: Office) -> None:
    save(design, office.drafter, "form", {**FORM, "steps": []})
    with pytest.raises(actions.NotReviewable):
        actions.request_review(design_id=design.id, actor=by(office.drafter), at=AT)


def test_publication_makes_the_next_version_and_leaves_running_cases(office: Office) -> None:
    case = submit(make_version())
    design = make_design(office.drafter, unit=UNIT)
    save(design, office.drafter, "facts", design.source["facts"] | {"title": "新しい名前"})
    design.refresh_from_db()
    approve(design, office)
    for _twice in range(2):
        done = actions.publish_design(design_id=design.id, actor=by(office.drafter), at=AT)
    assert (done.state, done.published_number) == ("published", 2)
    assert ProcedureVersion.objects.filter(procedure__key="mihon").count() == 2
    assert Application.objects.get(id=case.id).version.number == 1
    kinds = [one.kind for one in entries_of(Subject("design", design.id))]
    assert kinds.count("design.published") == 1


def test_a_planned_publication_happens_once_when_it_is_due(design: Design, office: Office) -> None:
    approve(design, office)
    actions.plan_publication(design_id=design.id, publish_at=AT + timedelta(days=1), actor=by(office.drafter), at=AT)
    assert actions.publish_due(at=AT) == 0
    assert [actions.publish_due(at=AT + timedelta(days=2)) for _twice in range(2)] == [1, 0]
    assert ProcedureVersion.objects.filter(procedure__key="mihon").count() == 1


def test_a_fault_at_the_planned_moment_is_told(design: Design, office: Office) -> None:
    save(design, office.drafter, "facts", design.source["facts"] | {"office": "R99-NO-SUCH"})
    design.refresh_from_db()
    approve(design, office)
    later = AT + timedelta(days=1)
    actions.plan_publication(design_id=design.id, publish_at=later, actor=by(office.drafter), at=AT)
    assert actions.publish_due(at=later) == 0
    design.refresh_from_db()
    assert (design.state, design.publish_at) == ("returned", None)
    assert "R99-NO-SUCH" in notify.inbox_of(office.drafter.id)[0].body
