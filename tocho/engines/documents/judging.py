"""Judges one PDF and writes the verdict as JSON: the child of `apart.judge`, fed with strangers' files.

It reads one line of JSON (``at``, ``certificates``: a folder) and then the file.
"""

import dataclasses
import datetime as dt
import json
import sys
from pathlib import Path


def main() -> None:
    from django.conf import settings

    order = json.loads(sys.stdin.buffer.readline())
    settings.configure(CERTIFICATES_DIR=Path(order["certificates"]))  # all that is asked of them here

    from tocho.engines.documents.verification import verify

    verdict = verify(sys.stdin.buffer.read(), at=dt.datetime.fromisoformat(order["at"]))
    json.dump(dataclasses.asdict(verdict), sys.stdout, default=dt.datetime.isoformat)


if __name__ == "__main__":
    main()
