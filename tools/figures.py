"""`make figures`: the report's figures, published against computed from the records."""

import os
import subprocess
import sys

from tools.database import database
from tools.environment import PYTHON
from tools.settings import sample_city

if __name__ == "__main__":
    with database("postgresql") as url:
        environment = {**os.environ, **sample_city(url, port=8000)}
        for command in (["-m", "tools.prepare"], ["manage.py", "facts", "figures"]):
            code = subprocess.run([str(PYTHON), *command], env=environment, check=False).returncode
            if code:
                break
    sys.exit(code)
