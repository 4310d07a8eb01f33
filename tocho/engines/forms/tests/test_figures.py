"""A figure beside the questions (the fee): a tree for the browser, or the server is asked."""

from typing import Any

from tocho.engines.forms.api import Figure, FormDefinition, compile_form
from tocho.engines.rules.api import compile_table, portable_table
from tocho.engines.rules.tests.factories import dmn, rule, table

FEE = dmn(
    table(["kind", "price"], [rule('"car"', "-", "price * copies"), rule("-", "-", "0")], policy='hitPolicy="FIRST"')
)
NAMES = ("kind", "copies", "price", "where")
RULES = {"fee": compile_table(FEE, offered=NAMES)}
TREES = {"fee": portable_table(FEE, offered=NAMES)}


def form(*, later: dict[str, Any] | None = None) -> FormDefinition:
    """A step that says the kind, one that counts, one more; a price by an expression and a fee by a table."""
    steps = [
        {"key": "first", "title": "何", "fields": [{"key": "kind", "type": "text", "label": "種類"}]},
        {"key": "second", "title": "数", "fields": [{"key": "copies", "type": "number", "label": "通数"}]},
        {"key": "third", "title": "所", "fields": [{"key": "where", "type": "number", "label": "所", **(later or {})}]},
    ]
    computed = [{"key": "price", "expression": "if where = 9 then 300 else 400"}, {"key": "fee", "rule": "fee"}]
    return compile_form({"schema_version": 1, "title": "様式", "steps": steps, "computed": computed})


def figure(definition: FormDefinition, step: str, **answers: Any) -> Figure:
    found = definition.step(step)
    assert found
    return definition.figure("fee", found, answers, RULES, TREES)


def names_in(tree: Any) -> set[str]:
    """The names that are still open in a tree."""
    if not isinstance(tree, list) or not tree:
        return set()
    return {tree[1]} if tree[0] == "name" else set().union(*map(names_in, tree))


def test_only_the_questions_of_the_step_stay_open() -> None:
    found = figure(form(), "second", kind="car")
    assert found.watch == {"copies"}
    assert names_in(found.tree) == {"copies", "price", "fee"}  # the last two are computed on the way
    page = form().steps[1].form(initial={"kind": "car"}, figure=found)
    html = str(page)
    assert page.figure_json.startswith('["let","price",')
    assert ('hx-trigger="unsure"' in html, 'data-reads="' in html, "data-live" in html) == (True, True, True)


def test_a_later_answer_that_may_go_is_left_to_the_server() -> None:
    definition = form(later={"condition": "copies > 1"})
    assert figure(definition, "second", kind="car").tree is not None  # not answered yet: none either way
    assert figure(definition, "second", kind="car", copies=2, where=9).tree is None
    assert figure(definition, "third", kind="car", copies=2, where=9).tree is not None
    assert figure(form(), "second", kind="car", where=9).tree is not None


def test_what_the_browser_cannot_decide_or_read_is_asked_of_the_server() -> None:
    definition = form()
    step = definition.steps[1]
    assert definition.figure("fee", step, {}, RULES, {"fee": None}) == Figure(frozenset({"copies"}))
    named = compile_form(
        {
            "schema_version": 1,
            "title": "様式",
            "steps": [{"key": "who", "title": "人", "fields": [{"key": "name", "type": "name", "label": "名"}]}],
            "computed": [{"key": "fee", "expression": "if name = null then 0 else 400"}],
        }
    )
    found = named.figure("fee", named.steps[0], {}, {}, {})
    page = named.steps[0].form(figure=found)
    assert (found.tree is not None, page.figure_json, 'hx-trigger="change"' in str(page)) == (True, "", True)
