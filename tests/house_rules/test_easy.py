"""やさしい日本語 of the screens: each text stands for a message that exists, and fills in what that fills in.

What has no easy text is said in Japanese, so the catalogue (``locale/ja_Easy``) may be short; it may not be wrong.
"""

from tests.house_rules.test_messages import PLACEHOLDER, ROOT, all_english, english, messages, texts

EASY = ROOT / "locale/ja_Easy/LC_MESSAGES/django.po"


def test_every_easy_text_stands_for_a_message() -> None:
    known = {name for _path, name, _message in all_english()}
    assert [name for name in messages(english(EASY)) if name not in known] == []


def test_easy_texts_fill_in_what_the_message_fills_in() -> None:
    faults = []
    for name, message in messages(english(EASY)).items():
        easy, wanted = texts(message.string)[0], sorted(PLACEHOLDER.findall(texts(message.id)[0]))
        if not easy or easy == name[1] or sorted(PLACEHOLDER.findall(easy)) != wanted:
            faults.append(name)
    assert faults == []
