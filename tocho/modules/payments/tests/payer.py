"""The payment double as a process, and a payer who goes through its pages with a browser's means: forms, redirects."""

import http.client
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from tocho.modules.payments import actions
from tocho.modules.payments.models import PaymentIntent

CARD = {"number": "4242 4242 4242 4242", "expiry": "12/30", "code": "123"}


class Double:
    def __init__(self, *, secret: str, site: str, folder: Path) -> None:
        self.command = [sys.executable, "-m", "doubles.pay", "--callback", f"{site}/pay/callback/"]
        self.command += ["--late", "1.5", "--store", str(folder / "pay.sqlite3")]
        self.environment = {**os.environ, "PAY_SECRET": secret}

    def __enter__(self) -> "Double":
        self.start(port=0)
        return self

    def start(self, *, port: int) -> None:
        command = [*self.command, "--port", str(port)]
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the double did not start"

    def callbacks(self) -> list[int]:
        """How often each callback that is still to be made was tried."""
        path = self.command[self.command.index("--store") + 1]
        with closing(sqlite3.connect(path, timeout=60)) as db:
            return [tries for (tries,) in db.execute("SELECT tries FROM callbacks")]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def fetch(method: str, url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, Location and text of one request; nothing is followed."""
    where = urlsplit(url)
    link = http.client.HTTPConnection(where.netloc, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    path = f"{where.path}?{where.query}" if where.query else where.path
    link.request(method, path, urlencode(form) if form is not None else None, headers)
    answer = link.getresponse()
    result = answer.status, answer.headers.get("Location", ""), answer.read().decode()
    link.close()
    return result


def open_order(intent: PaymentIntent, *, method: str, at: object) -> str:
    """Begin to pay and follow the signed order: the address of the provider's page."""
    checkout = actions.start_attempt(intent_id=intent.id, method=method, at=at)  # type: ignore[arg-type]
    status, location, text = fetch("GET", checkout)
    assert status == 303, text
    return settings.PAY_URL + location
