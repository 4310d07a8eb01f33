import pytest

from tocho.engines.rules.api import RuleError, compile_expression
from tocho.engines.rules.feel.loops import MAX_STEPS
from tocho.lib.patterns import is_quick

FAULTS = [
    ("", "途中で終わって", 1),
    ("1 +", "途中で終わって", 3),
    ("18 <= age < 65", "age in [18..65)", 11),
    ("age ＞ 5", "半角の「>」", 5),
    ("“a”", "二重引用符", 1),
    ('"abc', "終わりの二重引用符", 1),
    ("a # b", "「#」は式の中で使えません", 3),
    ("today() > day", "基準となる日を入力", 1),
    ("cuont(xs)", "「count」ではありませんか", 1),
    ("substring(1)", "substring(string, start position, length)", 1),
    ('date("2020-13-01")', "date の値として読めません", 1),
    ('@"昨日"', "日付、時刻、期間", 2),
    ("[1..5", "] か ) で閉じて", 5),
    ("(1 + 2", "「)」が必要", 6),
    (">= 5", "左に値がありません", 1),
    ("x instance of 数", "型はありません", 15),
    ("f(a: 1, 2)", "混ぜられません", 10),
    ("(" * 51 + "1", "入れ子が深すぎ", 51),
    ("1" + "+1" * 201, "演算子が多すぎ", None),
    ("a" * 10_001, "長すぎます", None),
]


@pytest.mark.parametrize(("text", "reason", "position"), FAULTS, ids=[text[:20] or "empty" for text, _r, _p in FAULTS])
def test_fault_says_what_and_where(text: str, reason: str, position: int | None) -> None:
    with pytest.raises(RuleError) as caught:
        compile_expression(text)
    assert reason in caught.value.message
    if position is not None:
        assert caught.value.position == position


def test_loops_are_bounded_together() -> None:
    nested = "for i in 1..1000 return for j in 1..1000 return i * j"
    with pytest.raises(RuleError, match=str(MAX_STEPS)):
        compile_expression(nested)({})


def test_endless_recursion_is_refused() -> None:
    with pytest.raises(RuleError, match="深すぎ"):
        compile_expression("(function(f) f(f))(function(f) f(f))")({})


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|aa)*b", "((x*)y?)*", "([a-z]+)*$", "(a{2,})+"])
def test_patterns_that_could_run_for_ages_are_null(pattern: str) -> None:
    assert not is_quick(pattern)
    assert compile_expression("matches(text, pattern)")({"text": "aaaa", "pattern": pattern}) is None


@pytest.mark.parametrize("pattern", [r"^0\d{1,4}-\d{4}$", "(ab|cd)", r"(\d{3}-){2}", r"[+*]+", r"\(a\)+", "(?:ab)+"])
def test_ordinary_patterns_are_quick(pattern: str) -> None:
    assert is_quick(pattern)
