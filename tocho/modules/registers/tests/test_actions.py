"""Own data: kept once, recorded without values, taken from registers, deleted."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.tests.factories import make_user
from tocho.modules.registers import actions, api
from tocho.modules.registers.models import Corporation, OwnRecord
from tocho.modules.registers.providers import CorporationEntry, RegisterUnavailableError

pytestmark = pytest.mark.django_db
AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
NUMBER = "8000020130001"
ENTRY = CorporationEntry(NUMBER, "東京都", "トウキョウト", "1630023", "東京都", "新宿区", "西新宿２丁目８－１", None)


@pytest.fixture
def hanako() -> User:
    return make_user("hanako", kind="resident")


@pytest.fixture
def company() -> User:
    return make_user("mihon", kind="company")


class Register:
    """What the register of corporate numbers says, and how often it was asked."""

    def __init__(self, answer: CorporationEntry | Exception | None) -> None:
        self.answer, self.asked = answer, 0

    def find(self, number: str) -> CorporationEntry | None:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    one = Register(ENTRY)
    monkeypatch.setattr(actions, "corporate_register", lambda: one)
    return one


def entries(user: User) -> list[tuple[str, object]]:
    found = ledger.entries_of(Subject("user", user.id))
    return [(entry.kind, entry.data.get("values", entry.data.get("found"))) for entry in found]


def test_values_are_kept_and_the_ledger_knows_only_which(hanako: User) -> None:
    for _press in (1, 2):
        actions.save_own_data(user_id=hanako.id, values={"phone": "03-5321-1111", "email": None}, at=AT)
    assert OwnRecord.objects.get().values == {"phone": "03-5321-1111"}
    assert entries(hanako) == [("registers.saved", ["phone"])]
    actions.save_own_data(user_id=hanako.id, values={"phone": None}, at=AT)
    assert OwnRecord.objects.get().values == {}


def test_own_data_answer_the_sources_that_a_form_names(hanako: User, company: User) -> None:
    actions.save_own_data(user_id=hanako.id, values={"phone": "03-5321-1111"}, at=AT)
    found = api.prefill(hanako.id, ["registers.person.phone", "registers.person.name", "other.x.y"])
    assert {name: one.value for name, one in found.items()} == {"registers.person.phone": "03-5321-1111"}
    assert found["registers.person.phone"].origin == "登録情報"
    actions.save_own_data(user_id=company.id, values={"representative": {"family": "山田"}}, at=AT)
    assert api.prefill(company.id, ["registers.person.name"])["registers.person.name"].value == {"family": "山田"}
    assert api.prefill(None, ["registers.person.phone"]) == {}


def test_what_is_new_is_offered_and_kept_by_wish(hanako: User) -> None:
    given = {"registers.person.phone": "03-1", "registers.company.name": "x"}
    assert api.unsaved(hanako.id, given) == ["電話番号"]
    api.keep(user_id=hanako.id, given=given, at=AT)
    assert api.unsaved(hanako.id, given) == []
    assert api.own_values(hanako.id) == [("電話番号", "03-1")]


def test_a_company_is_filled_from_the_register_which_is_asked_once(company: User, register: Register) -> None:
    for _press in (1, 2):
        actions.take_from_corporate_register(user_id=company.id, number=NUMBER, at=AT)
    record = OwnRecord.objects.get()
    assert (register.asked, record.values["name"], record.origins["name"]) == (1, "東京都", "corporate")
    assert record.values["address"]["postal_code"] == "163-0023"
    assert [kind for kind, _data in entries(company)] == ["registers.saved", *["registers.looked_up"] * 2]


def test_an_unknown_number_is_told_and_recorded(company: User, register: Register) -> None:
    register.answer = None
    with pytest.raises(api.NotRegistered):
        actions.take_from_corporate_register(user_id=company.id, number=NUMBER, at=AT)
    assert entries(company) == [("registers.looked_up", False)]


def test_a_silent_register_stops_nobody_and_an_old_copy_serves(company: User, register: Register) -> None:
    register.answer = RegisterUnavailableError("silent")
    with pytest.raises(api.RegisterSilent):
        actions.take_from_corporate_register(user_id=company.id, number=NUMBER, at=AT)
    Corporation.objects.create(number=NUMBER, found=True, name="東京都", fetched_at=AT - timedelta(days=90))
    actions.take_from_corporate_register(user_id=company.id, number=NUMBER, at=AT)
    assert OwnRecord.objects.get().values["name"] == "東京都"


def test_the_sample_register_of_residents_fills_in_the_sample_city_only(hanako: User, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(api.NotRegistered):
        actions.take_from_resident_register(user_id=hanako.id, at=AT)
    settings.DEMO = True
    actions.take_from_resident_register(user_id=hanako.id, at=AT)
    assert OwnRecord.objects.get().origins == dict.fromkeys(("name", "birthday", "address"), "residents")


def test_own_data_are_erased_once(hanako: User) -> None:
    actions.save_own_data(user_id=hanako.id, values={"phone": "1"}, at=AT)
    for _press in (1, 2):
        api.forget(user_id=hanako.id, actor=Actor(user_id=hanako.id), at=AT)
    assert not OwnRecord.objects.exists()
    assert [kind for kind, _data in entries(hanako)] == ["registers.saved", "registers.deleted"]
