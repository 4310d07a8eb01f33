"""The try-out: the real form, rules and process; and no row anywhere changes."""

import pytest
from django.db import connection
from django.utils import timezone

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.definitions import renamed, shape, shapes
from tocho.modules.designer.models import Design
from tocho.modules.procedures.tests.factories import make_slot
from tocho.ui.testing import Page, Pages

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
    data = {"state": end.fields["state"], "_act": "approve"}
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
    assert "何も記録されていません" in end
    if "不承認にしてみる" in end:
        end = page.post(address, {"state": end.fields["state"], "_act": "reject"}, user=office.drafter, queries=400)
        if name != "notification":
            data = {"state": end.fields["state"], "turn": "0"}
            pdf = page.post(f"{address}notice/", data, user=office.drafter, queries=400)
            assert pdf.response.content.startswith(b"%PDF")
    assert everything() == before


def test_tryout_of_a_faulty_design_says_so(page: Pages, office: Office) -> None:
    design = make_design(office.drafter, unit=UNIT, process="nozei-shomei", rules={"fee": "<"})
    assert "まだ試せません" in page.get(f"/desk/designer/{design.id}/tryout/", user=office.drafter)


def test_tryout_notice_needs_a_turn_with_a_notice(page: Pages, office: Office) -> None:
    design = make_design(office.drafter, unit=UNIT)
    address = f"/desk/designer/{design.id}/tryout/notice/"
    assert page.get(address).status == 302
    assert page.post(address, {"turn": "burn"}, user=office.drafter).status == 404
    assert page.post(address, {"turn": "0"}, user=office.drafter).status == 404
    assert page.post(address, {"turn": "0"}, user=office.stranger).status == 404


def tried(page: Pages, design: Design, office: Office, end: Page, **more: str) -> Page:
    """The next press on the page of the result."""
    data = {"state": end.fields["state"], **more}
    return page.post(f"/desk/designer/{design.id}/tryout/", data, user=office.drafter, queries=600)


@pytest.fixture
def subsidy(office: Office) -> Design:
    design = make_design(office.drafter, unit=UNIT)
    made = renamed(shape("subsidy") or {}, key="hojo", title="補助金", office=UNIT)
    Design.objects.filter(id=design.id).update(source=made)
    design.refresh_from_db()
    return design


def test_tryout_walks_through_all_rounds_and_writes_nothing(page: Pages, office: Office, subsidy: Design) -> None:
    address = f"/desk/designer/{subsidy.id}/tryout/"
    page.get(address, user=office.drafter)
    before = everything()
    end = page.post(address, {"_samples": "1"}, user=office.drafter, queries=600)
    assert "1 / 3　一次審査（要件の確認）" in end
    assert "承認してみる" not in end
    end = tried(page, subsidy, office, end, _act="pass_on")
    assert "2 / 3　二次審査（交付の決定）" in end
    end = tried(page, subsidy, office, end, _act="approve")
    assert "3 / 3　実績の審査（額の確定）" in end
    assert "申請者の報告「実績報告」を待っています" in end
    step = tried(page, subsidy, office, end, part="report")
    assert "申請者として報告を書く" in step
    wrong = page.post(address, {**step.fields, "_next": "1", "actual_cost": "-1"}, user=office.drafter)
    assert wrong.status == 422
    end = tried(page, subsidy, office, step, part="report", _samples="1")
    assert "行ったことと成果" in end
    end = tried(page, subsidy, office, end, _act="approve")
    assert "申請から結果まで" in end
    for turn, title in ((1, "補助金交付決定通知書"), (3, "補助金の額の確定通知書")):
        assert f"「{title}」を見る" in end
        data = {"state": end.fields["state"], "turn": str(turn)}
        pdf = page.post(f"{address}notice/", data, user=office.drafter, queries=600)
        assert pdf.response.content.startswith(b"%PDF")
    assert everything() == before


def test_tryout_goes_back_and_refuses_what_is_not_due(page: Pages, office: Office, subsidy: Design) -> None:
    address = f"/desk/designer/{subsidy.id}/tryout/"
    end = page.post(address, {"_samples": "1"}, user=office.drafter, queries=600)
    end = tried(page, subsidy, office, end, _act="pass_on")
    back = tried(page, subsidy, office, end, _act="back")
    assert "1 / 3" in back
    refused = tried(page, subsidy, office, back, _act="approve")  # this round ends by 次の審査へ
    assert "いまは、この操作はできません" in refused
    assert "1 / 3" in tried(page, subsidy, office, refused, _act="back")
    assert tried(page, subsidy, office, end, _act="burn").status == 404
    assert tried(page, subsidy, office, end, part="none").status == 404
    rejected = tried(page, subsidy, office, end, _act="reject")
    assert "職員：不承認にした" in rejected
    assert "ここからすることはありません" in rejected


def test_tryout_names_what_is_wrong_in_a_report(page: Pages, office: Office, subsidy: Design) -> None:
    """The sample answers know no text of this form: the report is not taken, and says why."""
    source = subsidy.source
    odd = {"key": "odd", "type": "text", "label": "決まった形", "required": True, "pattern": "[A-Z]{3}"}
    source["parts"]["report"]["steps"][0]["fields"].append(odd)
    Design.objects.filter(id=subsidy.id).update(source=source)
    address = f"/desk/designer/{subsidy.id}/tryout/"
    end = page.post(address, {"_samples": "1"}, user=office.drafter, queries=600)
    for act in ("pass_on", "approve"):
        end = tried(page, subsidy, office, end, _act=act)
    failed = tried(page, subsidy, office, end, part="report", _samples="1")
    assert "報告は受け付けられません" in failed
    assert "決まった形" in failed
    assert "報告を書いてみる" in tried(page, subsidy, office, failed, _act="back")
