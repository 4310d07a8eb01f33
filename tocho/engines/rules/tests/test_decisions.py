import pytest

from tocho.engines.rules.api import TableError, compile_table, compile_tables
from tocho.engines.rules.tests.factories import dmn, literal, requires, rule, table

KNOWLEDGE = """<businessKnowledgeModel name="PMT"><encapsulatedLogic><formalParameter name="p"/>
<formalParameter name="r"/><literalExpression><text>p * (1 + r)</text></literalExpression></encapsulatedLogic>
</businessKnowledgeModel>"""


def text(feel: str) -> str:
    return f"<literalExpression><text>{feel}</text></literalExpression>"


def decision(body: str) -> object:
    return compile_table(dmn(KNOWLEDGE, f'<decision id="d" name="d">{body}</decision>')).decide({"n": 10}).value


def test_required_decisions_are_worked_out_first() -> None:
    base = table(["n"], [rule("> 1", "400", note="条例1条"), rule("<= 1", "0")], name="Base Fee")
    source = dmn('<inputData name="n"/>', base, literal("Total", "Base Fee * n", needs=requires("Base Fee")))
    answer = compile_table(source).decide({"n": 3})
    assert answer.value == 1200
    assert answer.required[0].citations == ("条例1条",)
    assert answer.why == "「Total」の式により、Totalは1,200。"
    assert compile_table(source).names == {"n"}


def test_a_decision_required_twice_is_asked_once() -> None:
    source = dmn(
        literal("a", "n + 1"), literal("b", "a * 2", needs=requires("a")), literal("c", "a * 3", needs=requires("a")),
        literal("d", "b + c", needs=requires("b") + requires("c")),
    )  # fmt: skip
    answer = compile_table(source).decide({"n": 1})
    assert answer.value == 10
    assert answer.required[0].required[0] is answer.required[1].required[0]


def test_circles_and_gaps_are_refused() -> None:
    with pytest.raises(TableError, match="互いを必要"):
        compile_tables(dmn(literal("a", "b", needs=requires("b")), literal("b", "a", needs=requires("a"))))
    with pytest.raises(TableError, match="ファイルにありません"):
        compile_tables(dmn(literal("a", "b", needs=requires("zzz"))))


def test_table_is_chosen_by_name_or_by_standing_on_top() -> None:
    source = dmn(literal("a", "1"), literal("b", "2"))
    assert compile_table(source, "b").decide({}).value == 2
    with pytest.raises(TableError, match="どの判断"):
        compile_table(source)
    with pytest.raises(TableError, match="「c」という判断がありません"):
        compile_table(source, "c")


def test_boxed_expressions() -> None:
    entry = '<contextEntry><variable name="base"/>{}</contextEntry><contextEntry>{}</contextEntry>'
    assert decision(f"<context>{entry.format(text('n * 2'), text('base + 1'))}</context>") == 21
    bindings = "".join(
        f'<binding><parameter name="{k}"/>{text(v)}</binding>' for k, v in {"r": "0.5", "p": "n"}.items()
    )
    assert decision(f"<invocation>{text('PMT')}{bindings}</invocation>") == 15
    assert decision(f"<list>{text('1')}{text('n')}</list>") == [1, 10]
    row = f"<row>{text('1')}{text('n')}</row>"
    assert decision(f'<relation><column name="a"/><column name="b"/>{row}</relation>') == [{"a": 1, "b": 10}]
    assert decision(text("PMT(n, 1) + 1")) == 21


def test_a_table_inside_a_function_is_asked_with_its_arguments() -> None:
    inner = table(["x"], [rule("> 5", '"big"'), rule("<= 5", '"small"')]).partition("<decisionTable")[2]
    body = "<decisionTable" + inner.removesuffix("</decision>")
    logic = f'<encapsulatedLogic><formalParameter name="x"/>{body}</encapsulatedLogic>'
    source = dmn(f'<businessKnowledgeModel name="size">{logic}</businessKnowledgeModel>', literal("d", "size(n)"))
    assert compile_table(source).decide({"n": 7}).value == "big"
