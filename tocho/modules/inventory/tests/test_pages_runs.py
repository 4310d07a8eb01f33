"""Long lists into files, changes of a whole filter: counted, confirmed, made by a job, seen by whoever asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.lib.csvfile import BOM
from tocho.lib.errors import Refused
from tocho.modules.inventory import actions
from tocho.modules.inventory.models import BulkChange, EntryVersion, Export, ProcedureEntry
from tocho.modules.inventory.queries.listing import Filters
from tocho.modules.inventory.views import entries as entry_views
from tocho.ui.testing import Pages

from .factories import AT, CULTURE, World, make_entry, make_world

pytestmark = pytest.mark.django_db
LIST, BULK = "/desk/inventory/", "/desk/inventory/bulk/"


@pytest.fixture
def world() -> World:
    found = make_world()
    for code in ("A-1", "A-2", "A-3"):
        make_entry(code, found.tax, name=f"納税 {code}")
    make_entry("C-1", found.culture, name="納税 C-1", unit=CULTURE)
    return found


def asked(world: World, form: str = "csv", **filters: str) -> Export:
    return actions.ask_export(
        filters=Filters(**filters), form=form, count=3, once=form, actor=Actor(user_id=world.tax.id), at=AT
    )


def test_a_long_list_becomes_a_file_for_whoever_asked(
    page: Pages, world: World, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_views, "AT_ONCE", 2)
    start = page.get(f"{LIST}procedures.csv?q=A-&encoding=cp932", user=world.tax).location
    assert "form=cp932" in start
    form = page.get(start)
    assert "3件" in form
    made = page.post(start, form.fields).location
    assert page.post(start, form.fields).location == made  # twice is once
    assert "書き出しています" in page.get(made, htmx=True)
    run_jobs()
    ready = page.get(made, queries=10)
    assert "できました" in ready
    content = b"".join(page.get(f"{made}file/").response.streaming_content).decode("cp932")
    assert content.startswith("手続ID,")
    assert ("納税 A-1" in content, "納税 C-1" in content) == (True, False)
    for path in (made, f"{made}file/"):
        assert page.get(path, user=world.planner).status == 404
    assert page.get(start, user=world.resident).status == 403
    assert page.get(f"{LIST}export/?form=pdf", user=world.tax).status == 404


@pytest.mark.parametrize(("form", "begins"), [("csv", BOM), ("xlsx", b"PK")])
def test_a_file_expires(world: World, page: Pages, form: str, begins: bytes) -> None:
    export = asked(world, form)
    now = timezone.now()
    for _twice in range(2):
        actions.write_export(export_id=export.id, at=now)
    url = f"{LIST}exports/{export.id}/"
    assert b"".join(page.get(f"{url}file/", user=world.tax).response.streaming_content).startswith(begins)
    kinds = [entry.kind for entry in ledger.entries_of(Subject("inventory_export", export.id))]
    assert kinds == ["inventory.export_asked", "inventory.exported"]
    assert actions.expire_exports(at=now) == 0
    assert [actions.expire_exports(at=now + timedelta(days=3)) for _twice in range(2)] == [1, 0]
    assert page.get(f"{url}file/").status == 404
    assert "ファイルは消えました" in page.get(url)


def test_a_filter_is_changed_after_its_number_was_confirmed(page: Pages, world: World, run_jobs: RunJobs) -> None:
    url = f"{BULK}?q=納税"
    form = page.get(url, user=world.tax)
    assert "3件の手続を変えます" in form  # not the other bureau's
    given = {**form.fields, "completes": "20214", "reason": "計画を決めた"}
    make_entry("A-4", world.tax, name="納税 A-4")
    assert page.post(url, given).status == 422
    given["seen"] = "4"
    made = page.post(url, given).location
    assert page.post(url, given).location == made
    run_jobs()
    assert "4件を変えました" in page.get(made, queries=10)
    assert "4件を変えました" in page.get(made, htmx=True)
    changed = ProcedureEntry.objects.filter(completes=20214).values_list("code", flat=True)
    assert sorted(changed) == ["A-1", "A-2", "A-3", "A-4"]
    assert EntryVersion.objects.filter(changes__has_key="completes").count() == 4
    assert page.get(made, user=world.planner).status == 200
    assert page.get(made, user=world.culture).status == 404
    assert page.get(url, user=world.resident).status == 403


def test_what_an_entry_may_not_say_leaves_it_and_is_named(world: World) -> None:
    late = make_entry("A-9", world.tax, starts=20223, completes=20224)
    ids = [*ProcedureEntry.objects.filter(code__startswith="A-").values_list("id", flat=True)]
    given = {"values": {"completes": 20214}, "reason": "計画", "actor": Actor(user_id=world.tax.id), "at": AT}
    for wrong in ({"seen": 1}, {"seen": 4, "reason": " "}, {"seen": 0, "entry_ids": []}):
        with pytest.raises(Refused):
            actions.ask_bulk_change(**{"entry_ids": ids, "once": "w", **given, **wrong})
    change = actions.ask_bulk_change(entry_ids=ids, seen=4, once="x", **given)
    while actions.change_bulk(change_id=change.id, at=AT):
        continue
    actions.change_bulk(change_id=change.id, at=AT)
    change = BulkChange.objects.get()
    assert (change.done_count, change.changed_count, change.refused_count) == (4, 3, 1)
    assert change.refused[0].startswith("A-9")
    late.refresh_from_db()
    assert late.completes == 20224
    last = ledger.entries_of(Subject("inventory_bulk", change.id))[-1]
    assert (last.kind, last.data["changed"]) == ("inventory.bulk_done", 3)


def test_from_a_procedure_staff_reach_its_entry(page: Pages, world: World) -> None:
    entry = ProcedureEntry.objects.get(code="A-1")
    ProcedureEntry.objects.filter(id=entry.id).update(procedure_key="nozei-shomei")
    assert page.get(f"{LIST}of/nozei-shomei/", user=world.culture).location == f"{LIST}{entry.id}/"
    assert page.get(f"{LIST}of/unknown/").location == LIST
    assert page.get(f"{LIST}of/unknown/", user=world.resident).status == 403
