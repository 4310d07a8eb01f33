"""A design is tried by invited reviewers: no sign-in, nothing kept but what they think of it."""

import re
from datetime import date, timedelta

import pytest

from tocho.core.accounts.models import User
from tocho.core.notify.models import Message
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.models import Design
from tocho.modules.improvement.models import Invitation, Review
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Pages

from .factories import make_design

pytestmark = pytest.mark.django_db
SOON = (date.today() + timedelta(days=5)).isoformat()  # noqa: DTZ011
ANSWERS = {"kind": "free", "copies": "2"}


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    return make_design(office.drafter, unit=UNIT)


def invite(page: Pages, design: Design, user: User) -> str:
    said = page.post(f"/desk/designer/{design.id}/trial/", {"emails": "a@example.jp", "closes_on": SOON}, user=user)
    assert said.status == 302, said.text
    found = re.search(r"/try/[\w-]+/", Message.objects.get().body)
    assert found
    return found[0]


def test_an_office_invites_and_sees_what_is_said(page: Pages, office: Office, design: Design) -> None:
    url = f"/desk/designer/{design.id}/trial/"
    assert page.post(url, {"emails": "nobody", "closes_on": SOON}, user=office.drafter).status == 422
    link = invite(page, design, office.drafter)
    assert "試行中" in page.get(url, queries=24)
    page.post(link, {"_review": "1", "rating": "2", "words": "言葉が難しい"})
    assert "言葉が難しい" in page.get(url)
    page.post(url, {"_close": "1"})
    assert page.get(link).status == 404


def test_a_reviewer_walks_through_and_nothing_is_kept(page: Pages, office: Office, design: Design) -> None:
    link = invite(page, design, office.drafter)
    page.client.logout()
    first = page.get(link)
    assert "公開前の試行です" in first
    assert page.post(link, {**first.fields, **ANSWERS, "copies": "99", "_next": "1"}).status == 422
    second = page.post(link, {**first.fields, **ANSWERS, "_next": "1"})
    parts = ("山田", "花子", "ヤマダ", "ハナコ")
    names = {f"applicant_name_{number}": part for number, part in enumerate(parts)}
    given = {**second.fields, **names, "applicant_email": "h@example.jp", "_next": "1"}
    end = page.post(link, given)
    assert end.status in (200, 422)
    assert page.post(link, {"_review": "1"}).status == 422
    assert "ご意見を受け取りました" in page.post(link, {"_review": "1", "rating": "4", "words": ""})
    assert not Application.objects.exists()
    assert (Review.objects.get().rating, Invitation.objects.get().reviewed_at is not None) == (4, True)


def test_another_office_invites_nobody(page: Pages, office: Office, design: Design) -> None:
    url = f"/desk/designer/{design.id}/trial/"
    assert page.post(url, {"emails": "a@example.jp", "closes_on": SOON}, user=office.stranger).status in (403, 404)


def test_a_forged_link_tries_nothing(page: Pages) -> None:
    assert page.get("/try/forged/").status == 404
