"""The try-out: the real form, rules and process; and no row anywhere changes."""

import pytest
from django.db import connection
from django.utils import timezone

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.definitions import renamed, shape, shapes
from tocho.modules.designer.models import Design
from tocho.modules.procedures.tests.factories import make_slot
from tocho.ui.testing import Pages

from .factories import AT, make_design

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def everything() -> dict[str, str]:
    """A digest of every table: how many rows, and what stands in them."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            if table not in ("django_session", "accounts_user"):  # signing in, not the try-out
                cursor.execute(
                    f"SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {table} t"
                )
                found[table] = cursor.fetchone()[0]
    return found


def test_tryout_step_by_step_writes_nothing(page: Pages, office: Office) -> None:
    design = make_design(office.drafter, unit=UNIT)
    address = f"/desk/designer/{design.id}/tryout/"
    first = page.get(address, user=office.drafter)
    before = everything()
    wrong = page.post(address, {**first.fields, "_next": "1", "copies": "99"}, user=office.drafter)
    assert wrong.status == 422
    second = page.post(address, {**first.fields, "_next": "1", "kind": "general", "copies": "2"}, user=office.drafter)
    assert "あなたのこと" in second
    person = {"applicant_name-family": "山田", "applicant_name-given": "花子", "applicant_email": "hanako@example.jp"}
    person |= {"applicant_name-family_kana": "ヤマダ", "applicant_name-given_kana": "ハナコ", "_next": "1"}
    end = page.post(address, {**second.fields, **person}, user=office.drafter, queries=400)
    assert "800円" in end
    assert "審査する" in end
    data = {"state": end.fields["state"], "_outcome": "approve"}
    approved = page.post(address, data, user=office.drafter, queries=400)
    assert "完結する" in approved
    assert everything() == before


@pytest.mark.parametrize("name", [one.name for one in shapes()])
def test_tryout_of_every_shape_with_sample_answers(page: Pages, office: Office, name: str) -> None:
    make_slot(days=(timezone.now() - AT).days + 5)
    made = renamed(shape(name) or {}, key=f"new-{name}", title="新しい手続", office=UNIT)
    design = make_design(office.drafter, unit=UNIT)
    Design.objects.filter(id=design.id).update(source=made)
    address = f"/desk/designer/{design.id}/tryout/"
    page.get(address, user=office.drafter)
    before = everything()
    end = page.post(address, {"_samples": "1"}, user=office.drafter, queries=400)
    assert "申請から結果まで" in end
    if "不承認にしてみる" in end:
        data = {"state": end.fields["state"], "_outcome": "reject"}
        end = page.post(address, data, user=office.drafter, queries=400)
        if name != "notification":
            pdf = page.post(f"{address}notice/", data, user=office.drafter, queries=400)
            assert pdf.response.content.startswith(b"%PDF")
    assert everything() == before


def test_tryout_of_a_faulty_design_says_so(page: Pages, office: Office) -> None:
    design = make_design(office.drafter, unit=UNIT, process="nozei-shomei", rules={"fee": "<"})
    assert "まだ試せません" in page.get(f"/desk/designer/{design.id}/tryout/", user=office.drafter)


def test_tryout_notice_needs_an_outcome_with_a_notice(page: Pages, office: Office) -> None:
    design = make_design(office.drafter, unit=UNIT)
    address = f"/desk/designer/{design.id}/tryout/notice/"
    assert page.get(address).status == 302
    assert page.post(address, {"_outcome": "burn"}, user=office.drafter).status == 404
    assert page.post(address, {"_outcome": "approve"}, user=office.drafter).status == 404
    assert page.post(address, {"_outcome": "approve"}, user=office.stranger).status == 404
