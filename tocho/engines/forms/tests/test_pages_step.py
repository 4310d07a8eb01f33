"""A step as a page of the real layout, checked by the fixture ``page``: valid, labelled, ids once."""

from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from tocho.engines.forms.tests.factories import ADDRESS, EVERY_KIND, FILE, SLOTS, form, question
from tocho.ui.testing import Pages

PAGE = """{% extends "ui/layouts/step.html" %}{% load ui %}{% block title %}試し{% endblock %}
{% block heading %}試し{% endblock %}
{% block content %}{% ui_form %}{{ form }}{% ui_button "次へ" %}{% end_ui_form %}{% endblock %}"""
EVERYTHING = form(
    [
        *(
            question(f"q_{kind}", kind, required=True, help="説明", **options)
            for kind, (options, _) in EVERY_KIND.items()
        ),
        question("places", "group", fields=[question("at", "postal_address", required=True), question("when", "date")]),
        {"key": "words", "type": "note", "label": "お知らせ", "help": "次の質問は任意です。"},
    ]
)
ANSWERS = {f"q_{kind}": answer for kind, (_, answer) in EVERY_KIND.items()} | {"places": [{"at": ADDRESS}]}


@login_not_required
def step(request: HttpRequest) -> HttpResponse:
    posted: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    answers = ANSWERS if "filled" in request.GET else {}
    step_form = EVERYTHING.steps[0].form(initial=answers, sources=SLOTS, store=lambda *_, **__: FILE, **posted)
    status = 200 if step_form.is_refill or step_form.is_valid() or not step_form.is_bound else 422
    html = engines["django"].from_string(PAGE).render({"form": step_form, "messages": []}, request)
    return HttpResponse(html, status=status)


urlpatterns = [path("step/", step)]


pytestmark = pytest.mark.urls(__name__)


def test_every_kind_of_question_makes_a_valid_page(page: Pages) -> None:
    for address in ("/step/", "/step/?filled"):
        found = page.get(address)
        assert found.status == 200
        assert "お知らせ" in found.text
        assert found.html.count("<fieldset") >= 6
        assert 'enctype="multipart/form-data"' in found.html


def test_every_error_makes_a_valid_page(page: Pages) -> None:
    found = page.post("/step/", {"places-count": "1", "places-0-when": "x"})
    assert found.status == 422
    assert found.html.count('class="error"') == len(EVERYTHING.questions)
    assert 'href="#id_q_name-family"' in found.html


def test_a_page_that_is_sent_as_it_is_shown_is_accepted(page: Pages) -> None:
    fields = page.get("/step/?filled").fields
    typed = {"q_multiline": "一行", "q_multichoice": ["car"], "q_declaration": "on", "q_bank_account-kind": "ordinary"}
    assert page.post("/step/", {**fields, **typed}).status == 200


def test_helper_buttons_work_without_javascript(page: Pages) -> None:
    fields = page.get("/step/?filled").fields
    added = page.post("/step/", {**fields, "_add": "places"})
    assert added.status == 200
    assert "2件目" in added.text
    assert added.fields["places-0-at-city"] == "新宿区"
    looked = page.post("/step/", {**added.fields, "places-1-at-postal_code": "100-0005", "_lookup": "places-1-at"})
    assert looked.fields["places-1-at-town"] == "丸の内"
    assert 'hx-target="#questions"' in looked.html
    assert 'id="questions"' in looked.html
