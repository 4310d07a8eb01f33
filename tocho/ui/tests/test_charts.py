import re
from xml.etree import ElementTree

import pytest

from tocho.ui.charts import Chart, Series, Target
from tocho.ui.drawing import WIDE, axis_end, draw
from tocho.ui.numerals import exact_yen, short, yen
from tocho.ui.sample import CHARTS
from tocho.ui.tests.rendering import draw as render
from tocho.ui.tests.rendering import tree, words


def bars(*values, **options):
    return Chart(
        title="題", kind="bars", labels=[str(n) for n in range(len(values))], series=[Series("件数", values)], **options
    )


def columns(chart):
    svg = ElementTree.fromstring(draw(chart).split("</svg>")[0] + "</svg>")
    return [float(rect.get("height")) for rect in svg.iter("rect")]


def test_bars_begin_at_zero_and_keep_their_proportions():
    heights = columns(bars(10, 20, 40))
    assert heights[1] / heights[0] == pytest.approx(2, rel=0.01)
    assert heights[2] / heights[0] == pytest.approx(4, rel=0.01)


def test_unknown_values_are_not_drawn_as_zero():
    assert len(columns(bars(10, None, 40))) == 2
    assert "不明" in words(render("{% ui_chart chart %}", chart=bars(10, None)))


def test_a_spark_has_a_column_for_each_known_month_the_last_one_strong():
    svg = ElementTree.fromstring(render("{% ui_spark values %}", values=[10, None, 20, 40]))
    drawn = [(one.get("class"), float(one.get("height"))) for one in svg.iter("rect")]
    assert [css for css, _height in drawn] == ["c1 pale", "c1 pale", "c1"]
    assert drawn[2][1] / drawn[0][1] == pytest.approx(4, rel=0.01)
    assert svg.get("aria-hidden") == "true"


def test_two_months_are_no_course():
    assert render("{% ui_spark values %}", values=[10, None, 20]) == ""


@pytest.mark.parametrize("highest", [0, 0.4, 1, 7, 74.4, 99, 100, 1234, 52_300, 3.2e8])
def test_axis_covers_the_highest_value_in_few_round_steps(highest):
    end, step = axis_end(highest)
    assert end >= highest
    assert 1 <= round(end / step) <= 5


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (74.4, "74.4"),
        (9999, "9,999"),
        (12_000, "1.2万"),
        (150_000_000, "1.5億"),
        (3 * 10**12, "3兆"),
        (10**5, "10万"),
    ],
)
def test_numbers_are_said_as_people_say_them(value, text):
    assert short(value) == text


def test_yen_has_no_decimals():
    assert yen(1234567) == "1,234,567円"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0円"), (9800, "9,800円"), (5_000_000, "500万円"), (250_000_000, "2億5,000万円"), (10**8 + 1, "1億1円")],
)
def test_amounts_of_regulations_are_written_to_the_yen(value, text):
    assert exact_yen(value) == text


@pytest.mark.parametrize("name", ["bars", "rows", "lines", "stacked", "ring"])
def test_drawing_is_sound_xml_with_a_name(name):
    for svg in re.findall(r"<svg.*?</svg>", draw(CHARTS[name]), re.DOTALL):
        root = ElementTree.fromstring(svg)
        assert root.get("aria-label", "").startswith(CHARTS[name].title)


@pytest.mark.parametrize("name", ["bars", "lines", "stacked"])
def test_nothing_is_drawn_outside_the_paper(name):
    svg = ElementTree.fromstring(draw(CHARTS[name]).split("</svg>")[0] + "</svg>")
    for text in svg.iter("text"):
        assert 0 <= float(text.get("x")) <= WIDE.width
        assert 0 <= float(text.get("y")) <= WIDE.height


def test_target_is_labelled_in_place():
    texts = re.findall(r">([^<]+)</text>", draw(bars(10, 20, target=Target(30, "目標 30件"))))
    assert texts.count("目標 30件") == 2  # once in the wide drawing, once in the narrow one


def test_long_series_keep_their_last_label_and_do_not_overlap():
    chart = Chart(
        title="題", kind="bars", labels=[f"{n}月分" for n in range(60)], series=[Series("x", list(range(60)))]
    )
    ticks = re.findall(r'class="tick">(\d+月分)', draw(chart).split("</svg>")[0])
    assert ticks[-1] == "59月分"
    assert len(ticks) < 20


def test_every_number_stands_in_the_table():
    html = render("{% ui_chart chart %}", chart=CHARTS["stacked"])
    cells = ["".join(cell.itertext()) for cell in tree(html).iter("td")]
    assert cells[:3] == ["5,200件", "3,900件", "4,100件"]


def test_ring_folds_the_smallest_parts():
    chart = Chart(title="題", kind="ring", labels=list("あいうえおか"), series=[Series("x", [50, 20, 10, 8, 7, 5])])
    assert [name for name, _value in chart.slices] == ["あ", "い", "う", "その他"]
    assert sum(value for _name, value in chart.slices) == 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "pie"},
        {"labels": ["a"]},
        {"series": [Series("x", [-1, 2])]},
        {"series": [Series(str(n), [1, 2]) for n in range(5)]},
        {"series": []},
    ],
)
def test_misleading_charts_are_refused(wrong):
    with pytest.raises(ValueError):
        Chart(**{"title": "題", "kind": "bars", "labels": ["a", "b"], "series": [Series("x", [1, 2])]} | wrong)


def test_chart_without_values_says_so():
    assert "まだ値がありません" in words(render("{% ui_chart chart %}", chart=CHARTS["none"]))
