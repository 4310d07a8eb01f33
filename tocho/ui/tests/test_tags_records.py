from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tocho.ui.tests.rendering import draw, tree, words


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('{% ui_fact "手数料" value="400円" %}', "手数料400円"),
        ('{% ui_fact "手数料" "400円" %}', "手数料400円"),
        ('{% ui_fact "手数料" %}<b>無料</b>{% end_ui_fact %}', "手数料無料"),
        ('{% ui_fact label="手数料" %}x{% end_ui_fact %}', "手数料x"),
        ('{% ui_fact "別紙" value="" %}', "別紙なし"),
        ('{% ui_fact "式" "a=b" %}', "式a=b"),
        ('{% ui_fact "名" value="花子" href="/edit" %}', "名花子直す（名）"),
    ],
)
def test_fact_takes_a_value_or_a_block(source, text):
    assert words(draw("{% ui_facts %}" + source + "{% end_ui_facts %}")) == text


def test_table_can_be_scrolled_with_the_keyboard():
    region = tree(draw('{% ui_table caption="局" %}<tbody><tr><td>x</td></tr></tbody>{% end_ui_table %}')).find("div")
    assert (region.get("tabindex"), region.get("role"), region.get("aria-label")) == ("0", "region", "局")


def test_list_of_things_to_open_folds_with_a_heading_at_every_value():
    head = (
        '<thead><tr><th scope="col">選ぶ</th><th scope="col"><b>事案</b></th><th scope="col">"金額"</th></tr></thead>'
    )
    row = '<tr><td><input></td><th scope="row"><a data-row href="#">x</a></th>{% ui_num 1 %}</tr>'
    html = tree(draw("{% ui_table %}" + head + "<tbody>" + row * 2 + "</tbody>{% end_ui_table %}"))
    table = html.find(".//table")
    assert (table.get("class"), table.get("role")) == ("fold-table", "table")
    cells = [(one.tag, one.get("role"), one.get("data-label")) for one in table.findall(".//tbody/tr/*")]
    assert cells == [("td", "cell", "選ぶ"), ("th", "rowheader", "事案"), ("td", "cell", '"金額"')] * 2
    assert {one.get("role") for one in table.findall(".//tr")} == {"row"}
    assert {one.get("role") for one in table.findall(".//thead//th")} == {"columnheader"}


@pytest.mark.parametrize(("named", "folds"), [("", False), ("fold=True", True)])
def test_table_of_numbers_scrolls_unless_told_to_fold(named, folds):
    html = draw("{% ui_table " + named + " %}<tbody><tr>{% ui_num 1 %}</tr></tbody>{% end_ui_table %}")
    assert (tree(html).find(".//table").get("role") == "table") is folds


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% ui_num 1234567 %}", "1,234,567"),
        ("{% ui_num rate digits=1 unit='%' %}", "74.5%"),
        ("{% ui_num None %}", "–なし"),
        ("{% ui_num '3／6' %}", "3／6"),
    ],
)
def test_num_is_a_cell(source, text):
    row = draw(f"<table><tbody><tr>{source}</tr></tbody></table>", rate=Decimal("74.45"))
    assert words(row) == text
    assert tree(row).find(".//td").get("class") == "num"


def test_timeline_says_the_state_in_words_and_marks_the_present():
    items = [{"title": "受付", "state": "done", "at": date(2020, 11, 20)}, {"title": "審査", "state": "now"}]
    html = draw("{% ui_timeline items %}", items=items)
    assert words(html) == "済み：受付2020年11月20日いま：審査"
    assert [li.get("aria-current") for li in tree(html).findall(".//li")] == [None, "step"]


def test_route_names_people_with_their_posts():
    steps = [{"role": "決定", "name": "佐藤", "post": "徴収課長", "state": "now"}, {"title": "施行", "state": "next"}]
    assert words(draw("{% ui_route steps %}", steps=steps)) == "いま：決定 佐藤（徴収課長）これから：施行"


@pytest.mark.parametrize(
    ("fmt", "text"),
    [
        ("era", "令和2年11月20日"),
        ("date", "2020年11月20日"),
        ("short", "2020年11月20日（金）"),
        ("datetime", "2020年11月20日 10:12"),
        ("time", "10:12"),
    ],
)
def test_moment_is_told_in_tokyo_time(fmt, text):
    html = draw("{% ui_date at fmt %}", at=datetime(2020, 11, 20, 1, 12, tzinfo=UTC), fmt=fmt)
    assert words(html) == text
    assert tree(html).find("time").get("datetime") == "2020-11-20T10:12+09:00"


def test_words_follow_the_language():
    source = '{% language "en" %}{% ui_date day %} {% ui_date day "short" %} {% ui_yen 1200 %}{% endlanguage %}'
    assert words(draw(source, day=date(2020, 11, 20))) == "20 November 2020 20 November 2020 ¥1,200"


def test_a_day_nearer_than_half_a_year_is_told_without_its_year():
    today = timezone.localdate()
    near, far = (draw('{% ui_date day "short" %}', day=today + timedelta(days=days)) for days in (182, -183))
    assert "年" not in words(near)
    assert words(far).startswith(f"{(today - timedelta(days=183)).year}年")


def test_file_tells_its_kind_and_size():
    assert words(draw('{% ui_file "案.pdf" "/f" 65536 %}')) == "案.pdf （PDF・64KB）"
