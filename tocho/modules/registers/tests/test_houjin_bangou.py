"""The client of the register of corporate numbers against its double: each form, and every way to fail."""

import csv
import io
import time
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from pytest_django import Settings

from tocho.modules.registers.providers import RegisterUnavailableError
from tocho.modules.registers.providers.houjin_bangou import HoujinBangou, entry_from

from .double import KNOWN_ID, houjin

TOKYO = "8000020130001"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with houjin() as url:
        yield url


@pytest.fixture
def register(address: str, settings: Settings) -> HoujinBangou:
    settings.HOUJIN_BANGOU_URL, settings.HOUJIN_BANGOU_ID = address, KNOWN_ID
    return HoujinBangou()


def test_a_corporation_is_found_by_its_number(register: HoujinBangou) -> None:
    found = register.find(TOKYO)
    assert found is not None
    assert (found.name, found.kana, found.city, found.postal_code) == ("東京都", "トウキョウト", "新宿区", "1630023")
    assert found.closed_on is None


def test_a_closed_one_says_since_when_and_an_unknown_one_is_none(register: HoujinBangou) -> None:
    closed = register.find("7010001999999")
    assert closed is not None
    assert str(closed.closed_on) == "2019-03-31"
    assert register.find("1000012160153") is None


def test_an_unknown_application_id_is_a_register_out_of_reach(register: HoujinBangou, settings: Settings) -> None:
    for wrong in ("", "Kwrong0000001"):
        settings.HOUJIN_BANGOU_ID = wrong
        with pytest.raises(RegisterUnavailableError):
            register.find(TOKYO)


def test_a_slow_register_is_given_up_after_two_seconds(settings: Settings) -> None:
    with houjin(slow=20) as url:
        settings.HOUJIN_BANGOU_URL, settings.HOUJIN_BANGOU_ID = url, KNOWN_ID
        started = time.monotonic()
        with pytest.raises(RegisterUnavailableError):
            HoujinBangou().find(TOKYO)
        assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"<other/>", b'<!DOCTYPE x [<!ENTITY a "b">]><corporations/>', b"\xff\xfe"],
)
def test_an_answer_of_another_form_is_no_answer(answer: bytes) -> None:
    with pytest.raises(RegisterUnavailableError):
        entry_from(answer, TOKYO)


def fetch(url: str) -> tuple[int, bytes]:
    try:
        with urlopen(url, timeout=60) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize(("kind", "encoding"), [("01", "cp932"), ("02", "utf-8")])
def test_the_double_answers_csv_as_published(address: str, kind: str, encoding: str) -> None:
    status, body = fetch(f"{address}/4/num?id={KNOWN_ID}&number={TOKYO}&type={kind}&history=0")
    head, row = csv.reader(io.StringIO(body.decode(encoding)))
    assert (status, head[1], len(row), row[1], row[6]) == (200, "1", 30, TOKYO, "東京都")


@pytest.mark.parametrize("query", ["number=123&type=12", "type=12", f"number={TOKYO}&type=99", f"number={TOKYO}"])
def test_the_double_refuses_wrong_questions(address: str, query: str) -> None:
    status, body = fetch(f"{address}/4/num?id={KNOWN_ID}&{query}")
    assert status == 400
    assert body.split(b",")[0].isdigit()
