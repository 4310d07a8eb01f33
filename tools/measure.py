"""`make bench`: every promise of speed and size, measured on the real server; one line a promise."""

import subprocess
import sys

from tools.environment import PYTHON

if __name__ == "__main__":
    sys.exit(subprocess.run([str(PYTHON), "-m", "bench", *sys.argv[1:]], check=False).returncode)
