"""Conditions on answers of the same step: as the page comes back without JavaScript, and as an API sees them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.engines.forms.api import Figure, FormError, StepForm, compile_form

from .factories import form, question, source
from .test_stepform import post

STEP = [
    question("kind", "choice", required=True),
    question("plate", required=True, condition='kind = "car"'),
    question("people", "number", condition='kind = "car"', min=1, max=9),
    question("bus", "yes_no", required="people > 4", condition="people > 2"),
    question("area", "number", required=True, condition='kind = "land"', min=1),
    question("note", condition="before = true and area > 100"),
]
FORM = form([question("before", "yes_no")], STEP)


def step(initial: dict[str, Any] | None = None, **values: Any) -> StepForm:
    data = post(**values) if values else None
    return FORM.steps[1].form(data, initial=initial or {})


def asked(one: StepForm) -> list[str]:
    return [question.key for question in one.asked]


def test_the_page_holds_what_may_be_asked_and_shows_what_is() -> None:
    page = step()
    assert asked(page) == ["kind"]
    assert [one.key for one in page.questions] == ["kind", "plate", "people", "bus", "area", "note"]
    html = str(page)
    assert html.count(" hidden") == 5
    assert '<input type="hidden" name="_asked" id="id__asked">' in html


def test_an_answer_that_asks_for_more_brings_the_page_back() -> None:
    first = step(kind="car", _asked="")
    assert first.is_refill
    assert not first.is_valid()
    assert first.errors == {}
    assert asked(first) == ["kind", "plate", "people"]
    assert "質問が増えました" in str(first)
    assert first.fields["plate"].widget.attrs["autofocus"] is True
    assert first[("_asked")].value() == "plate people"


def test_what_the_page_showed_must_be_answered() -> None:
    second = step(kind="car", _asked="plate people", people="2")
    assert not second.is_refill
    assert list(second.errors) == ["plate"]
    done = step(kind="car", _asked="plate people", people="2", plate="1")
    assert done.is_valid()
    assert done.cleaned_answers == {"kind": "car", "plate": "1", "people": 2}


def test_whoever_tells_nothing_of_the_page_is_told_what_is_missing() -> None:
    sent = step(kind="car")
    assert not sent.is_refill
    assert list(sent.errors) == ["plate"]


def test_a_question_that_is_not_asked_never_blocks() -> None:
    sent = step(kind="land", _asked="area", area="5", plate="", people="many", bus="x")
    assert sent.is_valid(), sent.errors
    assert sent.cleaned_answers == {"kind": "land", "area": 5}


def test_nothing_typed_is_lost_when_questions_come_and_go() -> None:
    gone = step(kind="land", _asked="plate people", plate="品川 1", people="3")
    assert gone.is_refill
    assert gone["plate"].value() == "品川 1"
    back = step(kind="car", _asked="area", plate="品川 1", people="3", area="5")
    assert asked(back) == ["kind", "plate", "people", "bus"]
    assert back["plate"].value() == "品川 1"


def test_conditions_reach_through_questions_and_their_need() -> None:
    assert step(kind="car", _asked="plate people bus", plate="1", people="3").is_valid()
    assert list(step(kind="car", _asked="plate people bus", plate="1", people="5").errors) == ["bus"]
    assert asked(step(kind="car", people="99")) == ["kind", "plate", "people"], "what is no answer opens nothing"


def test_earlier_steps_are_written_into_the_tree() -> None:
    html = str(step({"before": True}))
    assert "&quot;v&quot;,true" in html
    page = step({"before": True}, kind="land", area="101", _asked="area note")
    assert page.is_valid()
    assert "note" in asked(page)
    assert "note" not in asked(step({"before": False}, kind="land", area="101", _asked="area note"))


def test_saved_answers_show_their_questions() -> None:
    saved = {"kind": "car", "plate": "1", "people": 5}
    assert asked(step(saved)) == ["kind", "plate", "people", "bus"]
    assert step(saved).needs["bus"] is True


def test_an_api_is_checked_in_the_same_order() -> None:
    assert FORM.clean_all({"kind": "car", "plate": "1", "people": 5}).errors.keys() == {"bus"}
    assert FORM.clean_all({"kind": "land", "plate": "1", "area": 3}).values == {"kind": "land", "area": 3}
    assert FORM.prune({"kind": "land", "plate": "1", "people": 5, "bus": True}) == {"kind": "land"}


def test_a_default_counts_as_soon_as_it_is_shown() -> None:
    definition = form([question("copies", "number", default=2), question("why", condition="copies > 1")])
    assert asked(definition.steps[0].form()) == ["copies", "why"]


def test_files_decide_only_on_later_steps() -> None:
    fields = [question("paper", "file", max_mb=1), question("why", condition="paper = null")]
    with pytest.raises(FormError, match="「paper」は前のステップで聞いてください"):
        compile_form(source(fields))
    compile_form(source(fields[:1], fields[1:]))


def test_what_the_browser_cannot_tell_the_server_is_asked() -> None:
    definition = form(
        [
            question("who", "name"),
            question("why", condition='who.family = "山田"'),
            question("b", required="why = null"),
        ]
    )
    html = str(definition.steps[0].form())
    assert html.count("hx-post") == 2
    assert "data-when" not in html
    refreshed = definition.steps[0].form(post(_refresh="1", _asked="", who__family="山田", who__given="花子",
                                              who__family_kana="ヤマダ", who__given_kana="ハナコ"))  # fmt: skip
    assert refreshed.is_refill
    assert asked(refreshed) == ["who", "why", "b"]


def test_figures_of_the_page_follow_through_the_server() -> None:
    watched = Figure(frozenset({"kind", "plate"}))
    page = FORM.steps[1].form(post(_refresh="1", kind="car", people="3"), figure=watched)
    assert page.is_refill
    assert page.typed_answers() == {"kind": "car", "plate": None, "people": 3, "bus": None}
    assert str(page).count('hx-target="#fee"') == 2
    assert page.figure_json == ""


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["car", "land", "boat"]),
        "plate": st.sampled_from(["1", ""]),
        "people": st.sampled_from(["1", "３", "5", "x"]),
        "bus": st.sampled_from(["yes", "no"]),
        "area": st.sampled_from(["1", "500", "-1"]),
        "note": st.sampled_from(["a", ""]),
    },
)


@given(ANSWERS, st.booleans())
def test_a_page_and_an_api_agree(values: dict[str, str], before: bool) -> None:
    """What a page accepts, the whole form accepts, and keeps the same."""
    sent = step({"before": before}, **{"kind": "", "_asked": " ".join(one["key"] for one in STEP), **values})
    if sent.is_valid():
        answers = {key: value for key, value in sent.cleaned_answers.items() if value is not None}
        checked = FORM.clean_all({"before": before, **answers})
        assert checked.ok
        assert checked.values == {"before": before, **answers}
    json.dumps(sent.typed_answers())
