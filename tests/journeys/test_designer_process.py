"""An officer draws a process: from a ready shape, on the canvas, and as a file without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tests.journeys.test_designer_tables import Windows, design
from tocho.engines.process import api as engine
from tocho.modules.designer.models import Design

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
