"""What an officer is told when a file cannot be used."""

import pytest

from tocho.engines.rules.api import TableError, compile_table, compile_tables
from tocho.engines.rules.tests.factories import dmn, literal, rule, table

FILE = "手数料.dmn"


def refusal(source: str) -> TableError:
    with pytest.raises(TableError) as caught:
        compile_tables(source, file=FILE)
    return caught.value


def test_fault_in_a_cell_names_file_line_table_rule_and_column() -> None:
    error = refusal(dmn(table(["kind", "n"], [rule('"a"', "> 1", "1"), rule('"b"', ">= 18 and < 65", "2")])))
    place = error.place
    assert (place.file, place.line, place.table, place.rule, place.column) == (FILE, 5, "手数料", 2, "n")
    assert error.message.startswith(f"{FILE} 5行目 表「手数料」 規則2 列「n」: ここで「and」は使えません")
    assert "[18..65)" in error.message


def test_all_faults_are_listed_at_once() -> None:
    error = refusal(dmn(table(["n"], [rule("> ", "1"), rule("2", "1 +"), rule("3", "4")])))
    assert [(p.place.rule, p.place.column) for p in error.problems] == [(1, "n"), (2, "手数料")]
    assert error.message.endswith("（ほか1件）")


def test_a_text_without_quotes_is_noticed() -> None:
    error = refusal(dmn(table(["kind"], [rule("certificate", "1")])))
    assert '文字列なら "certificate" のように囲みます' in error.message


def test_a_slip_in_a_declared_name_is_noticed() -> None:
    assert (
        "「amount」ではありませんか" in refusal(dmn('<inputData name="amount"/>', literal("d", "amuont * 2"))).message
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "XML として読めません"),
        ("<definitions>", "XML として読めません"),
        ("<html/>", "DMN 1.1～1.5 のファイルではありません"),
        (dmn(namespace="urn:other"), "DMN 1.1～1.5"),
        (dmn('<import name="x"/>'), "import"),
        (dmn('<decision name="d"/>'), "中身"),
        (dmn(literal("a", "1"), literal("a", "2").replace('id="a"', 'id="b"')), "同じ名前"),
        (dmn(table(["n"], [], policy='hitPolicy="BEST"')), "ヒットポリシー BEST"),
        (dmn(table(["n"], [], policy='hitPolicy="FIRST" aggregation="SUM"')), "集計 SUM"),
        (dmn(table(["n"], [], policy='hitPolicy="PRIORITY"')), "outputValues"),
        (dmn(table(["n"], [rule("1", "2", "3")])), "欄の数"),
        (dmn(table([""], [])), "式がありません"),
        (dmn(table(["n"], [], outputs="")), "出力の列がありません"),
        (dmn(table(["n"], [], outputs="<output/><output/>")), "異なる名前"),
        (dmn(literal("d", "1").replace("<literalExpression>", '<literalExpression expressionLanguage="js">')), "js"),
    ],
)
def test_unusable_file_is_refused_with_the_reason(source: str, reason: str) -> None:
    assert reason in refusal(source).message


@pytest.mark.parametrize("version", ["20151101/dmn.xsd", "20180521/MODEL/", "20191111/MODEL/", "20230324/MODEL/"])
def test_every_version_of_the_standard_is_read(version: str) -> None:
    source = dmn(literal("d", "1 + 1"), namespace=f"https://www.omg.org/spec/DMN/{version}")
    assert compile_table(source.replace("https", "http", 1)).decide({}).value == 2


def test_entities_and_outside_files_are_refused() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + dmn(literal("d", '"&b;"').replace("&amp;", "&"))
    assert "DOCTYPE" in refusal(bomb).message
    outside = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + dmn(literal("d", "1"))
    assert "DOCTYPE" in refusal(outside).message
