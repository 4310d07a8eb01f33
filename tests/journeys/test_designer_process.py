"""An officer draws a process: from a ready shape, on the canvas, and as a file without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tests.journeys.test_designer_tables import Windows, design
from tocho.engines.process import api as engine
from tocho.modules.designer.models import Design
from tocho.modules.designer.queries.process import process_page

__all__ = ["design"]


def box(tab: Page, element: str) -> str:
    return f"process-editor [data-element-id={element}]"


def test_change_a_process_on_the_canvas(window: Windows, city: City, design: Design) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/process/")
    expect(tab.get_by_role("link", name="bpmn.io")).to_be_visible()
    tab.locator(box(tab, "examine")).first.click()
    expect(tab.get_by_label("職員の仕事")).to_have_value("procedures.examine")
    tab.get_by_label("期限（開庁日の数）").fill("5")
    tab.get_by_label("名前").fill("書類を審査する")
    tab.get_by_label("名前").press("Tab")
    expect(tab.locator("#reading")).to_contain_text("書類を審査する")
    expect(tab.locator("#reading")).to_contain_text("期限 5開庁日")
    tab.locator(box(tab, "run_checks")).first.click()
    tab.get_by_label("システムがすること").select_option("")
    expect(tab.locator("#reading li[data-element=run_checks]")).to_be_visible()
    expect(tab.locator(box(tab, "run_checks") + ".is-faulty").first).to_be_visible()
    shot(tab, "designer-process-faults")
    tab.get_by_label("システムがすること").select_option("procedures.run_checks")
    expect(tab.locator("#reading")).to_contain_text("文で読む")
    tab.get_by_role("button", name="図を保存する").click()
    expect(tab.get_by_text("保存しました。")).to_be_visible()
    design.refresh_from_db()
    steps = {step.element: step for step in engine.outline(design.source["process"].encode()).steps}
    assert (steps["examine"].name, steps["examine"].due) == ("書類を審査する", "5")
    tab.locator(box(tab, "examine")).first.click()
    axe(tab)
    shot(tab, "designer-process")


def test_a_message_and_a_condition_are_chosen_not_typed(window: Windows, city: City, design: Design) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/process/")
    tab.locator(box(tab, "wait_fee")).first.click()
    tab.get_by_label("何を待つか").select_option("seat_promoted")
    tab.locator(box(tab, "fee_gate_to_wait_fee")).first.click(force=True)
    tab.get_by_label("どんなとき、この道を進むか").select_option("auto")
    tab.get_by_label("どんなとき、この道を進むか").press("Tab")
    tab.get_by_role("button", name="図を保存する").click()
    expect(tab.get_by_text("保存しました。")).to_be_visible()
    design.refresh_from_db()
    assert 'name="seat_promoted"' in design.source["process"]
    assert ">auto<" in design.source["process"]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_choose_a_shape_without_javascript(window: Windows, city: City, design: Design, width: int) -> None:
    tab = window(user=city.officer, width=width, javascript=False)
    tab.goto(f"/desk/designer/{design.id}/process/")
    tab.get_by_label("流れの形").select_option("shape:booking")
    tab.get_by_role("button", name="この流れにする").click()
    expect(tab.locator("#reading").get_by_text("規則で決定する")).to_be_visible()
    assert fits(tab)
    shot(tab, "designer-process-plain")
    tab.get_by_role("button", name="元に戻す").click()
    expect(tab.locator("#reading").get_by_text("納付を待つ")).to_be_visible()


@pytest.mark.parametrize("shape", ["permit", "booking"])
def test_every_shape_is_drawn(window: Windows, city: City, design: Design, shape: str) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/process/")
    tab.get_by_label("流れの形").select_option(f"shape:{shape}")
    tab.get_by_role("button", name="この流れにする").click()
    expect(tab.locator(box(tab, "run_checks")).first).to_be_visible()
    shot(tab, f"designer-shape-{shape}", whole=False)


def named(tab: Page, name: str) -> None:
    """Name what was just put, and wait until the panel knows it."""
    tab.get_by_label("名前").fill(name)
    tab.get_by_label("名前").press("Tab")
    expect(tab.get_by_label("名前")).to_have_value(name)


def press(tab: Page, name: str) -> None:
    tab.locator("[data-panel]").get_by_role("button", name=name, exact=True).click()


def shown(tab: Page, kind: str) -> None:
    expect(tab.locator("[data-panel]").get_by_role("heading", level=2)).to_have_text(kind)


def lead_to(tab: Page, target: str) -> None:
    tab.get_by_label("いまある要素につなぐ").select_option(target)
    press(tab, "つなぐ")
    shown(tab, "道")


def call_for_each(tab: Page) -> None:
    """After the checks another process is used, once for each of a list; then comes the examination."""
    tab.locator(box(tab, "run_checks")).first.click()
    shown(tab, "システムの仕事")
    press(tab, "審査するへ")
    shown(tab, "道")
    press(tab, "消す")
    tab.locator(box(tab, "run_checks")).first.click()
    shown(tab, "システムの仕事")
    tab.get_by_label("次に置くもの").select_option("CallActivity")
    press(tab, "次に置く")
    shown(tab, "ほかの流れを使う")
    named(tab, "意見を聞く")
    tab.get_by_label("どの流れを使うか").select_option("iken-shokai")
    tab.get_by_label("渡す値").fill("units = [section]")
    tab.get_by_label("受け取る値").fill("answers = opinions")
    tab.get_by_label("一覧の分だけくり返す").check()
    tab.get_by_label("くり返す一覧（FEEL）").fill('["R02-1600-06-02"]')
    tab.get_by_label("一つの値の名前").fill("section")
    tab.get_by_label("結果の一覧の名前").fill("opinions")
    tab.get_by_label("途中で終える条件（FEEL）").fill("count(answers) > 1")
    tab.get_by_label("順に一つずつ").check()
    lead_to(tab, "examine")


def attached(tab: Page, kind: str, code: str) -> None:
    """What may happen during the call, with its code; it leads to the examination."""
    tab.get_by_label("ほかの要素を選ぶ").select_option(label="意見を聞く")
    shown(tab, "ほかの流れを使う")
    tab.get_by_label("仕事の途中で起きること").select_option(kind)
    press(tab, "付ける")
    shown(tab, "仕事の途中で起きること")
    named(tab, code)
    tab.get_by_label("コード（空ならどれでも）").fill(code)
    tab.get_by_label("コード（空ならどれでも）").press("Tab")
    if kind == "Escalation":
        tab.get_by_label("起きたら、いまの仕事をやめる").uncheck()
    else:
        expect(tab.get_by_label("起きたら、いまの仕事をやめる")).to_have_count(0)
    lead_to(tab, "examine")


def test_another_process_is_used_for_each_of_a_list(window: Windows, city: City, design: Design) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/process/")
    expect(tab.locator(box(tab, "run_checks")).first).to_be_visible()
    call_for_each(tab)
    attached(tab, "Error", "no_section")
    attached(tab, "Escalation", "late")
    expect(tab.locator("#reading")).to_contain_text("一覧の分だけくり返す")
    tab.get_by_label("ほかの要素を選ぶ").select_option(label="意見を聞く")
    shown(tab, "ほかの流れを使う")
    expect(tab.get_by_label("くり返す一覧（FEEL）")).to_have_value('["R02-1600-06-02"]')
    shot(tab, "designer-process-call")
    tab.get_by_role("button", name="図を保存する").click()
    expect(tab.get_by_text("保存しました。")).to_be_visible()
    design.refresh_from_db()
    saved = design.source["process"]
    for part in (
        'calledElement="iken-shokai"', 'isSequential="true"', 'tocho:item="section"', 'tocho:results="opinions"',
        'name="no_section"', 'errorCode="no_section"', 'escalationCode="late"', 'cancelActivity="false"',
    ):  # fmt: skip
        assert part in saved, part
    assert process_page(saved).faults == ()
