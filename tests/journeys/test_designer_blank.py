"""From a blank sheet to a resident who completes it: a procedure nobody had a shape for, made in the browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import PHONE, address, axe, fits, look_again_until, settled, shot
from tocho.modules.payments.tests.payer import Double

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]

FACTS = {
    "title_en": "Permission to use the forecourt",
    "summary_ja": "庁舎前の広場を、催しや撮影に使うための許可を受けられます。",
    "summary_en": "Get permission to use the forecourt for events or filming.",
    "who_ja": "広場を使いたい方",
    "who_en": "Anybody who wants to use the forecourt",
    "fee_ja": "1平方メートル100円（撮影は500円）",
    "fee_en": "100 yen per square metre (filming 500 yen)",
    "duration_ja": "10開庁日以内",
    "duration_en": "Within 10 working days",
    "standard_days": "10",
    "law": "東京都庁舎管理規則（見本）",
    "sources-0-fact": "手数料、期間",
    "sources-0-source": "見本の値",
    "remedy_ja": "この決定に不服があるときは、3か月以内に審査請求を、6か月以内に取消しの訴えを提起できます。",
    "remedy_en": "You may ask for a review within three months, or bring an action within six.",
    "category": "certificate",
    "draft_body": "approve = 広場の使用を許可してよろしいか。\nreject = 広場の使用を許可しないこととしてよろしいか。",
    "retention-0-years": "5",
    "retention-0-law": "文書管理規則（見本）",
}


def press(tab: Page, name: str | re.Pattern[str]) -> None:
    tab.get_by_role("button", name=name, exact=isinstance(name, str)).first.click()
    settled(tab)


def open_tab(tab: Page, name: str) -> None:
    tab.get_by_role("navigation", name="草案の部分").get_by_role("link", name=name).click()
    settled(tab)


def begin(tab: Page) -> None:
    tab.goto("/desk/designer/new/")
    tab.get_by_role("link", name="白紙からはじめる").click()
    settled(tab)
    tab.get_by_label("手続の名前").fill("広場の使用の許可")
    tab.get_by_label("アドレスに使う名前").fill("hiroba-shiyo")
    tab.get_by_label("担当する課").first.select_option(TAX)
    press(tab, "この形で作る")
    for name, text in FACTS.items():
        tab.locator(f"[name='{name}']").fill(text)
    press(tab, "保存する")
    expect(tab.get_by_text("保存しました。")).to_be_visible()


def ask(tab: Page, step: int, label: str, english: str, kind: str, *, more: dict[str, str] | None = None) -> None:
    """A question more at the end of a step, with what is particular to it."""
    tab.locator(f"#label-{step}").fill(label)
    tab.locator(f"#kind-{step}").select_option(kind)
    settled(tab).locator(f"form:has(#label-{step})").get_by_role("button", name="追加").click()
    expect(tab.locator("[name='label__ja']")).to_have_value(label)
    tab.locator("[name='label__en']").fill(english)
    for name, text in (more or {}).items():
        tab.locator(f"[name='{name}']").fill(text)
    tab.locator("[name='required_']").select_option("yes")
    press(tab, "保存する")
    expect(tab.get_by_role("link", name=label)).to_be_visible()


def build_form(tab: Page) -> None:
    open_tab(tab, "フォーム")
    purposes = {
        "choice_0_value": "event", "choice_0_ja": "催し", "choice_0_en": "Event",
        "choice_1_value": "filming", "choice_1_ja": "撮影", "choice_1_en": "Filming",
    }  # fmt: skip
    ask(tab, 0, "目的", "Purpose", "choice", more={**purposes})
    ask(tab, 0, "使う日", "Day of use", "date")
    unit = {"option_unit_ja": "平方メートル", "option_unit_en": "square metres"}
    ask(tab, 0, "使う広さ", "Area", "number", more=unit)
    tab.locator("#label-0").fill("催しの内容")
    tab.locator("#kind-0").select_option("multiline")
    settled(tab).locator("form:has(#label-0)").get_by_role("button", name="追加").click()
    expect(tab.locator("[name='label__ja']")).to_have_value("催しの内容")
    tab.locator("[name='label__en']").fill("What the event is")
    tab.get_by_text("式を書かずに条件を選ぶ").click()
    tab.locator("#simple").select_option('choice = "event"')
    press(tab, "条件に加える（かつ）")
    expect(tab.get_by_text("正しい式です")).to_be_visible()
    press(tab, "保存する")
    expect(tab.get_by_text("出すとき：").first).to_be_visible()
    tab.locator("#new_step").fill("申請する方")
    press(tab, "ステップを追加")
    ask(tab, 1, "お名前", "Name", "name")
    ask(tab, 1, "メールアドレス", "E-mail", "email")
    shot(tab, "designer-blank-form")
    for step, english in ((0, "Your plan"), (1, "You")):
        tab.locator(f"#step-{step}").get_by_role("link", name="見出しを直す").click()
        tab.locator("[name='title_en']").fill(english)
        press(tab, "保存する")
        expect(tab.locator(f"#step-{step}")).to_be_visible()


def make_fee_table(tab: Page) -> None:
    open_tab(tab, "表")
    tab.get_by_role("radio", name="手数料").check()
    press(tab, "作る")
    tab.get_by_role("button", name="条件の列を追加").click()  # as in a spreadsheet
    expect(tab.get_by_role("button", name=re.compile("の列を削除")).nth(3)).to_be_visible()
    tab.get_by_role("button", name="元に戻す").click()
    expect(tab.get_by_role("button", name=re.compile("の列を削除"))).to_have_count(3)
    tab.get_by_label("規則1の目的").fill("催し")
    tab.get_by_label("規則1の手数料").fill("100 * number")
    tab.get_by_label("規則1の手数料").press("Control+Enter")
    expect(tab.get_by_label("規則2の手数料")).to_be_focused()
    tab.get_by_label("規則2の手数料").fill("500 * number")
    tab.get_by_label("規則2の目的").fill("撮影")
    tab.keyboard.press("Control+s")
    expect(tab.get_by_text("結果の式で使う項目の列を足しました。")).to_be_visible()  # 使う広さ
    tab.get_by_label("目的（choice）").select_option("event")
    tab.get_by_label("使う広さ（number）").fill("4")
    press(tab, "当てはめる")
    expect(tab.get_by_text("手数料は400。")).to_be_visible()
    axe(tab)
    shot(tab, "designer-blank-table")


# --- the process, by the panel and the keyboard


def panel(tab: Page) -> Locator:
    return tab.locator("process-editor [data-panel]")


def put(tab: Page, kind: str, name: str) -> None:
    """The next element after the one that is chosen; it is chosen then, and its name waits to be typed."""
    panel(tab).get_by_label("次に置くもの").select_option(label=kind)
    panel(tab).get_by_role("button", name="次に置く").press("Enter")
    expect(panel(tab).get_by_role("heading", name=kind)).to_be_visible()
    field = panel(tab).get_by_label("名前", exact=True)
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    field.fill(name)
    field.press("Tab")


def choose(tab: Page, label: str, value: str) -> None:
    panel(tab).get_by_label(label).select_option(label=value)


def lead_to(tab: Page, name: str) -> None:
    panel(tab).get_by_label("いまある要素につなぐ").select_option(label=name)
    panel(tab).get_by_role("button", name="つなぐ").press("Enter")
    expect(panel(tab).get_by_role("heading", name="道")).to_be_visible()


def pick(tab: Page, name: str) -> None:
    """An element that stands in the drawing, by its name."""
    panel(tab).get_by_label("ほかの要素を選ぶ").select_option(label=name)
    expect(panel(tab).get_by_label("名前", exact=True)).to_have_value(name)


def pick_way(tab: Page, to: str) -> None:
    """The way that leads from the chosen element to another."""
    panel(tab).get_by_role("button", name=re.compile(f"{to}へ$")).click()
    expect(panel(tab).get_by_role("heading", name="道")).to_be_visible()


def build_process(tab: Page) -> None:
    open_tab(tab, "流れ")
    pick(tab, "到達")
    put(tab, "分かれ道（どれか一つ）", "手数料はあるか")
    put(tab, "待つ", "納付を待つ")
    choose(tab, "何を待つか", "手数料が納められた")
    put(tab, "システムの仕事", "点検する")
    choose(tab, "システムがすること", "システムの審査をする")
    put(tab, "職員の仕事", "審査する")
    choose(tab, "職員の仕事", "申請を審査する")
    choose(tab, "だれの仕事か", "審査する課")
    panel(tab).get_by_label("期限（開庁日の数）").fill("10")
    put(tab, "分かれ道（どれか一つ）", "審査の結果")
    put(tab, "待つ", "決定を待つ")
    choose(tab, "何を待つか", "事案が決定された")
    put(tab, "システムの仕事", "通知を出す")
    choose(tab, "システムがすること", "通知を出す")
    put(tab, "システムの仕事", "完結する")
    choose(tab, "システムがすること", "完結する")
    put(tab, "終わり", "完了")
    lead_the_ways(tab)
    expect(tab.locator("#reading")).to_contain_text("文で読む")
    axe(tab)
    shot(tab, "designer-blank-process")
    press(tab, "図を保存する")
    expect(tab.get_by_text("保存しました。")).to_be_visible()


def lead_the_ways(tab: Page) -> None:
    """The ways that were not laid by putting one element after another, and when each is gone."""
    pick(tab, "手数料はあるか")
    lead_to(tab, "点検する")
    tab.get_by_label("ほかのどれでもないとき").check()
    pick(tab, "手数料はあるか")
    pick_way(tab, "納付を待つ")
    choose(tab, "どんなとき、この道を進むか", "手数料がある")
    pick(tab, "審査の結果")
    pick_way(tab, "決定を待つ")
    choose(tab, "どんなとき、この道を進むか", "起案した")
    pick(tab, "審査の結果")
    put(tab, "待つ", "補正を待つ")
    choose(tab, "何を待つか", "申請者が補正した")
    lead_to(tab, "審査する")
    pick(tab, "審査の結果")
    pick_way(tab, "補正を待つ")
    choose(tab, "どんなとき、この道を進むか", "補正を求めた")
    pick(tab, "決定を待つ")
    panel(tab).get_by_label("仕事の途中で起きること").select_option(label="知らせが来たら")
    panel(tab).get_by_role("button", name="付ける").press("Enter")
    expect(panel(tab).get_by_role("heading", name="仕事の途中で起きること")).to_be_visible()
    choose(tab, "何を待つか", "事案が差し戻された")
    lead_to(tab, "審査する")


def write_notices(tab: Page) -> None:
    for kind, name, english in (
        ("承認・交付の通知", "permit", "Permission"),
        ("不承認・不交付の通知（理由と教示）", "refusal", "Refusal"),
    ):
        open_tab(tab, "通知")
        tab.get_by_label(kind).check()
        tab.get_by_label("通知の名前").fill(name)
        press(tab, "作る")
        expect(tab.get_by_alt_text("通知の見本 1ページ")).to_be_visible()
        before = tab.get_by_alt_text("通知の見本 1ページ").get_attribute("src")
        tab.locator("[name='title_en']").fill(english)
        tab.locator("[name='profile']").select_option("disposition")
        for label, source in (("使う日", "display.date"), ("催しの内容", "display.multiline")):
            tab.get_by_label("行の見出し").last.fill(label)
            tab.get_by_label("入る項目").last.select_option(source)
            press(tab, "保存する")
            expect(tab.get_by_text("保存しました。")).to_be_visible()
            expect(tab.get_by_alt_text("通知の見本 1ページ")).to_be_visible()  # leaving earlier would break it off
        expect(tab.get_by_alt_text("通知の見本 1ページ")).not_to_have_attribute("src", before or "")


def check_and_try(tab: Page) -> None:
    open_tab(tab, "確認")
    shot(tab, "designer-blank-check")
    expect(tab.get_by_text("公開できる形になっています")).to_be_visible()
    expect(tab.get_by_text("13項目のうち13項目が合っています")).to_be_visible()
    open_tab(tab, "試す")
    press(tab, "見本の答えで終わりまで")
    press(tab, "承認してみる")
    expect(tab.get_by_text("完結する")).to_be_visible()
    shot(tab, "designer-blank-tried")


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


def apply_and_pay(tab: Page) -> str:
    """A resident on a phone; the address of the application's page."""
    tab.goto("/procedures/hiroba-shiyo/")
    press(tab, "申請をはじめる")
    tab.get_by_role("radio", name="催し").check()
    tab.locator("[name='date']").fill("令和8年12月20日")
    tab.locator("[name='number']").fill("４")
    tab.get_by_label("催しの内容").fill("地域の音楽会")
    press(tab, "次へ")
    names = {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"}
    for part, text in names.items():
        tab.locator(f"[name='applicant_name-{part}']").fill(text)
    tab.locator("[name='applicant_email']").fill("hanako@mail.example")
    press(tab, "次へ")
    expect(tab.get_by_text("400円").first).to_be_visible()
    tab.get_by_role("button", name="申請する").last.click()
    expect(tab.get_by_text(re.compile(r"\d{4}-\d{7}-\d"))).to_be_visible()
    status = address(tab)
    tab.get_by_role("link", name="支払う").click()
    tab.get_by_role("radio", name=re.compile("カード")).check()
    tab.get_by_role("button", name="支払いへ進む").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("カードで支払う")
    tab.get_by_role("button", name="400円を支払う").click()
    expect(tab.get_by_text("お支払いが終わりました")).to_be_visible()
    tab.get_by_role("link", name="手続にもどる").first.click()
    expect(tab.get_by_text("手数料の納付を確認しました")).to_be_visible()
    return status


def decide(window: Window, city: City) -> None:
    """The officer examines and drafts, the others review, the chief decides."""
    tab = window(user=city.officer)
    tab.goto("/desk/")
    tab.get_by_role("link", name=re.compile("広場の使用")).first.click()
    expect(tab.get_by_text("地域の音楽会").first).to_be_visible()
    tab.get_by_role("link", name=re.compile("起案する")).click()
    expect(tab.get_by_role("link", name=re.compile("（案）"))).to_be_visible()
    press(tab, "起案して回付する")
    link = tab.get_by_role("link", name=re.compile(r"第\d+号")).first
    expect(link).to_be_visible()
    for person in (city.deputy, city.reviewer, city.chief):
        desk = window(user=person)
        desk.goto(link.get_attribute("href") or "")
        press(desk, re.compile("決定する|承認して"))
        expect(desk.get_by_role("status").first).to_be_visible()
    expect(desk.get_by_text("決定しました")).to_be_visible()


def seal_the_first(keeper: Page) -> None:
    """公印審査 of the first notice of a form that nobody has authorised."""
    keeper.goto("/desk/notices/seals/")
    look_again_until(keeper, "承認・交付の通知")
    keeper.get_by_role("link", name="承認・交付の通知", exact=True).click()
    keeper.get_by_role("button", name="審査を終えて、署名する", exact=True).click()
    keeper.get_by_role("dialog").get_by_role("button", name="審査を終えて、署名する", exact=True).click()
    expect(keeper.get_by_text("審査を終えました。")).to_be_visible()


def test_from_a_blank_sheet_to_a_permission(window: Window, city: City, double: Double, worker: None) -> None:
    author = window(user=city.officer)
    begin(author)
    build_form(author)
    make_fee_table(author)
    build_process(author)
    write_notices(author)
    check_and_try(author)
    publish(author, window(user=city.chief))
    resident = window(width=PHONE)
    status = apply_and_pay(resident)
    decide(window, city)
    seal_the_first(window(user=city.reviewer))
    resident.goto(status)
    look_again_until(resident, "通知を開く")
    resident.get_by_role("link", name="通知を開く").click()
    expect(resident.get_by_role("heading", level=1)).to_have_text("承認・交付の通知")
    expect(resident.get_by_role("link", name="PDFをダウンロードする")).to_be_visible()
    assert fits(resident)
    shot(resident, "designer-blank-notice")
