from datetime import date
from decimal import Decimal

import pytest

from tocho.engines.rules.api import TableError, compile_table
from tocho.engines.rules.tests.factories import dmn, literal, rule, table

ORDER = '<output name="level"><outputValues><text>"high", "low"</text></outputValues></output>'
OVERLAPPING = [rule("> 1", '"low"'), rule("> 2", '"high"'), rule("> 3", '"low"')]
SHAPE = '<output name="grade" label="区分"/><output name="note"/>'


def decide(n: object, *, policy: str, rules: list[str] | None = None, outputs: str = ORDER) -> object:
    return compile_table(dmn(table(["n"], rules or OVERLAPPING, policy=policy, outputs=outputs))).decide({"n": n}).value


def test_first_takes_the_first_in_the_table() -> None:
    assert decide(4, policy='hitPolicy="FIRST"') == "low"


def test_collect_takes_all() -> None:
    assert decide(4, policy='hitPolicy="COLLECT"') == ["low", "high", "low"]
    assert decide(0, policy='hitPolicy="COLLECT"') == []


def test_rule_order_and_output_order() -> None:
    assert decide(4, policy='hitPolicy="RULE ORDER"') == ["low", "high", "low"]
    assert decide(4, policy='hitPolicy="OUTPUT ORDER"') == ["high", "low", "low"]


def test_priority_takes_the_highest_output() -> None:
    assert decide(4, policy='hitPolicy="PRIORITY"') == "high"
    assert decide(0, policy='hitPolicy="PRIORITY"') is None


@pytest.mark.parametrize(
    ("aggregation", "total", "of_none"), [("SUM", 600, None), ("MIN", 100, None), ("MAX", 300, None), ("COUNT", 3, 0)]
)
def test_collect_with_aggregation(aggregation: str, total: int, of_none: int | None) -> None:
    rules = [rule("> 1", "100"), rule("> 2", "200"), rule("> 3", "300")]
    policy = f'hitPolicy="COLLECT" aggregation="{aggregation}"'
    assert decide(4, policy=policy, rules=rules, outputs="<output/>") == total
    assert decide(0, policy=policy, rules=rules, outputs="<output/>") == of_none


def test_unique_refuses_two_rules_and_names_them() -> None:
    with pytest.raises(TableError, match="規則: 1、2") as caught:
        decide(3, policy="")
    assert caught.value.place.table == "手数料"


def test_any_demands_agreement() -> None:
    policy = 'hitPolicy="ANY"'
    with pytest.raises(TableError, match="一致しません"):
        decide(3, policy=policy)
    agreeing = compile_table(dmn(table(["n"], [rule("> 1", "1"), rule("> 2", "1")], policy=policy))).decide({"n": 3})
    assert agreeing.value == 1
    assert [fired.number for fired in agreeing.fired] == [1, 2]


def test_several_outputs_and_expressions_in_them() -> None:
    rules = [rule(">= 10", '"A"', "n * 2", outputs=2), rule("< 10", '"B"', "", outputs=2)]
    compiled = compile_table(dmn(table(["n"], rules, outputs=SHAPE)))
    assert compiled.decide({"n": 10}).outputs == {"grade": "A", "note": Decimal(20)}
    assert compiled.decide({"n": 1}).value == {"grade": "B", "note": None}
    assert compiled.decide({}).outputs == {"grade": None, "note": None}
    assert compiled.outputs == ("grade", "note")


def test_default_output_stands_when_nothing_matches() -> None:
    outputs = '<output name="fee"><defaultOutputEntry><text>400</text></defaultOutputEntry></output>'
    answer = compile_table(dmn(table(["n"], [rule("> 1", "0")], outputs=outputs))).decide({"n": 0})
    assert (answer.value, answer.fired) == (400, ())
    assert "既定により、feeは400" in answer.why


def test_answer_cites_the_rule_that_fired() -> None:
    rules = [rule('"nozei"', "[1..10]", "400 * copies", note="都税条例 別表第一"), rule("-", "> 10", "0")]
    answer = compile_table(dmn(table(["kind", "copies"], rules))).decide({"kind": "nozei", "copies": 2})
    assert (answer.value, answer.fired[0].number, answer.fired[0].citation) == (800, 1, "都税条例 別表第一")
    assert (
        answer.why
        == "kindが「nozei」、copiesが2であるため、「手数料」の規則1（都税条例 別表第一）により、手数料は800。"
    )


def test_why_leaves_out_what_the_rule_does_not_look_at() -> None:
    answer = compile_table(dmn(table(["kind", "n"], [rule("-", "> 1", "5")]))).decide({"kind": "x", "n": 2})
    assert answer.why == "nが2であるため、「手数料」の規則1により、手数料は5。"


def test_why_uses_the_words_for_coded_values() -> None:
    words = '<extensionElements><tocho:word value="ok">適合</tocho:word></extensionElements>'
    outputs = f'<output name="result" label="判定">{words}</output>'
    answer = compile_table(dmn(table(["n"], [rule("-", '"ok"')], outputs=outputs))).decide({"n": 2})
    assert answer.why.endswith("判定は適合。")


def test_why_says_when_nothing_matches() -> None:
    answer = compile_table(dmn(table(["n"], [rule("> 1", "5")]))).decide({})
    assert answer.why == "「手数料」には当てはまる規則がない（nが未入力）。"


def test_description_serves_as_citation() -> None:
    noted = rule("-", "1").replace("<rule>", "<rule><description> 規則3条 </description>")
    assert compile_table(dmn(table(["n"], [noted]))).decide({}).fired[0].citation == "規則3条"


def test_dates_and_numbers_may_come_as_json_text() -> None:
    rules = [rule('>= date("2020-04-01")', "[1..5]", "1"), rule('< date("2020-04-01")', "-", "2")]
    compiled = compile_table(dmn(table(["day:date", "n:number"], rules)))
    assert compiled.decide({"day": "2020-11-20", "n": "3"}).value == 1
    assert compiled.decide({"day": date(2019, 1, 1)}).value == 2
    assert compiled.decide({"day": "昨日"}).value is None


def test_answers_share_no_lists() -> None:
    compiled = compile_table(dmn(table(["n"], [rule("-", '["legal_review"]')])))
    compiled.decide({}).value.append("x")
    assert compiled.decide({}).value == ["legal_review"]


def test_same_file_is_compiled_once() -> None:
    source = dmn(literal("一度", "1"))
    assert compile_table(source) is compile_table(source.encode())
