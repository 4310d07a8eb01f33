import json
from html import unescape

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from tocho.core.ledger.api import SYSTEM, Subject
from tocho.engines.process import api
from tocho.ui.testing import Pages

from .factories import AT, END, START, bpmn, new_subject, receive, started, user

PAGE = """{% extends "ui/layouts/public.html" %}{% block title %}t{% endblock %}{% block heading %}h{% endblock %}
{% block content %}{% include "process/_diagram.html" %}{% endblock %}"""


@login_not_required
def diagram(request: HttpRequest, subject_id: int) -> HttpResponse:
    context = {"diagram": api.diagram_context(Subject("application", subject_id))}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("test/<int:subject_id>/", diagram), path("", include("config.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_diagram_lists_the_steps_and_embeds_what_the_picture_needs(page: Pages) -> None:
    name = "</script><b>審査</b>"
    task = user("look").replace('name="look"', 'name="&lt;/script>&lt;b>審査&lt;/b>"')
    subject = started(
        bpmn(START, "start -> look", task, "look -> wait", receive("wait", "x"), "wait -> end", END, messages="x")
    )
    shown = page.get(f"/test/{subject.id}/")
    assert f"いま：{name}" in shown.text
    script = next(element for element in shown.tree.iter("script") if element.get("id") == "process-diagram-data")
    data = json.loads(script.text or "")
    assert (data["current"], data["finished"], data["flows"]) == (["look"], ["start"], ["start_look"])
    assert name in unescape(data["xml"])


def test_diagram_of_a_finished_case_lists_what_was_done(page: Pages) -> None:
    gate = '<exclusiveGateway id="gate" default="gate_end"/>'
    rest = ("look -> gate", gate, "gate -> other if 1 = 2", "gate -> end", user("other"), "other -> end", END)
    subject = started(bpmn(START, "start -> look", user("look"), *rest))
    api.complete_task(api.tasks_of(subject)[0].id, outcome={}, actor=SYSTEM, at=AT)
    shown = page.get(f"/test/{subject.id}/")
    assert "済み：look" in shown.text
    assert "other" not in shown.text


def test_diagram_without_a_process_is_empty(page: Pages) -> None:
    assert "process-diagram" not in page.get(f"/test/{new_subject().id}/")
