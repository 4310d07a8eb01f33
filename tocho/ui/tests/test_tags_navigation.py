from django.utils import translation

from tocho.ui.tests.rendering import draw, tree, words

SVG = "{http://www.w3.org/2000/svg}"


def test_breadcrumb_ends_with_the_page_itself():
    items = tree(draw("{% ui_breadcrumb crumbs %}", crumbs=[("トップ", "/"), ("申請", "")])).findall(".//li")
    assert items[0].find("a").get("href") == "/"
    assert items[1].get("aria-current") == "page"


def test_steps_are_read_as_a_sentence():
    html = draw("{% ui_steps 2 3 titles %}", titles=["だれ", "なに", "確認"])
    assert "3 ステップのうち 2 番目：なに" in words(html)
    assert [li.get("class") for li in tree(html).findall(".//li")] == ["on", "on", None]


def test_pager_keeps_the_filters_of_the_address():
    links = tree(draw('{% ui_pager next="k9" previous="k1" %}', path="/cases/?kind=tax&after=k5")).findall(".//a")
    assert [link.get("href") for link in links] == ["?kind=tax&before=k1", "?kind=tax&after=k9"]


def test_pager_takes_whole_addresses_and_caps_the_count():
    html = draw('{% ui_pager next="/x/?p=2" count=1001 %}')
    assert tree(html).find(".//a").get("href") == "/x/?p=2"
    assert "1,000件以上" in words(html)


def test_chips_mark_where_one_is():
    links = tree(draw('{% ui_chips items current="/b" %}', items=[("い", "/a"), ("ろ", "/b")])).findall(".//a")
    assert [link.get("aria-current") for link in links] == [None, "true"]


def test_nav_takes_dicts_and_pairs():
    html = draw(
        "{% ui_nav items %}", items=[{"label": "わたしの番", "href": "/a", "count": 3, "current": True}, ("起案", "/b")]
    )
    assert words(html) == "わたしの番3起案"
    assert tree(html).find(".//a").get("aria-current") == "true"


def test_languages_and_readings_are_offered_and_come_back():
    languages, readings = tree(draw("{% ui_lang %}", path="/a/?x=1")).findall(".//form")
    assert {i.get("name"): i.get("value") for i in languages.findall("input")}["next"] == "/a/?x=1"
    assert [one.get("value") for one in languages.findall("button")] == ["ja", "ja-easy", "en"]
    assert languages.find("button").get("aria-current") == "true"
    assert readings.find("button").get("value") == "1"
    with translation.override("en"):
        assert len(tree(draw("{% ui_lang menu=False %}", path="/a/")).findall(".//form")) == 1, "nothing to read aloud"


def test_search_box_is_a_labelled_get_form():
    html = draw('{% ui_search_box "/s/" "納税" label="手続" %}')
    box = tree(html).find(".//input")
    assert tree(html).find(".//label").get("for") == box.get("id")
    assert (box.get("value"), box.get("data-key")) == ("納税", "/")


def test_banner_interrupts_only_when_it_must():
    roles = [
        tree(draw(f'{{% ui_banner tone="{tone}" %}}x{{% end_ui_banner %}}')).find("div").get("role")
        for tone in ("ok", "error")
    ]
    assert roles == ["status", "alert"]


def test_empty_says_what_to_do():
    html = draw('{% ui_empty "ありません" "はじめてください" href="/new" label="申請する" %}')
    assert words(html) == "ありませんはじめてください申請する"


def test_meter_keeps_inside_its_scale_and_says_its_numbers():
    svg = tree(draw('{% ui_meter 130 80 label="率" %}')).find(f"{SVG}svg")
    assert svg.get("aria-label") == "率 130 / 100、目標 80"
    assert svg.findall(f"{SVG}rect")[1].get("width") == "100.0%"


def test_fee_may_be_nothing_or_not_known_yet():
    assert [words(draw(f"{{% ui_fee {amount} %}}")) for amount in ("400", "0", "None")] == [
        "手数料400円",
        "手数料無料",
        "手数料計算中",
    ]
