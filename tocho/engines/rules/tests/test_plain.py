import pytest

from tocho.engines.rules.grid import GridColumn
from tocho.engines.rules.plain import meant, said

TAX = GridColumn("input", "税", "tax", "string", words=(("car", "自動車税"), ("house", "固定資産税")))
COPIES = GridColumn("input", "通数", "copies", "number")
DAY = GridColumn("input", "日", "day", "date")
YES = GridColumn("input", "車検用か", "is_inspection", "boolean")
FEE = GridColumn("output", "手数料", "fee", "number")
TITLE = GridColumn("output", "項目", "title", "string")


@pytest.mark.parametrize(
    ("text", "column", "feel"),
    [
        ("10以上", COPIES, ">= 10"), ("１０　未満", COPIES, "< 10"), ("1,000円を超える", COPIES, "> 1000"),
        ("1～10", COPIES, "[1..10]"), ("1以上10未満", COPIES, "[1..10)"), ("＞＝１０", COPIES, ">=10"),
        ("すべて", COPIES, "-"), ("ー", COPIES, "-"), ("> 3", COPIES, "> 3"), ("limit - 2", COPIES, "limit - 2"),
        ("自動車税", TAX, '"car"'),
        ("自動車税、固定資産税", TAX, '"car", "house"'), ("自動車税以外", TAX, 'not("car")'),
        ("「軽」", TAX, '"軽"'),
        ("軽自動車", TAX, '"軽自動車"'), ("tax_kind", TAX, "tax_kind"), ('"car"', TAX, '"car"'),
        ("2020年4月1日以降", DAY, '>= date("2020-04-01")'), ("令和2年4月1日より前", DAY, '< date("2020-04-01")'),
        ("はい", YES, "true"), ("いいえ", YES, "false"), ("400円", FEE, "400"), ("1,400", FEE, "1400"),
        ("400 * copies", FEE, "400 * copies"), ("書類がある", TITLE, '"書類がある"'),
    ],
)  # fmt: skip
def test_what_officers_write_is_understood(text: str, column: GridColumn, feel: str) -> None:
    assert meant(text, column, ["tax_kind", "copies"]) == feel


@pytest.mark.parametrize(
    ("feel", "words"),
    [
        (">= 10", "10以上"), ("[1..10)", "1以上10未満"), ("-", "すべて"), ('"car", "house"', "自動車税か固定資産税"),
        ('not("car")', "自動車税以外"), ('< date("2020-04-01")', "2020年4月1日より前"), ("true", "はい"), ("3", "3"),
        ("? * 2 > 3", "? * 2 > 3"), ("> ", "> "), ("limit", "limit"),
    ],
)  # fmt: skip
def test_feel_is_read_aloud(feel: str, words: str) -> None:
    assert said(feel, dict(TAX.words)) == words
