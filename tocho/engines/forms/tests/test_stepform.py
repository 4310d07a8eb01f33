from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from tocho.engines.forms.api import StepForm
from tocho.engines.forms.uploads import seal
from tocho.lib.errors import Refused

from .factories import ADDRESS, EVERY_KIND, FILE, NAME, SLOTS, form, one, question


def post(**values: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def shown(step_form: StepForm) -> QueryDict:
    """What a browser sends when nothing is changed."""
    data = QueryDict(mutable=True)
    for name in step_form.fields:
        value = step_form[name].value()
        if value not in (None, False):
            data.setlist(name, [str(part) for part in (value if isinstance(value, list) else [value])])
    return data


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_form_gives_back_what_it_shows(kind: str) -> None:
    """The browser's way and the API's way end in the same answer."""
    options, answer = EVERY_KIND[kind]
    definition = one(kind, required=True, **options)
    step = definition.steps[0]
    typed = shown(step.form(initial={"q": answer}, sources=SLOTS))
    again = step.form(typed, MultiValueDict(), sources=SLOTS)
    assert again.is_valid(), again.errors
    assert again.cleaned_answers == definition.clean_all({"q": answer}, SLOTS).values


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_an_empty_form_says_what_the_api_says(kind: str) -> None:
    options, _answer = EVERY_KIND[kind]
    definition = one(kind, required=True, **options)
    empty = definition.steps[0].form(post(), MultiValueDict(), sources=SLOTS)
    assert not empty.is_valid()
    said = [message for messages in empty.errors.values() for message in messages]
    if kind != "group":  # a group shows its first row, whose question then asks for itself
        assert said == [message for messages in definition.clean_all({}, SLOTS).errors.values() for message in messages]


def test_what_was_emptied_is_none() -> None:
    step = form([question("a"), question("b", "name")]).steps[0]
    emptied = step.form(post(a="", b__family=" "), initial={"a": "x", "b": NAME})
    assert emptied.is_valid()
    assert emptied.cleaned_answers == {"a": None, "b": None}


def test_what_was_typed_wrong_is_kept() -> None:
    html = str(form([question("day", "date", required=True)]).steps[0].form(post(day="きのう")))
    assert 'value="きのう"' in html
    assert "dayの名を、2020年11月20日 や 令和2年11月20日 のように入力してください" in html


def test_only_asked_questions_are_shown() -> None:
    definition = form([question("a")], [question("b", condition='a = "1"'), question("c", required='a = "2"')])
    assert list(definition.steps[1].form(initial={"a": "1"}).fields) == ["b", "c"]
    second = definition.steps[1].form(initial={"a": "2"})
    assert [(name, field.required) for name, field in second.fields.items()] == [("c", True)]


def test_a_default_is_shown_until_something_is_answered() -> None:
    step = form([question("copies", "number", default=1)]).steps[0]
    assert step.form().fields["copies"].initial == "1"
    assert step.form(initial={"copies": 3}).fields["copies"].initial == "3"


# --- helper buttons

CARS = form(
    [question("cars", "group", fields=[question("no", required=True), question("at", "postal_address")], max_rows=2)]
)


def cars(**values: Any) -> StepForm:
    return CARS.steps[0].form(post(**values))


def test_a_row_is_added_and_nothing_submitted() -> None:
    added = cars(cars__count="1", cars__0__no="12", _add="cars")
    assert (added.is_refill, added.is_valid(), added.errors) == (True, False, {})
    assert added["cars-0-no"].value() == "12"
    assert added.fields["cars-1-no"].widget.attrs["autofocus"]
    assert "_add" not in str(added), "no more than two rows"
    assert cars(cars__count="2", _add="cars").row_counts == {"cars": 2}


def test_a_row_is_removed_and_the_others_move_up() -> None:
    removed = cars(cars__count="2", cars__0__no="1", cars__1__no="2", cars__1__at__rest="9", _remove="cars-0")
    assert removed.row_counts == {"cars": 1}
    assert (removed["cars-0-no"].value(), removed["cars-0-at-rest"].value()) == ("2", "9")
    assert cars(cars__count="1", _remove="cars-7").row_counts == {"cars": 1}


def test_rows_left_blank_do_not_count() -> None:
    sent = cars(cars__count="2", cars__0__no="", cars__1__no="2")
    assert sent.is_valid()
    assert sent.cleaned_answers == {"cars": [{"no": "2"}]}


def test_an_error_of_a_row_stands_at_its_input() -> None:
    sent = cars(cars__count="2", cars__0__no="1", cars__1__at__postal_code="1638001")
    assert sorted(sent.errors) == ["cars-1-at-rest", "cars-1-no"]


@pytest.mark.parametrize("count", ["-1", "x", "9999", "1e3", "999"])
def test_a_forged_number_of_rows_is_harmless(count: str) -> None:
    assert len(cars(cars__count=count).fields) <= 1 + 2 * 6


WHERE = form([question("at", "postal_address", required=True)]).steps[0]


def test_an_address_is_looked_up() -> None:
    found = WHERE.form(post(at__postal_code="１６３ー８００１", at__rest="2-8-1", _lookup="at"))
    assert found.is_refill
    assert not found.errors
    assert [found[f"at-{part}"].value() for part in ("prefecture", "city", "town", "rest")] == [
        "東京都", "新宿区", "西新宿", "2-8-1",
    ]  # fmt: skip


def test_a_code_without_address_is_told_at_once() -> None:
    found = WHERE.form(post(at__postal_code="999-9999", at__prefecture="東京都", _lookup="at"))
    assert "見つかりません" in str(found.errors["at-postal_code"])
    assert found["at-prefecture"].value() == "東京都"
    assert WHERE.form(post(_lookup="elsewhere")).is_refill


def test_the_code_alone_is_enough_without_pressing_the_button() -> None:
    sent = WHERE.form(post(at__postal_code="1638001", at__rest="2-8-1"))
    assert sent.is_valid()
    assert sent.cleaned_answers == {"at": ADDRESS}


# --- files

PAPERS = form([question("name", required=True), question("paper", "file", max_mb=0.001, max_files=2, required=True)])


class Shelf:
    """Keeps uploads in a list, as ``core.files`` would keep them on disk."""

    def __init__(self, refuse: str = "") -> None:
        self.names: list[str | None] = []
        self.refuse = refuse

    def __call__(self, upload: Any, *, max_bytes: int, allowed: frozenset[str]) -> Mapping[str, Any]:
        if self.refuse:
            raise Refused(self.refuse)
        assert (max_bytes, "image/png" in allowed) == (1048, True)
        self.names.append(upload.name)
        return {"id": len(self.names), "name": upload.name, "size": upload.size, "digest": "left out"}


def send(data: QueryDict, *uploads: SimpleUploadedFile, store: Shelf | None = None, max_files: int = 2) -> StepForm:
    files = MultiValueDict({"paper": list(uploads)})
    return PAPERS.steps[0].form(data, files, store=store or Shelf())


def png(name: str = "a.png", size: int = 5) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size)


def test_a_file_is_stored_and_named_in_the_answer() -> None:
    sent = send(post(name="x"), png(), png("b.png"))
    assert sent.is_valid(), sent.errors
    assert sent.cleaned_answers["paper"] == [
        {"id": 1, "name": "a.png", "size": 5},
        {"id": 2, "name": "b.png", "size": 5},
    ]


def test_a_file_survives_the_errors_of_other_questions() -> None:
    shelf = Shelf()
    first = send(post(), png(), store=shelf)
    assert list(first.errors) == ["name"]
    assert "a.png（5" in str(first)
    second = send(post(name="x", paper__kept=first["paper-kept"].value()), store=shelf)
    assert second.is_valid(), second.errors
    assert (second.cleaned_answers["paper"], shelf.names) == ([{"id": 1, "name": "a.png", "size": 5}], ["a.png"])


def test_a_file_survives_a_helper_button() -> None:
    sent = send(post(_add="nothing"), png())
    assert sent.is_refill
    assert "a.png（5" in str(sent)


def test_an_unticked_file_is_left_out() -> None:
    assert "paper" in send(post(name="x", paper__kept=[])).errors


def test_a_forged_token_names_no_file() -> None:
    sent = send(post(name="x", paper__kept=[seal(FILE)[:-1] + "x", "7", ""]))
    assert list(sent.errors) == ["paper"]
    signed = send(post(name="x", paper__kept=[seal(FILE)]))
    assert signed.is_valid()
    assert signed.cleaned_answers["paper"] == [FILE]


def test_a_single_file_replaces_the_one_before() -> None:
    step = form([question("paper", "file", max_mb=0.001)]).steps[0]
    sent = step.form(post(paper__kept=[seal(FILE)]), MultiValueDict({"paper": [png()]}), store=Shelf())
    assert sent.is_valid()
    assert sent.cleaned_answers["paper"] == [{"id": 1, "name": "a.png", "size": 5}]


@pytest.mark.parametrize(
    ("uploads", "refuse", "message"),
    [
        ([png("a.exe")], "", "受け付けられません"),
        ([png(size=2000)], "", "以下のファイルを選んでください"),
        ([png(), png(), png()], "", "2ファイルまでにしてください"),
        ([png()], "ウイルスが見つかりました", "ウイルスが見つかりました"),
    ],
)
def test_a_file_that_is_refused_says_why(uploads: list[SimpleUploadedFile], refuse: str, message: str) -> None:
    sent = send(post(name="x"), *uploads, store=Shelf(refuse))
    assert not sent.is_valid()
    assert message in str(sent.errors["paper"])


def test_files_need_somebody_who_keeps_them() -> None:
    with pytest.raises(TypeError, match="store="):
        PAPERS.steps[0].form(post(), MultiValueDict({"paper": [png()]})).is_valid()


# --- across steps, languages


def test_a_correction_asks_only_what_was_named() -> None:
    definition = form([question("a"), question("b", required=True)], [question("c", condition='a = "1"')])
    named = definition.form_of({"b", "c"}, post(b="", c="x"), initial={"a": "1", "b": "2"})
    assert list(named.fields) == ["b", "c"]
    assert list(named.errors) == ["b"]
    every = definition.form_of(None, initial={"a": "2"})
    assert [question.key for question in every.asked] == ["a", "b"]
    assert [question.key for question in every.questions] == ["a", "b", "c"], "c is asked as soon as a is 1"


def test_labels_and_messages_follow_the_language() -> None:
    step = form([question("kind", "choice", label={"ja": "種類", "en": "Kind"}, required=True)]).steps[0]
    assert "種類" in str(step.form())
    assert "Kind" in str(step.form(language="en"))
    assert "<b>Car</b>" in str(step.form(language="en"))
    with override("en"):
        assert "Kind" in str(step.form())
        assert "種類" in str(step.form(language="ja"))
