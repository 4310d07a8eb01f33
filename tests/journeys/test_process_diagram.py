"""An officer sees in the diagram of a procedure where a case stands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.engines.process import api, store
from tocho.engines.process.tests.factories import AT, started

CITY = Path(__file__).resolve().parents[2] / "city/procedures"
PAGE = """{% extends "ui/layouts/desk.html" %}{% block title %}t{% endblock %}{% block heading %}流れ図{% endblock %}
{% block content %}{% include "process/_diagram.html" %}{% endblock %}"""


@login_not_required
def diagram(request: HttpRequest, subject_id: int) -> HttpResponse:
    context = {"diagram": api.diagram_context(Subject("application", subject_id))}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("test/<int:subject_id>/", diagram), path("", include("config.urls"))]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def case(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Subject:
    """A case of 納税証明書 that waits for its decision after a correction."""
    names = ("run_checks", "issue_notice", "close", "expire_correction")
    monkeypatch.setattr(store, "_handlers", {f"procedures.{name}": lambda step: None for name in names})
    subject = started((CITY / "nozei-shomei/process.bpmn").read_bytes(), {"office": "unit:1", "fee": 400})
    api.send_message(subject=subject, name="fee_collected", at=AT)
    for result in ("correct", "decide"):
        outcome = {"examine_result": result, "correction_deadline": "2020-12-01"}
        api.complete_task(api.tasks_of(subject)[0].id, outcome=outcome, actor=SYSTEM, at=AT)
        api.send_message(subject=subject, name="applicant_corrected", at=AT)
    return subject


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_see_where_a_case_stands(window: Callable[..., Page], case: Subject, width: int) -> None:
    tab = window(width=width)
    tab.goto(f"/test/{case.id}/")
    tab.locator(".process-now[data-element-id=wait_decision]").wait_for()
    expect(tab.locator(".process-here")).to_have_text("いまここ")
    expect(tab.locator(".process-tick")).to_have_count(4)
    expect(tab.locator(".process-taken[data-element-id=fee_gate_to_wait_fee]")).to_have_count(1)
    expect(tab.get_by_role("link", name="bpmn.io")).to_be_visible()
    assert fits(tab)
    axe(tab)
    shot(tab, "process-diagram")


def test_see_where_a_case_stands_without_javascript(window: Callable[..., Page], case: Subject) -> None:
    tab = window(javascript=False)
    tab.goto(f"/test/{case.id}/")
    expect(tab.locator("[aria-current=step]")).to_contain_text("決定を待つ")
    expect(tab.locator("process-diagram")).to_be_hidden()
