"""A subsidy of three rounds made from a blank sheet on the designer's pages; a resident and the office finish it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.utils import timezone

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import Subject
from tocho.modules.decisions import api as decisions
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.tests.factories import UNIT, Office, approve, make_office
from tocho.modules.designer.definitions import is_publishable, problems
from tocho.modules.designer.models import Design
from tocho.modules.notices import actions as seals
from tocho.modules.notices import api as notices
from tocho.modules.notices.models import Notice
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Page, Pages

from .factories import sent

pytestmark = pytest.mark.django_db
FACTS = {
    "summary_ja": "地域の行事の費用の半分を補助します。", "who_ja": "町会・自治会", "fee_ja": "無料",
    "duration_ja": "30開庁日以内", "standard_days": "30", "law": "地域行事補助金交付要綱（見本）",
    "remedy_ja": "不服のあるときは、3か月以内に審査請求ができます。", "category": "certificate",
    "draft_body": "approve = 交付してよろしいか。\nreject = 交付しないこととしてよろしいか。",
    "rounds-0-key": "screening", "rounds-0-title.ja": "一次審査", "rounds-0-passes_on": "on",
    "rounds-1-key": "grant", "rounds-1-title.ja": "交付の決定",
}  # fmt: skip
SETTLEMENT = {"rounds-2-key": "settlement", "rounds-2-title.ja": "額の確定", "rounds-2-days": "60"}
NAMES = {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"}


class Desk:
    """The officer at the designer: a page's form is sent as the browser sends it, with what is typed."""

    def __init__(self, page: Pages, office: Office) -> None:
        self.page, self.office = page, office
        start = {"start": "blank:", "title": "地域行事の補助金", "key": "gyoji", "unit": UNIT}
        page.post("/desk/designer/new/", start, user=office.drafter)
        self.url = f"/desk/designer/{Design.objects.get().id}/"

    @property
    def design(self) -> Design:
        return Design.objects.get()

    def send(self, tail: str, **typed: Any) -> Page:
        shown = sent(self.page.get(self.url + tail, user=self.office.drafter))
        return self.post(tail, **{**shown, **typed})

    def post(self, tail: str, **typed: Any) -> Page:
        data = {"revision": self.design.revision, **typed}
        answered = self.page.post(self.url + tail, data, user=self.office.drafter)
        assert answered.status == 302, (tail, answered.text)
        return answered

    def ask(self, part: str, kind: str, label: str) -> str:
        """A required question more at the end of a form; its key."""
        place = self.post(f"{part}/change/", act="add:0", kind=kind, label=label).location
        self.send(place.removeprefix(self.url), required_="yes")
        holder = self.design.source["form"] if part == "form" else self.design.source["parts"][part.partition("/")[2]]
        return str(holder["steps"][0]["fields"][-1]["key"])


def build(desk: Desk) -> None:
    desk.send("facts/", **FACTS)
    desk.send("facts/", **SETTLEMENT)  # a row more than the empty ones that were there at first
    keys = [desk.ask("form", *one) for one in (("text", "行事の名前"), ("money", "費用"), ("name", "氏名"),
                                                ("email", "メールアドレス"))]  # fmt: skip
    assert keys == ["text", "money", "applicant_name", "applicant_email"]
    desk.send("form/general/", computed_0_key="amount", computed_0_expression="money / 2")
    part = desk.post("parts/", act="add", owner="round:settlement", start="").location.removeprefix(desk.url).strip("/")
    assert [desk.ask(part, *one) for one in (("money", "実際の費用"), ("date", "行事の日"))] == ["money_2", "date"]
    desk.send(f"{part}/general/", computed_0_key="settled", computed_0_expression="money_2 / 2")
    desk.post("tables/", kind="checks", name="")
    drawn = (Path(project.BASE_DIR) / "tocho/modules/designer/shapes/subsidy/process.bpmn").read_text(encoding="utf-8")
    drawn = drawn.replace('id="subsidy"', 'id="gyoji"').replace('bpmnElement="subsidy"', 'bpmnElement="gyoji"')
    desk.post("process/", do="save", xml=re.sub(r' tocho:inputs="[^"]*"', ' tocho:inputs="office"', drawn))


def write_notices(desk: Desk) -> None:
    """The blocks are those that a notice begins with; when it goes out and which amount it names is chosen."""
    for name, beginning, outcome, amount in (
        ("grant", "approval", "approve", "amount"),
        ("settlement", "approval", "settlement_approve", "settled"),
        ("refusal", "refusal", "reject", ""),
    ):
        desk.post("notices/", beginning=beginning, name=name)
        row = {"r-0-label": "金額（円）", "r-0-text": amount} if amount else {}
        title = {"grant": "交付決定の通知", "settlement": "額の確定の通知", "refusal": "不交付の通知"}[name]
        desk.send(f"notices/{name}/", do="save", title=title, profile="disposition", outcomes=[outcome], **row)


def publish(desk: Desk) -> None:
    act = f"{desk.url}publish/act/"
    desk.page.post(act, {"act": "request"}, user=desk.office.drafter)
    desk.page.post(act, {"act": "approve", "revision": desk.design.revision}, user=desk.office.chief)
    desk.page.post(act, {"act": "publish"}, user=desk.office.drafter)
    assert desk.design.state == Design.State.PUBLISHED


def apply(resident: Pages) -> Application:
    step = resident.post("/procedures/gyoji/start/").location
    answers = {"text": "夏祭り", "money": "９００，０００", "applicant_email": "hanako@mail.example", "_next": "1"}
    answers |= {f"applicant_name-{part}": text for part, text in NAMES.items()}
    review = resident.post(step, answers).location
    resident.post(review.replace("review", "submit"))
    return Application.objects.get()


def decide(page: Pages, office: Office, case: Application, run_jobs: RunJobs) -> None:
    draft = f"/desk/cases/{case.id}/draft/"
    page.post(draft, {**sent(page.get(draft, user=office.drafter, queries=200)), "outcome": "approve"}, queries=400)
    last = decisions.decisions_of(Subject("application", case.id))[-1]
    for name in ("deputy", "reviewer", "chief"):
        approve(office, Decision.objects.get(id=last.id), name)
    for notice_id in Notice.objects.filter(seal_ground="").values_list("id", flat=True):
        seals.review_seal(notice_id=notice_id, actor=office.actor("reviewer"), at=timezone.now())  # 公印審査
    run_jobs()
    case.refresh_from_db()


def test_from_a_blank_sheet_to_the_settled_amount(
    page: Pages, run_jobs: RunJobs, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    office, resident = make_office(), Pages()
    desk = Desk(page, office)
    build(desk)
    write_notices(desk)
    assert [one for one in problems(desk.design.source) if one.is_error] == []
    assert is_publishable(desk.design.source)
    publish(desk)
    case = apply(resident)
    assert (case.state, case.round, case.computed["amount"]) == ("examining", 1, 450000)
    page.post(f"/desk/cases/{case.id}/pass-on/", {"finding": "要件に合う"}, user=office.drafter)
    case.refresh_from_db()
    assert case.round == 2
    decide(page, office, case, run_jobs)
    assert (case.state, case.round) == ("reporting", 3)
    report = f"/applications/{case.public_id}/correct/"
    assert "実際の費用" in resident.get(report)
    resident.post(report, {"money_2": "600000", "date": "令和2年11月19日", "_next": "1"})
    case.refresh_from_db()
    assert (case.state, case.computed["settled"]) == ("examining", 300000)
    decide(page, office, case, run_jobs)
    assert case.state == "closed"
    given = sorted(notices.notices_of(Subject("application", case.id)), key=lambda one: one.id)
    assert [one.title for one in given] == ["交付決定の通知", "額の確定の通知"]
