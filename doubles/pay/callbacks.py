"""The provider calls the shop back: signed when it is sent, again and again until the shop has answered 2xx."""

import sys
import threading
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from doubles.pay.signing import header_for
from doubles.pay.store import Store

PAUSES = (1, 2, 4, 8, 15, 30, 60, 120, 300, 600)
FINAL = {400, 404, 422}  # the shop has understood and will not change its mind


class Caller(threading.Thread):
    """Looks at the list of callbacks a few times a second; the list is in the store, so a restart loses none."""

    def __init__(self, store: Store, *, url: str, secret: str) -> None:
        super().__init__(daemon=True, name="callbacks")
        self.store, self.url, self.secret = store, url, secret
        self.news = threading.Event()

    def run(self) -> None:
        while True:
            self.news.wait(0.5)
            self.news.clear()
            for row in self.store.due_callbacks():
                self._deliver(row["id"], row["body"].encode(), row["tries"])

    def _deliver(self, callback_id: int, body: bytes, tries: int) -> None:
        code = self._call(body)
        print(f"callback {callback_id}: {code}", file=sys.stderr, flush=True)  # noqa: T201
        if 200 <= code < 300 or code in FINAL or tries >= len(PAUSES):
            self.store.callback_done(callback_id)
        else:
            self.store.callback_later(callback_id, seconds=PAUSES[tries])

    def _call(self, body: bytes) -> int:
        """The shop's answer; 0 when there was none."""
        signature = header_for(self.secret, f"POST {urlsplit(self.url).path}", body)
        headers = {"Pay-Signature": signature, "Content-Type": "application/json"}
        request = urllib.request.Request(self.url, body, headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=15) as response:  # noqa: S310
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0
