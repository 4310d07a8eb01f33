"""`make check`: everything a machine can say about the code without running the suite, both cores at once."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tools.environment import BASE_DIR, PYTHON

BIN = PYTHON.parent
TEMPLATES = "find tocho -name '*.html' -print0 | xargs -0 {djhtml} --check --tabwidth 2"

CHECKS: dict[str, str] = {
    "ruff check": f"{BIN}/ruff check .",
    "ruff format": f"{BIN}/ruff format --check .",
    "mypy": f"{BIN}/mypy tocho config tools bench doubles",
    "import-linter": f"{BIN}/lint-imports",
    "djhtml": TEMPLATES.format(djhtml=f"{BIN}/djhtml"),
    "house rules": f"{PYTHON} -m pytest tests/house_rules -m 'not django_db' -p no:cacheprovider -q",
}


def main() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "check", "TESTING": "1"}

    def one(item: tuple[str, str]) -> tuple[str, int, str, float]:
        started = time.monotonic()
        name, command = item
        done = subprocess.run(command, shell=True, cwd=BASE_DIR, capture_output=True, text=True, env=environment)
        return name, done.returncode, done.stdout + done.stderr, time.monotonic() - started

    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, code, output, seconds in pool.map(one, CHECKS.items()):
            print(f"  {'✗' if code else '✓'} {name}  {seconds:.0f} s", flush=True)
            if code:
                failed.append(name)
                print(output[-6000:])
    if failed:
        sys.exit(f"make check: {', '.join(failed)}")


if __name__ == "__main__":
    main()
