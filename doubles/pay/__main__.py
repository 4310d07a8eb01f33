"""``PAY_SECRET=… python -m doubles.pay --port 8788 --callback http://localhost:8000/pay/callback/``"""

import argparse
import contextlib
import os
import signal
import sys
from wsgiref.simple_server import make_server

from doubles.pay.app import PayApp
from doubles.pay.callbacks import Caller
from doubles.pay.store import Store
from doubles.serving import Quiet, Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="doubles.pay", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8788, help="0 takes a free one")
    parser.add_argument("--callback", required=True, help="where the shop takes callbacks")
    parser.add_argument("--store", default="pay-double.sqlite3", help="SQLite file")
    parser.add_argument("--late", type=float, default=60.0, help="seconds by which a late callback is late")
    options = parser.parse_args()
    secret = os.environ.get("PAY_SECRET", "")
    if not secret:
        sys.exit("PAY_SECRET is empty: the double and the platform need the same one")
    store = Store(options.store)
    caller = Caller(store, url=options.callback, secret=secret)
    app = PayApp(store, caller, secret=secret, late=options.late)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with make_server(options.host, options.port, app, Server, Quiet) as server:
        caller.start()
        print(f"http://{options.host}:{server.server_port}", flush=True)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
