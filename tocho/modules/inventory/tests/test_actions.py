"""Acts on entries: recorded once, with a reason, guarded by rules and by the database."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.modules.inventory import actions
from tocho.modules.inventory.actions import EntryRefused
from tocho.modules.inventory.models import EntryVersion, ProcedureEntry, State
from tocho.modules.inventory.rules import MOVES
from tocho.modules.procedures import api as procedures

from .factories import AT, SECTION, TODAY, World, make_entry, make_world, move, publish_procedures

pytestmark = pytest.mark.django_db
ELSEWHERE = {"system_name": "eLTAX", "system_url": "https://www.eltax.lta.go.jp/", "certifier": "主税局 総務課長"}
SCHEDULE = {"starts": 20203, "completes": 20204}


@pytest.fixture
def world() -> World:
    return make_world()


def edit(entry: ProcedureEntry, user: Any, seen: int | None = None, **values: Any) -> ProcedureEntry:
    last = entry.versions.order_by("-id").values_list("id", flat=True).first()
    actor = Actor(user_id=user.id)
    return actions.edit_entry(entry_id=entry.id, values=values, seen=seen or last or 0, actor=actor, at=AT)


def test_the_way_to_the_phone_is_recorded_step_by_step(world: World) -> None:
    entry = make_entry("A-1", world.tax, volume=1200)
    move(entry, world.tax, "analysed", "planned", "building", "trial", **SCHEDULE)
    entry = move(entry, world.tax, "live", **ELSEWHERE)
    written = ledger.entries_of(Subject("inventory_entry", entry.id))
    assert [each.data.get("to") for each in written][1:] == ["analysed", "planned", "building", "trial", "live"]
    assert (written[-1].data["went_online"], written[-1].unit) == (True, "R02-0600")
    assert [each.reason for each in entry.versions.order_by("id")][-1] == "試験"
    assert entry.versions.count() == len(written)


def test_live_needs_a_published_version_or_a_certified_system(world: World) -> None:
    entry = move(make_entry("A-1", world.tax), world.tax, "analysed", "planned", "building", "trial", **SCHEDULE)
    with pytest.raises(EntryRefused, match="公開された版"):
        move(entry, world.tax, "live", procedure_key="nozei-shomei")
    publish_procedures()
    entry = move(entry, world.tax, "live", procedure_key="nozei-shomei")
    assert entry.version_id == procedures.current_versions()["nozei-shomei"]
    with pytest.raises(EntryRefused):
        edit(entry, world.tax, procedure_key="")


def test_moving_twice_is_moving_once(world: World) -> None:
    entry = make_entry("A-1", world.tax)
    move(entry, world.tax, "analysed", "analysed")
    assert entry.versions.count() == 2


@pytest.mark.parametrize(("to", "reason"), [("live", "x"), ("building", "x"), ("analysed", "  ")])
def test_steps_that_do_not_follow_or_have_no_reason_are_refused(world: World, to: str, reason: str) -> None:
    entry = make_entry("A-1", world.tax)
    with pytest.raises(EntryRefused):
        actions.move_entry(entry_id=entry.id, to=to, reason=reason, actor=Actor(), at=AT)
    entry.refresh_from_db()
    assert (entry.state, entry.versions.count()) == ("surveyed", 1)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2020, 1, 1)])
def test_a_step_counts_neither_from_tomorrow_nor_before_what_is_recorded(world: World, day: date) -> None:
    entry = make_entry("A-1", world.tax)
    with pytest.raises(EntryRefused) as refused:
        actions.move_entry(entry_id=entry.id, to="analysed", reason="x", effective_on=day, actor=Actor(), at=AT)
    assert refused.value.problems[0][0] == "effective_on"


def test_an_edit_keeps_what_was_before(world: World) -> None:
    entry = edit(make_entry("A-1", world.tax), world.tax, volume=10, events_person=["税金"], unit=SECTION)
    last = entry.versions.order_by("-id")[0]
    assert last.changes == {
        "volume": [None, 10], "events_person": [[], ["税金"]], "unit": ["R02-0600", SECTION]
    }  # fmt: skip
    assert (entry.survey, last.volume, last.unit) == ({"events_person": ["税金"]}, 10, SECTION)


def test_saving_unchanged_is_no_act_and_never_hits_anothers_change(world: World) -> None:
    entry = make_entry("A-1", world.tax)
    first = entry.versions.get().id
    edit(entry, world.tax, name=entry.name)
    edit(entry, world.tax, name="新しい名")
    with pytest.raises(EntryRefused, match="先に"):
        edit(entry, world.culture, seen=first, name="別の名")
    assert entry.versions.count() == 2


def test_several_are_assigned_at_once_all_or_none(world: World) -> None:
    entries = [make_entry(f"A-{n}", world.tax) for n in range(3)]
    late = make_entry("A-9", world.tax, starts=20221, completes=20224)
    ids = [entry.id for entry in [*entries, late]]
    with pytest.raises(EntryRefused, match="A-9"):
        actions.assign_entries(entry_ids=ids, values={"completes": 20211}, reason="", actor=Actor(), at=AT)
    changed = actions.assign_entries(
        entry_ids=ids, values={"completes": 20231, "unit": SECTION}, reason="組替え", actor=Actor(), at=AT
    )
    assert (changed, ProcedureEntry.objects.filter(completes=20231, unit=SECTION).count()) == (4, 4)


def test_ids_are_used_once(world: World) -> None:
    make_entry("A-1", world.tax)
    with pytest.raises(EntryRefused) as refused:
        make_entry("A-1", world.tax)
    assert refused.value.problems[0][0] == "code"


def _database_allows(entry: ProcedureEntry, state: str) -> bool:
    try:
        with transaction.atomic():
            ProcedureEntry.objects.filter(id=entry.id).update(state=state, authority="national")
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def test_the_database_knows_the_same_steps_as_the_rules(world: World) -> None:
    for number, state in enumerate(State.values):
        entry = ProcedureEntry.objects.create(
            code=f"S-{number}", name="x", unit="R02-0600", state=state, changed_at=AT, search_text="", **SCHEDULE,
            **ELSEWHERE,
        )  # fmt: skip
        allowed = {to for to in State.values if to != state and _database_allows(entry, to)}
        assert allowed == set(MOVES[state]), state


def test_the_database_refuses_live_entries_without_a_ground(world: World) -> None:
    with pytest.raises(IntegrityError, match="entry_live_has_ground"):
        ProcedureEntry.objects.create(
            code="X", name="x", unit="R02-0600", state="live", system_name="x", changed_at=AT, search_text=""
        )


def test_the_database_refuses_the_version_of_another_procedure(world: World) -> None:
    publish_procedures()
    with pytest.raises(IntegrityError, match="none of procedure"):
        ProcedureEntry.objects.create(
            code="X", name="x", unit="R02-0600", state="live", procedure_key="shisetsu-riyo", changed_at=AT,
            search_text="", version_id=procedures.current_versions()["nozei-shomei"],
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement", ["UPDATE inventory_entryversion SET volume = 1", "DELETE FROM inventory_entryversion"]
)
def test_history_is_only_added_to(world: World, statement: str) -> None:
    make_entry("A-1", world.tax)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert EntryVersion.objects.count() == 1
