from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest

from tocho.engines.rules.api import YearsMonths, compile_expression

CONTEXT: dict[str, Any] = {
    "age": 20,
    "kind": "a",
    "rate": 0.1,
    "Full Name": "山田 花子",
    "loan": {"amount": 600000, "term months": 360},
    "children": [{"name": "太郎", "age": 3}, {"name": "次郎", "age": 1}],
    "day": date(2020, 11, 20),
    "空": None,
    "金額": 1500,
}

CASES: list[tuple[str, Any]] = [
    # arithmetic
    ("1 + 2 * 3", 7), ("10 - 4 - 3", 3), ("-2 ** 2", 4), ("2 ** 3 ** 2", 64), ("10--5", 15), (".5 + 1", Decimal("1.5")),
    ("1 / 3", Decimal("0.3333333333333333333333333333333333")), ("1 / 0", None), ("1 + null", None), ('1 + "a"', None),
    ("0.1 + 0.2 = 0.3", True), ("rate * 3 = 0.3", True), ('"東京" + "都"', "東京都"), ("10 ** 7000", None),
    # comparison, three-valued logic
    ("age >= 18", True), ('age >= "18"', None), ("空 > 1", None), ("空 = null", True), ("age = null", False),
    ('1 = "1"', None), ("missing != null", False), ("true and 空", None), ("false and 空", False), ("true or 空", True),
    ("[1, 2] = [1, 2]", True), ("{a: 1} = {a: 1}", True), ("[1] = [1, 2]", False),
    # in, between, ranges
    ('kind in ("a", "b")', True), ("age in [18..20)", False), ("age in (>= 20, 1)", True), ("age in (19..20]", True),
    ("age between 18 and 20 and true", True), ("[1..5].end", 5), ("]1..5[.start included", False),
    ("空 in [1..5]", None),
    ("5 in [1, 5]", True), ("day in [date(\"2020-04-01\")..date(\"2021-04-01\"))", True),
    # names, paths, filters
    ("Full Name", "山田 花子"), ("loan.amount / 1000", 600), ("loan.term months", 360), ("loan.none.deeper", None),
    ("children.name", ["太郎", "次郎"]), ("children[age > 2].name", ["太郎"]), ("children[1].name", "太郎"),
    ("children[-1].age", 1), ("children[9]", None), ("children[item.age < 3][1].name", "次郎"), ("金額 / 100", 15),
    # if, for, quantifiers, contexts, functions
    ('if age >= 20 then "成人" else "未成年"', "成人"), ("if 空 then 1 else 2", 2),
    ("for n in 1..3 return n * n", [1, 4, 9]),
    ("for n in 3..1 return n", [3, 2, 1]), ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20]),
    ("some c in children satisfies c.age > 2", True), ("every c in children satisfies c.age > 2", False),
    ("every c in 空 satisfies c", None), ("{a: 2, b: a * 3}.b", 6), ("(function(a, b) a - b)(5, 3)", 2),
    ("(function(a, b) a - b)(b: 5, a: 3)", -2), ("age instance of number", True), ("空 instance of Any", False),
    # built-ins
    ("not(true)", False), ("not(空)", None), ('contains("納税証明書", "証明")', True),
    ('starts with("abc", "ab")', True),
    ('ends with("abc", "bc")', True), ('matches("090-1234", "^0\\d+-\\d{4}$")', True), ('upper case("ab")', "AB"),
    ('substring("foobar", 3, 2)', "ob"), ('substring("foobar", -3)', "bar"), ('string length("東京都")', 3),
    ("count(children)", 2), ("sum([1, 2, 3])", 6), ("sum(1, 2, 3)", 6), ("min(3, 1, 2)", 1), ("max(children.age)", 3),
    ("mean(1, 2, 3)", 2), ("sum([])", None), ("floor(-1.5)", -2), ("ceiling(1.2)", 2), ("round half up(2.5)", 3),
    ("round half up(1250, -2)", 1300), ("round down(99.9)", 99), ("decimal(2.5, 0)", 2), ("abs(-3)", 3),
    ("modulo(-7, 3)", 2), ("modulo(1, 0)", None), ('number("1,500", ",", ".")', 1500), ("string(1.50)", "1.50"),
    ("list contains([1, null], null)", True), ("append([1], 2, 3)", [1, 2, 3]), ("concatenate([1], [2])", [1, 2]),
    ("distinct values([1, 2, 1])", [1, 2]), ("sort([2, 1])", [1, 2]), ("all([true, null])", None),
    ("any(false, true)", True),
    ('string join(["a", "b"], "・")', "a・b"), ('split("a、b", "、")', ["a", "b"]), ("index of([1, 2, 1], 1)", [1, 3]),
    ("contains(空, \"a\")", None), ("upper case(1)", None), ("flatten([1, [2, [3]]])", [1, 2, 3]),
    ('substring(string: "abc", start position: 2)', "bc"), ('replace("a1b2", "[0-9]", "#")', "a#b#"),
    # dates, times, durations
    ('date("2020-11-20")', date(2020, 11, 20)), ("date(2020, 2, 29).month", 2), ("day.year", 2020), ("day.weekday", 5),
    ('day + duration("P10D")', date(2020, 11, 30)), ('date("2020-01-31") + duration("P1M")', date(2020, 2, 29)),
    ('date("2020-12-31") - day', timedelta(days=41)), ('(date("2020-12-31") - day).days', 41),
    ('years and months duration(date("2000-11-21"), day).years', 19), ('duration("P1Y6M")', YearsMonths(18)),
    ('duration("PT90M") / 3', timedelta(minutes=30)), ('@"2020-11-20T08:30:00".hour', 8),
    ('time("08:30:00")', time(8, 30)),
    ('date and time("2020-11-20T08:30:00")', datetime.combine(date(2020, 11, 20), time(8, 30))),
    ('string(duration("P1DT2H"))', "P1DT2H"),
    ('day > "2020-01-01"', None), ('duration("P1D") * 2 = duration("P2D")', True),
    ('date("9999-12-31") + @"P1D"', None),
    ("day of week(day)", "Friday"), ('time("23:00:00") + @"PT2H"', time(1, 0)),
    ("-duration(\"P1M\") + @\"P3M\"", YearsMonths(2)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _expected in CASES])
def test_value(text: str, expected: Any) -> None:
    found = compile_expression(text)(CONTEXT)
    assert found == expected
    assert type(found) is not int  # numbers are Decimal throughout


def test_names_are_what_the_expression_needs() -> None:
    expression = compile_expression("for c in children return c.age + rate * loan.term")
    assert expression.names == {"children", "rate", "loan"}


def test_a_name_with_signs_is_found_when_told() -> None:
    expression = compile_expression("Approved/Declined = 1 and a-b > 2", names=("Approved/Declined", "a-b"))
    assert expression.names == {"Approved/Declined", "a-b"}
    assert expression({"Approved/Declined": 1, "a-b": 3}) is True


def test_the_same_text_is_compiled_once() -> None:
    assert compile_expression("age + 1") is compile_expression("age + 1")


def test_answers_share_nothing() -> None:
    expression = compile_expression("[1, 2]")
    expression({}).append(3)
    assert expression({}) == [1, 2]


class Rank(IntEnum):
    CHIEF = 4


def test_python_values_are_taken_as_they_come() -> None:
    context = {"rank": Rank.CHIEF, "marks": (1, 2), "flag": True, "nan": float("nan")}
    assert compile_expression("rank + sum(marks)")(context) == 7
    assert compile_expression("flag = true")(context) is True
    assert compile_expression("nan")(context) is None
    with pytest.raises(TypeError, match="not a FEEL value"):
        compile_expression("thing")({"thing": object()})


def test_comments_are_skipped() -> None:
    assert compile_expression("1 /* 一 */ + 2 // 二")({}) == 3
