"""The project's verbs (run, test, check, fix, bench …), on nothing but Python 3.11's standard library.

Each verb first brings the environment up to date (``environment``), then hands over to ``tools.<verb>`` inside it.
"""

import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from tools import environment  # noqa: E402

# verb → (module run inside the environment, needs the development packages)
VERBS = {
    "run": ("tools.run", False),
    "test": ("tools.test", True),
    "check": ("tools.check", True),
    "fix": ("tools.fix", True),
    "bench": ("tools.measure", True),
    "crawl": ("tools.crawl", True),
    "figures": ("tools.figures", False),
    "sample-large": ("tools.sample_large", False),
}


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  the system's Python may be older than the project's
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11 …")
    verb, *rest = sys.argv[1:] or [""]
    if verb not in VERBS:
        sys.exit(f"usage: tools/tocho.py {{{'|'.join(VERBS)}}}")
    module, development = VERBS[verb]
    python = environment.prepare(development=development)
    os.chdir(BASE_DIR)
    os.execv(python, [str(python), "-m", module, *rest])


if __name__ == "__main__":
    main()
