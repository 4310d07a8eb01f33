import contextlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from stdnum.jp import cn

from tocho.ui import fields

GOOD: list[tuple[Callable[[], forms.Field], Any, Any]] = [
    (fields.LineField, "  品川　３００ あ １２－３４ ", "品川 300 あ 12-34"),
    (fields.ParagraphsField, "一行目\r\n\r\n　二行目①  ", "一行目\n\n 二行目①"),
    (fields.KanaField, "やまだ ﾊﾅｺ", "ヤマダ ハナコ"),
    (fields.KanaField, "らーめん-", "ラーメンー"),
    (fields.NamePartField, "髙﨑", "髙﨑"),
    (fields.EmailField, "ｈａｎａｋｏ＠Example.JP", "hanako@example.jp"),
    (fields.PhoneField, "０３（５３２１）１１１１", "03-5321-1111"),
    (fields.PhoneField, "+81 90 1234 5678", "090-1234-5678"),
    (fields.PhoneField, "09012345678", "090-1234-5678"),
    (fields.PhoneField, "0120123456", "0120-123-456"),
    (fields.PhoneField, "0353211111", "03-5321-1111"),
    (fields.PhoneField, "0422123456", "0422123456"),
    (fields.PhoneField, "+44 20 7946 0000", "+44-20-7946-0000"),
    (fields.PostalCodeField, "〒１６３－８００１", "163-8001"),
    (fields.PrefectureField, "東京", "東京都"),
    (fields.PrefectureField, "北海道", "北海道"),
    (fields.IntegerJField, "１，２００", 1200),
    (lambda: fields.IntegerJField(unit="人"), "30人", 30),
    (lambda: fields.DecimalJField(digits=1), "36．5", Decimal("36.5")),
    (fields.MoneyField, "￥1,200", 1200),
    (fields.MoneyField, "１２００円", 1200),
    (fields.CorporateNumberField, "Ｔ８０００－０２０－１３００－０１", "8000020130001"),
    (fields.EraDateField, "令和２年１１月２０日", date(2020, 11, 20)),
    (fields.EraDateField, "R2.11.20", date(2020, 11, 20)),
    (fields.EraDateField, "2020/11/20", date(2020, 11, 20)),
    (fields.EraDateField, date(2020, 11, 20), date(2020, 11, 20)),
    (lambda: fields.ChoiceField(choices=[("a", "甲"), ("b", "乙")]), "b", "b"),
    (lambda: fields.MultiChoiceField(choices=[("a", "甲"), ("b", "乙")]), ["a", "b"], ["a", "b"]),
    (fields.YesNoField, "no", False),
    (fields.YesNoField, True, True),
    (fields.DeclarationField, "on", True),
]
BAD: list[tuple[Callable[[], forms.Field], Any, str]] = [
    (fields.LineField, " 　", "氏名を入力してください"),
    (fields.LineField, "a\x00b", "氏名に使えない文字（制御文字や外字）が入っています。入力し直してください"),
    (lambda: fields.LineField(max_length=3), "あいうえ", "氏名は3文字以内で入力してください（いま4文字です）"),
    (lambda: fields.PatternField(pattern="[0-9]{4}", advice="4けたで"), "123", "4けたで"),
    (fields.KanaField, "山田", "氏名はカタカナかひらがなで入力してください。例：ヤマダ"),
    (fields.EmailField, "hanako", "氏名を、hanako@example.jp のように@を入れて入力してください"),
    (fields.EmailField, "a@b", "氏名を、hanako@example.jp のように@を入れて入力してください"),
    (fields.PhoneField, "5321-1111", "氏名は市外局番から入力してください。例：03-5321-1111"),
    (fields.PostalCodeField, "163-80", "氏名は7けたの数字で入力してください。例：163-8001"),
    (fields.PrefectureField, "江戸", "氏名を、東京都のように入力してください"),
    (fields.IntegerJField, "三", "氏名は数字で入力してください"),
    (fields.IntegerJField, "NaN", "氏名は数字で入力してください"),
    (fields.IntegerJField, "9e99", "氏名は数字で入力してください"),
    (fields.IntegerJField, "1.5", "氏名は小数点のない数字で入力してください"),
    (lambda: fields.DecimalJField(digits=1), "1.25", "氏名は小数点以下1けたまでで入力してください"),
    (lambda: fields.IntegerJField(minimum=1, unit="通"), "0", "氏名は1通以上で入力してください"),
    (lambda: fields.IntegerJField(maximum=10, unit="通"), "11", "氏名は10通以下で入力してください"),
    (fields.MoneyField, "-1", "氏名は0円以上で入力してください"),
    (fields.CorporateNumberField, "123", "氏名は13けたの数字で入力してください"),
    (fields.CorporateNumberField, "8000020130002", "氏名の数字に誤りがあります。13けたをもう一度確かめてください"),
    (fields.EraDateField, "2020-02-30", "氏名を、2020年11月20日 や 令和2年11月20日 のように入力してください"),
    (fields.EraDateField, "平成31年5月1日", "氏名を、2020年11月20日 や 令和2年11月20日 のように入力してください"),
    (
        lambda: fields.EraDateField(maximum=date(2020, 11, 20)),
        "2020-11-21",
        "氏名は令和2年11月20日以前の日にしてください",
    ),
    (
        lambda: fields.EraDateField(minimum=date(2020, 11, 20)),
        "2020-11-19",
        "氏名は令和2年11月20日以後の日にしてください",
    ),
    (lambda: fields.ChoiceField(choices=[("a", "甲")]), "", "氏名を選んでください"),
    (lambda: fields.ChoiceField(choices=[("a", "甲")]), "z", "氏名を、示された中から選んでください"),
    (lambda: fields.MultiChoiceField(choices=[("a", "甲")]), [], "氏名を一つ以上選んでください"),
    (lambda: fields.MultiChoiceField(choices=[("a", "甲")]), ["z"], "氏名を、示された中から選んでください"),
    (lambda: fields.MultiChoiceField(choices=["aa", "bb"], maximum=1), ["a", "b"], "氏名は1つまで選べます"),
    (fields.YesNoField, "", "氏名を選んでください"),
    (fields.DeclarationField, "", "内容を確かめて、チェックを入れてください"),
]


@pytest.mark.parametrize(("make", "typed", "kept"), GOOD)
def test_good_input_is_kept_in_one_form(make: Callable[[], forms.Field], typed: Any, kept: Any) -> None:
    assert make().clean(typed) == kept


@pytest.mark.parametrize(("make", "typed", "message"), BAD)
def test_bad_input_is_told_what_to_do(make: Callable[[], forms.Field], typed: Any, message: str) -> None:
    field = make()
    field.label = "氏名"
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    assert refused.value.messages == [message]


@pytest.mark.parametrize(
    ("make", "empty"),
    [
        (fields.LineField, ""), (fields.EmailField, ""), (fields.PhoneField, ""), (fields.PostalCodeField, ""),
        (fields.IntegerJField, None), (fields.EraDateField, None), (fields.YesNoField, None),
        (fields.CorporateNumberField, ""), (fields.MultiChoiceField, []), (fields.DeclarationField, False),
    ],
)  # fmt: skip
def test_optional_field_may_stay_open(make: Callable[..., forms.Field], empty: Any) -> None:
    assert make(required=False).clean("") == empty


def upload(name: str = "免許証.JPG", size: int = 10) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size)


def test_files_field_takes_several() -> None:
    field = fields.FilesField(max_bytes=100, max_files=2)
    assert [file.name for file in field.clean([upload(), upload("b.pdf")])] == ["免許証.JPG", "b.pdf"]
    assert field.widget.attrs["accept"] == ".pdf,.jpg,.jpeg,.png"
    assert field.media_types == {"application/pdf", "image/jpeg", "image/png"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "書類のファイルを選んでください"),
        ([upload(), upload()], "書類は1ファイルまでにしてください"),
        ([upload(size=0)], "「免許証.JPG」は空のファイルです。中身のあるファイルを選んでください"),
        ([upload(size=101)], "「免許証.JPG」は101 バイトあります。100 バイト以下のファイルを選んでください"),
        ([upload("a.exe")], "「a.exe」は受け付けられません。PDF・JPEG・PNGのファイルを選んでください"),
    ],
)
def test_files_field_refuses_with_the_name_of_the_file(files: list[SimpleUploadedFile], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        fields.FilesField(max_bytes=100, label="書類").clean(files)
    assert [text.replace("\xa0", " ") for text in refused.value.messages] == [message]


def test_many_choices_become_a_list() -> None:
    field = fields.ChoiceField(choices=[(str(n), str(n)) for n in range(9)], choice_helps={"1": "一"})
    assert isinstance(field.widget, forms.Select)
    assert field.choice_helps == {"1": "一"}


def test_phones_know_how_to_be_typed() -> None:
    assert fields.PhoneField().widget.input_type == "tel"
    assert fields.PhoneField().widget.attrs["autocomplete"] == "tel"
    assert fields.PostalCodeField().widget.attrs["inputmode"] == "numeric"


@given(st.integers(min_value=0, max_value=999_999_999_999))
def test_every_corporate_number_has_one_check_digit(number: int) -> None:
    body = f"{number:012d}"
    good = cn.calc_check_digit(body)
    assert fields.CorporateNumberField().clean(good + body) == good + body
    with pytest.raises(ValidationError):
        fields.CorporateNumberField().clean(str(int(good) % 9 + 1) + body)


@given(st.text(max_size=40))
def test_what_a_field_accepts_it_accepts_again(text: str) -> None:
    for make in (fields.PhoneField, fields.EmailField, fields.EraDateField, fields.MoneyField, fields.PostalCodeField):
        field = make(required=False)
        with contextlib.suppress(ValidationError):
            first = field.clean(text)
            assert field.clean(field.prepare_value(first)) == first
