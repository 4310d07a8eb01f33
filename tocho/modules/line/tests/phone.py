"""The double as a process, and a telephone in somebody's hands: its page is read and its buttons are pressed."""

import html
import http.client
import os
import re
import subprocess
import sys
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from django.conf import settings


class Phone:
    """One telephone of the double; ``read()`` is its page as people read it, ``links()`` address by words."""

    def __init__(self, *, site: str, secret: str = "for-tests-only", token: str = "for-tests-only") -> None:
        command = [sys.executable, "-m", "doubles.line", "--port", "0", "--webhook", f"{site}/line/webhook/"]
        environment = {**os.environ, "LINE_CHANNEL_SECRET": secret, "LINE_CHANNEL_TOKEN": token}
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the double did not start"
        self.cookie = ""
        self.ask("GET", "/")

    def __enter__(self) -> "Phone":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        link = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        link.request(method, path, body, {"Cookie": self.cookie, **names})
        answer = link.getresponse()
        self.cookie = (answer.headers.get("Set-Cookie") or self.cookie).split(";")[0]
        text = answer.read().decode()
        link.close()
        return answer.status, text

    def press(self, act: str, text: str = "") -> None:
        self.ask("POST", "/", urlencode({"act": act, "text": text}).encode())

    def read(self) -> str:
        return html.unescape(re.sub(r"<[^>]+>", " ", self.ask("GET", "/")[1].split("</style>")[1]))

    def links(self) -> dict[str, str]:
        found = re.findall(r'<a class="act" href="([^"]+)">([^<]+)', self.ask("GET", "/")[1])
        return {html.unescape(words): html.unescape(href) for href, words in found}

    @property
    def id(self) -> str:
        return self.cookie.split("=", 1)[1]
