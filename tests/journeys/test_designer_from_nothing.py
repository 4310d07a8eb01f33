"""A procedure made from nothing in the browser, let out by four eyes, gone through by a resident up to the notice."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PATIENCE, PHONE, address, axe, fits, look_again_until, settled, shot
from tocho.modules.designer.models import Design
from tocho.modules.payments.tests.payer import Double
from tocho.modules.procedures.models import Application

Window = Callable[..., Page]
NAME = "納付状況の証明"
OTHER = {"value": "other", "ja": "そのほか", "en": "Other"}
FACTS = {
    "title_en": "Certificate of payments",
    "retention-0-years": "5",
    "retention-0-law": "文書管理規則（見本）",
    "retention-0-source": "見本の値",
    "summary_ja": "都税を納めているかどうかの証明書を受け取れます。",
    "summary_en": "Get a certificate of the taxes that you have paid.",
    "who_ja": "都税を納めている方",
    "who_en": "People who pay metropolitan taxes",
    "duration_ja": "3開庁日以内",
    "duration_en": "Within 3 working days",
    "fee_ja": "1通400円",
    "fee_en": "400 yen a copy",
    "law": "東京都都税条例（見本）",
    "standard_days": "3",
    "sources-0-fact": "手数料、期間",
    "sources-0-source": "見本の値",
    "remedy_ja": "この決定に不服があるときは、3か月以内に審査請求をすることができます。",
    "remedy_en": "You may ask for a review within three months.",
    "draft_body": "approve = 証明書を交付してよろしいか。\nreject = 証明書を交付しないこととしてよろしいか。",
}


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).first.click()
    settled(tab)


def open_tab(tab: Page, name: str) -> None:
    tab.get_by_role("navigation", name="草案の部分").get_by_role("link", name=name).click()
    settled(tab)


def saved(tab: Page) -> None:
    expect(tab.get_by_text("保存しました。").first).to_be_visible()


def begin(tab: Page) -> None:
    tab.goto("/desk/designer/new/")
    tab.get_by_role("link", name="空の状態から").click()
    tab.get_by_label("手続の名前").fill(NAME)
    tab.get_by_label("アドレスに使う名前").fill("nofu-jokyo")
    tab.get_by_label("担当する課").first.select_option(TAX)
    press(tab, "この形で作る")
    for name, text in FACTS.items():
        tab.locator(f"[name='{name}']").fill(text)
    axe(tab)
    shot(tab, "nothing-facts")
    press(tab, "保存する")
    saved(tab)


def add_question(tab: Page, label: str, english: str, kind: str) -> None:
    open_tab(tab, "フォーム")
    tab.locator("#label-1").fill(label)
    tab.locator("#kind-1").select_option(kind)
    tab.locator("form").filter(has=tab.locator("#label-1")).get_by_role("button", name="追加").click()
    expect(tab.locator("[name='label__ja']")).to_have_value(label)
    tab.locator("[name='label__en']").fill(english)


def build_form(tab: Page) -> None:
    """A step with a choice, a number and a text that is only asked after one answer."""
    open_tab(tab, "フォーム")
    tab.locator("#new_step").fill("証明の内容")
    press(tab, "ステップを追加")
    tab.locator("#step-1").get_by_role("link", name="見出しを直す").click()
    tab.locator("[name='title_en']").fill("What you need")
    press(tab, "保存する")
    add_question(tab, "使いみち", "Purpose", "choice")
    for index, choice in enumerate(({"value": "general", "ja": "一般用", "en": "General"}, OTHER)):
        for name, words in choice.items():
            tab.locator(f"[name='choice_{index}_{name}']").fill(words)
    tab.locator("[name='required_']").select_option("yes")
    name_key(tab, "purpose")
    add_question(tab, "何に使いますか", "What for?", "text")
    tab.locator("[name='condition']").fill('purpose = "other"')
    expect(tab.get_by_text("正しい式です")).to_be_visible()
    name_key(tab, "detail")
    add_question(tab, "通数", "Copies", "number")
    tab.locator("[name='option_min']").fill("1")
    tab.locator("[name='option_max']").fill("10")
    tab.locator("[name='required_']").select_option("yes")
    name_key(tab, "copies")
    expect(tab.locator("#phone")).to_contain_text("証明の内容")
    axe(tab)
    shot(tab, "nothing-form")


def name_key(tab: Page, key: str) -> None:
    """The name by which expressions know the question; then save."""
    tab.get_by_text("くわしい設定").click()
    tab.locator("[name='key']").fill(key)
    press(tab, "保存する")


def make_fee_table(tab: Page) -> None:
    open_tab(tab, "表")
    tab.get_by_role("radio", name=re.compile("^手数料")).check()
    press(tab, "作る")
    tab.locator("textarea[id^='c-0-'], input[id^='c-0-']").first.wait_for()
    open_tab(tab, "フォーム")
    tab.get_by_role("link", name="題名・計算・宣言を直す").click()
    tab.get_by_label("1行目の名前").fill("fee")
    tab.get_by_label("1行目の表").select_option("fee")
    press(tab, "保存する")
    open_tab(tab, "表")
    tab.get_by_role("link", name="手数料", exact=True).click()
    press(tab, "条件の列を追加")
    tab.locator("th[data-role=input] a").last.click()
    tab.get_by_label("何を見ますか").select_option("copies")
    press(tab, "保存する")
    tab.get_by_label("規則1の手数料", exact=True).fill("400 * copies")
    press(tab, "保存する")
    saved(tab)
    shot(tab, "nothing-table")


def choose_and_change_process(tab: Page) -> None:
    open_tab(tab, "流れ")
    expect(tab.locator("#reading")).to_contain_text("完結する")
    tab.get_by_label("流れの形").select_option("shape:certificate")
    press(tab, "この流れにする")
    expect(tab.locator("process-editor [data-element-id=examine]").first).to_be_visible()
    tab.locator("process-editor [data-element-id=examine]").first.click()
    tab.get_by_label("名前").fill("納付の記録を調べる")
    tab.get_by_label("名前").press("Tab")
    expect(tab.locator("#reading")).to_contain_text("納付の記録を調べる")
    tab.get_by_role("button", name="図を保存する").click()
    saved(tab)
    shot(tab, "nothing-process")


def write_notices(tab: Page) -> None:
    for beginning, name, title in (
        ("承認・交付の通知", "certificate", NAME), ("不承認・不交付の通知", "refusal", "証明書の不交付について"),
    ):  # fmt: skip
        open_tab(tab, "通知")
        tab.get_by_role("radio", name=re.compile(f"^{beginning}")).check()
        tab.get_by_label("通知の名前").fill(name)
        press(tab, "作る")
        expect(tab.get_by_alt_text("通知の見本 1ページ")).to_be_visible()
        tab.get_by_label("題名", exact=True).fill(title)
        press(tab, "保存する")
        saved(tab)
        expect(tab.get_by_alt_text("通知の見本 1ページ")).to_be_visible()
    shot(tab, "nothing-notice")


def publish(author: Page, chief: Page) -> None:
    open_tab(author, "確認")
    shot(author, "nothing-check")
    expect(author.get_by_text("公開できる形になっています")).to_be_visible()
    author.get_by_label("直さない理由（例外）").fill("審査する職員が読みます。")
    press(author, "記録する")
    expect(author.get_by_text("13項目のうち13項目が合っています")).to_be_visible()
    axe(author)
    open_tab(author, "試す")
    press(author, "見本の答えで終わりまで")
    press(author, "承認してみる")
    expect(author.get_by_text("完結する")).to_be_visible()
    assert not Application.objects.exists()
    open_tab(author, "公開")
    press(author, "確認を頼む")
    expect(author.get_by_text("ほかの人の承認を待っています")).to_be_visible()
    chief.goto(f"/desk/designer/{Design.objects.get().id}/publish/")
    press(chief, "承認する")
    author.reload()
    press(author, "いま公開する")
    author.get_by_role("dialog").get_by_role("button", name="いま公開する").click()
    expect(author.get_by_text("公開された手続を見る")).to_be_visible()


def apply_and_pay(tab: Page) -> str:
    tab.goto("/procedures/nofu-jokyo/")
    press(tab, "申請をはじめる")
    for part, text in {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"}.items():
        tab.locator(f"[name='applicant_name-{part}']").fill(text)
    tab.locator("[name='applicant_email']").fill("hanako@mail.example")
    press(tab, "次へ")
    tab.get_by_role("radio", name="そのほか").check()
    tab.get_by_label("何に使いますか").fill("融資の申込み")
    tab.get_by_label("通数").fill("２")
    assert fits(tab)
    shot(tab, "nothing-resident")
    press(tab, "次へ")
    tab.get_by_role("button", name="申請する").last.click()
    expect(tab.get_by_text("申請を受け付けました").first).to_be_visible()
    status = address(tab)
    tab.get_by_role("link", name="支払う").click()
    tab.get_by_role("radio", name=re.compile("カード")).check()
    tab.get_by_role("button", name="支払いへ進む").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("カードで支払う")
    tab.get_by_role("button", name="800円を支払う").click()
    expect(tab.get_by_text("お支払いが終わりました")).to_be_visible(timeout=PATIENCE)
    return status


def decide(window: Window, city: City) -> None:
    officer = window(user=city.officer)
    officer.goto("/desk/")
    officer.get_by_role("link", name=re.compile(NAME)).first.click()
    expect(officer.get_by_text("融資の申込み")).to_be_visible()
    officer.get_by_role("link", name=re.compile("起案する")).click()
    officer.get_by_role("button", name="起案して回付する").click()
    link = settled(officer).get_by_role("link", name=re.compile(r"第\d+号")).first.get_attribute("href") or ""
    for person in (city.deputy, city.reviewer, city.chief):
        tab = window(width=PHONE, user=person)
        tab.goto(link)
        tab.get_by_role("button", name=re.compile("決定する|承認して")).first.click()
        settled(tab).get_by_role("status").first.wait_for()


def test_from_nothing_to_the_notice(window: Window, city: City, double: Double, worker: None) -> None:
    author = window(width=DESK, user=city.officer)
    begin(author)
    build_form(author)
    make_fee_table(author)
    choose_and_change_process(author)
    write_notices(author)
    publish(author, window(user=city.chief))
    resident = window(width=PHONE)
    status = apply_and_pay(resident)
    decide(window, city)
    resident.goto(status)
    look_again_until(resident, "通知を開く")
    resident.get_by_role("link", name="通知を開く").click()
    expect(settled(resident).get_by_text(NAME).first).to_be_visible()
    shot(resident, "nothing-notice-opened")
    assert Application.objects.get().closed_at is not None
