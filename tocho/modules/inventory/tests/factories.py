"""Two bureaus, the reform team, and entries of the inventory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.core.management import call_command

from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org.models import Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit, make_user
from tocho.lib.csvfile import csv_chunks
from tocho.modules.inventory import actions
from tocho.modules.inventory.models import ImportRun, ProcedureEntry

AT = datetime(2020, 11, 20, 1, tzinfo=UTC)
TODAY = date(2020, 11, 20)
TAX, SECTION, CULTURE = "R02-0600", "R02-0600-05-01", "R02-0700"


@dataclass(frozen=True)
class World:
    """Who does what: the tax bureau's officer, another bureau's, the reform team's, a resident."""

    tax: User
    culture: User
    planner: User
    resident: User


def make_world() -> World:
    tax = make_unit(TAX, "主税局")
    section = make_unit(SECTION, "徴収課", parent=make_unit("R02-0600-05", "徴収部", parent=tax))
    culture = make_unit(CULTURE, "生活文化局", position=1)
    rooms = make_unit("R02-0700-03-01", "地域活動推進課", parent=make_unit("R02-0700-03", "都民生活部", parent=culture))
    reform = make_unit("R02-0300", "戦略政策情報推進本部", position=2)
    return World(
        tax=make_officer("takahashi", make_post(section, "主事"), "高橋 健一"),
        culture=make_officer("tanaka", make_post(rooms, "主事"), "田中 美咲"),
        planner=make_officer("watanabe", make_post(reform, "課長", Rank.SECTION_CHIEF, serves_as="reform")),
        resident=make_user("hanako", kind="resident"),
    )


def publish_procedures() -> None:
    """The three procedures of the sample city, with their published versions."""
    from tocho.modules.decisions.tests.factories import make_authority
    from tocho.modules.procedures.tests.factories import make_parks

    make_authority()
    division = make_unit("R02-1200-09", "障害者施策推進部", parent=make_unit("R02-1200", "福祉保健局", position=3))
    make_unit("R02-1200-09-05", "指導課", parent=division)
    make_parks()
    for command in ("load_bookings", "load_procedures"):
        call_command(command, verbosity=0)


def make_entry(code: str, user: User, *, at: datetime = AT, **values: Any) -> ProcedureEntry:
    """An entry as it is after it was surveyed."""
    whole = {"code": code, "name": f"手続 {code}", "unit": TAX, **values}
    return actions.add_entry(values=whole, reason="", actor=Actor(user_id=user.id), at=at)


def move(entry: ProcedureEntry, user: User, *states: str, at: datetime = AT, **values: Any) -> ProcedureEntry:
    """Move an entry through states, with what each needs."""
    for state in states:
        entry = actions.move_entry(
            entry_id=entry.id, to=state, reason="試験", values=values, actor=Actor(user_id=user.id), at=at
        )
    return entry


def upload(content: bytes, user: User | None, *, once: str, on: date = TODAY, at: datetime = AT) -> ImportRun:
    """A file as an import that waits to be read."""
    actor = Actor(user_id=user.id if user else None)
    name = "survey.xlsx" if content.startswith(b"PK") else "survey.csv"
    stored = files.store(BytesIO(content), name=name, by=actor, at=at)
    return actions.start_import(file_id=stored.id, effective_on=on, default_unit=TAX, once=once, actor=actor, at=at)


def read(run: ImportRun, *, at: datetime = AT) -> ImportRun:
    actions.read_import(run_id=run.id, at=at)
    run.refresh_from_db()
    return run


def take(content: bytes, user: User | None, *, once: str, on: date = TODAY, at: datetime = AT) -> ImportRun:
    """Read, confirmed and written."""
    run = read(upload(content, user, once=once, on=on, at=at), at=at)
    assert run.state == ImportRun.State.CHECKED, [(line.column, line.value, line.reason) for line in run.lines.all()]
    actions.confirm_import(run_id=run.id, actor=Actor(user_id=user.id if user else None), at=at)
    actions.apply_import(run_id=run.id, at=at)
    run.refresh_from_db()
    return run


def table(*rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    """A CSV file; the first row holds the titles."""
    return b"".join(csv_chunks([str(cell) for cell in rows[0]], rows[1:], encoding=encoding))
