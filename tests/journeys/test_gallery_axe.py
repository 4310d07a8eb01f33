"""Every component in every state, in a real browser: sound for axe, whole at 320 px, usable with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE, axe, fits, settled, shot

PAGES = ["", "layouts/public/", "layouts/desk/", "layouts/step/", "layouts/print/"]


@pytest.fixture(autouse=True)
def sample_city(settings):
    settings.DEMO = True


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(window, path, width):
    tab = window(width=width)
    tab.goto(f"/ui/{path}")
    axe(tab)
    shot(tab, f"ui-{path.strip('/').replace('/', '-') or 'gallery'}")


@pytest.mark.parametrize("path", PAGES)
def test_smallest_phone_needs_no_sideways_scrolling(window, path):
    tab = window(width=320)
    tab.goto(f"/ui/{path}")
    assert fits(tab)


def test_gallery_is_whole_without_javascript(window):
    tab = window(javascript=False)
    tab.goto("/ui/")
    tab.get_by_role("heading", name="画面部品の一覧").wait_for()
    expect(tab.get_by_role("button", name="コピーする").first).to_be_hidden()
    with pytest.raises(RuntimeError, match="JavaScript off"):  # at once: axe itself would wait for ever
        axe(tab)


def test_error_summary_takes_focus_and_leads_to_the_field(window):
    tab = window(width=PHONE)
    tab.goto("/ui/layouts/step/")
    expect(tab.get_by_role("alert").first).to_be_focused()
    tab.get_by_role("link", name="ひらがなと一連番号まで").click()
    expect(tab.locator("[name=bad-plate]")).to_be_focused()


def test_dangerous_button_asks_first(window):
    tab = window()
    tab.goto("/ui/layouts/desk/")
    tab.keyboard.press("a")
    dialog = tab.get_by_role("dialog", name="この事案を決定しますか")
    dialog.get_by_role("button", name="やめる").click()
    expect(tab.locator("[data-key=a]")).to_be_focused()


def test_keys_of_the_desk_are_explained_and_move_through_the_list(window):
    tab = window()
    tab.goto("/ui/layouts/desk/")
    tab.keyboard.press("?")
    help_text = tab.get_by_role("dialog", name="キーボードでできること")
    expect(help_text).to_contain_text("差し戻す")
    help_text.get_by_role("button", name="閉じる").click()
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    expect(tab.locator(":focus")).to_contain_text("徴収猶予")


def test_skip_link_is_the_first_stop(window):
    tab = window()
    tab.goto("/ui/layouts/public/")
    tab.keyboard.press("Tab")
    expect(tab.locator(":focus")).to_have_text("本文へ進む")


PRESS_TWICE = """() => {
    const form = document.querySelector("form.form");
    const send = () => form.dispatchEvent(new SubmitEvent("submit", { cancelable: true, bubbles: true }));
    return [send(), send()];
}"""


def test_second_press_sends_nothing(window):
    tab = window()
    tab.goto("/ui/layouts/step/")
    assert settled(tab).evaluate(PRESS_TWICE) == [True, False]
