import pytest

from tocho.engines.rules.api import TableError, check_table, compile_table
from tocho.engines.rules.tests.factories import dmn, literal, rule, table


def messages(source: str, **kwargs: object) -> list[str]:
    return [str(problem) for problem in check_table(source, **kwargs)]  # type: ignore[arg-type]


def test_a_sound_table_has_no_problems() -> None:
    rules = [rule('"a"', "< 10", "1"), rule('"a"', ">= 10", "2"), rule('not("a")', "-", "3")]
    assert messages(dmn(table(["kind", "n"], rules)), inputs=["kind", "n"]) == []


def test_faults_that_keep_it_from_compiling_are_all_listed() -> None:
    found = check_table(dmn(table(["n"], [rule("> ", "1"), rule("1", "2 +")])))
    assert [problem.place.rule for problem in found] == [1, 2]
    assert all(problem.is_error for problem in found)


def test_names_that_will_not_be_given_are_errors() -> None:
    assert "「kind」という項目はありません" in messages(dmn(literal("d", "kind + n")), inputs=["n"])[0]


def test_overlapping_rules_of_a_unique_table_are_warned_of() -> None:
    rules = [rule("[1..10]", "-", "1"), rule("> 9", '"a"', "2"), rule("> 9", '"b"', "3"), rule("0", "-", "4")]
    found = [problem for problem in check_table(dmn(table(["n", "kind"], rules))) if problem.place.rule]
    assert [(problem.place.rule, "規則1と同時" in problem.message) for problem in found] == [(2, True), (3, True)]
    assert not any(problem.is_error for problem in found)


def test_cases_that_no_rule_answers_are_warned_of() -> None:
    (found,) = check_table(dmn(table(["n:number"], [rule("< 1", "1"), rule("> 1", "2")])))
    assert (found.message, found.is_error) == ("「n」が1のとき、どの規則にも当たりません。", False)


def test_values_outside_the_allowed_list_are_noticed() -> None:
    source = dmn(table(["kind"], [rule('"a"', "1"), rule('"aa", "b"', "2")]))
    allowed = '</inputExpression><inputValues><text>"a", "b"</text></inputValues>'
    assert (
        "規則2 列「kind」: 「aa」は入力値の一覧にありません"
        in messages(source.replace("</inputExpression>", allowed))[0]
    )


def test_rules_without_a_citation_are_noticed_where_others_have_one() -> None:
    rules = [rule("1", "1", note="条例1条"), rule("not(1)", "2")]
    assert "規則2: この規則に根拠が書かれていません" in messages(dmn(table(["n"], rules)))[0]


def test_a_result_may_use_what_is_offered_and_check_and_compiler_agree() -> None:
    """A column taken out, or a question added meanwhile: the fee still looks at ``copies``."""
    source = dmn(table(["kind"], [rule('"a"', "400 * copies"), rule('not("a")', "0")]))
    assert [one for one in check_table(source, inputs=["kind", "copies"]) if one.is_error] == []
    compiled = compile_table(source, offered=["kind", "copies"])
    assert compiled.names == {"kind", "copies"}
    assert compiled.decide({"kind": "a", "copies": 3}).value == 1200
    with pytest.raises(TableError, match="copies"):
        compile_table(source)
    assert [one for one in check_table(source, inputs=["kind"]) if one.is_error]
