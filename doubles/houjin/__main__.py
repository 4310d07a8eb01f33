"""``python -m doubles.houjin --port 8790`` with ``HOUJIN_BANGOU_ID`` as the one application id it knows."""

import argparse
import contextlib
import os
import signal
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

from doubles.houjin.app import HoujinApp


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """No access log."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="doubles.houjin", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8790, help="0 takes a free one")
    parser.add_argument("--slow", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    known = os.environ.get("HOUJIN_BANGOU_ID", "")
    if not known:
        sys.exit("HOUJIN_BANGOU_ID is empty: the double and the platform need the same one")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app = HoujinApp(known, slow=options.slow)
    with make_server(options.host, options.port, app, handler_class=Quiet) as server:
        print(f"http://{options.host}:{server.server_port}", flush=True)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
