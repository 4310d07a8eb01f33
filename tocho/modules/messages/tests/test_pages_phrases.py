import pytest

from tocho.modules.messages.models import Phrase
from tocho.ui.testing import Pages

from .factories import Office, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def write(page: Pages, office: Office) -> Phrase:
    form = page.get("/desk/phrases/new/", user=office.drafter)
    answer = page.post("/desk/phrases/new/", {"unit": form.fields["unit"], "title": "お礼", "text": "どうも"})
    assert answer.status == 302
    return Phrase.objects.get()


def test_phrases_are_written_changed_and_removed(page: Pages, office: Office) -> None:
    assert "定型文はまだありません" in page.get("/desk/phrases/", user=office.drafter)
    phrase = write(page, office)
    assert "お礼" in page.get("/desk/phrases/", queries=10)
    assert page.post(f"/desk/phrases/{phrase.id}/", {"unit": phrase.unit, "title": "", "text": "x"}).status == 422
    page.post(f"/desk/phrases/{phrase.id}/", {"unit": phrase.unit, "title": "お礼", "text": "別の文"})
    phrase.refresh_from_db()
    assert phrase.text == "別の文"
    assert "削除しますか" in page.get(f"/desk/phrases/{phrase.id}/delete/")
    page.post(f"/desk/phrases/{phrase.id}/delete/")
    assert not Phrase.objects.exists()


@pytest.mark.parametrize("path", ["", "delete/"])
def test_another_section_finds_no_such_phrase(page: Pages, office: Office, path: str) -> None:
    phrase = write(page, office)
    assert page.get(f"/desk/phrases/{phrase.id}/{path}", user=office.stranger).status == 404
    assert page.get("/desk/phrases/999/").status == 404


def test_only_employees_have_phrases(page: Pages, office: Office, django_user_model: type) -> None:
    assert "/accounts/login/" in page.get("/desk/phrases/").location
    resident = django_user_model.objects.create(username="hanako")  # type: ignore[attr-defined]
    assert page.get("/desk/phrases/", user=resident).status == 403
