import pytest
from django.template import engines
from django.utils.translation import override

from tocho.ui.tests.rendering import draw, tree, words


def test_section_has_a_heading_of_its_own():
    section = tree(draw('{% ui_section title="経路" tone="wash" id="route" %}中身{% end_ui_section %}')).find("section")
    assert section.find("h2").text == "経路"
    assert section.get("id") == "route"


@pytest.mark.parametrize(
    "source",
    [
        '{% ui_section tone="loud" %}{% end_ui_section %}',
        '{% ui_grid min="7rem" %}{% end_ui_grid %}',
        '{% ui_button "x" variant="giant" %}',
        '{% ui_tag "x" tone="pink" %}',
        '{% ui_banner tone="ng" %}{% end_ui_banner %}',
        "{% ui_timeline items %}",
    ],
)
def test_unknown_variant_raises(source):
    with pytest.raises(ValueError, match="is unknown; use one of"):
        draw(source, items=[{"title": "x", "state": "perhaps"}])


def test_unknown_parameter_raises():
    with pytest.raises(TypeError, match="unknown parameter"):
        draw('{% ui_button "x" colour="red" %}')


def test_card_title_is_the_link():
    link = tree(draw('{% ui_card title="申請" href="/a/?x=1&y=2" %}{% end_ui_card %}')).find(".//h3/a")
    assert (link.text, link.get("href")) == ("申請", "/a/?x=1&y=2")


def test_everything_from_outside_is_escaped():
    html = draw(
        "{% ui_card title=evil note=evil %}{% end_ui_card %}{% ui_button evil confirm=evil %}{% ui_tag evil %}"
        "{% ui_fact evil value=evil %}{% ui_timeline items %}{% ui_stat evil evil note=evil %}{% ui_copy evil %}",
        evil="<script>\"'",
        items=[{"title": "<script>", "text": "<script>"}],
    )
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_button_passes_htmx_and_its_key_through():
    button = tree(
        draw('{% ui_button "決定する" key="a" confirm="よいですか" name="to" value="1" hx_post="/x" %}')
    ).find("button")
    assert button.attrib.items() >= {"hx-post": "/x", "data-key": "a", "data-confirm": "よいですか"}.items()
    assert (button.get("name"), button.get("value"), button.get("type")) == ("to", "1", "submit")


def test_button_with_an_address_is_a_link():
    assert tree(draw('{% ui_button "見る" href="/x" %}')).find("a").get("href") == "/x"


def test_callout_offers_one_step():
    html = draw('{% ui_callout title="補正" tag="お願い" href="/r" action="返信する" %}<p>x</p>{% end_ui_callout %}')
    assert words(html) == "お願い補正x返信する"


@pytest.mark.parametrize(("content", "heading"), [("見出し", "見出し"), ("<h1>もの</h1><p>x</p>", "もの")])
def test_heading_is_written_once(content, heading):
    headings = tree(draw("{% ui_heading %}" + content + "{% end_ui_heading %}")).findall(".//h1")
    assert [h1.text for h1 in headings] == [heading]


def test_empty_aside_leaves_no_landmark():
    assert draw('{% ui_slot name="aside" %}\n  {% end_ui_slot %}') == ""


def test_what_is_rendered_once_is_kept_by_language_and_knows_nobody():
    template = engines["django"].from_string(
        '{% load ui i18n %}{% ui_once %}{% translate "バーチャル都庁" %}{{ name }}{% end_ui_once %}'
    )
    assert template.render({"name": "花子"}) == template.render({"name": "太郎"}) == "バーチャル都庁"
    with override("en"):
        assert template.render({"name": "花子"}) == "Virtual Tocho"
