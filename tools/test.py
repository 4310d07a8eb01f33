"""`make test`: the whole suite on an embedded PostgreSQL and the system's Chromium."""

import os
import shutil
import subprocess
import sys

from tools.database import database
from tools.environment import PYTHON, VAR_DIR

# program → Debian package; what the suite drives from outside
PROGRAMS = {"chromium": "chromium", "pdfsig": "poppler-utils", "fc-match": "fontconfig"}
FONT_PACKAGE = "fonts-noto-cjk"


def main() -> None:
    ensure_programs()
    with database("postgresql-tests", for_tests=True) as url:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "TOCHO_VAR": str(VAR_DIR),
            "SECRET_KEY": "for-tests-only",
            "PAY_SECRET": "for-tests-only",
            "DEMO": "1",
            "TESTING": "1",
        }
        command = [str(PYTHON), "-m", "pytest", *(sys.argv[1:] or ["-n", "2", "--dist", "loadfile"])]
        code = subprocess.run(command, env=environment, check=False).returncode
    sys.exit(code)


def ensure_programs() -> None:
    """Install Chromium, pdfsig and a Japanese font where they are missing and we may; otherwise say what to install."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not missing and _has_japanese_font():
        return
    missing.append(FONT_PACKAGE)
    install = f"apt-get install -y {' '.join(missing)}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(f"The suite drives real programs that are missing here. Please install them:\n  sudo {install}")
    print(f"  … {install}", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=True, **quiet)  # type: ignore[call-overload]
    subprocess.run([*install.split(), "-qq"], check=True, **quiet)  # type: ignore[call-overload]


def _has_japanese_font() -> bool:
    found = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, check=False)
    return bool(found.stdout.strip())


if __name__ == "__main__":
    main()
