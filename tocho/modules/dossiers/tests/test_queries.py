import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tocho.core.files.models import StoredFile
from tocho.core.ledger.api import Subject
from tocho.modules.dossiers import api as dossiers
from tocho.modules.dossiers.models import Item, Sheet

from .factories import AT, MATTER

pytestmark = pytest.mark.django_db


def make_items(count: int, files: int) -> None:
    for number in range(count):
        item = Item.objects.create(
            subject_type=MATTER.type, subject_id=MATTER.id, key=f"d{number}", party="applicant", state="given"
        )
        for _n in range(files):
            file = StoredFile.objects.create(
                name="a.pdf", digest="0" * 64, size=10_000_000, content_type="application/pdf", stored_at=AT
            )
            Sheet.objects.create(item=item, round=1, file=file, given_at=AT)


def test_a_hundred_files_cost_two_queries() -> None:
    make_items(10, 10)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = dossiers.items_of(MATTER)
    assert (len(found), sum(len(item.sheets) for item in found), len(queries)) == (10, 100, 2)


def test_states_of_many_subjects_cost_one_query() -> None:
    make_items(3, 0)
    with CaptureQueriesContext(connection) as queries:
        found = dossiers.states_of([MATTER, Subject("matter", 8)])
    assert (found, len(queries)) == ({MATTER: {"given": 3}}, 1)


def test_a_file_is_of_its_subject_and_party_only() -> None:
    make_items(1, 1)
    file_id = Sheet.objects.get().file_id
    assert dossiers.has_file(MATTER, file_id)
    assert dossiers.has_file(MATTER, file_id, parties=["applicant"])
    assert not dossiers.has_file(MATTER, file_id, parties=["cosigner:1"])
    assert not dossiers.has_file(Subject("matter", 8), file_id)
