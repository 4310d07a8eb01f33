import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.engines.forms.api import FormError, compile_form
from tocho.engines.forms.source import line_of

from .factories import form, question, source

GOOD = source(
    [question("kind", "choice"), question("count", "number", min=1, max=9)],
    [question("plate", condition='kind = "car"'), question("slot", "slot", choices_from="free", narrow_by="kind")],
    computed=[{"key": "total", "expression": "count * 2"}, {"key": "double", "expression": "total * 2"}],
)


def change(path: tuple[Any, ...], value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(data: dict[str, Any]) -> None:
        target: Any = data
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value

    return apply


def fields(step: int, index: int, name: str) -> tuple[Any, ...]:
    return ("steps", step, "fields", index, name)


TWINS = [{"value": "a", "label": "A"}] * 2
BAD = [
    (("schema_version",), 2, "schema_version", "1 にしてください"),
    (("titel",), "x", "", "「titel」はここでは使えません"),
    (("steps",), [], "steps", "1 つ以上書いてください"),
    (("title",), {"en": "x"}, "title", "形が違います"),
    (fields(0, 0, "type"), "radio", "steps[0].fields[0].type", "「radio」は使えません。次のどれか"),
    (fields(0, 0, "key"), "Kind", "steps[0].fields[0].key", "小文字の英字で始め"),
    (fields(0, 0, "key"), "not", "steps[0].fields[0].key", "式の言葉なので"),
    (fields(0, 0, "max_mb"), 5, "steps[0].fields[0]", "「max_mb」はここでは使えません"),
    (fields(0, 1, "key"), "kind", "steps[0].fields[1].key", "steps[0].fields[0] でも使われています"),
    (fields(0, 1, "max"), 0, "steps[0].fields[1].max", "max は min 以上に"),
    (fields(1, 0, "key"), "slot_label", "steps[1].fields[1].key", "「slot_label」は steps[1].fields[0] でも"),
    (fields(1, 0, "condition"), 'kind = "', "steps[1].fields[0].condition", "文字目"),
    (fields(1, 0, "condition"), "plate = 1", "steps[1].fields[0].condition", "「plate」はこの項目より前で"),
    (fields(1, 0, "required"), "slot = 1", "steps[1].fields[0].required", "「slot」はこの項目より前で"),
    (fields(1, 0, "pattern"), "(", "steps[1].fields[0].pattern", "正規表現として読めません"),
    (fields(1, 0, "pattern"), "([a-z]+ ?)+x", "steps[1].fields[0].pattern", "終わらないことがあります"),
    (fields(1, 0, "pattern"), "((a|aa)c?)*", "steps[1].fields[0].pattern", "終わらないことがあります"),
    (fields(1, 1, "narrow_by"), "plate", "steps[1].fields[1].narrow_by", "前のステップで聞いてください"),
    (fields(0, 0, "choices"), TWINS, "steps[0].fields[0].choices", "値「a」が2回あります"),
    (fields(0, 0, "default"), "boat", "steps[0].fields[0].default", "選択肢にありません"),
    (("steps", 1, "key"), "step0", "steps[1].key", "2回あります"),
    (("steps", 0, "condition"), "count > 1", "steps[0].condition", "前で聞いていません"),
    (("computed", 0, "rule"), "fee", "computed[0]", "どちらか一つ"),
    (("computed", 0, "expression"), "double", "computed[0].expression", "「double」はこの項目より前で"),
    (("computed", 0, "key"), "kind", "computed[0].key", "でも使われています"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "place", "reason"), BAD)
def test_a_mistake_is_told_with_its_place(path: tuple[Any, ...], value: Any, place: str, reason: str) -> None:
    data = copy.deepcopy(GOOD)
    change(path, value)(data)
    with pytest.raises(FormError) as refused:
        compile_form(data)
    assert (refused.value.path, refused.value.line) == (place, None)
    assert reason in refused.value.reason


@pytest.mark.parametrize(("path", "value", "place", "reason"), BAD)
def test_a_mistake_in_a_text_is_told_with_its_line(path: tuple[Any, ...], value: Any, place: str, reason: str) -> None:
    data = copy.deepcopy(GOOD)
    change(path, value)(data)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    with pytest.raises(FormError, match="行目") as refused:
        compile_form(text)
    assert refused.value.line is not None
    name = place.rpartition(".")[2]
    if "[" not in name:
        assert name in text.splitlines()[refused.value.line - 1]


def test_text_that_is_no_json_is_told_with_its_line() -> None:
    with pytest.raises(FormError, match="（2行目）: JSONとして読めません") as refused:
        compile_form('{\n"title" "x"}')
    assert refused.value.line == 2
    with pytest.raises(FormError, match="2回あります"):
        compile_form('{"title": "a", "title": "b"}')
    with pytest.raises(FormError, match="UTF-8"):
        compile_form("題".encode("cp932"))


def test_dates_and_rows_are_checked() -> None:
    for fault, options in {
        "という日はありません": {"kind": "date", "min": "2020-02-30"},
        "max は min 以後": {"kind": "date", "min": "2020-02-02", "max": "2020-02-01"},
        "max_rows は min_rows": {"kind": "group", "fields": [question("no")], "min_rows": 3, "max_rows": 2},
        "2回あります": {"kind": "group", "fields": [question("no"), question("no")]},
    }.items():
        with pytest.raises(FormError, match=fault):
            form([question("q", **options)])


def test_the_same_definition_is_compiled_once() -> None:
    text = json.dumps(GOOD, indent=2)
    assert compile_form(GOOD) is compile_form(text) is compile_form(text.encode())
    assert compile_form(GOOD) is not compile_form({**GOOD, "title": "別の申請"})


NESTED = st.recursive(
    st.integers() | st.text() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(NESTED, st.sampled_from([None, 1, 2]))
def test_line_of_finds_every_value(data: Any, indent: int | None) -> None:
    """Marks one leaf at a time with a value that occurs nowhere else, and looks for it in the line."""
    places: list[tuple[Any, ...]] = []

    def walk(value: Any, place: tuple[Any, ...]) -> None:
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, child in children:
            walk(child, (*place, key))
        if place and not isinstance(value, dict | list):
            places.append(place)

    walk(data, ())
    for place in places:
        marked = copy.deepcopy(data)
        change(place, "‹marked›")(marked)
        text = json.dumps(marked, ensure_ascii=False, indent=indent)
        assert "‹marked›" in text.split("\n")[line_of(text, place) - 1]
