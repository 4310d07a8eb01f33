"""起案の定型, copies of earlier decisions, and what is typed and not sent yet."""

import pytest

from tocho.modules.decisions.models import Decision, DraftTemplate, TypedDraft
from tocho.ui.testing import Pages

from .factories import Office, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
URL, NEW, TYPED = "/desk/decisions/templates/", "/desk/decisions/new/", "/desk/decisions/typed/new/"


@pytest.fixture
def office() -> Office:
    return make_office()


def said(**other: str) -> dict[str, str]:
    given = {"unit": "T-01-01-01", "name": "証明の交付", "category": "certificate", "title": "証明書の交付について"}
    return {**given, "body": "交付してよろしいか。", "consulted": "", **other}


def test_template_is_kept_by_the_office_and_begun_with(page: Pages, office: Office) -> None:
    assert page.post(f"{URL}new/", said(), user=office.drafter).location == URL
    assert "証明の交付" in page.get(URL, queries=10)
    row = DraftTemplate.objects.get()
    begun = page.get(f"{NEW}?template={row.id}", user=office.deputy)
    assert begun.fields["title"] == "証明書の交付について"
    assert page.get(f"{NEW}?template={row.id}", user=office.stranger).status == 404
    assert "証明の交付" not in page.get(URL)


def test_template_is_changed_and_ended(page: Pages, office: Office) -> None:
    page.post(f"{URL}new/", said(), user=office.drafter)
    there = f"{URL}{DraftTemplate.objects.get().id}/"
    assert page.get(there).fields["name"] == "証明の交付"
    assert page.post(f"{URL}new/", said()).status == 422  # of the same name
    page.post(there, said(name="新しい名前"))
    assert DraftTemplate.objects.get().name == "新しい名前"
    assert page.get(there, user=office.stranger).status == 404
    assert page.post(f"{there}end/", {}, user=office.stranger).status == 404
    page.post(f"{there}end/", {}, user=office.drafter)
    assert page.get(there).status == 404


def test_template_is_made_of_a_decision_and_a_decision_copied(page: Pages, office: Office) -> None:
    decision = circulate(office, make_draft(office))
    links = page.get(f"/desk/decisions/{decision.id}/", user=office.deputy).links
    assert page.get(links["定型にする"]).fields["title"] == decision.title
    copied = page.get(links["写して起案する"])
    assert copied.fields["title"] == decision.title
    assert "この決定を写しました" in copied
    for there in (f"{NEW}?copy={decision.id}", f"{URL}new/?from={decision.id}", f"{NEW}?copy=x"):
        assert page.get(there, user=office.stranger).status == 404


def test_draft_typed_is_kept_until_it_is_sent(page: Pages, office: Office) -> None:
    typed = {"title": "書きかけ", "body": "ここまで", "amount": "1200"}
    assert "途中保存しました" in page.post(TYPED, typed, user=office.drafter, htmx=True).html
    begun = page.get(NEW)
    assert begun.fields["title"] == "書きかけ"
    assert "途中まで入力した内容を戻しました" in begun
    assert "書きかけ" not in page.get(NEW, user=office.deputy).html
    sent = {"post": office.posts["drafter"].id, "category": "certificate", "importance": "ordinary"}
    page.post(NEW, {**typed, **sent}, user=office.drafter)
    assert Decision.objects.get().title == "書きかけ"
    assert not TypedDraft.objects.exists()


def test_draft_typed_is_forgotten_when_asked(page: Pages, office: Office) -> None:
    page.post(TYPED, {"title": "書きかけ"}, user=office.drafter, htmx=True)
    assert page.post(TYPED, {"act": "forget"}).location == NEW
    assert not TypedDraft.objects.exists()
    assert page.post("/desk/decisions/typed/x/", {}).status == 404


@pytest.mark.parametrize("address", [URL, f"{URL}new/"])
def test_templates_are_for_who_holds_a_post(page: Pages, office: Office, address: str) -> None:
    assert "/accounts/login/" in page.get(address).location
    office.posts["stranger"].appointments.all().delete()
    assert page.get(address, user=office.stranger).status == 403
    assert page.post(TYPED, {}, user=office.stranger).status == 403
    assert page.get(TYPED, user=office.drafter).status == 405
