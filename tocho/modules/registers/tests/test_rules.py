from datetime import UTC, datetime, timedelta

from tocho.modules.registers.definitions import COMPANY, PERSON, documents, own_definition, own_key, read_source
from tocho.modules.registers.rules import is_fresh, new_values

AT = datetime(2020, 11, 20, tzinfo=UTC)


def test_an_answer_of_a_register_counts_for_thirty_days() -> None:
    assert is_fresh(AT - timedelta(days=29), at=AT)
    assert not is_fresh(AT - timedelta(days=30), at=AT)


def test_only_what_is_new_is_offered() -> None:
    assert new_values({"phone": "1"}, {"phone": "1", "email": "a@b.example", "name": None}) == {"email": "a@b.example"}


def test_sources_are_named_by_kind_and_key() -> None:
    assert read_source("registers.person.name") == ("person", "name")
    assert read_source("other.person.name") == read_source("registers.person") == ("", "")
    assert own_key(PERSON, "registers.company.name") == ""
    assert own_key(COMPANY, "registers.person.name") == "representative"
    assert own_key(COMPANY, "registers.person.birthday") == ""


def test_every_form_of_own_data_compiles_and_documents_have_a_ground() -> None:
    assert {"name", "address"} <= own_definition(PERSON).questions.keys()
    assert {"number", "representative"} <= own_definition(COMPANY).questions.keys()
    assert all(one.basis and one.register for one in documents())
