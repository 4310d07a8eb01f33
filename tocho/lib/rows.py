"""Rows on hot paths, written by statements that are composed once; many new ones at once."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from django.db import DatabaseError, connection
from django.db.models import JSONField, Model


def insert(row: Model, *, or_pass: bool = False) -> bool:
    """Write a new row and give it its key, as ``save(force_insert=True)`` does at four times the cost.

    No signals (``pre_save`` …) are sent; defaults of the database are not for this.
    :param or_pass: where a unique constraint refuses the row, write nothing and return False.
    :raises IntegrityError: a constraint refuses the row.
    """
    statement, fields = _inserting(type(row), or_pass)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        written = cursor.fetchone()
    if written is None:
        return False
    row.pk = written[0]
    row._state.adding, row._state.db = False, connection.alias
    return True


@cache
def _inserting(model: type[Model], or_pass: bool) -> tuple[str, tuple[Any, ...]]:
    opts = model._meta
    fields = [field for field in opts.concrete_fields if not field.generated and field is not opts.auto_field]
    columns, places = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    passing = " ON CONFLICT DO NOTHING" if or_pass else ""
    key = opts.pk
    assert key is not None
    text = f'INSERT INTO "{opts.db_table}" ({columns}) VALUES ({places}){passing} RETURNING "{key.column}"'  # noqa: S608  our names
    return text, tuple(fields)


def update(row: Model, *names: str) -> None:
    """Write some fields of a row, as ``save(update_fields=names)`` does at four times the cost.

    No signals (``pre_save`` …) are sent; a field with ``auto_now`` is not for this.
    :raises DatabaseError: the row is gone.
    """
    statement, fields = _composed(type(row), names)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"{type(row).__name__} {row.pk} is gone")


def update_many(rows: Sequence[Model], *names: str) -> None:
    """``update`` of several rows of one model, in one conversation with the database.

    :raises DatabaseError: a row is gone.
    """
    if not rows:
        return
    statement, fields = _composed(type(rows[0]), names)
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[*told, row.pk] for told, row in zip(values, rows, strict=True)])
        if cursor.rowcount != len(rows):
            raise DatabaseError(f"{len(rows) - cursor.rowcount} of {type(rows[0]).__name__} are gone")


@cache
def _composed(model: type[Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    opts = model._meta
    fields = [opts.get_field(name) for name in names]
    key = opts.pk
    assert key is not None
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)  # type: ignore[union-attr]
    return f'UPDATE "{opts.db_table}" SET {changes} WHERE "{key.column}" = %s', tuple(fields)  # noqa: S608  our names


def insert_many(rows: Sequence[Model]) -> None:
    """Insert new rows of one model by COPY, as ``bulk_create`` does at several times the cost; they get their ids.

    Constraints and triggers of the database hold as ever; no signals are sent, and a field with ``auto_now`` or a value
    of the database is not for this.
    """
    if len(rows) < 2:
        for row in rows:
            insert(row)
        return
    table, key, columns, names, packed = _copied(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, len(rows)]
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding, row._state.db = False, connection.alias
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                values = [getattr(row, name) for name in names]
                for place in packed:
                    values[place] = orjson.dumps(values[place]).decode()
                copy.write_row(values)


@cache
def _copied(model: type[Model]) -> tuple[str, str, str, tuple[str, ...], tuple[int, ...]]:
    opts = model._meta
    fields = opts.concrete_fields
    column = opts.pk.column if opts.pk else None
    assert column is not None
    return (
        f'"{opts.db_table}"',
        column,
        ", ".join(f'"{field.column}"' for field in fields),
        tuple(field.attname for field in fields),
        tuple(place for place, field in enumerate(fields) if isinstance(field, JSONField)),
    )
