import pytest
from django.urls import reverse

from tocho.ui.examples import EXAMPLES
from tocho.ui.templatetags.ui import register

pytestmark = pytest.mark.urls("tocho.ui.tests.urls")
LAYOUT_TAGS = {
    "ui_once",
    "ui_head",
    "ui_heading",
    "ui_slot",
    "ui_messages",
    "ui_lang",
    "ui_keys",
    "ui_hero",
    "ui_error_summary",
}


def test_gallery_is_a_sound_page_without_a_query(page, settings):
    settings.DEMO = True
    answer = page.get(reverse("ui:gallery"), queries=0)
    assert answer.h1 == "画面部品の一覧"


def test_gallery_shows_every_tag():
    sources = "".join(source for example in EXAMPLES for _name, source in example.states)
    missing = {tag for tag in register.tags if f"{{% {tag} " not in sources and f"{{% {tag}%}}" not in sources}
    assert missing <= LAYOUT_TAGS | {"ui_prose", "ui_row", "ui_facts", "ui_foot", "ui_stack"}


def test_gallery_is_hidden_from_the_public(page, settings):
    settings.DEMO = False
    assert page.get(reverse("ui:gallery")).status == 404


@pytest.mark.parametrize("layout", ["public", "desk", "step", "print"])
def test_layouts_are_sound_pages(page, settings, layout):
    settings.DEMO = True
    assert page.get(reverse("ui:layout_example", args=[layout]), queries=0).status == 200


def test_unknown_layout_is_not_found(page, settings):
    settings.DEMO = True
    assert page.get(reverse("ui:layout_example", args=["wall"])).status == 404


def test_language_is_kept_and_one_stays_on_the_page(page, settings):
    settings.DEMO = True
    assert page.post(reverse("ui:set_language"), {"language": "en", "next": "/ui/"}).location == "/ui/"
    assert 'lang="en"' in page.get(reverse("ui:gallery")).html


def test_not_found_page_helps(page, settings):
    settings.DEMO = True
    answer = page.get("/ui/layouts/none/")
    assert answer.h1 == "ページが見つかりません"
    assert answer.links["最初のページへ"] == "/"
