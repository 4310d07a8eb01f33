"""`make crawl`: walk through the running sample city as each of its people and say what no reader should meet.

Beside `make run`. Every kind of page that links lead to is opened once, as on a phone (390 px), and looked at: an
answer of 400 and above, an error in the console, a page wider than its screen, what axe finds. Ends with 1 for any.
ARGS: people of the sign-in page, to walk as those only; ``--language en``, ``--dark``.
"""

import argparse
import json
import os
import re
import sys
from collections import deque
from collections.abc import Iterator
from typing import Literal

from playwright.sync_api import ConsoleMessage, Error, Page, Response, ViewportSize, sync_playwright

from tools.browser import AXE, AXE_RULES, CHROMIUM

SITE = f"http://localhost:{os.environ.get('PORT', '8000')}"
PHONE: ViewportSize = {"width": 390, "height": 844}
STARTS = ("/", "/my/", "/desk/")
NOT_PAGES = re.compile(r"logout|/language|\.(csv|xlsx|pdf|ics|zip|json|xml|bpmn|dmn)\b|#")
KEYS = re.compile(r"[\w:-]{20,}|\d+")  # tokens, which may be others at each look, and numbers
LINKS = "[...document.querySelectorAll('a[href^=\"/\"]')].map(link => link.getAttribute('href'))"
WIDER = "document.documentElement.scrollWidth - innerWidth"
RUN_AXE = f"axe.run({{runOnly: {json.dumps(AXE_RULES)}}})"
PUBLIC = ""


def people(tab: Page) -> list[str]:
    """Who may be tried out from the sign-in page."""
    tab.goto(f"{SITE}/accounts/login/")
    actions = tab.locator("form[action*='/sample/']").evaluate_all("forms => forms.map(form => form.action)")
    return [action.rstrip("/").rsplit("/", 1)[-1] for action in actions]


def sign_in(tab: Page, person: str) -> None:
    tab.goto(f"{SITE}/accounts/login/")
    tab.locator(f"form[action$='/sample/{person}/'] button").first.click()
    tab.wait_for_load_state()


def walk(tab: Page) -> Iterator[tuple[str, Response, str]]:
    """Each kind of page once (addresses that differ in numbers and questions are one kind), and who linked to it."""
    waiting, seen = deque((start, "") for start in STARTS), set[str]()
    while waiting:
        address, linked_by = waiting.popleft()
        kind = KEYS.sub("0", address.split("?")[0])
        if kind in seen:
            continue
        seen.add(kind)
        try:
            answer = tab.goto(SITE + address)
        except Error:  # a download
            continue
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield address, answer, linked_by
        links: list[str] = tab.evaluate(LINKS)
        waiting.extend((link, address) for link in links if not NOT_PAGES.search(link))


def faults(tab: Page, answer: Response, linked_by: str) -> list[str]:
    found = [f"{answer.status}, linked by {linked_by}"] if answer.status >= 400 and linked_by else []
    if (wider := tab.evaluate(WIDER)) > 0:
        found.append(f"{wider} px wider than the screen")
    tab.evaluate(AXE.read_text() + "; 0")
    violations = tab.evaluate(RUN_AXE)["violations"]
    return found + [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in violations]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", nargs="*")
    parser.add_argument("--language", default="ja")
    parser.add_argument("--dark", action="store_true")
    chosen = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def window() -> Page:
            scheme: Literal["dark", "light"] = "dark" if chosen.dark else "light"
            return browser.new_page(viewport=PHONE, locale=chosen.language, bypass_csp=True, color_scheme=scheme)

        count = sum(look_as(person, window()) for person in chosen.people or [PUBLIC, *people(window())])
        browser.close()
    return 1 if count else 0


def look_as(person: str, tab: Page) -> int:
    """Walk as one person (the public without a sign-in) and print what is found; how much that was."""
    name, spoken, pages, count = person or "public", list[str](), 0, 0

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            spoken.append(message.text)

    tab.on("console", listen)
    if person:
        sign_in(tab, person)
    for address, answer, linked_by in walk(tab):
        pages += 1
        found = faults(tab, answer, linked_by)
        found += spoken if answer.status < 400 else []  # a refusal speaks in the console, too
        for fault in found:
            print(f"  {name} {address}\n      {fault}", flush=True)
        count += len(found)
        spoken.clear()
    print(f"{name}: {pages} kinds of pages", flush=True)
    tab.close()
    return count


if __name__ == "__main__":
    sys.exit(main())
