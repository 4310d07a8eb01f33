import pytest

from tocho.lib.ruby import aligned, has_kanji, reader, runs


def marked(text: str) -> str:
    with reader() as read:
        return "".join(f"{part}[{reading}]" if reading else part for part, reading in runs(read(text)))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("納税証明書の交付", "納税[のうぜい]証明[しょうめい]書[しょ]の交付[こうふ]"),
        ("税を納めた人", "税[ぜい]を納[おさ]めた人[ひと]"),
        ("取り扱い（見本）", "取[と]り扱[あつか]い（見本[みほん]）"),
        ("申請する方", "申請[しんせい]する方[かた]"),
        ("人々の生活", "人々[ひとびと]の生活[せいかつ]"),
        ("ABC、カタカナ 12", "ABC、カタカナ 12"),
        ("", ""),
    ],
)
def test_each_word_has_its_reading_over_its_kanji(text: str, read: str) -> None:
    assert marked(text) == read


def test_every_character_stays() -> None:
    text = "「今年度」をふくめて（6年度分）\n証明できます。ﾃｽﾄ　㈱"
    with reader() as read:
        assert "".join(part for part, _reading in runs(read(text))) == text


def test_a_reading_that_does_not_fit_stands_over_the_whole_word() -> None:
    assert aligned("大人しい", "おとなしい") == (("大人", "おとな"), ("しい", ""))
    assert aligned("何処か", "どこ") == (("何処か", "どこ"),)
    assert not has_kanji("ひらがな")
