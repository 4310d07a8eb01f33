"""A million past applications: rows as the acts of three years would have left them, written by SQL in minutes.

Made up are people, moments and outcomes; the 169 main procedures, their offices and how often each is used come from
``city/inventory/main.csv``. Every case has its application, process, task, ledger entries and, once decided, decision,
so lists, inbox, search and figures see what they would see. Applicants' other answers, notices, payments and mails are
left out. Cases whose end would lie in the future wait in the inbox of their office, and can be worked on.

Used by ``make sample-large`` and by ``bench`` (the inbox among a million cases).
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32

import psycopg

from tools.environment import BASE_DIR
from tools.past_sql import BODY, CASES, ENTRIES, NO_RECEIPT, PREPARE, ROWS

DAYS = 3 * 365  # how far back the first ones lie
CHUNK = 50_000
MODEL = "nozei-shomei"  # whose process they go through; they have no fee
FIRST_UNIT = "主税局 徴収部 徴収課"  # examines the procedure that is used most: the office of the sample sign-in 高橋
STANDARD_DAYS = (1, 5, 7, 10, 14, 20, 30)
FORM = {
    "schema_version": 1,
    "title": {"ja": "申請", "en": "Application"},
    "steps": [
        {
            "key": "applicant",
            "title": {"ja": "申請する人", "en": "Applicant"},
            "fields": [
                {"key": "applicant_name", "type": "name", "label": {"ja": "氏名", "en": "Name"}, "required": True}
            ],
        }
    ],
}


@dataclass(frozen=True)
class Kind:
    """One main procedure: its version, the office that examines, its share of all applications, how many on line."""

    version_id: int
    key: str
    title: str
    unit: str
    unit_id: int
    standard_days: int
    weight: int
    online: float


def load(sql: psycopg.Connection, count: int, *, told: Callable[[int, int], None], waiting: bool = False) -> None:
    """Write so many past applications, spread over the main procedures as they are used, and seal their entries.

    :param sql: an autocommit connection to the database that Django uses. :param told: called with (done, of).
    :param waiting: all of them of the procedure that is used most, and all still waiting to be examined.
    """
    from django.utils import timezone

    from tocho.core.ledger import api as ledger

    at = timezone.now()
    kinds = publish(at=at)
    firsts = _prepare(sql, kinds[:1] if waiting else kinds, count, at=at)
    values = {"at": at, "days": DAYS, "waiting": waiting, "count": count, "firsts": firsts}
    for low in range(1, count + 1, CHUNK):
        high = min(low + CHUNK - 1, count)
        with sql.transaction():
            if sql.execute("SHOW is_superuser").fetchone() == ("on",):
                # Keys to rows that the same statements make: a look-up for each would double the time.
                sql.execute("SET LOCAL session_replication_role = replica")
            sql.execute(CASES, {**values, "low": low, "high": high})
            for label, columns, source in ROWS:
                sql.execute(*_insert(label, columns, source))
            sql.execute(ENTRIES)
            sql.execute("DROP TABLE past_case")
        ledger.seal(at=at, limit=20_000)
        told(high, count)
    sql.execute("ANALYZE")


def _insert(label: str, columns: dict[str, str], source: str) -> tuple[str, list[Any]]:
    """An INSERT of these columns, and of all others that may not be empty with the default of the model."""
    from django.apps import apps
    from django.db import connection

    model = apps.get_model(label)
    others = [
        field
        for field in model._meta.concrete_fields
        if field.column not in columns and not field.null and not field.generated
    ]
    names = ", ".join([*columns, *(field.column for field in others)])
    values = ", ".join([*columns.values(), *["%s"] * len(others)])
    given = [field.get_db_prep_save(field.get_default(), connection) for field in others]
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} {source}", given


def loaded(sql: psycopg.Connection) -> int:
    """How many past applications there are already."""
    row = sql.execute(
        "SELECT count(*) FROM procedures_application WHERE version_id IN (SELECT version.id"
        " FROM procedures_procedureversion version JOIN procedures_procedure ON procedure_id = procedures_procedure.id"
        " WHERE key LIKE 'tky-%')"
    ).fetchone()
    return int(row[0]) if row else 0


def publish(*, at: datetime) -> list[Kind]:
    """The main procedures as versions that past applications began with, most used first. None of them is offered
    (``Procedure.current`` stays empty): on line they are not delivered yet."""
    from tocho.core.calendar import api as calendar
    from tocho.modules.procedures.definitions import compile_source, digest_of
    from tocho.modules.procedures.models import Procedure, ProcedureVersion
    from tocho.modules.procedures.queries import current_version

    model = current_version(MODEL)
    source = ProcedureVersion.objects.values_list("source", flat=True).get(id=model.id)
    kinds = []
    for number, row in enumerate(_main_procedures()):
        unit = _office(row["担当部署コード"], row["手続ID"], first=number == 0, on=calendar.office_day(at))
        days = STANDARD_DAYS[crc32(row["手続ID"].encode()) % len(STANDARD_DAYS)]
        facts = _facts(row, unit.code, days, category=source["facts"]["category"])
        past = {"facts": facts, "form": FORM, "process": source["process"], "rules": {}, "notices": {}}
        compile_source(past)
        procedure, _created = Procedure.objects.get_or_create(key=facts["key"])
        values = {"number": 1, "source": past, "unit": unit.code, "published_at": at}
        values |= {"process_definition_id": model.process_definition_id}
        version, _created = ProcedureVersion.objects.get_or_create(
            procedure=procedure, digest=digest_of(past), defaults=values
        )
        total = int(row["総手続件数"] or 0)
        online = int(row["オンライン手続件数"] or 0) / total if total else 0.0
        kinds.append(
            Kind(version.id, facts["key"], row["手続名"], unit.code, unit.id, days, weight=max(total, 1), online=online)
        )
    return kinds


def _main_procedures() -> list[dict[str, str]]:
    with (BASE_DIR / "city/inventory/main.csv").open(encoding="utf-8-sig", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: -int(row["総手続件数"] or 0))


def _facts(row: dict[str, str], office: str, days: int, *, category: str) -> dict[str, Any]:
    none = {"ja": "見本の値", "en": "Sample value"}
    return {
        "key": row["手続ID"].lower(),
        "title": {"ja": row["手続名"]},
        "summary": {"ja": f"{row['手続名']}（過去の申請の見本）"},
        "who": none,
        "duration": none,
        "fee": none,
        "office": office,
        "category": category,
        "standard_days": days,
        "law": [row["法令名"]] if row["法令名"] else [],
        "draft_body": {
            "approve": "標記について、承認してよろしいか。",
            "reject": "標記について、下記の理由により承認しないこととしてよろしいか。",
        },
    }


def _office(code: str, key: str, *, first: bool, on: date) -> Any:
    """The unit that examines: a section of the owner's bureau, always the same for a procedure."""
    from tocho.core.org import api as org

    owner = org.unit(code, on=on)
    sections = [owner] if owner.kind == org.UnitKind.SECTION else list(_sections(code, on))
    named = [unit for unit in sections if unit.full_name == FIRST_UNIT]
    return named[0] if first and named else (sections or [owner])[crc32(key.encode()) % max(len(sections), 1)]


def _sections(code: str, on: date) -> Iterator[Any]:
    from tocho.core.org import api as org

    for unit in org.children_of(code, on=on):
        if unit.kind == org.UnitKind.SECTION:
            yield unit
        yield from _sections(unit.code, on)


def _prepare(sql: psycopg.Connection, kinds: list[Kind], count: int, *, at: datetime) -> list[int]:
    """Temporary tables of the procedures and of the office days; the first lot of each procedure."""
    from tocho.core.calendar import api as calendar
    from tocho.engines.search import api as search
    from tocho.lib.text import fold

    for statement in PREPARE:
        sql.execute(statement)
    total, upto, firsts = sum(kind.weight for kind in kinds), 0, []
    with sql.cursor() as cursor, cursor.copy("COPY past_kind FROM STDIN") as copy:
        for number, kind in enumerate(kinds, start=1):
            firsts.append(upto + 1)
            left = len(kinds) - number  # each of those that follow has at least one
            upto = min(max(upto + round(count * kind.weight / total), upto + 1), count - left)
            named = (kind.version_id, kind.key, kind.title, fold(kind.title), kind.unit, kind.unit_id)
            words = search.tokens_of(f"{kind.title}について（{NO_RECEIPT}）", BODY)
            copy.write_row((number, *named, kind.standard_days, kind.online, words))
    today = calendar.office_day(at)
    rank = 0
    with sql.cursor() as cursor, cursor.copy("COPY past_day FROM STDIN") as copy:
        for ago in range(DAYS + 10, -200, -1):
            day = today - timedelta(days=ago)
            opened = calendar.is_open(day)
            rank += opened
            copy.write_row((day, rank, opened))
    sql.execute("ANALYZE past_kind, past_day")
    return firsts
