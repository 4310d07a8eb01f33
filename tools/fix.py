"""`make fix`: let the tools mend what they can."""

import subprocess

from tools.check import BIN, TEMPLATES
from tools.environment import BASE_DIR

if __name__ == "__main__":
    for command in (
        f"{BIN}/ruff check --fix .",
        f"{BIN}/ruff format .",
        TEMPLATES.format(djhtml=f"{BIN}/djhtml").replace(" --check", ""),
    ):
        subprocess.run(command, shell=True, cwd=BASE_DIR, check=False)
