from tocho.lib.formkey import form_key


def test_the_same_form_with_the_same_words_has_the_same_key() -> None:
    assert form_key("a", "x", ["1"]) == form_key("a", "x", ["1"])
    assert len({form_key("a", "x"), form_key("b", "x"), form_key("a", "y"), form_key("a", "x", ["1"])}) == 4


def test_without_a_key_nothing_is_the_same() -> None:
    assert form_key("", "x") != form_key("", "x")


def test_half_characters_do_no_harm() -> None:
    assert len(form_key("\ud800", "\ud800\0")) == 64
