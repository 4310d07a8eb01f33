"""Decided matters are filed, rendered for the archive, and erased with their file."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction

from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.models import OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Attachment, Decision
from tocho.modules.decisions.queries import record_copy
from tocho.modules.records import actions as records
from tocho.modules.records.models import Classification, Document
from tocho.ui.testing import Pages

from .factories import AT, Office, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=366 * 3)


@pytest.fixture
def office() -> Office:
    Classification.objects.create(
        code="E01", title="通知", retention="y1", valid_from=date(2015, 4, 1), categories=["*"]
    )
    return make_office()


def decided(office: Office) -> Decision:
    decision = circulate(office, make_draft(office))
    for name in ("deputy", "reviewer", "chief"):
        step = decision.steps.get(state="active")
        actions.approve_step(
            decision_id=decision.id, step_id=step.id, opinion=f"{name}の意見", actor=office.actor(name), at=AT
        )
    decision.refresh_from_db()
    assert decision.state == "decided"
    return decision


def test_what_was_decided_is_filed_once(office: Office) -> None:
    decision = decided(office)
    make_draft(office, subject_id=99)  # not decided yet
    assert [actions.file_decided(at=AT) for _hour in range(2)] == [1, 0]
    document = Document.objects.get()
    assert (document.subject_id, document.number, document.title) == (decision.id, decision.reference, decision.title)
    assert (document.digest, document.file.unit) == (decision.content_digest, decision.unit)


def test_without_a_class_it_waits(office: Office) -> None:
    decided(office)
    Classification.objects.update(categories=[])
    assert actions.file_decided(at=AT) == 0
    Classification.objects.update(categories=["*"])
    assert actions.file_decided(at=AT) == 1


def test_who_looks_after_documents_opens_the_copy(page: Pages, office: Office) -> None:
    """The page of the decision is closed to somebody of another section; the document is not, and each look is told."""
    decision = decided(office)
    kept = files.store(BytesIO(b"a,b\n"), name="別紙.csv", by=office.actor("drafter"), at=AT)
    Attachment.objects.create(decision=decision, revision=decision.revision, file_id=kept.id, name="別紙.csv")
    actions.file_decided(at=AT)
    document = Document.objects.get()
    path = f"/desk/records/documents/{document.pk}/"
    keeper = make_officer("keeper", make_post(OrgUnit.objects.get(code="T-01-01-02"), "主任", serves_as="records"))
    assert page.get(path, user=office.drafter).location == f"/desk/decisions/{decision.id}/"
    assert page.get(f"/desk/decisions/{decision.id}/", user=keeper).status == 404
    assert page.get(path).location == path + "copy/"
    shown = page.get(path + "copy/")
    assert shown.links["別紙.csv"] == f"{path}copy/{kept.id}/"
    copy = page.get(shown.links["写しを開く（PDF）"])
    assert (copy.headers["Content-Type"], copy.response.content[:5]) == ("application/pdf", b"%PDF-")
    assert b"".join(page.get(shown.links["別紙.csv"]).streaming_content) == b"a,b\n"
    assert page.get(f"{path}copy/{kept.id + 1}/").status == 404
    looks = ledger.entries_of(Subject("record_file", document.file_id))
    parts = [entry.data.get("part", "") for entry in looks if entry.kind == "records.seen"]
    assert parts == ["", "", "copy", "attachment"]
    for last in ("", "copy/", "copy.pdf", f"copy/{kept.id}/"):
        assert page.get(path + last, user=office.stranger).status == 404


def test_the_copy_for_the_archive_needs_nothing_of_ours(office: Office) -> None:
    decision = decided(office)
    copy = record_copy(decision.id)
    assert copy.pdf.startswith(b"%PDF")
    assert (copy.metadata["reference"], copy.metadata["content_digest"]) == (
        decision.reference,
        decision.content_digest,
    )


def test_its_words_go_with_its_file(office: Office) -> None:
    decision = decided(office)
    digest = decision.content_digest
    actions.file_decided(at=AT)
    file = Document.objects.get().file
    records.close_file(file_id=file.pk, actor=office.actor("drafter"), at=AT)
    records.advance_files(at=LATER)
    disposal = records.make_list(unit=decision.unit, title="協議", actor=office.actor("drafter"), at=LATER)
    records.propose_list(list_id=disposal.pk, actor=office.actor("drafter"), at=LATER)
    records.agree_list(list_id=disposal.pk, actor=office.actor("chief"), at=LATER)
    records.execute_list(list_id=disposal.pk, at=LATER)
    decision.refresh_from_db()
    assert (decision.title, decision.body, decision.brief, decision.erased_at) == ("", "", [], LATER)
    assert (decision.content_digest, decision.state) == (digest, "decided")
    assert set(decision.steps.values_list("opinion", flat=True)) == {""}
    assert {revision.body for revision in decision.revisions.all()} <= {""}
    assert [entry.kind for entry in ledger.entries_of(Subject("decision", decision.id))][-1] == "decision.erased"


def test_the_database_lets_nothing_else_be_erased(office: Office) -> None:
    decision = decided(office)
    rows = Decision.objects.filter(id=decision.id)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(title="")  # words without the mark
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(title="", body="", reasons="", note="", brief=[], erased_at=AT, number=999)  # more than words
    actions.erase_content(decision_id=decision.id, actor=Actor(user_id=office.chief.id), at=AT)
    actions.erase_content(decision_id=decision.id, actor=Actor(user_id=office.chief.id), at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(title="後から")
    decision.refresh_from_db()
    assert decision.erased_at == AT
