from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tocho.engines.forms.kinds import make_kind

from .factories import ADDRESS, EVERY_KIND, FILE, NAME, SLOTS, form, one, question

GONE = "qの名は、いま選べる中から選び直してください（ほかの方が先に予約した場合があります）"
ROW = {"fields": [question("no")]}
WHO = {"fields": [question("who", "name")]}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_good_answer_is_kept_as_it_is(kind: str) -> None:
    options, answer = EVERY_KIND[kind]
    result = one(kind, required=True, **options).clean_all({"q": answer}, SLOTS)
    assert result.ok, result.errors
    assert result.values["q"] == answer


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_required_question_may_not_stay_open(kind: str) -> None:
    options, _answer = EVERY_KIND[kind]
    result = one(kind, required=True, **options).clean_all({}, SLOTS)
    assert not result.values
    assert [path.split(".")[0] for path in result.errors] == ["q"]
    assert one(kind, **options).clean_all({"q": None}, SLOTS).ok


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("answer", [12.25, {"family": 1}, [["x"]], "\x00", {"x": "y"}, ["zz"], [{"id": 1}], [{"x": 1}]])
def test_an_answer_of_another_shape_is_an_error_not_a_crash(kind: str, answer: Any) -> None:
    options, _answer = EVERY_KIND[kind]
    result = one(kind, required=True, **options).clean_all({"q": answer}, SLOTS)
    assert result.errors
    assert all(path.startswith("q") and messages for path, messages in result.errors.items())


@pytest.mark.parametrize(
    ("kind", "options", "typed", "kept"),
    [
        ("text", {}, " 品川　３００ ", "品川 300"),
        ("kana", {}, "やまだ", "ヤマダ"),
        ("name", {}, {**NAME, "family_kana": "ﾔﾏﾀﾞ"}, NAME),
        ("phone", {}, "０９０１２３４５６７８", "090-1234-5678"),
        ("postal_address", {}, {"postal_code": "〒1638001", "rest": "2-8-1"}, ADDRESS),
        ("date", {}, "令和2年11月20日", "2020-11-20"),
        ("number", {"unit": "通"}, "３通", 3),
        ("number", {}, 3.0, 3),
        ("money", {}, "¥1,200", 1200),
        ("multichoice", {}, ["land", "car", "car"], ["car", "land"]),
        ("slot", {"choices_from": "slots"}, 2, "2"),
        ("group", {"fields": [question("no", required=True)]}, [{"no": "１"}, {}, {"no": " "}], [{"no": "1"}]),
    ],
)
def test_an_answer_is_brought_into_one_form(kind: str, options: dict[str, Any], typed: Any, kept: Any) -> None:
    result = one(kind, **options).clean_all({"q": typed}, SLOTS)
    assert result.errors == {}
    assert result.values["q"] == kept


@pytest.mark.parametrize(
    ("kind", "options", "answer", "path", "message"),
    [
        ("name", {}, {"family": "山田"}, "q.given", "qの名（名）を入力してください"),
        ("name", {"required": True}, {}, "q.family", "qの名を入力してください"),
        ("postal_address", {}, {"postal_code": "9999999"}, "q.prefecture", "qの名（都道府県）を入力してください"),
        ("number", {"max": 10, "unit": "通"}, 11, "q", "qの名は10通以下で入力してください"),
        ("number", {}, True, "q", "数にしてください"),
        ("number", {"digits": 1}, 0.15, "q", "qの名は小数点以下1けたまでで入力してください"),
        ("date", {"max": "today"}, "2020-11-21", "q", "qの名は令和2年11月20日以前の日にしてください"),
        ("choice", {}, "boat", "q", "qの名を、示された中から選んでください"),
        ("multichoice", {"max_choices": 1}, ["car", "land"], "q", "qの名は1つまで選べます"),
        ("slot", {"choices_from": "slots"}, "9", "q", GONE),
        ("file", {"max_mb": 5}, [FILE, FILE], "q", "1ファイルまでにしてください"),
        ("group", {**ROW, "max_rows": 1}, [{"no": "1"}, {"no": "2"}], "q", "qの名は1件までにしてください"),
        ("group", {**ROW, "min_rows": 2}, [{"no": "1"}], "q", "qの名を2件以上入力してください"),
        ("group", {"fields": [question("no", "number")]}, [{"no": "x"}], "q.0.no", "noの名は数字で入力してください"),
        ("group", WHO, [{"who": {"family": "山"}}], "q.0.who.given", "whoの名（名）を入力してください"),
        ("group", {"fields": [question("no")]}, [{"no": "1", "x": "2"}], "q.0.x", "知らない項目です"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_what_to_do(
    kind: str, options: dict[str, Any], answer: Any, path: str, message: str
) -> None:
    result = one(kind, **options).clean_all({"q": answer}, SLOTS, today=date(2020, 11, 20))
    assert result.errors[path] == [message]


@pytest.mark.parametrize(
    ("kind", "japanese", "english"),
    [
        ("name", "山田 花子（ヤマダ ハナコ）", "山田 花子（ヤマダ ハナコ）"),
        ("postal_address", "〒163-8001 東京都新宿区西新宿2-8-1", "〒163-8001 東京都新宿区西新宿2-8-1"),
        ("date", "令和2年11月20日（2020年）", "20 November 2020"),
        ("number", "36.5度", "36.5度"),
        ("money", "1,200円", "¥1,200"),
        ("choice", "車", "Car"),
        ("multichoice", "車、土地", "Car, Land"),
        ("corporate_number", "8-0000-2013-0001", "8-0000-2013-0001"),
        ("slot", "1日 午後", "1日 午後"),
    ],
)
def test_an_answer_reads_in_both_languages(kind: str, japanese: str, english: str) -> None:
    options, answer = EVERY_KIND[kind]
    definition = one(kind, **options)
    for language, shown in {"ja": japanese, "en": english}.items():
        [step] = definition.summary({"q": answer}, language, SLOTS)
        assert [row.display for row in step.rows] == [shown]


def test_rows_and_files_read_line_by_line() -> None:
    definition = form(
        [question("cars", "group", fields=[question("no"), question("n", "money")])],
        [question("f", "file", max_mb=1, max_files=2)],
    )
    cars, files = definition.summary({"cars": [{"no": "1", "n": 5}, {"no": "2"}], "f": [FILE, FILE]}, "ja")
    assert cars.rows[0].display == "1件目　noの名：1、nの名：5円\n2件目　noの名：2"
    assert files.rows[0].display.replace("\xa0", " ") == "免許証.jpg（234.4 KB）\n免許証.jpg（234.4 KB）"


def test_rules_see_days_as_days_and_numbers_as_decimals() -> None:
    definition = form([question(f"q_{kind}", kind, **options) for kind, (options, _) in EVERY_KIND.items()])
    context = definition.context({f"q_{kind}": answer for kind, (_, answer) in EVERY_KIND.items()})
    assert context["q_date"] == date(2020, 11, 20)
    assert context["q_number"] == Decimal("36.5")
    assert context["q_money"] == Decimal(1200)
    assert context["q_postal_address"]["prefecture"] == "東京都"
    assert definition.context({})["q_date"] is None


def test_a_slot_keeps_its_words_for_when_it_is_gone() -> None:
    definition = one("slot", choices_from="slots")
    values = definition.clean_all({"q": "1"}, SLOTS).values
    assert values == {"q": "1", "q_label": "1日 午前"}
    assert definition.summary(values)[0].rows[0].display == "1日 午前"


def test_slots_are_narrowed_by_an_earlier_answer() -> None:
    rooms = [{"value": f"room-{x}", "label": x} for x in "ab"]
    definition = form(
        [question("room", "choice", choices=rooms)], [question("q", "slot", choices_from="slots", narrow_by="room")]
    )
    assert definition.clean_all({"room": "room-a", "q": "1"}, SLOTS).ok
    assert "q" in definition.clean_all({"room": "room-b", "q": "1"}, SLOTS).errors


def test_a_missing_source_is_a_mistake_of_the_program() -> None:
    with pytest.raises(LookupError, match="slots"):
        one("slot", choices_from="slots").clean_all({"q": "1"})


def test_a_year_reads_without_thousands() -> None:
    for spec, shown in (({"unit": "年度"}, "2020年度"), ({"label": "対象の年度"}, "2020"), ({"unit": "台"}, "2,020台")):
        assert make_kind({"key": "q", "type": "number", "label": "問", **spec}).display(2020, "ja") == shown
