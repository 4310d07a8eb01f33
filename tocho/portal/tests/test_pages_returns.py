"""The monthly returns: certified by the bureau itself, corrected with a reason, never counted twice."""

import io
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.notify import api as notify
from tocho.core.org.models import Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.facts import api as facts
from tocho.engines.facts.models import MonthlyReturn
from tocho.lib.csvfile import csv_chunks, excel_file
from tocho.ui.testing import Page, Pages

from .. import returns as reads
from ..views import returns as views
from .test_pages_figures import RATE, count, decide

pytestmark = pytest.mark.django_db
AT = datetime(2020, 12, 10, 3, 0, tzinfo=UTC)
LIST = "/desk/returns/"
OCTOBER = f"{LIST}{RATE}/TAX/2020-10/"


class House:
    """主税局 with a chief and a clerk of its first section, 建設局 with a chief, and the reform team."""

    def __init__(self) -> None:
        sections = {}
        for position, (code, name) in enumerate((("TAX", "主税局"), ("ROAD", "建設局"))):
            division = make_unit(f"{code}-0", "総務部", parent=make_unit(code, name, position=position))
            sections[code] = make_unit(f"{code}-1", "総務課", parent=division)
        self.chief = make_officer("chief", make_post(sections["TAX"], "総務課長", Rank.SECTION_CHIEF), "主税 課長")
        self.clerk = make_officer("clerk", make_post(sections["TAX"], "主事"))
        self.other = make_officer("other", make_post(sections["ROAD"], "総務課長", Rank.SECTION_CHIEF))
        self.reform = make_officer("reform", make_post(sections["ROAD"], "改革担当", serves_as="reform"))


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(views, "timezone", SimpleNamespace(now=lambda: AT))
    return House()


def send(page: Pages, address: str = OCTOBER, *, user: User, **said: object) -> Page:
    newest = MonthlyReturn.objects.filter(unit="TAX", month="2020-10").order_by("-pk").first()
    data = {"numerator": 70, "denominator": 100, "note": "", "seen": newest.pk if newest else 0} | said
    return page.post(address, data, user=user)


def upload(rows: list[list[object]], *, form: str = "csv") -> SimpleUploadedFile:
    heads = reads.heads(reads.indicators()[RATE])
    if form == "xlsx":
        with excel_file(heads, rows) as book:  # type: ignore[arg-type]
            return SimpleUploadedFile("a.xlsx", book.read())
    return SimpleUploadedFile("a.csv", b"".join(csv_chunks(heads, rows, encoding="cp932")))  # type: ignore[arg-type]


def test_a_chief_certifies_and_the_figure_is_the_sum(page: Pages, house: House) -> None:
    for medium in ("electronic", "paper"):
        decide(medium)
    count()
    before = page.get(OCTOBER, user=house.chief)
    assert "期限超過" in before
    assert "50.0%（1／2）" in before.text
    assert send(page, user=house.chief).location == OCTOBER
    assert send(page, user=house.chief, seen=0).location == OCTOBER  # pressed twice
    assert MonthlyReturn.objects.count() == 1
    shown = page.get(OCTOBER)
    assert "主税 課長" in shown
    figure = page.get(f"/figures/{RATE}/?month=2020-10&unit=TAX")
    assert "69.6%" in figure.h1  # 71 of 102
    assert "102件のうち2件" in figure
    assert "102件のうち100件" in figure
    row = MonthlyReturn.objects.get()
    entry = next(e for e in ledger.entries_of(Subject("indicator_version", row.version_id)))
    assert (entry.kind, entry.unit, entry.actor.user_id) == ("facts.returned", "TAX", house.chief.id)


def test_a_correction_needs_its_reason_and_keeps_what_was_typed(page: Pages, house: House) -> None:
    send(page, user=house.chief)
    asked = send(page, user=house.chief, numerator=72, note="追加分")
    assert asked.status == 422
    assert "訂正の理由を入力してください" in asked
    assert 'value="追加分"' in asked.html
    send(page, user=house.chief, numerator=72, reason="集計もれ")
    shown = page.get(OCTOBER)
    assert "集計もれ" in shown
    assert [row.numerator for row in facts.return_history(RATE, "TAX", "2020-10")] == [72, 70]
    stale = send(page, user=house.chief, numerator=60, reason="別の人", seen=0)
    assert "ほかの人が報告しました" in stale


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"numerator": 101}, "内訳の件数が全体の件数を超えています"),
        ({"numerator": -1}, "0以上"),
        ({"denominator": ""}, "入力してください"),
        ({"denominator": 10_000_000}, "9,999,999以下"),
        ({"note": "あ" * 201}, "200文字"),
    ],
)
def test_what_cannot_be_is_refused(page: Pages, house: House, said: dict[str, object], words: str) -> None:
    refused = send(page, user=house.chief, **said)
    assert refused.status == 422
    assert words in refused
    assert not MonthlyReturn.objects.exists()


def test_an_odd_jump_asks_for_a_note(page: Pages, house: House) -> None:
    send(page, f"{LIST}{RATE}/TAX/2020-09/", user=house.chief, numerator=40, seen=0)
    asked = send(page, user=house.chief)
    assert asked.status == 422
    assert "前の月と大きく違います" in asked
    assert send(page, user=house.chief, note="新しい制度").location == OCTOBER


def test_only_the_bureau_itself_certifies(page: Pages, house: House) -> None:
    assert page.get(OCTOBER, user=house.clerk).status == 200
    assert send(page, user=house.clerk).status == 403
    assert send(page, user=house.reform).status == 403
    assert page.get(OCTOBER, user=house.other).status == 404
    assert send(page, user=house.other).status == 404
    for bad in ("TAX/2020-12", "TAX/2020-13", "NO/2020-10", "TAX/1999-10"):
        assert page.get(f"{LIST}{RATE}/{bad}/", user=house.chief).status == 404
    assert page.get(f"{LIST}no.such/TAX/2020-10/").status == 404
    assert not MonthlyReturn.objects.exists()
    page.client.logout()
    assert "/accounts/login/" in page.get(OCTOBER).location
    assert "/accounts/login/" in page.get(LIST).location


def test_the_grid_shows_who_is_late(page: Pages, house: House) -> None:
    send(page, user=house.chief)
    own = page.get(LIST, user=house.chief, queries=14)
    assert "70.0%" in own
    assert "建設局" not in own
    every = page.get(LIST, user=house.reform, queries=14)
    assert "建設局" in every
    assert "報告済 1／16" in every.text  # two bureaus, April to November
    assert "期限を過ぎた局に知らせる" in every
    assert page.get(f"{LIST}?year=1900").status == 404
    assert page.get(f"{LIST}?of=no.such").status == 404
    assert page.post(LIST).status == 405


def test_the_reform_team_reminds_once_a_day(page: Pages, house: House) -> None:
    place = f"{LIST}{RATE}/2020-10/remind/"
    assert page.post(place, user=house.chief).status == 403
    for _press in range(2):
        assert page.post(place, user=house.reform).location.startswith(LIST)
    told = notify.inbox_of(house.chief.id)
    assert len(told) == 1
    assert OCTOBER in told[0].body
    assert page.post(f"{LIST}{RATE}/2020-12/remind/").status == 404
    assert page.get(place).status == 405


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_is_checked_then_certified(page: Pages, house: House, form: str) -> None:
    place = f"{LIST}{RATE}/import/"
    rows: list[list[object]] = [
        ["2020-09", "TAX", "主税局", 60, 100, "", ""],
        ["2020-10", "TAX", "主税局", 70, 100, "", ""],
        ["2020-11", "TAX", "主税局", None, None, "", ""],
    ]
    checked = page.post(place, {"file": upload(rows, form=form)}, user=house.chief)
    assert checked.status == 200
    assert not MonthlyReturn.objects.exists()
    token = checked.html.split('name="checked" value="')[1].split('"')[0]
    assert page.post(place, {"checked": token}).location == LIST
    assert page.post(place, {"checked": token}).location == LIST  # pressed twice
    assert MonthlyReturn.objects.count() == 2
    assert page.post(place, {"checked": token}, user=house.other).status == 404
    assert page.post(place, {"checked": f"{token}x"}, user=house.chief).status == 404
    assert page.get(place, user=house.clerk).status == 403


def test_every_fault_of_a_file_is_told_by_row_and_column(page: Pages, house: House) -> None:
    rows: list[list[object]] = [
        ["2020-10", "TAX", "主税局", "多数", 100, "", ""],
        ["2020-09", "TAX", "主税局", 120, 100, "", ""],
        ["2020-10", "ROAD", "建設局", 1, 2, "", ""],
        ["10月", "TAX", "主税局", 1, 2, "", ""],
        ["2020-08", "TAX", "主税局", 1, 2, "", ""],
        ["2020-08", "TAX", "主税局", 1, 2, "", ""],
    ]
    shown = page.post(f"{LIST}{RATE}/import/", {"file": upload(rows)}, user=house.chief)
    assert shown.status == 422
    for words in (
        "0以上の整数",
        "超えています",
        "あなたが認証する局ではありません",
        "2020-10」のように",
        "6行目と同じ",
    ):
        assert words in shown, words
    assert 'name="checked"' not in shown.html
    broken = SimpleUploadedFile("a.csv", "月,局\n2020-10,主税局".encode())
    assert "この列がありません" in page.post(f"{LIST}{RATE}/import/", {"file": broken})
    assert not MonthlyReturn.objects.exists()


def test_the_year_as_a_file(page: Pages, house: House) -> None:
    facts.record_return(
        indicator_key=RATE, unit="TAX", month="2020-10", counted=(7, 10), certifier=SYSTEM, at=AT, note="=1+1"
    )
    found = page.get(f"{LIST}{RATE}/returns.csv?year=2020&encoding=cp932", user=house.chief)
    lines = b"".join(found.response.streaming_content).decode("cp932").splitlines()  # type: ignore[attr-defined]
    assert "2020-10,TAX,主税局,7,10,'=1+1," in lines
    assert len(lines) == 9
    book = page.get(f"{LIST}{RATE}/returns.xlsx?year=2020")
    assert io.BytesIO(b"".join(book.response.streaming_content)).read(2) == b"PK"  # type: ignore[attr-defined]
