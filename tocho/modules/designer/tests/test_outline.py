"""A form rearranged: what moves where, and what stays as it was."""

from copy import deepcopy

import pytest

from tocho.modules.designer.definitions import field_types, options_of
from tocho.modules.designer.forms import QuestionForm
from tocho.modules.designer.rules import outline
from tocho.modules.procedures.tests.factories import FORM


def keys(form: outline.Form) -> list[list[str]]:
    return [[field["key"] for field in step["fields"]] for step in form["steps"]]


def test_questions_move_within_and_between_steps() -> None:
    before = deepcopy(FORM)
    assert keys(outline.shifted(FORM, (0, 0), 1)) == [["copies", "kind"], ["applicant_name", "applicant_email"]]
    assert keys(outline.shifted(FORM, (0, 1), 1)) == [["kind"], ["copies", "applicant_name", "applicant_email"]]
    assert keys(outline.shifted(FORM, (1, 0), -1)) == [["kind", "copies", "applicant_name"], ["applicant_email"]]
    assert keys(outline.shifted(FORM, (0, 0), -1)) == keys(FORM)
    assert keys(outline.moved(FORM, (0, 0), (1, 2))) == [["copies"], ["applicant_name", "applicant_email", "kind"]]
    assert keys(outline.moved(FORM, (0, 0), (0, 2))) == [["copies", "kind"], ["applicant_name", "applicant_email"]]
    assert [step["key"] for step in outline.shifted(FORM, (1,), -1)["steps"]] == ["who", "what"]
    assert before == FORM


def test_copies_have_keys_of_their_own() -> None:
    copied = outline.duplicated(outline.duplicated(FORM, (0, 0)), (0,))
    flat = [key for step in keys(copied) for key in step]
    assert len(flat) == len(set(flat)) == 8


@pytest.mark.parametrize("place", [(5,), (0, 9), (0, 0, 0)])
def test_a_place_that_is_none_is_refused(place: outline.Place) -> None:
    with pytest.raises(outline.NoSuchPlace):
        outline.without(FORM, place)


@pytest.mark.parametrize("kind", field_types())
def test_every_kind_of_the_engine_can_be_made_and_comes_back_as_it_was(kind: str) -> None:
    spec = outline.new_question(kind, "question", "質問")
    shown = QuestionForm(spec, kind=kind)
    data = {bound.html_name: bound.value() for bound in shown if bound.value() not in (None, False)}
    data |= {"label__ja": "質問", **{name: "on" for name, value in data.items() if value is True}}
    form = QuestionForm(spec, kind=kind, data=data)
    assert form.is_valid(), form.errors
    assert form.spec() == spec
    assert {option.name for option in options_of(kind)} >= set(spec) - {"key", "type", "label"}
