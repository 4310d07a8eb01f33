"""Prepares a database and its files for use: tables, static files, certificates and, once, the sample city.

One process for all, with a line of progress for each step; what is done already is passed over.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

from tools.environment import BASE_DIR, VAR_DIR

# Loaders of the sample city, in the order in which they stand on each other; each can be run again.
CITY = (
    ("都の組織と職員", "load_city"),
    ("区市町村", "load_partners"),
    ("事案決定規程", "load_authority"),
    ("施設と講座", "load_bookings"),
    ("相談", "load_consultations"),
    ("手続", "load_procedures"),
    ("包括承認", "load_standing_seals"),
    ("見本の案件", "load_cases"),
    ("見本の事案", "load_decisions"),
    ("定型文", "load_phrases"),
    ("催し", "load_events"),
    ("手続棚卸", "load_inventory"),
    ("押印の調査", "load_seals"),
    ("文書分類", "load_records"),
    ("電子決定率の月報", "load_returns"),
    ("電子決定率のその後", "load_later_returns"),
    ("検索", "index_search"),
)


def main() -> None:
    django.setup()
    _step("表の用意", lambda: call_command("migrate", verbosity=0, interactive=False))
    _step("静的ファイル", _collect_static)
    _step("電子署名の証明書", lambda: call_command("make_certificates", verbosity=0))
    _step("ふりがな", _make_readings)
    if os.environ.get("DEMO") == "1":
        load_city()


def load_city() -> None:
    """Load the sample city unless its files are what was loaded last."""
    files = sorted(path for path in (BASE_DIR / "city").rglob("*") if path.is_file())
    if not _changed("city", files):
        return
    for title, command in CITY:
        _step(title, lambda command=command: call_command(command))  # type: ignore[misc]
    _remember("city", files)


def _step(title: str, act: Callable[[], object]) -> None:
    started = time.monotonic()
    print(f"  … {title}", end="\r", flush=True)
    with open(os.devnull, "w") as quiet:
        loud, sys.stdout = sys.stdout, quiet
        try:
            act()
        finally:
            sys.stdout = loud
    print(f"  ✓ {title}  {time.monotonic() - started:.0f} s", flush=True)


def _make_readings() -> None:
    """How the texts of the screens are read; anew when a catalogue of messages changed."""
    files = sorted([*(BASE_DIR / "tocho").rglob("*.po"), *(BASE_DIR / "locale").rglob("*.po")])
    if _changed("readings", files) or not (VAR_DIR / "readings.json").exists():
        call_command("make_readings", verbosity=0)
        _remember("readings", files)


def _collect_static() -> None:
    files = sorted(
        path
        for folder in (BASE_DIR / "tocho", VAR_DIR / "vendor-static")
        for path in folder.rglob("*")
        if path.is_file() and ("static" in path.parts or "vendor-static" in path.parts)
    )
    if _changed("static", files) or not (BASE_DIR / "static-built").exists():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        _remember("static", files)


def _changed(name: str, files: Iterable[Path]) -> bool:
    stamp = _stamp(name)
    return not stamp.exists() or stamp.read_text() != _digest(files)


def _remember(name: str, files: Iterable[Path]) -> None:
    stamp = _stamp(name)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_digest(files))


def _stamp(name: str) -> Path:
    return VAR_DIR / "stamps" / f"{name}-{_database()}"


@cache
def _database() -> str:
    """Which database this is: one that is made anew at the same address is another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
        )
        return "-".join(map(str, cursor.fetchone()))


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        state = path.stat()
        total.update(f"{path}:{state.st_size}:{state.st_mtime_ns}".encode())
    return total.hexdigest()


if __name__ == "__main__":
    main()
