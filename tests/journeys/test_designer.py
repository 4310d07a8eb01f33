"""An office makes a procedure without programming, another pair of eyes lets it out, and a resident goes through it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, address, axe, fits, settled, shot
from tocho.modules.designer.models import Design
from tocho.modules.procedures.models import Application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
TABS = ("facts", "form", "check", "tryout", "publish")


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).first.click()
    settled(tab)


def open_tab(tab: Page, name: str) -> None:
    tab.get_by_role("navigation", name="草案の部分").get_by_role("link", name=name).click()
    settled(tab)


def begin(tab: Page) -> None:
    """A new procedure from a ready shape, and its facts."""
    tab.goto("/desk/designer/new/?start=shape:certificate")
    tab.get_by_label("手続の名前").fill("納付状況の証明")
    tab.get_by_label("アドレスに使う名前").fill("nofu-jokyo")
    tab.get_by_label("担当する課").first.select_option(TAX)
    axe(tab)
    shot(tab, "designer-start")
    press(tab, "この形で作る")
    tab.locator("[name='law']").fill("東京都都税条例（見本）")
    tab.locator("[name='summary_ja']").fill("都税を納めているかどうかの証明書を受け取れます。")
    expect(tab.locator("#phone")).to_contain_text("都税を納めているかどうか")  # beside it, before it is saved
    press(tab, "保存する")


def build_form(tab: Page) -> None:
    """A question more, put in its place with the keyboard, asked only sometimes."""
    open_tab(tab, "フォーム")
    tab.locator("#label-0").fill("使いみちのくわしい内容")
    tab.locator("#kind-0").select_option("multiline")
    press(tab, "追加")
    tab.locator("[name='label__ja']").fill("何に使いますか")
    expect(tab.locator("#phone")).to_contain_text("何に使いますか")
    tab.get_by_text("式を書かずに条件を選ぶ").click()
    tab.locator("#simple").select_option('purpose = "general"')
    press(tab, "条件に加える（かつ）")
    expect(tab.get_by_text("正しい式です")).to_be_visible()
    axe(tab)
    shot(tab, "designer-question")
    press(tab, "保存する")
    expect(tab.get_by_role("link", name="何に使いますか")).to_be_visible()
    tab.get_by_role("link", name="何に使いますか").focus()
    tab.keyboard.press("Alt+ArrowUp")
    expect(tab.locator("#step-0-1")).to_contain_text("何に使いますか")
    tab.locator("#step-0-2").drag_to(tab.locator("#step-0-1"))
    expect(tab.locator("#step-0-1")).to_contain_text("通数")


def change_rules(tab: Page) -> None:
    """The fee table, the process and the notice, each on its own page."""
    open_tab(tab, "表")
    tab.get_by_role("link", name="手数料", exact=True).click()
    tab.get_by_label("規則2の手数料", exact=True).fill("500 * copies")
    press(tab, "保存する")
    expect(tab.get_by_text("保存しました。")).to_be_visible()
    open_tab(tab, "流れ")
    expect(tab.locator("#reading")).to_contain_text("納付を待つ")
    open_tab(tab, "通知")
    expect(tab.get_by_text("rejection").first).to_be_visible()


def try_it(tab: Page) -> None:
    """The whole way in the sandbox, with sample answers."""
    open_tab(tab, "確認")
    expect(tab.get_by_text("公開できる形になっています")).to_be_visible()
    open_tab(tab, "試す")
    press(tab, "見本の答えで終わりまで")
    press(tab, "承認してみる")
    expect(tab.get_by_text("完結する")).to_be_visible()
    shot(tab, "designer-tried")
    axe(tab)
    assert not Application.objects.exists()


def test_from_nothing_to_a_resident(window: Window, city: City) -> None:
    author, chief = window(user=city.officer), window(user=city.chief)
    begin(author)
    build_form(author)
    change_rules(author)
    try_it(author)
    publish(author, chief)
    apply_for_it(window(width=PHONE))


def publish(author: Page, chief: Page) -> None:
    open_tab(author, "公開")
    press(author, "確認を頼む")
    expect(author.get_by_text("ほかの人の承認を待っています")).to_be_visible()
    chief.goto(address(author))
    press(chief, "承認する")
    expect(chief.get_by_text("承認済み").first).to_be_visible()
    author.reload()
    press(author, "いま公開する")
    author.get_by_role("dialog").get_by_role("button", name="いま公開する").click()
    expect(author.get_by_text("公開された手続を見る")).to_be_visible()


def test_a_procedure_in_use_gets_its_next_version(window: Window, city: City) -> None:
    """納税証明書, one of the three of part 1: words, a question and a fee are changed, and residents see the change."""
    author = window(user=city.officer)
    author.goto("/desk/designer/new/")
    press(author, "次の版を作る")
    author.locator("[name='summary_ja']").fill("納税証明書を、窓口に来ないで受け取れます。")
    press(author, "保存する")
    expect(author.get_by_text("保存しました。")).to_be_visible()
    open_tab(author, "フォーム")
    asked = author.locator("#step-0-0").get_by_role("link").first
    asked.click()
    author.locator("[name='label__ja']").fill("どの税金の証明書ですか（あらためた質問）")
    press(author, "保存する")
    expect(author.get_by_role("link", name="あらためた質問")).to_be_visible()
    open_tab(author, "表")
    author.get_by_role("link", name="手数料", exact=True).click()
    author.get_by_label("規則2の手数料", exact=True).fill("500 * copies")
    press(author, "保存する")
    expect(author.get_by_text("保存しました。")).to_be_visible()
    publish(author, window(user=city.chief))
    resident = window(width=PHONE)
    resident.goto("/procedures/nozei-shomei/")
    expect(resident.get_by_text("窓口に来ないで受け取れます").first).to_be_visible()
    press(resident, "申請をはじめる")
    expect(resident.get_by_text("あらためた質問").first).to_be_visible()


def apply_for_it(tab: Page) -> None:
    tab.goto("/procedures/nofu-jokyo/")
    expect(tab.get_by_text("都税を納めているかどうか").first).to_be_visible()
    press(tab, "申請をはじめる")
    tab.get_by_role("radio", name="手数料がかからない使いみち").check()
    tab.locator("[name='copies']").fill("2")
    press(tab, "次へ")
    names = {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"}
    for part, text in names.items():
        tab.locator(f"[name='applicant_name-{part}']").fill(text)
    place = {"postal_code": "163-8001", "prefecture": "東京都", "city": "新宿区", "rest": "2丁目8-1"}
    for part, text in place.items():
        tab.locator(f"[name='applicant_address-{part}']").fill(text)
    tab.locator("[name='applicant_phone']").fill("03-5321-1111")
    tab.locator("[name='applicant_email']").fill("hanako@mail.example")
    press(tab, "次へ")
    tab.get_by_role("button", name="申請する").last.click()
    expect(tab.get_by_text("申請を受け付けました").first).to_be_visible()
    shot(tab, "designer-resident")
    assert Application.objects.get().state == "examining"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_tabs_are_fit_to_be_seen(window: Window, city: City, width: int) -> None:
    tab = window(user=city.officer, width=width)
    tab.goto("/desk/designer/new/")
    press(tab, "次の版を作る")
    design = Design.objects.get()
    for name in TABS:
        tab.goto(f"/desk/designer/{design.id}/{name}/")
        axe(tab)
        assert fits(tab), name
        shot(tab, f"designer-tab-{name}")
    tab.goto("/desk/designer/")
    axe(tab)
    shot(tab, "designer-list")
