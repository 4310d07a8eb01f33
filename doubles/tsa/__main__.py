"""``python -m doubles.tsa --port 8791 --folder CERTIFICATES_DIR``: prints its address once it listens."""

import argparse
import contextlib
import signal
import sys
from pathlib import Path
from wsgiref.simple_server import make_server

from doubles.serving import Quiet, Server
from doubles.tsa.app import TimestampApp


def main() -> None:
    parser = argparse.ArgumentParser(prog="doubles.tsa", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8791, help="0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True, help="holds timestamp.pem and timestamp.key")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app = TimestampApp(options.folder)
    with make_server(options.host, options.port, app, server_class=Server, handler_class=Quiet) as server:
        print(f"http://{options.host}:{server.server_port}/", flush=True)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
