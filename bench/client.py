"""A browser for benchmarks: one connection kept alive, cookies, hidden fields of forms; plain http.client."""

import http.client
import re
import time
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FORM = re.compile(r'<form\b[^>]*?\baction="([^"]*)"')


class Page:
    """One answer: where it came from, its status and text; ``hidden`` the hidden fields of its forms."""

    def __init__(self, path: str, status: int, body: bytes, location: str) -> None:
        self.path, self.status, self.location = path, status, location
        self.text = body.decode(errors="replace")  # a PDF is no text

    def hidden(self) -> dict[str, str]:
        return {unescape(name): unescape(value) for name, value in HIDDEN.findall(self.text)}


class Browser:
    """A person at the site; ``seconds`` adds up the wall time that waited for answers, ``requests`` counts them."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.forget_times()

    def forget_times(self) -> None:
        self.seconds, self.requests = 0.0, 0

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str, *, expect: int = 200) -> Page:
        return self._send("GET", path, None, expect)

    def post(self, path: str, values: Mapping[str, str | list[str]], *, expect: int = 302) -> Page:
        return self._send("POST", path, urlencode(values, doseq=True).encode(), expect)

    def submit(self, page: Page, path: str, values: Mapping[str, str | list[str]], *, expect: int = 302) -> Page:
        """Send the form of a page: its hidden fields and these values."""
        return self.post(path, {**page.hidden(), **values}, expect=expect)

    def sign_in(self, username: str) -> None:
        """One of the sample sign-ins."""
        page = self.get("/accounts/login/")
        self.submit(page, f"/accounts/sample/{username}/", {})

    def _send(self, method: str, path: str, body: bytes | None, expect: int) -> Page:
        headers = {"Accept-Language": "ja", "Accept": "text/html"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.seconds += time.perf_counter() - started
        self.requests += 1
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        location = answer.headers.get("Location") or ""
        if answer.status != expect:
            raise AssertionError(
                f"{method} {path}: {answer.status}, not {expect}\n{content.decode(errors='replace')[:4000]}"
            )
        return Page(path, answer.status, content, urlsplit(urljoin(path, location)).path if location else "")
