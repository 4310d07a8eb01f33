"""``LINE_CHANNEL_SECRET=… LINE_CHANNEL_TOKEN=… python -m doubles.line --webhook http://localhost:8000/line/webhook/``"""

import argparse
import contextlib
import os
import signal
import sys
from wsgiref.simple_server import make_server

from doubles.line.app import LineApp
from doubles.line.platform import Platform
from doubles.serving import Quiet, Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="doubles.line", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8789, help="0 takes a free one")
    parser.add_argument("--webhook", required=True, help="where the bot is told")
    options = parser.parse_args()
    secret, token = os.environ.get("LINE_CHANNEL_SECRET", ""), os.environ.get("LINE_CHANNEL_TOKEN", "")
    if not secret or not token:
        sys.exit("LINE_CHANNEL_SECRET and LINE_CHANNEL_TOKEN are needed: the double and the bot share them")
    app = LineApp(Platform(secret=secret, webhook=options.webhook), token=token)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with make_server(options.host, options.port, app, Server, Quiet) as server:
        print(f"http://{options.host}:{server.server_port}", flush=True)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
