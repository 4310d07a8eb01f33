"""What the provider remembers, in one SQLite file: orders, refunds, callbacks still to be made."""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, reference TEXT UNIQUE NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
    method TEXT NOT NULL, description TEXT NOT NULL, return_url TEXT NOT NULL, language TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT 'open', reason TEXT NOT NULL DEFAULT '', event_id TEXT NOT NULL DEFAULT '',
    plan TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS refunds (
    reference TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id),
    amount INTEGER NOT NULL CHECK (amount > 0));
CREATE TABLE IF NOT EXISTS callbacks (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
"""
FIELDS = ("reference", "amount", "method", "description", "return_url", "language")
NEW_ORDER = """INSERT INTO orders (id, reference, amount, method, description, return_url, language)
               VALUES (?, ?, ?, ?, ?, ?, ?)"""


class ConflictError(Exception):
    """The same reference for something else, or more money back than came in."""


class Store:
    """One connection for each use: SQLite serialises the writers, threads share nothing."""

    def __init__(self, path: str) -> None:
        self.path = path
        with closing(sqlite3.connect(path)) as db:
            db.executescript(TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()

    def open_order(self, fields: dict[str, Any]) -> str:
        """Keep a signed order; the same reference again is the same one. :raises ConflictError: another amount."""
        with self._open() as db:
            found = db.execute("SELECT * FROM orders WHERE reference = ?", [fields["reference"]]).fetchone()
            if found is None:
                values = [secrets.token_urlsafe(16), *(fields[name] for name in FIELDS)]
                db.execute(NEW_ORDER, values)
                return str(values[0])
            if found["amount"] != fields["amount"]:
                raise ConflictError
            return str(found["id"])

    def order(self, *, id: str = "", reference: str = "") -> sqlite3.Row | None:  # noqa: A002
        with self._open() as db:
            row: sqlite3.Row | None = db.execute(
                "SELECT * FROM orders WHERE id = ? OR reference = ?", [id, reference]
            ).fetchone()
        return row

    def plan(self, order_id: str, plan: str) -> None:
        """Remember what the tester chose, for a payment that needs another page (3-D)."""
        with self._open() as db:
            db.execute("UPDATE orders SET plan = ? WHERE id = ? AND outcome = 'open'", [plan, order_id])

    def settle(self, order_id: str, *, outcome: str, reason: str, delays: list[float]) -> None:
        """End an order and put the callbacks about it on the list; ended already: nothing happens."""
        with self._open() as db:
            event_id = f"evt_{secrets.token_hex(12)}"
            changed = db.execute(
                "UPDATE orders SET outcome = ?, reason = ?, event_id = ? WHERE id = ? AND outcome = 'open'",
                [outcome, reason, event_id, order_id],
            ).rowcount
            if not changed:
                return
            row = db.execute("SELECT * FROM orders WHERE id = ?", [order_id]).fetchone()
            body = json.dumps(event_of(row))
            now = time.time()
            db.executemany("INSERT INTO callbacks (body, due_at) VALUES (?, ?)", [(body, now + d) for d in delays])

    def refund(self, order_id: str, *, reference: str, amount: int) -> None:
        """Give money back, once for each reference. :raises ConflictError: more than came in, or nothing did."""
        with self._open() as db:
            known = db.execute("SELECT amount FROM refunds WHERE reference = ?", [reference]).fetchone()
            if known is not None:
                if known["amount"] != amount:
                    raise ConflictError
                return
            order = db.execute("SELECT amount, outcome FROM orders WHERE id = ?", [order_id]).fetchone()
            given = db.execute("SELECT coalesce(sum(amount), 0) FROM refunds WHERE order_id = ?", [order_id])
            if order["outcome"] != "succeeded" or amount <= 0 or given.fetchone()[0] + amount > order["amount"]:
                raise ConflictError
            db.execute("INSERT INTO refunds VALUES (?, ?, ?)", [reference, order_id, amount])

    def due_callbacks(self) -> list[sqlite3.Row]:
        with self._open() as db:
            return db.execute("SELECT * FROM callbacks WHERE due_at <= ? ORDER BY id", [time.time()]).fetchall()

    def callback_done(self, callback_id: int) -> None:
        with self._open() as db:
            db.execute("DELETE FROM callbacks WHERE id = ?", [callback_id])

    def callback_later(self, callback_id: int, *, seconds: float) -> None:
        with self._open() as db:
            db.execute(
                "UPDATE callbacks SET tries = tries + 1, due_at = ? WHERE id = ?", [time.time() + seconds, callback_id]
            )


def event_of(order: sqlite3.Row) -> dict[str, Any]:
    """What is told of an order, in a callback and in answer to a question."""
    return {
        "id": order["event_id"],
        "reference": order["reference"],
        "outcome": order["outcome"],
        "amount": order["amount"],
        "currency": "JPY",
        "reason": order["reason"],
    }
