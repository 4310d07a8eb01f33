from datetime import date
from typing import Any

import pytest

from tocho.engines.forms.api import FormError, Suggestion, compile_form
from tocho.engines.forms.kinds import Given, make_kind

from .factories import NAME, form, question, source

STEP = form([question("name", "name", prefill="registers.person.name"), question("mail", prefill="registers.mail")])
KNOWN = {"registers.person.name": Suggestion(NAME, "登録情報"), "registers.mail": Suggestion("a@b.jp", "登録情報")}


def test_a_definition_says_what_may_be_suggested() -> None:
    assert STEP.prefills == {"name": "registers.person.name", "mail": "registers.mail"}


def test_a_suggestion_is_shown_with_where_it_is_from() -> None:
    step = STEP.steps[0].form(prefill=KNOWN)
    html = str(step)
    assert 'value="ヤマダ"' in html
    assert html.count("登録情報から入れてあります。違うときは直してください。") == 2


def test_what_was_answered_or_emptied_is_not_overruled() -> None:
    step = STEP.steps[0].form(initial={"name": {**NAME, "family": "鈴木"}, "mail": None}, prefill=KNOWN)
    assert step.fields["name-family"].initial == "鈴木"
    assert step.fields["mail"].initial is None
    assert "登録情報" not in str(step)


@pytest.mark.parametrize("value", [None, 3, "山田"])
def test_a_suggestion_of_another_shape_is_left_out(value: Any) -> None:
    step = STEP.steps[0].form(prefill={"registers.person.name": Suggestion(value, "登録情報")})
    assert step.fields["name-family"].initial is None


def test_what_was_typed_counts_not_the_suggestion() -> None:
    step = STEP.steps[0].form({"mail": ""}, prefill=KNOWN)
    assert step.is_valid()
    assert step.cleaned_answers == {"name": None, "mail": None}


# --- choices by the day

YEARS = form([question("year", "choice", choices_from="fiscal_years(2)", required=True)])


@pytest.mark.parametrize(
    ("day", "offered"), [(date(2026, 3, 31), ["2025", "2024"]), (date(2026, 4, 1), ["2026", "2025"])]
)
def test_fiscal_years_follow_the_day(day: date, offered: list[str]) -> None:
    for year in ("2026", "2025", "2024", "2023"):
        assert YEARS.clean_all({"year": year}, today=day).ok is (year in offered)
    kind = YEARS.questions["year"].kind
    field = kind.inputs(required=True, given=Given(today=day))[""]
    assert [value for value, _label in field.choices] == offered  # type: ignore[attr-defined]


def test_a_year_that_is_offered_no_more_keeps_its_words() -> None:
    kind = YEARS.questions["year"].kind
    assert kind.display("2019", "ja") == "平成31年度（2019年度）"
    assert kind.display("2019", "en") == "Fiscal 2019"
    assert kind.display("2019", "ja-easy") == "平成31年度（2019年4月から）"


def test_several_of_a_list_that_the_platform_has() -> None:
    kind = make_kind({"key": "q", "type": "multichoice", "label": "県", "choices_from": "prefectures"})
    assert kind.clean(["東京都", "千葉県"], required=True, given=Given()).value == ["千葉県", "東京都"]
    assert kind.clean(["江戸"], required=True, given=Given()).errors


@pytest.mark.parametrize("name", ["years", "fiscal_years", "fiscal_years(0)", "prefectures(3)"])
def test_an_unknown_list_is_told_with_those_that_exist(name: str) -> None:
    with pytest.raises(FormError, match=r"fiscal_years\(6\)"):
        compile_form(source([question("q", "choice", choices_from=name)]))
