import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from tocho.core.ledger.api import SYSTEM, Subject, append, entries_of, seal
from tocho.core.org.models import OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post, make_unit, make_user
from tocho.engines.facts import api as facts
from tocho.engines.facts.models import IndicatorVersion
from tocho.modules.decisions.tests.factories import make_draft, make_office
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2020, 10, 20, 3, 0, tzinfo=UTC)
RATE = "decisions.electronic_rate"
URL = f"/figures/{RATE}/"


def decide(medium: str = "electronic", *, unit: str = "TAX-1", at: datetime = OCTOBER, number: int = 1) -> None:
    data = {"medium": medium, "category": "x"}
    append(subject=Subject("decision", number), kind="decision.decided", actor=SYSTEM, at=at, unit=unit, data=data)  # type: ignore[arg-type]


def count() -> None:
    seal(at=OCTOBER)
    facts.project(at=OCTOBER)


@pytest.fixture
def bureaus() -> None:
    for position, (code, name) in enumerate((("TAX", "主税局"), ("ROAD", "建設局"))):
        bureau = make_unit(code, name, position=position)
        make_unit(f"{code}-1", "総務課", parent=bureau)


@pytest.fixture
def october(bureaus: None) -> None:
    """Ten decisions of 主税局, seven without paper; two of 建設局, one without."""
    for medium, unit in [("electronic", "TAX-1")] * 7 + [("paper", "TAX-1")] * 3 + [("paper", "ROAD-1")]:
        decide(medium, unit=unit)
    decide(unit="ROAD-1")
    count()


def test_figures_begin_with_the_sentence(page: Pages, october: None) -> None:
    found = page.get("/figures/", queries=3)
    assert found.status == 200
    assert "電子決定率は66.7%、目標80%まであと13.3ポイント" in found
    assert "申請件数は、まだ記録がありません" in found


def test_figures_without_any_record(page: Pages) -> None:
    assert "電子決定率は、まだ記録がありません" in page.get("/figures/")


def test_figure_detail_shows_sentence_chart_bureaus_and_definition(page: Pages, october: None) -> None:
    found = page.get(URL)
    assert found.h1 == "電子決定率は66.7%、目標80%まであと13.3ポイント"
    assert "2020年度の目標 80%" in found
    assert "2016年度" in found
    for words in ("主税局", "70.0%", "あと10.0ポイント", "建設局", "50.0%", "小数第2位を四捨五入", "記録から集計"):
        assert words in found.text, words
    assert "この数字の元の記録" not in found


def test_figure_detail_costs_one_query_when_nothing_changed(page: Pages, october: None) -> None:
    page.get(URL)
    page.get(URL, queries=1)
    decide("paper")
    count()
    assert "61.5%" in page.get(URL).h1


def test_figure_detail_of_a_bureau_and_a_month(page: Pages, october: None) -> None:
    assert page.get(f"{URL}?unit=TAX&month=2020-10").h1 == "主税局の電子決定率は70.0%、目標80%まであと10.0ポイント"


@pytest.mark.parametrize("query", ["?month=2020-09", "?month=x", "?unit=NO", "?unit=<script>"])
def test_figure_detail_refuses_what_does_not_exist(page: Pages, october: None, query: str) -> None:
    assert page.get(URL + query).status == 404
    assert page.get("/figures/no.such/").status == 404


def test_figure_detail_shows_what_was_returned_beside_what_was_measured(page: Pages, october: None) -> None:
    facts.record_return(
        indicator_key=RATE, unit="TAX", month="2020-10", counted=(744, 1000), certifier=SYSTEM, at=OCTOBER, note="見本"
    )
    found = page.get(URL)
    assert "記録と報告" in found
    assert "74.4%" in found
    assert found.h1.startswith("電子決定率は74.3%")  # 752 of 1,012: a return is what happens outside the platform
    assert "1,012件のうち12件" in found


def test_figure_detail_says_that_a_published_value_has_changed(page: Pages, october: None) -> None:
    facts.publish_month(month="2020-10", at=OCTOBER)
    assert "公表した値は" not in page.get(URL)
    decide()
    count()
    assert "公表した値は66.7%でした。その後の記録により69.2%になりました。" in page.get(URL)


def test_figure_records_are_for_those_who_may_and_each_look_is_recorded(page: Pages, october: None) -> None:
    officer = make_officer("tax", make_post(OrgUnit.objects.get(code="TAX-1"), "主事"))
    url = f"{URL}records/?month=2020-10&unit=TAX"
    assert url in page.get(URL, user=officer).html.replace("&amp;", "&")
    found = page.get(url)
    assert found.text.count("決定した") == 10
    (look,) = entries_of(Subject("indicator_version", IndicatorVersion.objects.get(key=RATE).pk))
    assert (look.kind, look.actor.user_id) == ("facts.traced", officer.pk)
    assert look.data == {"unit": "TAX", "month": "2020-10"}


def test_figure_records_link_only_what_the_reader_may_open(page: Pages) -> None:
    office = make_office()
    draft = make_draft(office)
    for number in (draft.id, *range(10**6, 10**6 + 18)):
        decide(unit=draft.unit, number=number)
    count()
    url = f"{URL}records/?month=2020-10&unit=T-01"
    found = page.get(url, user=office.drafter, queries=26)  # as many for one row as for all
    assert f'href="/desk/decisions/{draft.id}/"' in found.html
    assert found.html.count('href="/desk/decisions/') == 1
    assert "ほかの部署の文書です" in found
    assert f'href="/desk/decisions/{draft.id}/"' not in page.get(url, user=office.stranger).html


def test_figure_records_of_others_are_refused(page: Pages, october: None) -> None:
    url = f"{URL}records/?month=2020-10&unit="
    assert page.get(f"{url}ROAD").status == 302  # not logged in
    officer = make_officer("tax", make_post(OrgUnit.objects.get(code="TAX-1"), "主事"))
    assert page.get(f"{url}ROAD", user=officer).status == 403
    assert page.get(url, user=officer).status == 403
    assert page.get(f"{url}TAX&after=x", user=officer).status == 404
    assert page.get(f"{url}TAX&after=²", user=officer).status == 404
    assert page.get(url, user=make_user("hanako", kind="resident")).status == 403
    reform = make_officer("reform", make_post(OrgUnit.objects.get(code="ROAD-1"), "主事", serves_as="reform"))
    assert page.get(url, user=reform).text.count("決定した") == 12


def test_open_data_lists_every_dataset(page: Pages) -> None:
    found = page.get("/data/")
    assert found.links["電子決定率"] == f"/data/{RATE}/"


def test_dataset_detail_previews_and_explains(page: Pages, october: None) -> None:
    found = page.get(f"/data/{RATE}/")
    assert found.h1 == "電子決定率"
    for words in ("2020-10", "66.7", "denominator", "CC BY 4.0", "CSV", "「電子決定率」のページ"):
        assert words in found.text, words
    assert page.get("/data/no.such/").status == 404


def body(found: object) -> bytes:
    return b"".join(found.response.streaming_content)  # type: ignore[attr-defined]


def test_the_files_hold_what_the_page_shows(page: Pages, october: None) -> None:
    """Page, chart and dataset come from the same table."""
    rows = list(csv.DictReader(io.StringIO(body(page.get(f"/data/{RATE}.csv")).decode("utf-8-sig"))))
    assert [(row["組織"], row["分子"], row["分母"], row["値"]) for row in rows] == [
        ("全体", "8", "12", "66.7"),
        ("主税局", "7", "10", "70.0"),
        ("建設局", "1", "2", "50.0"),
    ]
    answer = page.get(f"/data/{RATE}.json")
    assert answer.response.headers["Access-Control-Allow-Origin"] == "*"
    data = json.loads(body(answer))
    assert (data["title"], data["rows"][0]["value"], data["rows"][0]["unit_name"]) == ("電子決定率", 66.7, "全体")
    assert data["columns"][0]["title"] == "月"


def test_files_for_spreadsheets(page: Pages, october: None) -> None:
    assert "主税局" in body(page.get(f"/data/{RATE}.csv?encoding=cp932")).decode("cp932")
    book = zipfile.ZipFile(io.BytesIO(body(page.get(f"/data/{RATE}.xlsx"))))
    assert "<v>66.7</v>" in book.read("xl/worksheets/sheet1.xml").decode()
    assert page.get("/data/no.such.csv").status == 404


def test_the_figures_in_english(page: Pages, october: None) -> None:
    assert page.get(URL, headers={"Accept-Language": "en"}).status == 200
