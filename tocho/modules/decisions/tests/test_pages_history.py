"""The time line, what a revision changed, and the 起案書 as on paper."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.files import api as files
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.rules.wording import changes
from tocho.modules.records import actions as records
from tocho.ui.testing import Pages

from .factories import AT, UNIT, Office, approve, circulate, make_draft, make_office


def test_changes_are_told_word_by_word_and_lose_nothing() -> None:
    before, after = "令和9年4月から様式を改めてよろしいか。", "令和9年10月から、様式を改めてよろしいか。"
    found = changes(before, after)
    assert ("removed", "4") in found
    assert ("added", "10") in found
    assert "".join(text for kind, text in found if kind != "added") == before
    assert "".join(text for kind, text in found if kind != "removed") == after
    assert changes("", "") == ()
    assert changes("あ\n" * 7000, "あ\n" * 7000 + "い")[-1] == ("added", "い")


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def revised(office: Office) -> Decision:
    decision = circulate(office, make_draft(office))
    approve(office, decision, "deputy", opinion="急いでください。")
    changed = {"body": "交付しないでよろしいか。", "why": "誤りの訂正"}
    actor = office.actor("drafter")
    return actions.revise_draft(
        decision_id=decision.id, step_id=None, changes=changed, is_major=True, actor=actor, at=AT
    )


def test_revision_compare_marks_what_changed_and_who_approved_what(
    page: Pages, office: Office, revised: Decision
) -> None:
    shown = page.get(f"/desk/decisions/{revised.id}/revisions/", user=office.reviewer, queries=18)
    assert shown.h1 == "改訂1から改訂2への変更"
    assert "<ins>" in shown.html
    assert "<del>" in shown.html
    assert "誤りの訂正" in shown
    assert "まだだれも処理していません" in shown
    assert page.get(f"/desk/decisions/{revised.id}/").links["改訂を比べる"].endswith("/revisions/")


def test_revision_compare_names_attachments(page: Pages, office: Office) -> None:
    pdf = files.store(io.BytesIO(b"%PDF-1.7 sample"), name="図面.pdf", by=office.actor("drafter"), at=AT)
    decision = circulate(office, make_draft(office))
    actions.pull_back_draft(decision_id=decision.id, actor=office.actor("drafter"), reason="", at=AT)
    make_draft(office, attachments=[pdf.id])
    shown = page.get(f"/desk/decisions/{decision.id}/revisions/?left=1&right=2", user=office.drafter)
    assert "<ins>図面.pdf</ins>" in shown.html


def test_annexes_are_replaced_by_a_revision_and_stay_with_the_one_before(page: Pages, office: Office) -> None:
    old = files.store(io.BytesIO(b"%PDF-1.7 old"), name="見積書.pdf", by=office.actor("drafter"), at=AT)
    decision = circulate(office, make_draft(office, attachments=[old.id]))
    there = f"/desk/decisions/{decision.id}"
    form = page.get(f"{there}/revise/", user=office.drafter).fields
    said = {"body": decision.body, "why": "見積りが変わった", "is_major": "minor"}
    new = SimpleUploadedFile("新しい見積書.pdf", b"%PDF-1.7 new", content_type="application/pdf")
    page.post(f"{there}/revise/", {**form, **said, "annexes": [new]})
    assert list(decision.attachments.values_list("revision", "name")) == [(1, "見積書.pdf"), (2, "新しい見積書.pdf")]
    shown = page.get(f"{there}/revisions/")
    assert "<ins>新しい見積書.pdf</ins>" in shown.html
    assert "<del>見積書.pdf</del>" in shown.html
    assert "新しい見積書" in page.get(f"{there}/")


@pytest.mark.parametrize("query", ["", "?left=1&right=9", "?left=²", "?left=0"])
def test_revision_compare_needs_two_revisions(page: Pages, office: Office, query: str) -> None:
    decision = circulate(office, make_draft(office))
    assert page.get(f"/desk/decisions/{decision.id}/revisions/{query}", user=office.drafter).status == 404


def test_decision_history_tells_who_when_and_how(page: Pages, office: Office, revised: Decision) -> None:
    shown = page.get(f"/desk/decisions/{revised.id}/history/", user=office.drafter, queries=14)
    for words in ("起案", "改訂2", "急いでください。", "を待っています"):
        assert words in shown
    for person in ("deputy", "reviewer", "chief"):
        if person == "deputy" or revised.state == "circulating":
            approve(office, revised, person)
            revised.refresh_from_db()
    assert "専決" in page.get(f"/desk/decisions/{revised.id}/history/")


def test_decision_print_is_the_sheet_of_paper(page: Pages, office: Office, revised: Decision) -> None:
    shown = page.get(f"/desk/decisions/{revised.id}/print/", user=office.drafter, queries=20)
    for words in ("☑ 課長", "☐ 局長", "伺い文", "交付しないでよろしいか。", "分類・保存期間", "施行"):
        assert words in shown


def test_the_sheet_names_what_was_received(page: Pages, office: Office) -> None:
    day = AT.date()
    arrived = records.receive_document(
        unit=UNIT, title="証明の依頼", sender="見本 太郎", channel="post", arrived_on=day, once="1",
        actor=office.actor("drafter"), at=AT,
    )  # fmt: skip
    decision = make_draft(office, 0, received=arrived.id)
    shown = page.get(f"/desk/decisions/{decision.id}/print/", user=office.drafter)
    for words in ("収受文書", "証明の依頼", arrived.reference, "見本 太郎", "令和2年11月20日"):
        assert words in shown
    assert "収受文書" not in page.get(f"/desk/decisions/{make_draft(office, 0).id}/print/")


@pytest.mark.parametrize("verb", ["history/", "revisions/", "print/"])
def test_history_is_for_who_may_open_the_matter(page: Pages, office: Office, revised: Decision, verb: str) -> None:
    there = f"/desk/decisions/{revised.id}/{verb}"
    assert "/accounts/login/" in page.get(there).location
    assert page.get(there, user=office.stranger).status == 404
    assert page.post(there, {}, user=office.drafter).status == 405
    assert page.get("/desk/decisions/999999/history/").status == 404
