from dataclasses import dataclass

from django.http import QueryDict

from tocho.ui.narrowing import LONGEST, Narrowing


@dataclass(frozen=True)
class Shown(Narrowing):
    q: str = ""
    sort: str = "code"


def test_it_takes_its_own_names_from_an_address_and_gives_them_back() -> None:
    shown = Shown.of(QueryDict("q=+納税+&other=1"))
    assert shown == Shown("納税", "code")
    assert QueryDict(shown.query(sort="", page="2")).dict() == {"q": "納税", "page": "2"}
    assert Shown.of(QueryDict(shown.query())) == shown


def test_it_takes_no_nul_and_nothing_endless() -> None:
    given = QueryDict(mutable=True)
    given.update({"q": "あ\0" + "い" * 5000})
    assert Shown.of(given).q == ("あ" + "い" * 5000)[:LONGEST]
