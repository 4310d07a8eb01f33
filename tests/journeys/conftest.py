"""A real browser against a real server: ``window()`` opens one, ``sign_in`` is the shortcut past the sign-in page.

``axe(tab)`` refuses the page when axe finds anything; ``shot(tab, name)`` keeps a picture in ``screenshots/``, that git
does not see; both look at the settled page. A journey fails when the page logs an error: a blocked script or a missing
file is a fault, even unseen.
"""

import json
import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.journeys.city import City, build_city
from tests.journeys.settled import (
    PATIENCE,
    address,
    count,
    is_there,
    late,
    look_again_until,
    runs_scripts,
    settled,
    watch,
)
from tocho.core.jobs.testing import StartWorker, wait_until
from tocho.modules.payments.tests.payer import Double
from tools.browser import AXE, AXE_RULES, CHROMIUM
from tools.vendor import VENDOR, copy_vendor_files

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread, the ORM between its steps

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESK = 390, 1280
# The journeys through pages that ask the server by themselves (previews, living forms, payments, progress): there a
# newer question, or the next page, breaks the last one off, and htmx says so in the console. Nowhere else.
ASKS_WHILE_OPEN = (
    "applicant_side", "authority", "bookings", "casework", "designer", "designer_blank", "designer_notices",
    "designer_process", "designer_tables", "events", "inventory", "living_form", "main_job", "parks", "parties",
    "places", "rounds",
)  # fmt: skip
__all__ = ["address", "count", "is_there", "late", "look_again_until", "settled"]
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def city(transactional_db: None, settings: Settings, tmp_path: Path) -> City:
    """The part of the sample city that the journeys walk through, with files and certificates of its own."""
    settings.VAR_DIR = tmp_path
    return build_city()


@pytest.fixture
def double(city: City, live_server: LiveServer, settings: Settings, tmp_path: Path) -> Iterator[Double]:
    """The payment double as a process of its own, allowed by the pages' policy."""
    settings.SITE_URL, settings.PAY_SECRET = live_server.url, "a secret of the journeys"
    with Double(secret=settings.PAY_SECRET, site=live_server.url, folder=tmp_path) as started:
        settings.PAY_URL = started.url
        policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"].append(started.url)
        settings.CONTENT_SECURITY_POLICY = policy
        yield started
        if started.process.poll() is None:  # the flush of the tables must not meet a callback that is being taken
            wait_until(lambda: not started.callbacks())


@pytest.fixture
def worker(city: City, live_server: LiveServer, settings: Settings, start_worker: StartWorker) -> None:
    """A real worker over the same folder and address."""
    names = {"SITE_URL": live_server.url, "PAY_URL": settings.PAY_URL, "PAY_SECRET": settings.PAY_SECRET}
    start_worker(TOCHO_VAR=str(settings.VAR_DIR), **names)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of the system; stopped with the module, since Playwright's event loop must not outlive it (pyHanko)."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: install chromium, or name yours in CHROMIUM")
    if not (VENDOR / "design-tokens/tokens.css").exists():
        copy_vendor_files()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def window(
    browser: Browser, live_server: Any, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """``window(width=390, javascript=True, user=None, **context)`` → a tab of a person of their own."""
    contexts: list[BrowserContext] = []
    noise: list[str] = []

    def open_window(*, width: int = DESK, javascript: bool = True, user: Any = None, **options: Any) -> Page:
        size = {"width": width, "height": 844 if width < 600 else 900}
        options = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "reduced_motion": "reduce"} | options
        context = browser.new_context(
            base_url=live_server.url, viewport=size, java_script_enabled=javascript, **options
        )
        context.tracing.start(screenshots=True, snapshots=True)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            sign_in(context, user, live_server.url)
        tab = context.new_page()
        tab.on("console", lambda message: noise.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: noise.append(str(error)))
        watch(tab, javascript=javascript)
        return tab

    yield open_window
    failed = getattr(request.node, "journey_failed", False)
    for number, context in enumerate(contexts):
        context.tracing.stop(path=tmp_path / f"trace-{number}.zip" if failed else None)
        context.close()
    expected = ["status of 422", "status of 404", "status of 403"]
    if request.node.module.__name__.rpartition(".test_")[2] in ASKS_WHILE_OPEN:
        expected += ["htmx:sendAbort", "htmx:afterRequest,"]
    faults = [line for line in noise if not any(words in line for words in expected)]
    assert not faults, "the browser complained:\n" + "\n".join(faults)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call" and report.failed:
        item.journey_failed = True  # type: ignore[attr-defined]
    return report


def sign_in(context: BrowserContext, user: Any, url: str) -> None:
    """Give the window the session of a user, as if they had signed in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


def axe(tab: Page, *, exclude: tuple[str, ...] = ()) -> None:
    """Refuse the page when axe (WCAG 2.2 AA and best practices) finds anything."""
    if not runs_scripts(tab):  # axe would wait for a timer that never comes
        raise RuntimeError(f"axe at {tab.url}: this window has JavaScript off; look at the page in one that has it on")
    settled(tab).evaluate(AXE.read_text())
    scope = json.dumps({"exclude": [[selector] for selector in exclude]}) if exclude else "document"
    result = tab.evaluate(f"axe.run({scope}, {{runOnly: {json.dumps(AXE_RULES)}}})")
    found = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    " + "\n    ".join(where(violation))
        for violation in result["violations"]
    ]
    assert not found, f"axe at {tab.url}:\n" + "\n".join(found)


def where(violation: dict[str, Any]) -> list[str]:
    return [f"{node['target']} {node['html'][:160]}" for node in violation["nodes"][:6]]


def shot(tab: Page, name: str, *, whole: bool = True) -> Path:
    """A picture for people to look at: ``screenshots/<name>-<width>.png``."""
    width = (tab.viewport_size or {"width": 0})["width"]
    path = ROOT / "screenshots" / f"{name}-{width}.png"
    path.parent.mkdir(exist_ok=True)
    settled(tab).screenshot(path=path, full_page=whole)
    return path


def fits(tab: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(settled(tab).evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
