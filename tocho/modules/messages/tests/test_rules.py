from datetime import date

from tocho.modules.messages.rules import is_within, with_phrase


def test_an_answer_on_the_last_day_is_in_time() -> None:
    assert is_within(answered_on=date(2020, 11, 25), due_on=date(2020, 11, 25))
    assert not is_within(answered_on=date(2020, 11, 26), due_on=date(2020, 11, 25))


def test_a_phrase_comes_below_what_was_typed() -> None:
    assert with_phrase("", "ありがとうございます。") == "ありがとうございます。"
    assert with_phrase("こんにちは \n", "以上です。") == "こんにちは\n\n以上です。"
