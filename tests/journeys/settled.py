"""``settled(tab)``: wait until nothing is on its way any more, so that what is read next is what the last step brought.

A click may return before the page it leads to has come: whoever reads then reads the old page, or one that is torn down
in the middle. ``expect(…)`` waits by itself; what reads once (axe, a picture, the width, an address, a count) goes
through here, and tests/house_rules/test_journeys.py sees to it.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import CDPSession, Error, Locator, Page, Route

PATIENCE = 60_000  # milliseconds; the machine may be busy with other things
BUSY = ".htmx-request, .htmx-swapping, .htmx-settling, form[data-busy]"  # htmx's own marks, and that of uploads.js
QUIET = f"document.readyState === 'complete' && !document.querySelector('{BUSY}')"
AFTER_WHAT_WAITS = f"new Promise((done) => setTimeout(() => done({QUIET})))"  # a form is sent by a task of its own


class Watch:
    """Whether a tab is about to go elsewhere. Told by the browser in the order in which things happen in the page."""

    def __init__(self, tab: Page, *, javascript: bool) -> None:
        self.javascript = javascript
        self.question = AFTER_WHAT_WAITS if javascript else QUIET
        self.under_way: set[str] = set()
        self.session: CDPSession = tab.context.new_cdp_session(tab)
        self.session.send("Page.enable")
        self.frame = self.session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        for event, act in (
            ("ScheduledNavigation", self.under_way.add), ("ClearedScheduledNavigation", self.under_way.discard),
            ("StartedLoading", self.under_way.add), ("StoppedLoading", self.under_way.discard),
        ):  # fmt: skip
            self.session.on(f"Page.frame{event}", self._note(act, "plan" if "Scheduled" in event else "load"))

    def _note(self, act: Any, what: str) -> Any:
        return lambda event: act(what) if event["frameId"] == self.frame else None

    def is_quiet(self) -> bool:
        if self.under_way:
            return False
        try:
            answer = self.session.send("Runtime.evaluate", {"expression": self.question, "awaitPromise": True})
        except Error:  # the page went while it was asked
            return False
        return answer["result"].get("value") is True and not self.under_way


_watches: dict[Page, Watch] = {}


def watch(tab: Page, *, javascript: bool) -> None:
    _watches[tab] = Watch(tab, javascript=javascript)
    tab.on("close", lambda tab: _watches.pop(tab, None))


def runs_scripts(tab: Page) -> bool:
    """Whether the tab's window has JavaScript on: what waits in the page for a timer waits for ever without it."""
    return _watches[tab].javascript


def settled(tab: Page) -> Page:
    """The tab, once its page is whole and waits for nothing: no navigation, no request of htmx, no file going up."""
    end = time.monotonic() + PATIENCE / 1000
    while not _watches[tab].is_quiet():
        assert time.monotonic() < end, f"{tab.url} never came to rest: {_watches[tab].under_way}"
        tab.wait_for_timeout(20)
    return tab


def count(found: Locator) -> int:
    """How many there are now, on the settled page."""
    settled(found.page)
    return found.count()


def is_there(found: Locator) -> bool:
    return count(found) > 0


def address(tab: Page) -> str:
    """Where the tab is, once it is there."""
    return settled(tab).url


def look_again_until(tab: Page, words: str, *, seconds: float = 90) -> None:
    """Load the page again and again until the work of another process has brought a text."""
    end = time.monotonic() + seconds
    while not is_there(tab.get_by_text(words)):
        assert time.monotonic() < end, f"{tab.url} never said {words!r}"
        tab.wait_for_timeout(200)
        tab.reload()


@contextmanager
def late(tab: Page, address: re.Pattern[str]) -> Iterator[None]:
    """What is asked of an address leaves the browser only at the end of the block."""
    held: list[Route] = []
    is_late = True
    tab.route(address, lambda route: held.append(route) if is_late else route.continue_())
    yield
    while not held:
        tab.wait_for_timeout(20)
    is_late = False
    for route in held:
        route.continue_()
