import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.ledger import api as ledger
from tocho.modules.opinions.models import Inquiry, Opinion, OpinionFile
from tocho.ui.testing import Pages

from .factories import SUBJECT, Offices, ask, make_offices

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices() -> Offices:
    return make_offices()


@pytest.fixture
def inquiry(offices: Offices) -> Inquiry:
    return ask(offices)


@pytest.fixture
def opinion(inquiry: Inquiry) -> Opinion:
    return inquiry.opinions.all()[0]


def test_those_asked_read_the_brief_and_each_look_is_recorded(page: Pages, offices: Offices, opinion: Opinion) -> None:
    desk = page.get("/desk/", user=offices.first)
    assert "意見照会：占用許可 2020-1" in desk
    shown = page.get(f"/desk/opinions/{opinion.id}/", queries=16)
    assert "新宿区西新宿2-8-1" in shown
    assert "用地に支障はありませんか" in shown
    assert ledger.entries_of(SUBJECT)[-1].kind == "opinion.viewed"


def test_answer_with_a_file(page: Pages, offices: Offices, opinion: Opinion) -> None:
    url = f"/desk/opinions/{opinion.id}/"
    page.get(url, user=offices.first)
    assert page.post(url, {"verdict": "remark", "text": ""}).status == 422
    file = SimpleUploadedFile("図.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    page.post(url, {"verdict": "remark", "text": "夜間に", "files": file})
    assert "意見あり" in page.get(url)
    kept = OpinionFile.objects.get().file_id
    assert page.get(f"{url}files/{kept}/").status == 200
    assert page.get(f"/desk/opinions/asked/{opinion.inquiry_id}/files/{kept}/", user=offices.clerk).status == 200
    assert page.get(f"/desk/opinions/asked/{opinion.inquiry_id}/files/{kept + 9}/").status == 404
    assert page.get(f"/desk/opinions/{opinion.id}/files/{kept}/", user=offices.stranger).status == 404


@pytest.mark.parametrize("who", ["stranger", "second", "clerk"])
def test_only_the_asked_section_reaches_it(page: Pages, offices: Offices, opinion: Opinion, who: str) -> None:
    user = getattr(offices, who)
    assert page.get(f"/desk/opinions/{opinion.id}/", user=user).status == 404
    assert page.post(f"/desk/opinions/{opinion.id}/", {"verdict": "none"}).status == 404


@pytest.mark.parametrize("verb", ["remind", "withdraw"])
def test_only_those_who_asked_remind_and_take_back(page: Pages, offices: Offices, opinion: Opinion, verb: str) -> None:
    url = f"/desk/opinions/{opinion.id}/{verb}/"
    assert page.post(url, user=offices.first).status == 404
    assert page.get(url, user=offices.clerk).status == 405
    answer = page.post(url)
    assert answer.location == f"/desk/opinions/asked/{opinion.inquiry_id}/"
    assert ("催促しました" if verb == "remind" else "取り下げました") in page.get(answer.location)


def test_the_lists_of_both_sides(page: Pages, offices: Offices, inquiry: Inquiry) -> None:
    waiting = page.get("/desk/opinions/", user=offices.first, queries=12)
    assert "占用許可 2020-1" in waiting
    assert "当" not in page.get("/desk/opinions/?tab=answered").tree.findtext(".//table", default="")
    assert "回答待ち 2" in page.get("/desk/opinions/?tab=asked", user=offices.clerk, queries=12)
    assert "こちらからの照会はまだありません" in page.get("/desk/opinions/?tab=asked&q=ない")


def test_not_signed_in(page: Pages, offices: Offices, inquiry: Inquiry, opinion: Opinion) -> None:
    for url in ("/desk/opinions/", f"/desk/opinions/{opinion.id}/", f"/desk/opinions/asked/{inquiry.id}/"):
        assert "/accounts/login/" in page.get(url).location
    assert page.get("/desk/opinions/asked/999/", user=offices.clerk).status == 404
